"""The world in which `tests.test_access` looks behind every door: two branches, complaints seen and not seen, things of somebody else."""

import datetime as dt
import io
import uuid
from typing import Any

from django.urls import reverse
from django.utils import timezone
from PIL import Image

from complaints import filing
from complaints.drafts import save
from complaints.models import ArchiveFile, Attachment, Complaint, Draft, SavedView
from escalation.models import Notice
from organisation.models import Deputy, Person
from reports.models import MonthReport
from tests.complaints.factories import House, act, at_state, plan_of
from tests.factories import DepartmentFactory, PersonFactory

COMPLAINTS = ("mine", "confidential", "theirs")
SECRET = "只有写的人知道"
DAY = dt.timedelta(days=1)


class World:
    """`people` by role, and the address of anything by name: `url("complaint/mine")`."""

    def __init__(self) -> None:
        self.house, self.other = House(prefix="CR"), House(prefix="ZZ")
        self.people = self._people()
        self.mine = self._reviewed_twice()
        self.confidential = at_state("review", self.house, confidential=True)
        self.theirs = at_state("review", self.other)
        self.draft = self._draft()
        self.month = MonthReport.objects.create(branch=self.house.branch, month=dt.date(2026, 10, 1), made_at=timezone.now())
        self.things: dict[str, Any] = {**self._complaints(), **self._belongings()}

    def _people(self) -> dict[str, Person]:
        house = self.house
        place = DepartmentFactory(branch=house.branch, name="工程部", name_en="Engineering", function="engineering")
        place.head = PersonFactory(department=place)
        place.save()
        named = ("employee", "assistant", "manager", "head", "handler", "gm", "auditor", "administrator")
        return {name: house.fresh(name) for name in named} | {"elsewhere": place.head, "abroad": self.other.fresh("assistant")}

    def _reviewed_twice(self) -> Complaint:
        complaint = at_state("review", self.house)
        act("review_ng", complaint, self.house.head, reason="再问一个为什么")
        return act("propose", complaint, self.house.handler, plan=plan_of(self.house, complaint))

    def _complaints(self) -> dict[str, Any]:
        numbers = {name: getattr(self, name).number for name in COMPLAINTS}
        return {**numbers, "missing": "CR-2001-9999"}

    def _belongings(self) -> dict[str, Any]:
        """Of somebody else than any of the people: the verifier's, and of the other branch."""
        somebody = self.house.verifier
        view = SavedView.objects.create(person=somebody, name="mine", query="?tab=open")
        today = timezone.localdate()
        away = Deputy.objects.create(absent=somebody, deputy=self.house.staff, starts_on=today, ends_on=today + DAY, named_by=somebody)
        return {
            "picture": self.picture(self.mine).pk,
            "secret": self.picture(self.confidential).pk,
            "foreign": self.picture(self.theirs).pk,
            "loose": self.picture(None).pk,
            "filed": self.archive(self.mine),
            "sealed": self.archive(self.confidential),
            "shelved": self.archive(self.theirs),
            "view": view.pk,
            "away": away.pk,
            "draft": self.draft.key,
            "notice": self._notice().pk,
            "customer": self.house.customer.pk,
            "abroad": self.other.customer.pk,
            "branch": self.house.branch.pk,
            "person": self.house.staff.pk,
            "stranger": self.other.staff.pk,
            "nothing": 999_999_999,
        }

    def _notice(self) -> Notice:
        event, now = self.mine.events.first(), timezone.now()
        told = {"complaint": self.mine, "recipient": self.house.verifier, "channel": "desk", "kind": "turn", "at": now, "not_before": now}
        return Notice.objects.create(event=event, **told)

    def _draft(self) -> Draft:
        draft = save(self.house.verifier, uuid.uuid4(), {"words": [SECRET], "about": ["HX-32"]})
        assert draft
        return draft

    def picture(self, complaint: Complaint | None) -> Attachment:
        """Uploaded by the verifier, who is none of the people; then of that complaint, or still loose."""
        content = io.BytesIO()
        Image.new("RGB", (2, 2)).save(content, "PNG")
        stored = filing.store(content, "crack.png", by=self.house.verifier)
        Attachment.objects.filter(pk=stored.pk).update(complaint=complaint)
        return stored

    def archive(self, complaint: Complaint) -> int:
        name, size, sha256 = filing.keep(b"%PDF-1.7")
        facts = {"made_at": complaint.received_at, "seq": 1, "sha256": sha256, "size": size}
        return ArchiveFile.objects.create(complaint=complaint, wanted_at=complaint.received_at, file=name, **facts).pk

    def url(self, name: str) -> str:
        page, *objects = name.split("/")
        return reverse(page, args=[self.things.get(thing, thing) for thing in objects])

    def form(self, name: str) -> dict[str, str]:
        """What the page of a complaint sends back with every form: the version seen, and the form's own key."""
        number = next((self.things[thing] for thing in name.split("/")[1:] if thing in COMPLAINTS), "")
        complaint = Complaint.objects.filter(number=number).first()
        return {"version": str(complaint.version), "once": str(uuid.uuid4())} if complaint else {}
