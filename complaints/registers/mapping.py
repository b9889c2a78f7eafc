"""The mapping file: which column of a register is what, in TOML (docs/import.md). Read strictly: what is not understood is refused.

Not here: the register itself (`tables`), or making rows of it (`reading`).
"""

import tomllib
import zoneinfo
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from complaints.states import Channel, Effect, Grade, Nature, Outcome, State
from complaints.wording import fold
from escalation.policies import SILENT, Code

from .dates import DateFormat

# Texts with the characters that the record has room for.
TEXTS = {
    "number": 60, "customer": 120, "contact": 60, "telephone": 40, "email": 254, "product": 120, "model": 60, "lot_number": 60,
    "order_number": 60, "project": 120, "place": 120, "title": 120, "words": 50_000, "complained_about": 120, "department": 120,
    "handler": 120,
}  # fmt: skip
INSTANTS = frozenset({"received", "acknowledged", "replied", "closed"})
DAYS = frozenset({"happened_on", "delivered_on", "wanted_by"})
AMOUNTS = frozenset({"quantity_delivered", "quantity_affected", "claim_amount"})
CHOICES: dict[str, frozenset[str]] = {
    "state": frozenset({*State.values, *(f"closed:{outcome}" for outcome in Outcome.values)} - {"closed"}),
    "channel": frozenset(Channel.values),
    "effect": frozenset(Effect.values),
    "nature": frozenset(Nature.values),
    "grade": frozenset(str(grade) for grade in Grade.values),
    "satisfied": frozenset({"yes", "no"}),
}
NEEDED = frozenset({"received", "state"})
LEVEL = "›"  # between the levels of a type that come from several columns
VERDICTS = frozenset({"in_time", "late"})
# Timers there is one of to a complaint, and that are shown.
TIMERS = frozenset({str(code) for code in Code} - {str(code) for code in (Code.PROMISE, Code.MEASURE, *SILENT)})
FIELDS = frozenset({*TEXTS, *INSTANTS, *DAYS, *AMOUNTS, *CHOICES, "type"})

_SECTIONS = ("register", "columns", "constants", "verdicts")
_REGISTER = {
    "name": str, "source": str, "zone": str, "open_rows": str, "sheet": str, "header": int, "encoding": str, "delimiter": str,
    "blank": list, "keep": list, "private_customers": bool, "new_types": bool,
}  # fmt: skip
_COLUMN = {
    "column": str,
    "columns": list,
    "join": str,
    "separator": str,
    "values": dict,
    "default": str,
    "optional": bool,
    "blank": list,
    "date": (str, list),
    "cells": str,
}


@dataclass(frozen=True)
class Field:
    """Where a field's value comes from: columns, or a constant; and what the register's words for it mean."""

    name: str
    columns: tuple[str, ...] = ()
    join: str = " "
    separator: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    default: str | None = None
    optional: bool = False
    blank: frozenset[str] = frozenset()
    date: DateFormat = field(default_factory=DateFormat)
    constant: str | None = None

    @property
    def heading(self) -> str:
        """The columns it comes from, for a message."""
        return " + ".join(self.columns)


@dataclass(frozen=True)
class RegisterMapping:
    """`zone` is None where the branch's own is meant; `open_rows` is "history" or "running" (R33a).

    `private_customers`: they are people, not companies. `new_types`: types the catalogue lacks are added to it.
    """

    name: str
    source: str
    zone: zoneinfo.ZoneInfo | None
    open_rows: str
    sheet: str
    header: int
    encoding: str
    delimiter: str
    keep: tuple[str, ...]
    private_customers: bool
    new_types: bool
    fields: Mapping[str, Field]
    verdicts: Mapping[str, Field]

    @property
    def columns(self) -> list[str]:
        """Every column the mapping needs, each once."""
        named = [column for each in (*self.fields.values(), *self.verdicts.values()) for column in each.columns]
        return list(dict.fromkeys([*named, *self.keep]))


class BadMapping(Exception):
    """The mapping file says something that can't be understood; `problems` are sentences."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def load_mapping(path: Path) -> RegisterMapping:
    """Raises `BadMapping`, also for a file that is no TOML, and OSError."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeError) as problem:
        raise BadMapping([str(problem)]) from problem
    if problems := [str(problem) for problem in _problems(content)]:
        raise BadMapping(problems)
    return _mapping(content)


def _mapping(content: dict[str, Any]) -> RegisterMapping:
    register = content["register"]
    blank = _folded(register.get("blank", ()))
    columns = {name: _field(name, entry, blank) for name, entry in content.get("columns", {}).items()}
    constants = {name: Field(name, constant=value) for name, value in content.get("constants", {}).items()}
    return RegisterMapping(
        name=register["name"],
        source=register["source"],
        zone=zoneinfo.ZoneInfo(register["zone"]) if "zone" in register else None,
        open_rows=register.get("open_rows", "history"),
        sheet=register.get("sheet", ""),
        header=register.get("header", 1),
        encoding=register.get("encoding", ""),
        delimiter=register.get("delimiter", ""),
        keep=tuple(register.get("keep", ())),
        private_customers=register.get("private_customers", False),
        new_types=register.get("new_types", False),
        fields=columns | constants,
        verdicts={code: _field(code, entry, blank) for code, entry in content.get("verdicts", {}).items()},
    )


def _folded(words: Iterable[str]) -> frozenset[str]:
    return frozenset(fold(word).strip() for word in words)


def _field(name: str, entry: str | dict[str, Any], blank: frozenset[str]) -> Field:
    """`blank` are the words that mean nothing in every column."""
    entry = {"column": entry} if isinstance(entry, str) else entry
    formats = entry.get("date", [])
    columns = tuple(entry.get("columns") or [entry["column"]])
    separator = entry.get("separator", LEVEL if name == "type" and len(columns) > 1 else "")
    return Field(
        name=name,
        columns=columns,
        join=separator or entry.get("join", " "),
        separator=separator,
        values={fold(said).strip(): meant for said, meant in entry.get("values", {}).items()},
        default=entry.get("default"),
        optional=entry.get("optional", name in TEXTS.keys() - {"number"} or name == "type"),
        blank=blank | _folded(entry.get("blank", ())),
        date=DateFormat(tuple([formats] if isinstance(formats, str) else formats), entry.get("cells", "")),
    )


def _problems(content: dict[str, Any]) -> Iterator[Any]:
    """Everything that is wrong, so that it can be mended in one go."""
    for section, entries in content.items():
        if section not in _SECTIONS or not isinstance(entries, dict):
            yield _("[%(section)s] is not a section of a mapping.") % {"section": section}
            return
    register, columns, constants = content.get("register", {}), content.get("columns", {}), content.get("constants", {})
    yield from _register_problems(register)
    for name in columns.keys() & constants.keys():
        yield _("%(name)s is both a column and a constant.") % {"name": name}
    for name in NEEDED - columns.keys() - constants.keys():
        yield _("%(name)s is missing: every complaint needs it.") % {"name": name}
    for name, entry in columns.items():
        yield from _unknown_field(name)
        yield from _column_problems(name, entry, CHOICES.get(name))
    for name, value in constants.items():
        yield from _unknown_field(name)
        yield from _constant_problems(name, value)
    for code, entry in content.get("verdicts", {}).items():
        if code not in TIMERS:
            yield _("%(name)s is not a timer.") % {"name": code}
        yield from _column_problems(code, entry, VERDICTS)


def _unknown_field(name: str) -> Iterator[Any]:
    if name not in FIELDS:
        yield _("%(name)s is not a field. Fields are: %(fields)s") % {"name": name, "fields": ", ".join(sorted(FIELDS))}


def _register_problems(register: dict[str, Any]) -> Iterator[Any]:
    yield from _wrong_keys("register", register, _REGISTER)
    for name in {"name", "source"} - register.keys():
        yield _("[register] has to say its %(name)s.") % {"name": name}
    if register.get("open_rows", "history") not in ("history", "running"):
        yield _('open_rows is "history" or "running".')
    if isinstance(header := register.get("header", 1), int) and header < 1:
        yield _("header is the number of the row of headings, from 1.")
    if "zone" in register and register["zone"] not in zoneinfo.available_timezones():
        yield _("“%(zone)s” is not a time zone, such as Asia/Shanghai.") % {"zone": register["zone"]}


def _column_problems(name: str, entry: Any, allowed: frozenset[str] | None) -> Iterator[Any]:
    if isinstance(entry, str):
        entry = {"column": entry}
    if not isinstance(entry, dict) or ("column" in entry) == ("columns" in entry):
        yield _("%(name)s has to name its column, or its columns.") % {"name": name}
        return
    yield from _wrong_keys(name, entry, _COLUMN)
    if entry.get("cells", "trust") not in ("trust", "swap"):
        yield _('cells is "trust" or "swap".')
    if name in NEEDED and entry.get("optional"):
        yield _("%(name)s can't be optional: every complaint needs it.") % {"name": name}
    if allowed is not None:
        yield from _meaning_problems(name, entry, allowed if name in NEEDED else allowed | {""})


def _meaning_problems(name: str, entry: dict[str, Any], allowed: frozenset[str]) -> Iterator[Any]:
    meant = _texts(entry.get("values", {})) + _texts([entry["default"]] if "default" in entry else [])
    for value in meant:
        yield from _not_among(name, value, allowed)
    if not meant:
        yield _("%(name)s has to say what the register's words mean: values = { … }") % {"name": name}


def _not_among(name: str, value: str, allowed: frozenset[str]) -> Iterator[Any]:
    if value not in allowed:
        told = ", ".join(sorted(allowed - {""}))
        yield _("%(name)s can't be “%(value)s”, only: %(allowed)s") % {"name": name, "value": value, "allowed": told}


def _constant_problems(name: str, value: Any) -> Iterator[Any]:
    if not isinstance(value, str):
        yield _("The constant %(name)s has to be a text.") % {"name": name}
    elif name in INSTANTS | DAYS | AMOUNTS:
        yield _("%(name)s can't be the same for all complaints.") % {"name": name}
    elif name in CHOICES:
        yield from _not_among(name, value, CHOICES[name])


def _texts(value: Any) -> list[str]:
    """The texts in a list, or on the right side of a table."""
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [each for each in inside if isinstance(each, str)]


def _wrong_keys(name: str, entry: dict[str, Any], known: dict[str, Any]) -> Iterator[Any]:
    for key, value in entry.items():
        if key not in known:
            yield _("%(name)s: “%(key)s” is not understood.") % {"name": name, "key": key}
        elif not isinstance(value, known[key]) or (isinstance(value, list | dict) and len(_texts(value)) < len(value)):
            yield _("%(name)s: “%(key)s” has a value of the wrong kind.") % {"name": name, "key": key}
