"""Twelve months as a drawing with its table, departments by months as a table of shades. What is drawn is also said in numbers.

Colours are classes, never the only sign. Not here: the counts (`reports.board`).
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.dateformat import format as format_date
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from reports import goals
from reports.board import HEAT_MONTHS, Board, Cell, Line
from reports.models import Aimed
from reports.views import per_cent

from .shown import address, cells

SHADES = 5
# The drawing: bars above, the line of the on-time rate below, one axis of months.
LEFT, RIGHT, TOP, FLOOR = 40, 674, 24, 210
LINE_TOP, LINE_FLOOR, FOOT = 250, 306, 334
BAR = 14


def month_name(first: dt.date) -> str:
    """“11月”, “Nov”."""
    return f"{first.month}月" if (get_language() or "en").startswith("zh") else format_date(first, "M")


# ── twelve months ────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Point:
    first: dt.date
    received: int
    closed: int
    in_time: int
    decided: int

    @property
    def rate(self) -> float | None:
        return self.in_time / self.decided if self.decided else None


def trend(board: Board) -> dict[str, Any]:
    points = [
        Point(first, numbers["received"], numbers["closed"], numbers["in_time"], numbers["in_time"] + numbers["late"])
        for first, numbers in board.trend()
    ]
    target = board.targets[Aimed.ON_TIME]
    aimed = float(target) / 100 if target is not None else None
    return {"trend": [_said(point, board) for point in points], "drawing": _drawing(points, aimed), "finding": _finding(points)}


def _said(point: Point, board: Board) -> dict[str, Any]:
    name = f"{point.first:%Y-%m}"
    numbers = (("received", point.received), ("closed", point.closed), ("late", per_cent(point.rate)))
    return {
        "name": name, "partial": point.first == board.first, "n": point.decided,
        "cells": cells((number, address(board.scope, f"{name}.{kind}")) for kind, number in numbers),
    }  # fmt: skip


def _finding(points: Sequence[Point]) -> str:
    """What the drawing shows, in a sentence."""
    most = max(points, key=lambda point: point.received)
    last = points[-1]
    return _("Most were received in %(month)s: %(most)d. This month %(received)d so far, %(closed)d closed, on time %(rate)s.") % {
        "month": f"{most.first:%Y-%m}", "most": most.received, "received": last.received, "closed": last.closed,
        "rate": per_cent(last.rate),
    }  # fmt: skip


def _drawing(points: Sequence[Point], aimed: float | None) -> dict[str, Any]:
    step = (RIGHT - LEFT) / len(points)
    top = _round_up(max([1, *(max(point.received, point.closed) for point in points)]))
    low = _lowest([*(point.rate for point in points if point.rate is not None), *([aimed] if aimed is not None else [])])
    rates = [
        {"x": f"{LEFT + step * (at + 0.5):.1f}", "y": f"{_height(point.rate, low):.1f}", "text": per_cent(point.rate)}
        for at, point in enumerate(points) if point.rate is not None
    ]  # fmt: skip
    return {
        "bars": [_bars(point, LEFT + step * (at + 0.5), top) for at, point in enumerate(points)],
        "grid": [{"y": f"{FLOOR - (FLOOR - TOP) * part / 4:.1f}", "text": f"{top * part / 4:g}"} for part in range(5)],
        "rates": rates, "line": " ".join(f"{rate['x']},{rate['y']}" for rate in rates), "last": rates[-1] if rates else None,
        "goal": {"y": f"{_height(aimed, low):.1f}", "text": f"{aimed * 100:g}%"} if aimed is not None else None, "low": f"{low * 100:g}%",
        "left": LEFT, "right": RIGHT, "edge": LEFT - 8, "line_floor": LINE_FLOOR, "foot": FOOT,
    }  # fmt: skip


def _bars(point: Point, middle: float, top: float) -> dict[str, Any]:
    received, closed = ((FLOOR - TOP) * number / top for number in (point.received, point.closed))
    return {
        "x1": f"{middle - BAR - 1:.1f}", "y1": f"{FLOOR - received:.1f}", "h1": f"{received:.1f}", "x2": f"{middle + 1:.1f}",
        "y2": f"{FLOOR - closed:.1f}", "h2": f"{closed:.1f}", "width": BAR, "middle": f"{middle:.1f}",
        "label": month_name(point.first), "above": f"{FLOOR - received - 5:.1f}", "text": point.received,
        "text_x": f"{middle - BAR / 2 - 1:.1f}",
    }  # fmt: skip


def _round_up(number: int) -> int:
    """To a top that four lines divide."""
    step = 4
    while step * 5 < number:
        step *= 2 if str(step)[0] in "48" else 5
    return -(-number // step) * step


def _lowest(rates: Sequence[float]) -> float:
    """Where the panel of rates begins: below all of them, a whole tenth."""
    return max(0.0, int(min([0.8, *rates]) * 10 - 0.001) / 10) if rates else 0.0


def _height(rate: float | None, low: float) -> float:
    share = ((rate or 0.0) - low) / (1 - low) if low < 1 else 1.0
    return LINE_FLOOR - share * (LINE_FLOOR - LINE_TOP)


# ── departments by months ────────────────────────────────────────────────────────────────────────────────────


def heat(board: Board) -> dict[str, Any]:
    lines = board.heat()
    firsts = board.firsts[-HEAT_MONTHS:]
    most = max((cell.received for line in lines for cell in line.cells), default=0)
    return {
        "heat_months": [month_name(first) for first in firsts],
        "heat": [_line(line, firsts, most, board) for line in lines],
    }  # fmt: skip


def _line(line: Line, firsts: Sequence[dt.date], most: int, board: Board) -> dict[str, Any]:
    key = line.department.pk if line.department else "none"
    label = str(line.department or _("Not assigned yet"))
    last, name = line.cells[-1], f"{firsts[-1]:%Y-%m}"
    met = goals.met(Aimed.ON_TIME, last.rate, board.targets[Aimed.ON_TIME])
    shades = [_cell(cell, first, key, label, most, board) for cell, first in zip(line.cells, firsts, strict=True)]
    return {
        "label": label, "cells": SafeString("".join(shades)),
        "rate": per_cent(last.rate), "n": last.decided, "met": met,
        "url": address(board.scope, f"{name}.late+department.{key}"),
    }  # fmt: skip


def _cell(cell: Cell, first: dt.date, key: object, label: str, most: int, board: Board) -> SafeString:
    shade = -(-cell.received * SHADES // most) if most else 0
    if not cell.received:
        return SafeString(f'<td class="h{shade}">0</td>')
    said = _("%(department)s, %(month)s: %(count)d received, on time %(rate)s of %(n)d deadlines") % {
        "department": label, "month": f"{first:%Y-%m}", "count": cell.received, "rate": per_cent(cell.rate), "n": cell.decided,
    }  # fmt: skip
    url = address(board.scope, f"{first:%Y-%m}.department.{key}")
    rate = per_cent(round(cell.rate, 2)) if cell.rate is not None else ""
    return SafeString(f'<td class="h{shade}"><a href="{escape(url)}" title="{escape(said)}">{cell.received}<small>{rate}</small></a></td>')
