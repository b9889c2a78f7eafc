"""One move being made: what the door hands to the checks and effects, and what these hand back for the event.

Not here: what any of them does (`checks`, `effects`).
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from organisation.models import Person

from .facts import Weighing
from .models import Complaint
from .moves import Move, Text
from .refusals import BadInput
from .standing import Standing


@dataclass
class Deed:
    move: Move
    complaint: Complaint
    actor: Person | None
    standing: Standing
    at: dt.datetime
    inputs: dict[str, Any]
    noted: dict[str, Any] = field(default_factory=dict)
    """Coded facts for the event beside the inputs: ids, dates, flags; never free text."""
    texts: dict[str, str] = field(default_factory=dict)
    """Free texts for passages beside those among the inputs."""
    weighing: Weighing | None = None
    """The grade worked out for a judgement, once."""
    unweighed: bool = False
    """Whether somebody judged without having seen all that is known now."""
    unlisted: frozenset[str] = frozenset()
    """Inputs an effect has noted itself, left out of the event's inputs."""

    @property
    def on_behalf(self) -> Person | None:
        return self.standing.on_behalf


def need(deed: Deed, name: str, message: Text) -> Any:
    """An input that must be there. Raises BadInput at its field."""
    value = deed.inputs.get(name)
    if value in (None, "", []):
        raise BadInput({name: message})
    return value
