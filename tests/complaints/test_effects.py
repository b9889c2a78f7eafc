"""What moves write beside the complaint, where it is not plain."""

import pytest

from complaints.actions import save_plan
from complaints.models import Attachment, Measure
from escalation import clock

from .factories import House, act, at_state, plan_of

pytestmark = pytest.mark.django_db


def test_a_measure_taken_out_of_the_draft_leaves_its_evidence_with_the_complaint() -> None:
    house = House()
    complaint = at_state("action", house)
    save_plan(complaint.pk, house.handler, plan_of(house))
    measure = Measure.objects.filter(complaint=complaint)[0]
    file = Attachment.objects.create(name="照片.jpg", mime="image/jpeg", size=1, sha256="0" * 64, by=house.handler, at=clock.now())
    act("add_file", complaint, house.handler, files=[file], measure=measure)
    save_plan(complaint.pk, house.handler, plan_of(house))
    assert not Measure.objects.filter(pk=measure.pk).exists()
    assert list(Attachment.objects.values_list("complaint", "measure", "number")) == [(complaint.pk, None, 1)]
