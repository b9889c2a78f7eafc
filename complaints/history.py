"""History: writing events into their chain, hiding texts in passages, and signing (architecture, section 4).

One function writes events. What is hashed is kept as it was hashed: JSON, keys sorted, no spaces, UTF-8, instants as `…ffffffZ`, no floats.
Not here: proving a chain (`verification`) and who may do what (`actions`).
"""

import datetime as dt
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings
from django.db import models, transaction

from escalation import clock
from organisation.models import Person

from .copying import copy, next_ids
from .models import ChainHead, Complaint, Event, Passage, Signature

SIMPLE = (str, int)  # bool is an int
ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def stamp(at: dt.datetime) -> str:
    """An instant as it is hashed: UTC, microseconds, `2026-11-20T02:42:07.000123Z`."""
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def plain(value: Any) -> Any:
    """A value as it stands in an event: ids for rows, ISO for dates, text for decimals; floats are refused."""
    if value is None or isinstance(value, SIMPLE):
        return value
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, dt.datetime):
        return stamp(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    raise TypeError(f"{type(value).__name__} cannot stand in an event")


def canonical(body: Mapping[str, Any]) -> str:
    return ENCODER.encode(plain(body))


def digest_of(previous: str, chain: str, seq: int, kind: str, at: dt.datetime, body: str) -> str:
    """HMAC-SHA256 over `prev|complaint|seq|kind|at|body`, hexadecimal."""
    return keyed(f"{previous}|{chain}|{seq}|{kind}|{stamp(at)}|{body}")


def keyed(text: str) -> str:
    return hmac.new(settings.HISTORY_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


def passage_digest(salt: bytes | memoryview, text: str) -> str:
    return hashlib.sha256(bytes(salt) + text.encode()).hexdigest()


def keep(complaint: Complaint | None, texts: Mapping[str, str]) -> dict[str, list[Any]]:
    """Store texts as passages; return what an event may say of them: `{name: [id, sha256(salt ‖ text)]}`. Empty texts are left out."""
    salted = {name: (secrets.token_bytes(16), text) for name, text in texts.items() if text}
    rows = Passage.objects.bulk_create(
        Passage(complaint=complaint, name=name, text=text, salt=salt) for name, (salt, text) in salted.items()
    )
    return {row.name: [row.pk, passage_digest(*salted[row.name])] for row in rows}


def keep_each(many: Sequence[tuple[Complaint, Mapping[str, str]]]) -> list[dict[str, list[Any]]]:
    """As `keep`, for many complaints at once."""
    salted = [[(name, text, secrets.token_bytes(16)) for name, text in texts.items() if text] for _, texts in many]
    keys = next_ids(Passage, sum(map(len, salted)))
    free = iter(keys)
    rows = ((next(free), complaint.pk, *text) for (complaint, _), texts in zip(many, salted, strict=True) for text in texts)
    copy(Passage._meta.db_table, ("id", "complaint_id", "name", "text", "salt"), rows)
    given = iter(keys)
    return [{name: [next(given), passage_digest(salt, text)] for name, text, salt in texts} for texts in salted]


def append(
    complaint: Complaint | None,
    kind: str,
    *,
    at: dt.datetime,
    actor: Person | None,
    on_behalf: Person | None = None,
    body: Mapping[str, Any],
    texts: Mapping[str, str] | None = None,
) -> Event:
    """Write one event at the end of a complaint's chain, or of the house's where `complaint` is None.

    The caller holds the complaint's lock and saves it afterwards (`history_seq` and `history_head` are set here); the house's head is
    locked and saved here. `at` is the instant of the act, UTC.
    """
    head = complaint or ChainHead.objects.select_for_update().get_or_create(id=1)[0]
    previous = head.history_head if isinstance(head, Complaint) else head.head
    seq = (head.history_seq if isinstance(head, Complaint) else head.seq) + 1
    recorded = clock.unmoved()
    said = {**body, "actor": actor, "on_behalf": on_behalf, "recorded_at": recorded, "texts": keep(complaint, texts or {})}
    text = canonical(said)
    chain = str(complaint.pk) if complaint else "house"
    event = Event.objects.create(
        complaint=complaint, seq=seq, kind=kind, actor=actor, on_behalf=on_behalf, at=at, recorded_at=recorded, body=text,
        previous=previous, digest=digest_of(previous, chain, seq, kind, at, text),
    )  # fmt: skip
    _move_head(head, seq, event.digest)
    return event


class Entry(NamedTuple):
    """One more event of a complaint, by the system and without free text."""

    complaint: Complaint
    kind: str
    body: Mapping[str, Any]


def append_many(entries: Sequence[Entry], *, at: dt.datetime) -> list[int]:
    """As `append`, many events of many complaints at once, each chain in the order given; returns their ids.

    The caller holds the complaints' locks and saves their heads afterwards, set here. `at` is the instant of the act, UTC.
    """
    recorded = clock.unmoved()
    common: dict[str, Any] = {"actor": None, "on_behalf": None, "recorded_at": stamp(recorded), "texts": {}}
    ids = next_ids(Event, len(entries))
    rows = []
    for key, (complaint, kind, body) in zip(ids, entries, strict=True):
        text, previous, seq = canonical({**body, **common}), complaint.history_head, complaint.history_seq + 1
        digest = digest_of(previous, str(complaint.pk), seq, kind, at, text)
        complaint.history_seq, complaint.history_head = seq, digest
        rows.append((key, complaint.pk, seq, kind, at, recorded, text, previous, digest))
    copy(Event._meta.db_table, ("id", "complaint_id", "seq", "kind", "at", "recorded_at", "body", "previous", "digest"), rows)
    return ids


class Beginning(NamedTuple):
    """The first event of a complaint: its coded facts, plain already, and its texts."""

    complaint: Complaint
    body: Mapping[str, Any]
    texts: Mapping[str, str]


def begin(beginnings: Sequence[Beginning], kind: str, *, at: dt.datetime) -> None:
    """As `append`, the first events of many complaints at once, by nobody.

    Their ids are given, their rows not written yet: the caller saves them afterwards, with the heads set here. `at` is UTC.
    """
    recorded = clock.unmoved()
    kept = keep_each([(one.complaint, one.texts) for one in beginnings])
    common = {"actor": None, "on_behalf": None, "recorded_at": stamp(recorded)}
    rows = []
    for key, (complaint, body, _), texts in zip(next_ids(Event, len(kept)), beginnings, kept, strict=True):
        text = ENCODER.encode({**body, **common, "texts": texts})
        digest = digest_of("", str(complaint.pk), 1, kind, at, text)
        complaint.history_seq, complaint.history_head = 1, digest
        rows.append((key, complaint.pk, 1, kind, at, recorded, text, "", digest))
    copy(Event._meta.db_table, ("id", "complaint_id", "seq", "kind", "at", "recorded_at", "body", "previous", "digest"), rows)


def _move_head(head: Complaint | ChainHead, seq: int, digest: str) -> None:
    if isinstance(head, Complaint):
        head.history_seq, head.history_head = seq, digest
        return
    head.seq, head.head = seq, digest
    head.save(update_fields=["seq", "head"])


def sign(
    event: Event, complaint: Complaint, person: Person, on_behalf: Person | None, meaning: str, content: Mapping[str, Any]
) -> Signature:
    """Bind a person's word to an event, whose digest binds all that went before, and to the content named, by digest (R19)."""
    behalf = on_behalf.pk if on_behalf else None
    body = canonical(word_of(complaint.pk, event.digest, meaning, person.pk, behalf, complaint.round, event.at, content))
    return Signature.objects.create(
        complaint=complaint, event=event, round=complaint.round, person=person, on_behalf=on_behalf, meaning=meaning, at=event.at,
        body=body, digest=keyed(body),
    )  # fmt: skip


def word_of(
    complaint_id: int,
    event_digest: str,
    meaning: str,
    person_id: int,
    on_behalf_id: int | None,
    round_number: int,
    at: dt.datetime,
    content: Mapping[str, Any],
) -> dict[str, Any]:
    """What is hashed of a signature."""
    return {
        "complaint": complaint_id,
        "event": event_digest,
        "meaning": meaning,
        "person": person_id,
        "on_behalf": on_behalf_id,
        "round": round_number,
        "at": at,
        "content": hashlib.sha256(canonical(content).encode()).hexdigest(),
    }


@transaction.atomic
def erase(passages: models.QuerySet[Passage], *, actor: Person | None, at: dt.datetime) -> Event:
    """Take texts and their salts away for good, and say in the house's chain which: what is erased without it counts as tampered with.

    Chains and signatures go on verifying, for they hold only the digests. `at` is the instant of the act, UTC.
    """
    ids = sorted(passages.filter(erased_at=None).values_list("pk", flat=True))
    event = append(None, "erased", at=at, actor=actor, body={"passages": ids})
    Passage.objects.filter(pk__in=ids).update(text="", salt=None, erased_at=at)
    return event
