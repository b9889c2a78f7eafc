"""`manage.py worktime OP --calendar FILE …`: asks a calendar file when something is due, and why; `--batch` answers many questions at once.

Needs no database. docs/worktime.md describes files and answers. Not here: the reckoning (`escalation.worktime`).
"""

import datetime as dt
import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from escalation.calendarfile import CalendarFileError, read
from escalation.worktime import Calendar, Why, WorktimeError

NEEDS = {
    "due": ("start", "seconds"),
    "elapsed": ("start", "end"),
    "next_opening": ("start",),
    "workdays": ("start", "days"),
    "is_open": ("start",),
    "spans": ("start", "end"),
}
REASONS = {
    Why.BREAK: "break",
    Why.OFF_HOURS: "outside working hours",
    Why.DAY_OFF: "not a working day of the week",
    Why.CLOSED: "closed",
}
RECEIPT = "the day of receipt"
DAY = dt.timedelta(days=1)


class Command(BaseCommand):
    help = "Ask a calendar file: when is something due, how much working time lies between two moments, and why."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("op", nargs="?", choices=NEEDS, metavar="OP", help=", ".join(NEEDS))
        parser.add_argument("--calendar", metavar="FILE", help="the calendar file (docs/worktime.md)")
        parser.add_argument("--start", metavar="TIME", help="ISO 8601 with offset: 2026-10-09T16:30:00+08:00")
        parser.add_argument("--end", metavar="TIME", help="ISO 8601 with offset")
        parser.add_argument("--seconds", metavar="N", help="working time")
        parser.add_argument("--days", metavar="N", help="working days")
        parser.add_argument("--explain", action="store_true", help="also show each span that counted and each that did not")
        parser.add_argument("--batch", type=Path, metavar="FILE", help='JSON lines: {"op": …, "calendar": "FILE", "start": …, …}')

    def handle(self, *args: Any, **options: Any) -> None:
        if options["batch"]:
            if options["op"] or options["explain"]:
                raise CommandError("--batch takes its questions from the file alone.")
            self.stdout.write("".join(f"{line}\n" for line in answers(options["batch"], options["calendar"])), ending="")
            return
        try:
            self._one(options)
        except (CalendarFileError, WorktimeError) as error:
            raise CommandError(str(error)) from error

    def _one(self, options: dict[str, Any]) -> None:
        if not options["op"]:
            raise CommandError(f"Say what is asked: {', '.join(NEEDS)}; or --batch.")
        given = {name: _numeral(value) if name in {"seconds", "days"} else value for name, value in options.items()}
        calendar = _calendar(given, Path(), {})
        result = answer(calendar, given)
        self.stdout.write(result if isinstance(result, str) else json.dumps(result))
        if options["explain"]:
            self.stdout.write("\n".join(explanation(calendar, given, result)))


def answers(batch: Path, default: str | None) -> Iterator[str]:
    """One JSON line for each line of the file that is not blank: {"result": …} or {"error": …}."""
    calendars: dict[str, Calendar | CalendarFileError] = {}
    try:
        lines = batch.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{batch} cannot be read.") from error
    for line in lines:
        if line.strip():
            yield json.dumps(_answered(line, batch.parent, default, calendars))


def _answered(line: str, folder: Path, default: str | None, calendars: dict[str, Calendar | CalendarFileError]) -> dict[str, Any]:
    try:
        asked = json.loads(line)
    except (ValueError, RecursionError) as error:
        return {"error": f"not JSON: {error}"}
    try:
        if not isinstance(asked, dict):
            raise WorktimeError("a question is a JSON object {…}")
        if default and "calendar" not in asked:
            asked["calendar"] = str(Path(default).absolute())
        return {"result": answer(_calendar(asked, folder, calendars), asked)}
    except (WorktimeError, CalendarFileError) as error:
        return {"error": str(error)}


def _calendar(asked: dict[str, Any], folder: Path, known: dict[str, Calendar | CalendarFileError]) -> Calendar:
    """The calendar that the question names, read once."""
    name = asked.get("calendar")
    if not name or not isinstance(name, str):
        raise WorktimeError("calendar: is missing")
    if name not in known:
        try:
            known[name] = read(folder / name)
        except CalendarFileError as error:
            known[name] = error
    found = known[name]
    if isinstance(found, CalendarFileError):
        raise found
    return found


def answer(calendar: Calendar, asked: dict[str, Any]) -> str | float | bool | list[list[str]]:
    """What JSON says to the question. Raises WorktimeError."""
    op = asked.get("op")
    if not isinstance(op, str) or op not in NEEDS:
        raise WorktimeError(f"op: “{op}” is none of {', '.join(NEEDS)}")
    given = [READERS[name](asked.get(name), name) for name in NEEDS[op]]
    try:
        result = getattr(calendar, op)(*given)
    except OverflowError as error:
        raise WorktimeError("that is too far away") from error
    return _said(calendar, result)


def _said(calendar: Calendar, result: Any) -> Any:
    """A result as JSON has it: times with the offset of the calendar's zone, lengths in seconds."""
    if isinstance(result, dt.datetime):
        return result.astimezone(calendar.zone).isoformat()
    if isinstance(result, dt.timedelta):
        whole, rest = divmod(result, dt.timedelta(seconds=1))
        return result.total_seconds() if rest else whole
    return [[_said(calendar, edge) for edge in span] for span in result] if isinstance(result, list) else result


def _time(value: Any, name: str) -> dt.datetime:
    try:
        found = dt.datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise WorktimeError(_fault(value, name, "is no time, write one like 2026-10-09T16:30:00+08:00")) from error
    if found.tzinfo is None:
        raise WorktimeError(_fault(value, name, "has no offset, write +08:00 or Z behind it"))
    return found


def _seconds(value: Any, name: str) -> dt.timedelta:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise WorktimeError(_fault(value, name, "is no number of seconds"))
    try:
        return dt.timedelta(seconds=value)
    except (ValueError, OverflowError) as error:
        raise WorktimeError(_fault(value, name, "is no such length of time")) from error


def _days(value: Any, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise WorktimeError(_fault(value, name, "is no whole number of days"))
    return value


READERS = {"start": _time, "end": _time, "seconds": _seconds, "days": _days}


def _fault(value: Any, name: str, what: str) -> str:
    return f"{name}: is missing" if value is None else f"{name}: “{value}” {what}"


def _numeral(text: str | None) -> Any:
    """A number from the command line, as JSON would have it; what is none stays text and is refused with its name."""
    for number in (int, float):
        try:
            return None if text is None else number(text)
        except ValueError:
            continue
    return text


def explanation(calendar: Calendar, asked: dict[str, Any], result: Any) -> Iterator[str]:
    """Each span between the start and the answer that counted, and each that did not, in the calendar's zone, in order."""
    start, end = _range(calendar, asked, result)
    receipt = calendar.in_zone(start).date() if asked["op"] == "workdays" and asked["days"] else None
    yield f"times in {calendar.zone}"
    worked = calendar.spans(start, end)
    lines = [(opens, closes, RECEIPT if calendar.in_zone(opens).date() == receipt else "") for opens, closes in worked]
    lines += [(gap.start, gap.end, gap.name or REASONS[gap.why]) for gap in calendar.gaps(start, end)]
    for opens, closes, why in sorted(lines):
        between = _between(calendar.in_zone(opens), calendar.in_zone(closes))
        yield f"  {'not counted' if why else 'counted':<11}  {between:<43}  {_hours(closes - opens):>7}  {why}".rstrip()


def _hours(length: dt.timedelta) -> str:
    """`48:00`; with seconds where there are some."""
    minutes, rest = divmod(length, dt.timedelta(minutes=1))
    return f"{minutes // 60}:{minutes % 60:02}" + (f":{rest.total_seconds():09.6f}".removesuffix(".000000") if rest else "")


def _range(calendar: Calendar, asked: dict[str, Any], result: Any) -> tuple[dt.datetime, dt.datetime]:
    """From the start to the end or the answer; the whole local date when the question is about one moment."""
    start = _time(asked["start"], "start")
    if asked["op"] == "is_open":
        date = calendar.in_zone(start).date()
        return calendar.end_of(date - DAY), calendar.end_of(date)
    return start, _time(asked["end"] if "end" in NEEDS[asked["op"]] else result, "end")


def _between(opens: dt.datetime, closes: dt.datetime) -> str:
    """`Fri 2026-10-09 16:30 - 17:30`; with offsets when the clocks are moved in between. A date ends at 24:00."""
    zoned = opens.utcoffset() != closes.utcoffset()
    date = closes.date()
    time = _clock(closes, zoned)
    if closes.time() == dt.time(0) and opens.date() < date:
        date, time = date - DAY, time.replace("00:00", "24:00", 1)
    day = "" if date == opens.date() else f"{date:%a %Y-%m-%d} "
    return f"{opens:%a %Y-%m-%d} {_clock(opens, zoned)} - {day}{time}"


def _clock(at: dt.datetime, zoned: bool) -> str:
    text = at.time().isoformat("auto") if at.second or at.microsecond else f"{at:%H:%M}"
    return text + at.isoformat()[-6:] if zoned else text
