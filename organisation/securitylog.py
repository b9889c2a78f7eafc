"""The security log: who did what to the doors, from where.

One line for each event, its values quoted as JSON strings so that nothing typed can begin a line of its own. People appear as
their number; what was typed into a field is never written.
"""

import json
import logging

from organisation.models import Deputy, Person

log = logging.getLogger("redress.security")


def note(event: str, *, actor: Person | None, address: str | None, level: int = logging.INFO, **details: object) -> None:
    """Write e.g. `sign_in.failed actor="12" address="10.0.0.7"`."""
    values = {"actor": actor.pk if actor else None, "address": address, **details}
    line = " ".join(f"{key}={json.dumps(str(value)) if value is not None else '-'}" for key, value in values.items())
    log.log(level, "%s %s", event, line)


def note_period(event: str, period: Deputy, *, actor: Person, address: str | None) -> None:
    """A deputy was named, or their time ended early."""
    note(event, actor=actor, address=address, absent=period.absent_id, deputy=period.deputy_id, period=period.pk)
