"""The dashboard's numbers as a reader sees them: words, arrows, verdicts, addresses. Nothing is worked out in templates.

Not here: the numbers themselves (`reports.board`).
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any
from urllib.parse import quote

from django.urls import reverse
from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from complaints.states import State
from complaints.views.desk_rows import WorkRow
from reports import standing
from reports.board import Kpi
from reports.models import Aimed, Better, Unit
from reports.repeats import Group, Stand
from reports.scope import Scope
from reports.words import per_cent

from .names import age

DAYS_FROM = 48  # hours
WIDTH = 100
NAMED = 3


@cache
def _lists() -> str:
    return reverse("dashboard_list", args=["X"])


def address(scope: Scope, name: str) -> str:
    """Of the list of that name; a page has two hundred."""
    return _lists().replace("X", quote(name, safe="/.+")) + f"?of={scope.key}"


# ── figures ──────────────────────────────────────────────────────────────────────────────────────────────────


def kpi(one: Kpi, scope: Scope) -> dict[str, Any]:
    unit = Aimed(one.figure).unit
    return {
        "name": one.figure, "label": Aimed(one.figure).label, "shown": said(one.now.value, unit), "url": address(scope, one.set),
        "n": one.now.n, "before": said(one.before.value, unit), "change": changed(one.change, unit), "arrow": _arrow(one.change),
        "target": said(float(one.target) / (100 if unit == Unit.RATE else 1), unit) if one.target is not None else "",
        "met": one.met, "bound": _("at least") if Aimed(one.figure).better == Better.HIGHER else _("at most"),
    }  # fmt: skip


def said(number: float | None, unit: Unit) -> str:
    if number is None:
        return "–"
    if unit == Unit.RATE:
        return per_cent(number)
    return f"{number:g}" if unit == Unit.COUNT else lasting(number)


def lasting(hours: float) -> str:
    """“6.2 days”, below two days “31.0 h”."""
    if hours < DAYS_FROM:
        return _("%(number)s h") % {"number": f"{hours:.1f}"}
    return _("%(number)s days") % {"number": f"{hours / 24:.1f}"}


def changed(change: float | None, unit: Unit) -> str:
    """With its sign; empty where nothing changed or nothing can be compared."""
    if not change:
        return ""
    sign = "+" if change > 0 else "−"
    if unit == Unit.RATE:
        return _("%(number)s points") % {"number": f"{sign}{abs(change) * 100:.1f}"}
    return sign + said(abs(change), unit)


def _arrow(change: float | None) -> str:
    return "" if not change else "arrow-up" if change > 0 else "arrow-down"


# ── where it piles up ────────────────────────────────────────────────────────────────────────────────────────


def piles(found: Sequence[standing.Stage], scope: Scope) -> dict[str, Any]:
    total, late = standing.totals(found)
    widest = max((stage.total for stage in found), default=1)
    return {
        "stages": [_stage(stage, scope, widest) for stage in found], "open": total, "open_late": late,
        "open_url": address(scope, "open"), "late_url": address(scope, "open.late"), "bands": [age(band) for band in standing.BANDS],
        "sums": _sums(found, scope),
    }  # fmt: skip


def _stage(stage: standing.Stage, scope: Scope, widest: int) -> dict[str, Any]:
    name = f"open.{stage.state}"
    return {
        "label": State(stage.state).label, "total": stage.total, "late": stage.late_in_all, "url": address(scope, name),
        "late_url": address(scope, f"{name}.late"), "bars": _bars(stage, widest),
        "cells": cells((count, address(scope, f"{name}.{band}")) for count, band in zip(stage.ages, standing.BANDS, strict=True)),
    }  # fmt: skip


def cells(numbers: Iterable[tuple[object, str]]) -> SafeString:
    """Of a table's row: numbers that open their lists, but for nought. Put together here: a page has two hundred."""
    written = (f'<a href="{escape(url)}">{escape(number)}</a>' if number else escape(number) for number, url in numbers)
    return SafeString("".join(f'<td class="num">{one}</td>' for one in written))


def _sums(found: Sequence[standing.Stage], scope: Scope) -> SafeString:
    return cells((sum(stage.ages[at] for stage in found), address(scope, f"open.{band}")) for at, band in enumerate(standing.BANDS))


def _bars(stage: standing.Stage, widest: int) -> SafeString:
    """Rectangles of a drawing 100 wide: by age what is in time, youngest first, then in red what is late."""
    parts = [*((f"f{place}", count) for place, count in enumerate(stage.in_time, 1)), ("f-late", stage.late_in_all)]
    start, found = 0.0, []
    for look, count in parts:
        if count:
            width = count / widest * WIDTH
            found.append((look, f"{start:.2f}", f"{max(width - 0.5, 0.3):.2f}"))
            start += width
    return format_html_join("", '<rect class="{}" x="{}" y="0" width="{}" height="18"/>', found)


# ── what waits for a decision ────────────────────────────────────────────────────────────────────────────────


def decision(row: WorkRow) -> dict[str, Any]:
    """With the address of the form that decides it."""
    return {"row": row, "href": reverse("move", args=[row.complaint.number, row.task.move.replace("_", "-")])}


def greeting(raised: int, to_decide: int) -> list[str]:
    """What waits, as sentences."""
    found = []
    if raised:
        found.append(
            ngettext(
                "%(n)d complaint ran out and waits for your word.", "%(n)d complaints ran out and wait for your word.", raised
            ) % {"n": raised}
        )  # fmt: skip
    if to_decide:
        found.append(ngettext("%(n)d waits for your decision.", "%(n)d wait for your decision.", to_decide) % {"n": to_decide})
    return found or [_("Nothing waits for you.")]


# ── the same problem again ───────────────────────────────────────────────────────────────────────────────────

STANDS = {
    Stand.OPEN: (pgettext_lazy("measure", "open"), ""), Stand.DUE: (pgettext_lazy("measure", "overdue"), "tag-ng"),
    Stand.DONE: (pgettext_lazy("measure", "done, to be verified"), ""), Stand.VERIFIED: (pgettext_lazy("measure", "verified"), "tag-ok"),
    Stand.FAILED: (pgettext_lazy("measure", "not effective"), "tag-ng"),
}  # fmt: skip


def group(one: Group, scope: Scope) -> dict[str, Any]:
    label, look = STANDS[one.stand] if one.stand else ("", "")
    return {
        "type": str(one.type), "about": str(one.about), "count": one.count, "url": address(scope, one.set), "weeks": one.weeks,
        "customers": listed(one.customers), "departments": listed(one.departments), "measure": one.measure, "stand": label, "look": look,
    }  # fmt: skip


def listed(names: Sequence[str]) -> str:
    """The first few, and how many more."""
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" +{more}" if more > 0 else "")
