"""The branches side by side for one month, for whoever may see several (R39): each counts by its own local days.

A branch that has published the month shows what it published. Not here: one branch's month (`views`).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from escalation import clock

from .figures import BY_NAME, OnTime, Value, on_time, values
from .period import Period, following, month_of, preceding
from .published import frozen_of
from .views import address, branches_of
from .words import listed, per_cent, said

LINES = ("received", "valid", "closed", "closure_rate", "backlog", "satisfaction")


@require_safe
def month_branches(request: HttpRequest, month: str) -> HttpResponse:
    """404 for those who see one branch only, like a month that has not begun."""
    branches = branches_of(request.user)
    try:
        asked = Period(request.user.branch, month_of(month), clock.now())
    except ValueError:
        raise Http404 from None
    if len(branches) < 2 or asked.is_ahead:
        raise Http404
    published = frozen_of(branches, asked)
    rows = [_row(request, Period(branch, asked.first, asked.cutoff), published) for branch in branches]
    after = asked.other(following(asked.first))
    lines = [{"figure": BY_NAME[name], "cells": [row["cells"].get(name) for row in rows]} for name in LINES]
    context = {
        "period": asked, "rows": rows, "lines": lines,
        "before": asked.other(preceding(asked.first)).name, "after": "" if after.is_ahead else after.name,
    }  # fmt: skip
    return render(request, "reports/branches.html", context)


def _row(request: HttpRequest, period: Period, published: Mapping[int, Any]) -> dict[str, Any]:
    kept = published.get(period.branch.pk)
    found: Mapping[str, Value] = kept.values if kept else values(period)
    timers = kept.on_time if kept else on_time(period)
    cells = {name: _cell(request, period, found[name]) for name in LINES if name in found}
    return {
        "branch": period.branch, "url": address("month", period, request.user), "published": kept is not None, "cells": cells,
        "partial": period.is_partial, "on_time": _together(timers),
    }  # fmt: skip


def _cell(request: HttpRequest, period: Period, value: Value) -> dict[str, Any]:
    url = address("month_list", period, request.user, listed(value))
    return {"shown": said(value), "n": value.whole, "url": url, "name": value.figure.name}


def _together(timers: Sequence[OnTime]) -> dict[str, Any]:
    """Of all deadlines of the month together: in time ÷ those with a verdict."""
    n = sum(one.decided for one in timers)
    return {"shown": per_cent(sum(one.in_time for one in timers) / n if n else None), "n": n}
