"""A month as text that never changes, and back: what a publication keeps (R40), and the figures its page and files are made from again.

The text holds `figures`, the JSON of the month's file, and `month`, which is `figures.Month` piece by piece; words stand in both
languages. Not here: when a month is frozen (`publishing`), whether the text is still the one that was published (`proof`).
"""

import dataclasses
import datetime as dt
import json
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

from django.utils import translation
from django.utils.functional import Promise

from . import figures, files, trend
from .figures import BY_NAME, Figure, Month, Row
from .models import Publication
from .period import Period

LANGUAGES = ("zh-hans", "en")
HOUSE = LANGUAGES[0]
"""The language of what stands in one only: the JSON of the file."""
IS = "is"
ENCODER = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def freeze(period: Period) -> str:
    """All figures of the month as they are now, as canonical text: in the order of the page, no spaces, rates in shortest decimals."""
    with translation.override(HOUSE):
        month = figures.month(period)
        return ENCODER.encode({"figures": files.data(month), "month": _put(month)})


def thaw(publication: Publication, period: Period) -> Month:
    """The month as it was published, in the language of the moment; its `period` ends at the publication's cut-off."""
    kept = dataclasses.replace(period, cutoff=publication.cutoff)
    return _take(json.loads(publication.content)["month"], kept)


# ── to text ──────────────────────────────────────────────────────────────────────────────────────────────────


def _put(value: Any) -> Any:
    if value is None or (isinstance(value, str | int | float) and not isinstance(value, Enum)):
        return value
    if isinstance(value, Promise):
        return _words({language: _in(language, value) for language in LANGUAGES})
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dt.date):
        return {IS: type(value).__name__, "at": value.isoformat()}
    if isinstance(value, Mapping):
        return {str(key): _put(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [_put(item) for item in value]
    return _put_object(value)


def _put_object(value: Any) -> Any:
    if isinstance(value, Period):
        return {IS: "Period", "first": value.first.isoformat(), "cutoff": value.cutoff.isoformat()}
    if isinstance(value, Figure):
        return {IS: "Figure", "name": value.name}
    if not dataclasses.is_dataclass(value):
        raise TypeError(f"{type(value).__name__} cannot be frozen")
    kept = {field.name: _put(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Row):
        kept["label"] = _words({HOUSE: value.label, LANGUAGES[1]: _in(LANGUAGES[1], value)})
    return kept | {IS: type(value).__name__}


def _words(said: dict[str, str]) -> dict[str, str]:
    return {IS: "words", **said}


def _in(language: str, value: Any) -> str:
    with translation.override(language):
        if not isinstance(value, Row):
            return str(value)
        dimension, _dot, key = value.set.partition(".")
        return figures.label_of(dimension, key)


# ── and back ─────────────────────────────────────────────────────────────────────────────────────────────────


def _take(value: Any, period: Period) -> Any:
    if isinstance(value, list):
        return [_take(item, period) for item in value]
    if not isinstance(value, dict):
        return value
    kind = value.get(IS)
    if kind is None:
        return {key: found for key, item in value.items() if (found := _take(item, period)) is not GONE}
    return _take_object(kind, value, period)


GONE = object()
"""In place of a figure that the product knows no more: it stays in the text and in the JSON, but has no name to be shown by."""


def _take_object(kind: str, value: dict[str, Any], period: Period) -> Any:
    if kind == "words":
        return value[LANGUAGES[1] if (translation.get_language() or HOUSE).startswith("en") else HOUSE]
    if kind == "Period":
        return period
    if kind == "Figure":
        return BY_NAME.get(value["name"], GONE)
    if kind in {"date", "datetime"}:
        return getattr(dt, kind).fromisoformat(value["at"])
    made = getattr(figures, kind, None) or getattr(trend, kind)
    known = {field.name for field in dataclasses.fields(made)}
    given = {name: _take(item, period) for name, item in value.items() if name in known}
    return GONE if GONE in given.values() else made(**given)
