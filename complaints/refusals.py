"""Why a move was refused. Views turn each into its answer: 409 can't proceed, 403 may not, 422 at the field, or the first answer again.

Raised by the door (`actions`) and what it asks; every message is for the user, in his language.
"""

from django.utils.functional import Promise

Text = str | Promise


class Refusal(Exception):
    """A move was not made, and nothing of it was stored."""

    status = 409

    def __init__(self, message: Text) -> None:
        super().__init__(str(message))
        self.message = message


class NotPossible(Refusal):
    """The complaint's state or record does not allow it."""


class Stale(Refusal):
    """Somebody was faster: the complaint is not as the user saw it."""


class Busy(Refusal):
    """Somebody is working on it this very moment."""


class NotAllowed(Refusal):
    """It can proceed, but not by this person."""

    status = 403


class BadInput(Refusal):
    """What was entered is missing or wrong: messages by field."""

    status = 422

    def __init__(self, errors: dict[str, Text]) -> None:
        super().__init__("; ".join(str(message) for message in errors.values()))
        self.errors = errors


class Repeated(Exception):
    """The form was carried out already; `answer` is what the first sending was told."""

    def __init__(self, answer: str) -> None:
        super().__init__(answer)
        self.answer = answer
