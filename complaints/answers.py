"""What a reply, a visit and a call that nobody took write beside the complaint (R23-R25), as effects of their moves.

Not here: whether they are allowed (`answerchecks`), the timers they start (`escalation.following`).
"""

from typing import Any

from . import composing, letters
from .deed import Deed
from .models import Promise, ReplyTemplate, Visit, Word
from .replies import Approved, PromiseDraft
from .states import WordKind

# Inputs of the letter beside those the event takes as they are.
NOTED_APART = frozenset({"promises", "files", "templates", "locked", "no_promise", "names_checked"})


def replied(deed: Deed) -> None:
    """The letter as it was sent, with what it was made from, and every promise in it; all of it or nothing."""
    given, complaint = deed.inputs, deed.complaint
    approved, own = Approved.of(complaint), letters.language_of(complaint)
    chosen = given.get("language") or own
    written = letter_of(approved, chosen, given)
    texts = list(written.values())
    word = Word.objects.create(
        complaint=complaint, kind=WordKind.REPLY, means=given.get("means") or "", text=texts[0], text_other="".join(texts[1:]),
        language=chosen, subject=given.get("subject") or "", recipient=given.get("recipient") or "",
        copies=given.get("copies") or "", at=deed.at, by=deed.actor,
    )  # fmt: skip
    files, templates = list(given.get("files") or []), _rows(given.get("templates"))
    word.files.set(files)
    word.templates.set(templates)
    deed.unlisted |= NOTED_APART
    deed.noted |= {
        "word": word.pk,
        "locked": approved.digest,
        "sent_files": [[file.pk, file.sha256] for file in files],
        "templates": [[row.pk, row.version] for row in templates],
        "promises": [_promised(deed, one) for one in given.get("promises") or []],
        "no_promise": bool(given.get("no_promise")),
        "names_checked": bool(given.get("names_checked")),
    }
    deed.texts |= {"letter" if language == next(iter(written)) else "letter_other": text for language, text in written.items()}


def letter_of(approved: Approved, chosen: str, given: dict[str, Any]) -> dict[str, str]:
    """The whole letter by language. `text` and `closing` are words in the customer's language, `…_other` in the other one."""
    own = letters.language_of(approved.complaint)
    found = {}
    for language, part in approved.parts(chosen).items():
        mark = "" if language == own else "_other"
        found[language] = composing.composed(part, given.get(f"text{mark}") or "", given.get(f"closing{mark}") or "", language)
    return found


def _rows(templates: list[ReplyTemplate] | None) -> list[ReplyTemplate]:
    """Those that are rows: what only ships has no version to name."""
    return [template for template in templates or [] if template.pk]


def _promised(deed: Deed, draft: PromiseDraft, **more: Any) -> list[Any]:
    promise = Promise.objects.create(
        complaint=deed.complaint, text=draft.text, due_on=draft.due_on, owner=draft.owner, made_at=deed.at, made_by=deed.actor, **more
    )
    deed.texts[f"promise:{promise.pk}"] = promise.text
    return [promise.pk, draft.owner.pk, draft.due_on]


def visited(deed: Deed) -> None:
    """What the customer said of each promise and measure; a promise that was not kept is made anew, with a clock from now on."""
    given = deed.inputs
    kept, sees, again = given.get("kept") or {}, given.get("sees") or {}, given.get("again") or {}
    promises = {promise.pk: promise for promise in Promise.objects.filter(complaint=deed.complaint, pk__in=list(kept))}
    anew = []
    for key, yes in kept.items():
        if yes:
            Promise.objects.filter(pk=key, kept_at=None).update(kept_at=deed.at)
        else:
            anew.append([*_made_anew(deed, promises[key], again[key]), key])
    Visit.objects.create(
        complaint=deed.complaint, at=deed.at, by=deed.actor, means=given["means"], satisfied=given["satisfied"], score=given["score"],
        words=given.get("words") or "", suggestion=given.get("suggestion") or "", kept=_by_id(kept), seen=_by_id(sees),
    )  # fmt: skip
    deed.unlisted |= {"kept", "sees", "again"}
    deed.noted |= {"kept": _by_id(kept), "seen": _by_id(sees), "promises": anew}


def _made_anew(deed: Deed, promise: Promise, due_on: Any) -> list[Any]:
    promise.broken_at = deed.at
    promise.save(update_fields=["broken_at"])
    return _promised(deed, PromiseDraft(promise.text, promise.responsible, due_on), follows=promise)


def _by_id(answers: dict[int, bool]) -> dict[str, bool]:
    return {str(key): bool(yes) for key, yes in answers.items()}


def tried(deed: Deed) -> None:
    """A call that nobody took; with it, where one went out, the message that starts the two working days (R25)."""
    common = {"complaint": deed.complaint, "at": deed.at, "by": deed.actor}
    Word.objects.create(**common, kind=WordKind.TRIED, means=deed.inputs.get("means") or "", text=deed.inputs.get("words") or "")
    if deed.inputs.get("message"):
        Word.objects.create(
            **common, kind=WordKind.UPDATE, means=deed.inputs.get("message_means") or "", text=deed.inputs["message"],
            language=letters.language_of(deed.complaint),
        )  # fmt: skip
