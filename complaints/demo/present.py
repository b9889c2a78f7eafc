"""From the last story to the present: the sweep's first look, few escalations left to answer, and a bell that was rung but seen.

Not here: what ran out while the stories went on (`meanwhile`).
"""

import datetime as dt

from django.db.models import F

from complaints.actions import perform
from complaints.models import Complaint
from complaints.rules import WATCHED
from complaints.states import State
from complaints.watching import came_again
from escalation import clock
from escalation.models import Escalation, Notice
from escalation.models.escalations import UNANSWERED
from escalation.models.notices import Channel
from escalation.sweep import fire_due

from .house import House
from .player import Player
from .tales import PHRASES
from .times import Times

LEFT = 5  # escalations nobody has answered yet
UNSEEN = dt.timedelta(days=2)


def come_to_now(house: House, times: Times, players: list[Player]) -> None:
    """Words said in the evening or at the weekend, but for the newest; then what is left, here and now."""
    waiting = sorted((player.meanwhile for player in players if player.meanwhile.words), key=lambda one: one.words[-1][0])
    for meanwhile in waiting[:-LEFT]:
        while meanwhile.words and meanwhile.words[0][0] < times.now:
            meanwhile.say()
    _one_comes_again()
    fire_due(mail=False)
    newest = Escalation.objects.filter(UNANSWERED).order_by("-raised_at", "-id")
    for place, row in enumerate(newest.select_related("complaint__customer")[LEFT:]):
        english = row.complaint.customer is not None and row.complaint.customer.language == "en"
        words = PHRASES["en" if english else "zh"]["instruction"]
        actor = next(person for person in house.people.values() if person.pk == (_gm(house, row) or row.to[0]))
        said = {"escalations": [row.pk], "instruction": words[place % len(words)]}
        perform("acknowledge_escalation", row.complaint_id, actor=actor, seen=None, at=clock.instant(), **said)
    old = Notice.objects.filter(channel=Channel.DESK, at__lt=times.now - UNSEEN)
    old.update(seen_at=F("at") + dt.timedelta(minutes=50))


def _one_comes_again() -> None:
    """Of those closed last whose problem came back, one has just been noticed (R26a): the manager is asked whether it is opened again."""
    for complaint in Complaint.objects.filter(state=State.CLOSED, outcome__in=WATCHED).order_by("-closed_at"):
        if other := came_again(complaint).first():
            perform("recurred", complaint.pk, actor=None, seen=None, at=clock.instant(), other=other)
            return


def _gm(house: House, row: Escalation) -> int | None:
    return house.branch.gm_id if house.branch.gm_id in row.to else None
