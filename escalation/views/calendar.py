"""Working calendars of the branches: the year as one looks at it, and its three changes: the week, days, the list of a year (R32)."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateformat import format as date_format
from django.utils.dateparse import parse_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from escalation import calendarfile, clock, preview
from escalation.calendars import CHINA, calendar_by_id
from escalation.calendaryear import year_of
from escalation.changing import change_calendar
from escalation.forms import CalendarForm, DayForm, WeekForm, YearForm, typed
from escalation.worktime import Calendar
from organisation.models import Branch, WorkCalendar

from .change import Change, page
from .guard import for_administrators

YEARS = range(2000, 2100)


class Book:
    """A branch's calendar as it counts now: its newest row, none while the shipped one counts."""

    def __init__(self, branch: Branch) -> None:
        self.branch = branch
        self.row = WorkCalendar.objects.filter(branch=branch).select_related("decided_by").order_by("-version").first()
        self.calendar = calendar_by_id(self.row.pk if self.row else None, branch.zone)
        self.seen = self.row.version if self.row else 0


@require_safe
@for_administrators
def own_calendar(request: HttpRequest) -> HttpResponse:
    """One's own branch, this year."""
    branch = request.user.branch
    return redirect("work_calendar", branch.pk, clock.now().astimezone(branch.tz).year)


@require_safe
@for_administrators
def work_calendar(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    book, now = _book(pk, year), clock.now()
    branch = book.branch
    today = now.astimezone(branch.tz).date()
    shown = year_of(book.calendar, year, today, china=branch.zone in CHINA)
    gaps = preview.gaps([(branch, book.calendar)], now)
    context = {
        "branch": branch, "branches": list(Branch.objects.all()), "row": book.row, "year": shown, "gaps": gaps, "today": today,
        "offset": now.astimezone(branch.tz).strftime("%z"), "week": _week(book.calendar), "last": max(book.calendar.loaded or [0]),
        "previous": year - 1 if year - 1 in YEARS else None, "following": year + 1 if year + 1 in YEARS else None,
        "weekdays": weekdays(), "form": DayForm(book.calendar, seen=book.seen),
    }  # fmt: skip
    return render(request, "escalation/calendar.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def calendar_week(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    book = _book(pk, year)
    return _change(request, book, year, WeekForm(book.calendar, _sent(request), seen=book.seen), _("Working hours"))


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def calendar_day(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    book = _book(pk, year)
    day = parse_date(request.GET["day"]) if _is_date(request.GET.get("day", "")) else None
    return _change(request, book, year, DayForm(book.calendar, _sent(request), seen=book.seen, day=day), _("Company day"))


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def calendar_import(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    book = _book(pk, year)
    form = YearForm(book.calendar, _sent(request), request.FILES or None, seen=book.seen, year=year)
    return _change(request, book, year, form, _("Holidays of a year"))


@require_safe
@for_administrators
def calendar_export(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    """The whole calendar in its file form, of all years (docs/worktime.md)."""
    book = _book(pk, year)
    answer = HttpResponse(calendarfile.dump(book.calendar), content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{book.branch.code}-calendar-{book.seen}.json"'
    return answer


def _book(pk: int, year: int) -> Book:
    if year not in YEARS:
        raise Http404
    return Book(get_object_or_404(Branch, pk=pk))


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _is_date(text: str) -> bool:
    try:
        return parse_date(text) is not None
    except ValueError:
        return False


def _change(request: HttpRequest, book: Book, year: int, form: CalendarForm, title: str) -> HttpResponse:
    now = clock.now()
    back = reverse("work_calendar", args=[book.branch.pk, year])

    def wanted() -> Calendar:
        return form.calendar() if form.is_bound else book.calendar

    change = Change(
        form,
        lambda: preview.of_calendar(book.branch, wanted(), now),
        lambda order: change_calendar(book.branch, form.calendar(), order, form.said()),
        "escalation/calendar_change.html",
        {"branch": book.branch, "row": book.row, "title": title, "back": back, "number": year},
        back,
        lambda: "" if _differs(form.calendar(), book.calendar) else _("Nothing is changed."),
    )
    return page(request, change)


def _differs(made: Calendar, current: Calendar) -> bool:
    same: tuple[Callable[[Calendar], Any], ...] = (
        lambda c: tuple(c.week), lambda c: dict(c.days), lambda c: dict(c.names), lambda c: c.loaded,
    )  # fmt: skip
    return any(part(made) != part(current) for part in same)


# Monday to Sunday, any week.
WEEK = [dt.date(2024, 1, day) for day in range(1, 8)]


def weekdays() -> list[dict[str, str]]:
    """Names and the shortest signs of the weekdays in the reader's language."""
    names = [date_format(day, "l") for day in WEEK]
    return [{"name": name, "sign": name[-1] if (get_language() or "").startswith("zh") else name[:2]} for name in names]


def _week(calendar: Calendar) -> list[dict[str, Any]]:
    """The hours of the weekdays; neighbours that are alike are one line."""
    lines: list[dict[str, Any]] = []
    for day, spans in zip(WEEK, calendar.week, strict=True):
        if lines and lines[-1]["spans"] == spans:
            lines[-1]["last"] = day
        else:
            lines.append({"first": day, "last": None, "spans": spans, "hours": typed(spans).split()})
    return lines
