"""On whom something waits that is missing before closing (R27), and reminding him of it: each at most once a working day.

Not here: the list itself (`closing`), the page (`ticket.closing`), the notice's words (`noticewords`).
"""

import datetime as dt
import json
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from escalation.calendars import calendar_of
from organisation.models import Person

from .closing import BEFORE_CLOSING, closing_list
from .deed import Deed
from .models import Complaint, Event, Measure, Promise
from .refusals import BadInput, NotPossible
from .standing import verifiers
from .turns import Turns


def owing(complaint: Complaint, code: str, measures: Iterable[Measure], promises: Iterable[Promise], turns: Turns) -> list[Person]:
    """On whom the missing thing of that code waits, each once; `measures` are the present round's, with their owners."""
    wanted = [measure for measure in measures if measure.kind in BEFORE_CLOSING]
    if code == "done":
        found = [measure.owner for measure in wanted if measure.done_at is None]
    elif code == "verified":
        waiting = [measure for measure in wanted if measure.done_at and measure.effective is None]
        found = [one.person for measure in waiting for one in verifiers(complaint, measure.owner_id, turns.roster)]
    elif code == "promises":
        found = [promise.responsible for promise in promises if promise.is_open]
    else:
        found = list((turns.head(complaint) if code == "head" else turns.desk(complaint)).people)
    return list({person.pk: person for person in found}.values())


def reminded_since(complaint: Complaint, at: dt.datetime) -> set[int]:
    """Ids of those who were reminded in the working day that `at` (UTC) belongs to; a day off belongs to the one before."""
    calendar = calendar_of(complaint.branch)[1]
    day = calendar.in_zone(at).date()
    while not calendar.is_workday(day):
        day -= dt.timedelta(days=1)
    since = dt.datetime.combine(day, dt.time(), complaint.branch.tz)
    bodies = Event.objects.filter(complaint=complaint, kind="remind", at__gte=since).values_list("body", flat=True)
    return {key for body in bodies for key in json.loads(body)["reminded"]}


def to_remind(deed: Deed) -> list[Person]:
    """Whom the act reminds: everybody else on whom it waits, who may see the complaint (R4) and was not reminded today.

    Raises BadInput, NotPossible.
    """
    complaint, code = deed.complaint, deed.inputs.get("kind")
    item = next((one for one in closing_list(complaint) if one.code == code), None)
    if item is None:
        raise BadInput({"kind": _("Choose what is missing.")})
    if item.done:
        raise NotPossible(_("It is there already."))
    measures = Measure.objects.filter(complaint=complaint, round__number=complaint.round).select_related("owner")
    promises = Promise.objects.filter(complaint=complaint).select_related("owner", "made_by")
    people = owing(complaint, item.code, measures, promises, Turns([complaint]))
    others = [one for one in people if one != deed.actor and Complaint.objects.visible_to(one).filter(pk=complaint.pk).exists()]
    if not others:
        raise NotPossible(_("It waits for nobody else."))
    known = reminded_since(complaint, deed.at)
    found = [one for one in others if one.pk not in known]
    if not found:
        raise NotPossible(_("%(names)s: reminded today already.") % {"names": ", ".join(map(str, others))})
    return found


def reminded(deed: Deed) -> None:
    """Effect: who is told, by id."""
    deed.noted["reminded"] = [person.pk for person in to_remind(deed)]
