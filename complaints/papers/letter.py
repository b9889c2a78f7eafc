"""The reply as a letter, in the customer's language: the words that were recorded as sent, not one more of ours (R23).

Closed against the customer's will it says where to turn next and that it can be reopened. No name but the contact's and the company's.
Not here: the words to start a reply from (`complaints.letters`).
"""

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from complaints import letters
from complaints.models import Complaint, Word
from complaints.states import Language, Outcome, State, WordKind

from .paper import Paper, frame
from .source import Source

ANSWERED = (WordKind.REPLY, WordKind.EXPLAINED)


def ready(complaint: Complaint, words: list[Word]) -> bool:
    """Whether there is something to send: a recorded answer, or a closing."""
    return complaint.state == State.CLOSED or any(word.kind in ANSWERED for word in words)


def letter(source: Source) -> Paper | None:
    if not ready(source.complaint, source.words):
        return None
    word = source.word(*ANSWERED)
    names = [file.name for file in word.files.all()] if word else []
    language = _language(source, word)
    with override(language):
        return _written(source, language, _body(source.complaint, word), _other(word), word.subject if word else "", names, word)


def preview(source: Source, written: dict[str, str], subject: str, files: list[str]) -> Paper:
    """A letter that is not sent yet: `written` by language, the first one first; it is dated with the newest entry of the record."""
    texts = list(written.values())
    language = next(iter(written))
    with override(language):
        return _written(source, language, [_unsigned(texts[0])], [_unsigned(text) for text in texts[1:]], subject, files, None)


def _language(source: Source, word: Word | None) -> str:
    own = letters.language_of(source.complaint)
    return word.language if word and word.language in Language.values else own


def _written(source: Source, language: str, body: list[str], other: list[str], subject: str, files: list[str], word: Word | None) -> Paper:
    complaint = source.complaint
    facts, contact = letters.facts_of(complaint), complaint.contact
    title = subject or _("Reply to your complaint")
    sent = word.at if word else complaint.closed_at or source.last.at
    data = {
        "frame": frame(source, title, complaint.number, language="zh" if language == letters.CHINESE else "en"),
        "title": title,
        "to": [str(complaint.customer or ""), contact.name if contact else "", contact.address if contact else ""],
        "lines": _about(complaint, facts, files),
        "date": letters.date_of(sent, complaint),
        "body": body,
        "other": other,
        "house": str(complaint.branch),
        "stamp": pgettext("on a letter", "Seal and signature"),
    }
    return Paper("letter.typ", f"{complaint.number} letter", data, source.last.at)


def _about(complaint: Complaint, facts: dict[str, str], files: list[str]) -> list[dict[str, str]]:
    lines = [
        {"label": _("Our number"), "words": complaint.number},
        {"label": _("Your number"), "words": complaint.customer_reference},
        {"label": _("Your complaint of"), "words": facts["date"]},
        {"label": pgettext("of a letter", "About"), "words": facts["subject"]},
        {"label": pgettext("of a letter", "Enclosed"), "words": "; ".join([_("Complaint form, customer's copy"), *files])},
    ]
    return [line for line in lines if line["words"]]


def _body(complaint: Complaint, word: Word | None) -> list[str]:
    """What was sent; below it, when that was not the end of it, how it was closed."""
    closed = complaint.state == State.CLOSED
    if word is None:
        return letters.closing(complaint).split("\n\n")[:-1]
    against = closed and complaint.outcome == Outcome.DISSATISFIED
    said = _unsigned(word.text) if word.language else word.text
    return [said, *(letters.closing(complaint).split("\n\n")[1:-1] if against else [])]


def _other(word: Word | None) -> list[str]:
    return [_unsigned(word.text_other)] if word and word.text_other else []


def _unsigned(text: str) -> str:
    """Without its last paragraph: on paper the house signs below."""
    return text.rpartition("\n\n")[0] or text
