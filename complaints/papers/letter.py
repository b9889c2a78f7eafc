"""The reply as a letter, in the customer's language: the words that were recorded as sent, not one more of ours (R23).

Closed against the customer's will it says where to turn next and that it can be reopened. No name but the contact's and the company's.
Not here: the words to start a reply from (`complaints.letters`).
"""

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from complaints import letters
from complaints.models import Complaint, Word
from complaints.states import Outcome, State, WordKind

from .paper import Paper, frame
from .source import Source

ANSWERED = (WordKind.REPLY, WordKind.EXPLAINED)


def ready(complaint: Complaint, words: list[Word]) -> bool:
    """Whether there is something to send: a recorded answer, or a closing."""
    return complaint.state == State.CLOSED or any(word.kind in ANSWERED for word in words)


def letter(source: Source) -> Paper | None:
    if not ready(source.complaint, source.words):
        return None
    language = letters.language_of(source.complaint)
    with override(language):
        return _written(source, "zh" if language == letters.CHINESE else "en")


def _written(source: Source, language: str) -> Paper:
    complaint = source.complaint
    facts, contact = letters.facts_of(complaint), complaint.contact
    word = source.word(*ANSWERED)
    data = {
        "frame": frame(source, _("Reply to your complaint"), complaint.number, language=language),
        "title": _("Reply to your complaint"),
        "to": [str(complaint.customer or ""), contact.name if contact else "", contact.address if contact else ""],
        "lines": _about(complaint, facts),
        "date": letters.date_of(word.at if word else complaint.closed_at, complaint),
        "body": _body(complaint, word),
        "house": str(complaint.branch),
        "stamp": pgettext("on a letter", "Seal and signature"),
    }
    return Paper("letter.typ", f"{complaint.number} letter", data, source.last.at)


def _about(complaint: Complaint, facts: dict[str, str]) -> list[dict[str, str]]:
    lines = [
        {"label": _("Our number"), "words": complaint.number},
        {"label": _("Your number"), "words": complaint.customer_reference},
        {"label": _("Your complaint of"), "words": facts["date"]},
        {"label": pgettext("of a letter", "About"), "words": facts["subject"]},
    ]
    return [line for line in lines if line["words"]]


def _body(complaint: Complaint, word: Word | None) -> list[str]:
    """What was sent; below it, when that was not the end of it, how it was closed."""
    closed = complaint.state == State.CLOSED
    if word is None:
        return letters.closing(complaint).split("\n\n")[:-1]
    against = closed and complaint.outcome == Outcome.DISSATISFIED
    return [word.text, *(letters.closing(complaint).split("\n\n")[1:-1] if against else [])]
