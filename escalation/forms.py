"""The administrator's forms about time: a time limit, the week, a day, the list of a year.

Each knows what it makes: `policy()` or `calendar()`, pure values that `preview` and `changing` take. Not here: what they would move.
"""

import dataclasses
import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from . import calendarfile, holidays
from .calendarfile import WEEKDAYS, CalendarFileError
from .policies import GM_ALWAYS, HOUR, Clock, Policy, Then, Told
from .worktime import Calendar, Spans

MINUTE, DAY = 60, 24 * HOUR
LONGEST = 366 * DAY
UNITS = {"minutes": MINUTE, "hours": HOUR, "days": DAY}
BY_DAYS = (Clock.WORKING_DAYS, Clock.CALENDAR_DAYS)
CLOCKS = [(clock.value, clock.label) for clock in Clock if clock != Clock.DATE]
TOLD = [(told.value, told.label) for told in Told]


class ToldWidget(forms.CheckboxSelectMultiple):
    """`fixed` stands always and cannot be taken off."""

    fixed = ""

    def create_option(self, name: str, value: Any, label: Any, selected: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, label, selected or str(value) == self.fixed, *args, **kwargs)
        if str(value) == self.fixed:
            option["attrs"] |= {"disabled": True, "checked": True}
            option["label"] = gettext("%(who)s (always)") % {"who": label}
        return option


class ChangeForm(forms.Form):
    """What every change has: why, what becomes of running timers, and what whoever decides had before him."""

    reason = forms.CharField(label=_("Why"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    running = forms.ChoiceField(
        label=_("Running timers"), choices=[("leave", _("Leave them")), ("move", _("Move them too"))], initial="leave"
    )
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput())
    foreseen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput())

    @property
    def moves(self) -> bool:
        return self.cleaned_data.get("running") == "move"


class PolicyForm(ChangeForm):
    """A time limit, starting from the one in force. What a key cannot have is not asked."""

    amount = forms.DecimalField(label=_("How long"), min_value=Decimal("0.25"), max_value=Decimal(9999), decimal_places=2, localize=False)
    unit = forms.ChoiceField(label=_("Unit"), choices=[("minutes", _("minutes")), ("hours", _("hours")), ("days", _("days"))])
    clock = forms.ChoiceField(label=pgettext_lazy("time limit", "Clock"), choices=CLOCKS, widget=forms.RadioSelect)
    when = forms.ChoiceField(
        label=_("From when"), choices=[("now", _("at once")), ("later", _("later"))], widget=forms.RadioSelect, initial="now"
    )
    effective_from = forms.DateTimeField(
        label=_("Day and time"), required=False, widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
    )
    warn_at = forms.CharField(label=_("Reminders at (% of the time)"), required=False, max_length=40)
    first = forms.MultipleChoiceField(label=_("Told first"), required=False, choices=TOLD, widget=ToldWidget)
    second = forms.MultipleChoiceField(
        label=_("Told a working day later"), required=False, choices=TOLD, widget=forms.CheckboxSelectMultiple
    )
    enabled = forms.BooleanField(label=_("In use"), required=False)
    name = forms.CharField(label=_("Name in Chinese"), required=False, max_length=60)
    name_en = forms.CharField(label=_("Name in English"), required=False, max_length=60)

    def __init__(self, current: Policy, data: Any = None, *, now: dt.datetime, seen: int) -> None:
        super().__init__(data, initial=_initial(current) | {"seen": seen})
        self.current, self.now = current, now
        self.fields["warn_at"].widget.attrs["inputmode"] = "numeric"
        for name in _not_asked(current):
            del self.fields[name]
        if current.key in GM_ALWAYS:
            self.fields["first"].widget.fixed = Told.GM.value

    def clean_effective_from(self) -> dt.datetime | None:
        at = self.cleaned_data["effective_from"]
        if self.cleaned_data.get("when") != "later":
            return None
        if at is None:
            raise ValidationError(_("From which day and time on?"), code="required")
        if at <= self.now:
            raise ValidationError(_("This is in the past. What holds from now on is “at once”."), code="past")
        return at.astimezone(dt.UTC)

    def clean_warn_at(self) -> tuple[int, ...]:
        given = re.split(r"[\s,，、;；%％]+", self.cleaned_data["warn_at"].strip("%％ "))
        numbers = {int(one) for one in given if one.isascii() and one.isdecimal()}
        if any(one and not one.isdecimal() for one in given) or any(not 0 < number < 100 for number in numbers) or len(numbers) > 4:
            raise ValidationError(_("At most four numbers between 1 and 99, such as 50, 80."), code="invalid")
        return tuple(sorted(numbers))

    def clean_first(self) -> list[str]:
        chosen = set(self.cleaned_data["first"]) | ({Told.GM.value} if self.current.key in GM_ALWAYS else set())
        if not chosen:
            raise ValidationError(_("Somebody has to be told."), code="required")
        return [told.value for told in Told if told.value in chosen]

    def clean(self) -> dict[str, Any]:
        super().clean()
        given = self.cleaned_data
        if given.get("when") == "later" and self.moves:
            self.add_error("running", _("Running timers can be moved only by a change that holds at once. Come back on that day."))
        if not {"amount", "unit", "clock"} <= given.keys():
            return given
        clock, unit = Clock(given["clock"]), given["unit"]
        if clock in BY_DAYS and (unit != "days" or given["amount"] % 1):
            self.add_error("amount", _("Working days and calendar days are counted in whole days."))
        elif clock == Clock.WORKING_HOURS and unit == "days":
            self.add_error("amount", _("Working hours are counted in hours. For days, choose working days."))
        elif given["amount"] * UNITS[unit] > LONGEST:
            self.add_error("amount", _("At most a year."))
        return given

    def policy(self) -> Policy:
        """Of valid fields; the others stay as they are."""
        given = self.cleaned_data
        told = {name: tuple(Told(one) for one in given[name]) for name in ("first", "second") if name in given}
        time = {"clock": Clock(given["clock"]), "amount": self._amount()} if "clock" in given else {}
        return dataclasses.replace(
            self.current, **time, **told, version=given["seen"] + 1, warn_at=given.get("warn_at", ()), enabled=given["enabled"],
            names={"zh": given["name"], "en": given["name_en"]},
        )  # fmt: skip

    def _amount(self) -> int:
        given = self.cleaned_data
        return int(given["amount"] if given["clock"] in BY_DAYS else given["amount"] * UNITS[given["unit"]])


def _initial(policy: Policy) -> dict[str, Any]:
    unit = "days" if policy.clock in BY_DAYS else "minutes" if policy.amount % (HOUR // 4) else "hours"
    amount = policy.amount if policy.clock in BY_DAYS else Decimal(policy.amount) / UNITS[unit]
    return {
        "amount": f"{amount.normalize():f}" if isinstance(amount, Decimal) else amount, "unit": unit, "clock": policy.clock.value,
        "warn_at": ", ".join(map(str, policy.warn_at)), "first": [one.value for one in policy.first],
        "second": [one.value for one in policy.second], "enabled": policy.enabled, "name": policy.names.get("zh", ""),
        "name_en": policy.names.get("en", ""),
    }  # fmt: skip


def _not_asked(policy: Policy) -> list[str]:
    """A date has no length; and what the product answers itself is escalated to nobody and reminds nobody."""
    without_time = ["amount", "unit", "clock"] if policy.clock == Clock.DATE else []
    return without_time + (["first", "second", "warn_at"] if policy.then != Then.ESCALATE else [])


# ── calendars ────────────────────────────────────────────────────────────────────────────────────────────────


def spans_of(text: str) -> Spans:
    """`08:30-12:00 13:30-17:30` as people type it; empty is closed. Raises ValidationError."""
    parts = [part for part in re.split(r"[\s,，、;；]+", re.sub(r"\s*[-–—~～至]\s*", "-", text.replace("：", ":").strip())) if part]
    try:
        return calendarfile.spans([_pair(part) for part in parts], "")
    except CalendarFileError:
        raise ValidationError(_("Write hours like 08:30-12:00 13:30-17:30, nothing for a day off."), code="spans") from None


def _pair(part: str) -> list[str]:
    return [f"0{time}" if re.fullmatch(r"\d:\d\d", time) else time for time in part.split("-")]


class SpansField(forms.CharField):
    """Hours of a day as text."""

    def clean(self, value: Any) -> Any:
        return spans_of(super().clean(value))


def typed(spans: Spans) -> str:
    """Spans as they are typed."""
    return " ".join("-".join(pair) for pair in calendarfile.written(spans))


def spans_field(label: Any, **more: Any) -> SpansField:
    attrs = {"placeholder": "08:30-12:00 13:30-17:30", "autocomplete": "off", "spellcheck": "false", "class": "mono"}
    return SpansField(label=label, required=False, max_length=120, widget=forms.TextInput(attrs=attrs), **more)


class CalendarForm(ChangeForm):
    """A change of a branch's calendar, starting from the one that counts now."""

    def __init__(self, current: Calendar, data: Any = None, *, seen: int, **more: Any) -> None:
        super().__init__(data, initial={"seen": seen} | more.pop("initial", {}), **more)
        self.current = current

    def said(self) -> dict[str, Any]:
        """What is changed, coded, for the event."""
        raise NotImplementedError

    def calendar(self) -> Calendar:
        """The calendar after the change. Of valid fields."""
        raise NotImplementedError

    def _with(self, days: Mapping[dt.date, Spans | None], names: Mapping[dt.date, str]) -> Calendar:
        """With other days: None takes a date back to the week's rule."""
        every = {date: spans for date, spans in {**self.current.days, **days}.items() if spans is not None}
        named = {date: name for date, name in {**self.current.names, **names}.items() if name and date in every}
        return dataclasses.replace(self.current, days=every, names=named)


class WeekForm(CalendarForm):
    """The hours of each weekday."""

    mon = spans_field(_("Monday"))
    tue = spans_field(_("Tuesday"))
    wed = spans_field(_("Wednesday"))
    thu = spans_field(_("Thursday"))
    fri = spans_field(_("Friday"))
    sat = spans_field(_("Saturday"))
    sun = spans_field(_("Sunday"))

    def __init__(self, current: Calendar, data: Any = None, *, seen: int) -> None:
        week = {name: typed(spans) for name, spans in zip(WEEKDAYS, current.week, strict=True)}
        super().__init__(current, data, seen=seen, initial=week)
        for name in WEEKDAYS:
            self.fields[name].widget.attrs["placeholder"] = pgettext("calendar", "closed")

    @property
    def weekdays(self) -> list[forms.BoundField]:
        return [self[name] for name in WEEKDAYS]

    def clean(self) -> dict[str, Any]:
        super().clean()
        given = self.cleaned_data
        if set(WEEKDAYS) <= given.keys() and not any(given[name] for name in WEEKDAYS):
            self.add_error("mon", _("A week has some working time."))
        return given

    def said(self) -> dict[str, Any]:
        return {"week": {name: calendarfile.written(self.cleaned_data[name]) for name in WEEKDAYS}}

    def calendar(self) -> Calendar:
        """Make-up working days, which are worked like a Monday, follow."""
        week = [self.cleaned_data[name] for name in WEEKDAYS]
        before, after = holidays.like_monday(self.current.week), holidays.like_monday(week)
        made_up = {date for date, spans in self.current.days.items() if spans == before and not self.current.week[date.weekday()]}
        days = {date: after if date in made_up else spans for date, spans in self.current.days.items()}
        return dataclasses.replace(self.current, week=week, days=days)


class DayForm(CalendarForm):
    """One day or some in a row: closed, worked, other hours, or as the week says."""

    first = forms.DateField(label=_("Day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    last = forms.DateField(
        label=_("Until (if it is more than one)"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    kind = forms.ChoiceField(
        label=_("What is worked"),
        choices=[
            ("closed", pgettext_lazy("calendar", "closed")),
            ("workday", _("like a Monday")),
            ("hours", _("other hours")),
            ("rule", _("as the week says")),
        ],
        widget=forms.RadioSelect,
        initial="closed",
    )
    hours = spans_field(_("Hours"))
    name = forms.CharField(label=_("What for"), required=False, max_length=60)

    field_order = ["first", "last", "kind", "hours", "name"]

    def __init__(self, current: Calendar, data: Any = None, *, seen: int, day: dt.date | None = None) -> None:
        super().__init__(current, data, seen=seen, initial=_day_as_it_is(current, day) if day else {})
        self.fields["reason"].required = False

    def clean(self) -> dict[str, Any]:
        super().clean()
        given = self.cleaned_data
        first, last = given.get("first"), given.get("last")
        if first and last and not 0 <= (last - first).days < 62:
            self.add_error("last", _("Not before the first day, and at most two months."))
        if given.get("kind") == "hours" and "hours" in given and not given["hours"]:
            self.add_error("hours", _("Which hours? A closed day is “closed”."))
        return given

    @property
    def dates(self) -> list[dt.date]:
        first, last = self.cleaned_data["first"], self.cleaned_data["last"] or self.cleaned_data["first"]
        return [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]

    def said(self) -> dict[str, Any]:
        spans = self._spans()
        return {"days": [date.isoformat() for date in self.dates], "spans": None if spans is None else calendarfile.written(spans)}

    def calendar(self) -> Calendar:
        spans = self._spans()
        return self._with(dict.fromkeys(self.dates, spans), dict.fromkeys(self.dates, self.cleaned_data["name"]))

    def _spans(self) -> Spans | None:
        kind = self.cleaned_data["kind"]
        known: dict[str, Spans | None] = {"closed": (), "workday": holidays.like_monday(self.current.week), "rule": None}
        return known[kind] if kind in known else self.cleaned_data["hours"]


def _day_as_it_is(calendar: Calendar, day: dt.date) -> dict[str, Any]:
    spans = calendar.days.get(day)
    kind = "closed" if not spans else "workday" if spans == holidays.like_monday(calendar.week) else "hours"
    return {"first": day, "kind": kind, "hours": typed(spans or ()), "name": str(calendar.names.get(day, ""))}


class YearForm(CalendarForm):
    """The list of a year, from a file or pasted; it takes the place of all special days of that year. A file's text is put into the
    text box, so that what was looked at is what is stored."""

    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2499)
    file = forms.FileField(label=_("File (CSV or calendar file)"), required=False, max_length=200)
    text = forms.CharField(
        label=_("or its text"), required=False, max_length=100_000, widget=forms.Textarea(attrs={"rows": 8, "class": "mono"})
    )

    field_order = ["year", "file", "text"]

    def __init__(self, current: Calendar, data: Any = None, files: Any = None, *, seen: int, year: int) -> None:
        if data is not None and files and files.get("file"):
            data = data.copy()
            data["text"] = _decoded(files["file"].read(200_000))
        super().__init__(current, data, seen=seen, files=files, initial={"year": year})
        self.fields["reason"].required = False

    def clean(self) -> dict[str, Any]:
        super().clean()
        given = self.cleaned_data
        if not given.get("text"):
            self.add_error("file", _("Choose the file, or paste its text."))
        elif "year" in given:
            try:
                given["days"] = holidays.read_year(given["text"], given["year"], self.current.week)
            except CalendarFileError as error:
                self.add_error("text", _("This cannot be read: %(what)s") % {"what": error})
        return given

    def said(self) -> dict[str, Any]:
        days = self.cleaned_data["days"].days
        return {"year": self.cleaned_data["year"], "days": {date.isoformat(): calendarfile.written(spans) for date, spans in days.items()}}

    def calendar(self) -> Calendar:
        year, found = self.cleaned_data["year"], self.cleaned_data["days"]
        days = {date: spans for date, spans in self.current.days.items() if date.year != year} | found.days
        names = {date: name for date, name in self.current.names.items() if date.year != year} | found.names
        loaded = None if self.current.loaded is None else self.current.loaded | {year}
        return dataclasses.replace(self.current, days=days, names=names, loaded=loaded)


def _decoded(content: bytes) -> str:
    """UTF-8, else what Chinese spreadsheets write."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030", errors="replace")
