"""The first record of a complaint: its number, its access code, its first event (R5, R12).

`receive()` is the door by which complaints come into being; from then on `actions.perform()` is the only one. Not here: forms, drafts.
"""

import datetime as dt
import re
import secrets
import uuid
from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction

from escalation import clock
from escalation.clocks import Clocks
from escalation.following import NOTHING, follow
from organisation.models import Branch, Person
from organisation.roles import Role

from . import content, history, rechecks
from .actions import claim_once
from .deed import Deed
from .effects import attach
from .models import Attachment, Complaint, Once
from .moves import Move
from .notices import tell, tellings_of
from .searchable import index
from .standing import Standing
from .states import State

# Crockford's base 32: no I, L, O, U, so that it can be read over a telephone (R5).
CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 10
TITLE_LENGTH = 60
RECEIVED = Move("received", "", (), State.RECEIVED, frozenset(), frozenset())


@transaction.atomic
def receive(
    branch: Branch,
    *,
    actor: Person,
    fields: dict[str, Any],
    files: list[Attachment] | None = None,
    once: uuid.UUID | None = None,
    at: dt.datetime | None = None,
) -> Complaint:
    """Record a complaint; returns it in state `received` with its number.

    `fields` are the columns of the record (R6-R9), checked by the form. `received_at` (UTC) may lie before; it defaults to the instant
    of recording. `at` only when the past is replayed. The number is taken last, so that a failure leaves no gap (R5).
    Raises Repeated when the form's key was used already.
    """
    claim = claim_once(once, actor)
    instant = at or clock.instant()
    complaint = Complaint(
        branch=branch, access_code=access_code(), recorded_at=instant, recorded_by=actor, state_since=instant,
        **{"received_at": instant, "received_by": actor, **fields},
    )  # fmt: skip
    complaint.title = complaint.title or title_of(complaint.about, complaint.words)
    complaint.confidential = complaint.confidential or bool(complaint.type and complaint.type.confidential)
    complaint.number, complaint.number_key = next_number(branch, instant)
    index(complaint)
    complaint.save()
    _record(complaint, actor, instant, files or [], mail=at is None)
    if claim:
        Once.objects.filter(pk=claim.pk).update(answer=complaint.number)
    return complaint


def _record(complaint: Complaint, actor: Person, at: dt.datetime, files: list[Attachment], *, mail: bool) -> None:
    deed = Deed(RECEIVED, complaint, actor, Standing(Role.EMPLOYEE), at, {})
    if files:
        attach(deed, files)
    clocks = Clocks(complaint, at, timers=[])
    follow(clocks, "received", NOTHING)
    clocks.save()
    deed.noted["timers"] = clocks.noted
    body = {"changed": content.changes(dict.fromkeys(content.CODED), content.coded(complaint)), "number": complaint.number, **deed.noted}
    words = {name: text for name, text in content.texts(complaint).items() if text}
    if mail:
        rechecks.after(complaint, {*rechecks.COUNTING}, at)
    event = history.append(complaint, "received", at=at, actor=actor, body=body, texts=words | deed.texts)
    tell(tellings_of(deed, event.pk, NOTHING), at=at, mail=mail)
    complaint.save(update_fields=["history_seq", "history_head"])


def next_number(branch: Branch, at: dt.datetime) -> tuple[str, int]:
    """The next number of the branch's prefix and local month, and its sort key; unique and without gaps under concurrency (R5)."""
    return next(next_numbers(branch, month_of(branch, at), 1))


def month_of(branch: Branch, at: dt.datetime) -> dt.date:
    """The first day of the branch-local month."""
    return at.astimezone(branch.tz).date().replace(day=1)


def next_numbers(branch: Branch, month: dt.date, how_many: int) -> Iterator[tuple[str, int]]:
    """As `next_number`, several of one month. Whoever takes numbers of several months takes the earlier month first."""
    short = month.strftime("%y%m")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO complaints_counter (prefix, month, last) VALUES (%s, %s, %s) "
            "ON CONFLICT (prefix, month) DO UPDATE SET last = complaints_counter.last + excluded.last RETURNING last",
            [branch.prefix, short, how_many],
        )
        last = cursor.fetchone()[0]
    start = ((month.year - 2000) * 100 + month.month) * 10_000_000  # 1999 sorts before 2000
    return ((f"{branch.prefix}-{short}-{place:04d}", start + place) for place in range(last - how_many + 1, last + 1))


def access_code() -> str:
    """50 random bits, readable: with the number it opens the customer's own page."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def title_of(about: str, words: str) -> str:
    """A line to know it by: what it is about and the first clause of the customer's words, cut at a word."""
    clause = re.split(r"[。．！？!?；;\n]|\.\s|,\s|，", words.strip(), maxsplit=1)[0].strip() if words else ""
    title = f"{about} {clause}".strip() if about and about.lower() not in clause.lower() else clause or about
    return title if len(title) <= TITLE_LENGTH else _cut(title)


def _cut(title: str) -> str:
    head = title[: TITLE_LENGTH - 1]
    space = head.rfind(" ")
    return (head[:space] if space > TITLE_LENGTH // 2 else head).rstrip() + "…"
