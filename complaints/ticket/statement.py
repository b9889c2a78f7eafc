"""What the one complained about is shown while his statement is asked for: the questions put to him, and the form (R3); nothing else of it.

Not here: asking and giving (`workflow`), who sees a complaint (`models.querysets`).
"""

import json
from typing import Any

from complaints.models import Complaint, Event, Passage
from complaints.moves import MOVES
from complaints.standing import standing_for, standings
from organisation.models import Person

from .panel import Offer, form_for

GIVE = MOVES["give_statement"]


def page(complaint: Complaint, person: Person) -> dict[str, Any]:
    """Without a form where it is too late to give one."""
    standing = standing_for(GIVE, complaint, standings(person, complaint))
    form = form_for(Offer(GIVE, standing), complaint, person) if standing and complaint.state in GIVE.sources else None
    return {"number": complaint.number, "questions": _questions(complaint, person), "form": form}


def _questions(complaint: Complaint, person: Person) -> list[str]:
    """Those put to him, oldest first."""
    bodies = [json.loads(event.body) for event in Event.objects.filter(complaint=complaint.pk, kind="ask_statement").order_by("seq")]
    mine = [body["texts"]["question"][0] for body in bodies if body["inputs"].get("person") == person.pk and "question" in body["texts"]]
    passages = Passage.objects.in_bulk(mine)
    return [passages[key].text for key in mine if key in passages]
