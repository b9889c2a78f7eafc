"""The month's figures on a page and as files, and behind every number the complaints it counts.

Totals are the same for everybody of the branch; lists show what the reader may see, and say how many he may not open (R4, R41).
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Count, Window
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from complaints.listing.finding import Query
from complaints.models.reach import reach_of
from complaints.moves import MOVES
from complaints.ordering import order
from complaints.views.list_rows import rows_of
from complaints.views.paging import pages_of, start_of
from escalation import clock
from escalation.policies import Code
from organisation.models import Branch, Person

from . import drawn, files, goals, road, sets
from .deciders import decider, suffix_of
from .differences import sizes
from .figures import BY_NAME, Month, Unit, label_of
from .figures import month as figures_of
from .forms import BackForm, SignForm, TextForm, measures_of
from .models import Aimed, Better, MonthReport
from .period import Period, following, month_of, preceding
from .published import as_read, frozen, report_of
from .words import CARRIED, DIMENSION_TITLES, HEADLINES, MONEY, TOP, age, carried_lines, hours, listed, per_cent, said, thousands
from .workbook import readable

SIZE = 50
MAJOR = ("number", "title", "grade", "state", "meeting", "customer__name", "customer__name_en")


@require_safe
def month_page(request: HttpRequest, month: str) -> HttpResponse:
    return month_answer(request, period_of(request, month, branches_of(request.user)))


def month_answer(request: HttpRequest, period: Period, status: int = 200, **sent: Any) -> HttpResponse:
    """The month's page: as published, or as it stands now with `?live=1`. `sent` are the forms of the page that were refused, as sent."""
    report = report_of(period)
    now = figures_of(period, top=None if report else TOP)
    kept = None if is_live(request) else frozen(report, period)
    shown = kept or now
    frame = _frame(request, shown.period, branches_of(request.user))
    major = _major(request.user, period, now.values["major"].part)
    way = {**road.shown(report, request.user, shown, now, frame["suffix"]), **_forms(report, request.user)} if report else {}
    aims = {} if kept else goals.targets(period.branch)  # what is aimed at may change; what is published does not
    context = {**frame, **_shown(shown, aims), "major": major, **way, "live": is_live(request), "frozen": kept is not None, **sent}
    return render(request, "reports/month.html", context, status=status)


def _major(person: Person, period: Period, total: int) -> dict[str, Any]:
    """The first of them, how many more there are, and how many the reader may not open."""
    seen = sets.of(period, "major").visible_to(person).annotate(seen=Window(Count("pk")))
    rows = list(seen.select_related("customer").only(*MAJOR).order_by("-received_at", "-pk")[:TOP]) if total else []
    visible = rows[0].seen if rows else 0
    return {"rows": rows, "more": max(visible - TOP, 0), "hidden": total - visible}


def is_live(request: HttpRequest) -> bool:
    """Whether a published month is asked for as it stands now."""
    return request.GET.get("live") == "1"


def _forms(report: MonthReport, person: Person) -> dict[str, Any]:
    """Of whoever may write, sign or send back; each knows the version it was opened with."""
    seen = {"draft": report.version}
    mine = decider(person, report)
    return {
        "text_form": TextForm(initial={**seen, "analysis": report.analysis}),
        "measure_forms": measures_of(report),
        "sign_form": SignForm(initial=seen, exception=bool(mine and mine.exception)),
        "back_form": BackForm(initial=seen),
    }


@require_safe
def month_file(request: HttpRequest, month: str, kind: str) -> HttpResponse:
    """Of a published month what was published, unless `?live=1` asks how it stands now."""
    period = period_of(request, month, branches_of(request.user))
    if kind not in files.KINDS:
        raise Http404
    live = is_live(request)
    if kind == "xlsx" and (rows := readable(sets.received(period), request.user).count()) > settings.ROWS_AT_ONCE:
        asked = {"what": "month", "branch": period.branch.code, "month": period.name, "live": live}
        order(request.user, f"{period.branch.code}-{period.name}.{kind}", kind, rows, asked)
        return redirect("ordered_files")
    found, signed = as_read(period, live=live)
    disposition = f'attachment; filename="{files.name(found, kind)}"'
    content = files.content(found, kind, reader=request.user, signed=signed)
    return HttpResponse(content, content_type=files.KINDS[kind], headers={"Content-Disposition": disposition})


@require_safe
def month_list(request: HttpRequest, month: str, name: str) -> HttpResponse:
    branches = branches_of(request.user)
    period = period_of(request, month, branches)
    try:
        counted, called = sets.of(period, name), title(name)
    except ValueError:
        raise Http404 from None
    seen = counted.visible_to(request.user)
    total, visible = counted.count(), seen.count()
    pages = pages_of(start_of(request), visible, SIZE)
    ids = list(seen.order_by("-received_at", "-pk").values_list("pk", flat=True)[pages["first"] - 1 : pages["last"]])
    frame = _frame(request, period, branches)
    for way in ("previous", "next"):
        pages[way] = pages[way] and pages[way] + frame["suffix"].replace("?", "&")
    context = {
        "title": called, "meaning": _meaning(name), "total": total, "hidden": total - visible, "visible": visible, "pages": pages,
        "rows": rows_of(ids, Query(""), clock.now()), "back": address("month", period, request.user),
        "published": _published(period, name, total),
    }  # fmt: skip
    return render(request, "reports/list.html", {**frame, **context})


def _published(period: Period, name: str, total: int) -> int | None:
    """How many the list held when the month was published, where that is another number than now; else None."""
    month = frozen(report_of(period), period)
    then = sizes(month).get(name, 0 if "." in name else None) if month else None
    return None if name.partition(".")[0] in sets.VERDICTS or then == total else then


def title(name: str) -> str:
    """Of a set, as a reader knows it. ValueError where it is about nothing there is."""
    if name in BY_NAME:
        return str(BY_NAME[name].label)
    kind, _dot, key = name.partition(".")
    if kind in DIMENSION_TITLES:
        return f"{DIMENSION_TITLES[kind]}: {label_of(kind, key)}"
    if kind in sets.VERDICTS:
        ended = {"in_time": _("in time"), "late": _("too late"), "blank": _("without a verdict")}[kind]
        return f"{Code(key).label}: {ended}"
    if kind == "sent_back":
        return f"{_('Sent back')}: {MOVES[key].label}"
    if kind == "money":
        return f"{_('Compensation')}: {key}"
    if kind == "round":
        return f"{_('Round')} {key}"
    return {
        "scored": _("Visited, with a score"), "planned": _("With a plan"), "measures": _("Measures open at the end"),
        "overdue": _("Measures overdue"), "done": _("Measures carried out"), "unverified": _("Measures not verified yet"),
        "judged": _("Measures judged by their effect"), "ineffective": _("Measures not effective"), "met": _("Major with a resolution"),
        "valid_closed": _("Valid and closed"), "handled": _("Open at the start, or received"), "opening": _("Open at the start"),
        "asked": _("Asked whether they are satisfied"), "satisfied": _("Satisfied"),
    }[name]  # fmt: skip


def _meaning(name: str) -> str:
    return str(BY_NAME[name].meaning) if name in BY_NAME else ""


# ── which month, of which branch ─────────────────────────────────────────────────────────────────────────────


def period_of(request: HttpRequest, written: str, branches: list[Branch]) -> Period:
    """404 for what is no month, has not begun, and for a branch whose totals are not the reader's."""
    try:
        first = month_of(written)
    except ValueError:
        raise Http404 from None
    period = Period(branch_asked(request, branches), first, clock.now())
    if period.is_ahead:
        raise Http404
    return period


def branch_asked(request: HttpRequest, branches: list[Branch]) -> Branch:
    """The one named in the address, else the reader's own. 404 for one that is not his."""
    code = request.GET.get("branch", request.user.branch.code)
    found = next((one for one in branches if one.code == code), None)
    if found is None:
        raise Http404
    return found


def branches_of(person: Person) -> list[Branch]:
    """The own one, those whose complaints one reads by office, for the group all."""
    reach = reach_of(person)
    if not (reach.of_group or reach.open_branches - {person.branch_id}):
        return [person.branch]
    known = Branch.objects.order_by("code")
    return list(known if reach.of_group else known.filter(pk__in=reach.open_branches | {person.branch_id}))


def address(page: str, period: Period, person: Person, *more: str) -> str:
    return reverse(page, args=[period.name, *more]) + suffix_of(period.branch, person)


def _frame(request: HttpRequest, period: Period, branches: list[Branch]) -> dict[str, Any]:
    person, before, after = request.user, period.other(preceding(period.first)), period.other(following(period.first))
    tabs = {one: address("month", replace(period, branch=one), person) for one in branches}
    return {
        "period": period,
        "branches": [{"branch": one, "url": url, "current": one == period.branch} for one, url in tabs.items()],
        "before": address("month", before, person),
        "after": "" if after.is_ahead else address("month", after, person),
        "files": [{"kind": kind, "url": _live(request, address("month_file", period, person, kind))} for kind in files.KINDS],
        "side_by_side": reverse("month_branches", args=[period.name]) if len(branches) > 1 else "",
        "suffix": suffix_of(period.branch, person),
        "lists": reverse("month", args=[period.name]),
    }


def _live(request: HttpRequest, url: str) -> str:
    """Files of a page that shows how it stands now show the same."""
    return f"{url}{'&' if '?' in url else '?'}live=1" if is_live(request) else url


# ── figures as words ─────────────────────────────────────────────────────────────────────────────────────────


def _shown(found: Month, aims: Mapping[str, Decimal | None]) -> dict[str, Any]:
    return {
        "headlines": [_headline(found, name, aims) for name in HEADLINES if name in found.values],
        "figures": [_line(found, name) for name in found.values],
        "on_time": [{"one": one, "rate": per_cent(one.rate)} for one in found.on_time],
        "times": [{"one": one, "median": hours(one.median), "p90": hours(one.p90)} for one in found.times],
        "ages": [{"label": age(days), "count": count} for days, count in found.ages],
        "rounds": [(str(number), count) for number, count in found.rounds],
        "sent_back": found.sent_back,
        "open_measures": found.measures,
        "carried": [
            {"label": label, "shown": number if part is None else per_cent(number), "n": whole, "list": behind, "number": number}
            for label, number, part, whole, behind in carried_lines(found.carried)
        ],
        "carried_means": CARRIED,
        "money_means": MONEY,
        "money": [{"one": one, "shown": thousands(one.amount)} for one in found.money or ()],
        "charts": drawn.charts(found),
        "sections": [_section(found, dimension) for dimension in sets.DIMENSIONS if found.by[dimension]],
    }


def _headline(found: Month, name: str, aims: Mapping[str, Decimal | None]) -> dict[str, Any]:
    value, before, aim = found.values[name], found.previous[name], aims.get(name)
    shown = {"value": value, "shown": said(value), "n": value.whole, "before": said(before), "list": listed(value)}
    if aim is None:
        return shown
    bound = _("at least") if Aimed(name).better == Better.HIGHER else _("at most")
    target = f"{aim:g} %" if value.figure.unit == Unit.RATE else f"{aim:g}"
    return {**shown, "target": target, "bound": bound, "met": goals.met(name, value.number, aim)}


def _line(found: Month, name: str) -> dict[str, Any]:
    value = found.values[name]
    return {
        "figure": value.figure, "value": value, "shown": said(value), "list": listed(value),
        "before": said(found.previous[name]), "last_year": said(found.last_year[name]),
    }  # fmt: skip


def _section(found: Month, dimension: str) -> dict[str, Any]:
    """The first ten, and what all others have together."""
    rows = found.by[dimension]
    top, rest = rows[:TOP], rows[TOP:]
    shown = [
        {"row": row, "share": per_cent(row.share), "running": per_cent(row.running), "rate": per_cent(row.closure_rate)} for row in top
    ]
    left_out, their_count = found.rest[dimension]
    others = {"others": len(rest) + left_out, "count": sum(row.count for row in rest) + their_count}
    return {"name": dimension, "title": DIMENSION_TITLES[dimension], "rows": shown, **others}
