"""Charts as SVG, drawn from the same numbers as the tables beside them (docs/adr/0004): Pareto, months, bars across, a small line.

On a page colours come from classes (`static/css/components/charts.css`), on paper they stand in the drawing; everything else is the same,
and the same numbers always give the same text. Words are escaped and stay words. Not here: what is counted (`figures`, `trend`).
"""

import math
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from complaints.export import clean
from complaints.moves import Text

from .words import per_cent

WIDTH, HEIGHT = 720, 320
LEFT, RIGHT, TOP, BOTTOM = 40, 48, 36, 64
# class on a page: attributes on paper
INKS = {
    "bar": 'fill="#175f84"', "bar-2": 'fill="#8fbcd3"', "rest": 'fill="#c9dfea"', "grid": 'stroke="#dbe1e2" stroke-width="0.75"',
    "line": 'fill="none" stroke="#43515b" stroke-width="1.75"', "dot": 'fill="#ffffff" stroke="#43515b" stroke-width="1.75"',
    "goal": 'stroke="#15654a" stroke-dasharray="4 4"', "text": 'fill="#43515b"', "value": 'fill="#15202a" font-weight="700"',
}  # fmt: skip
FEW = 0.8  # the vital few: those that make up four fifths together


@dataclass(frozen=True)
class Chart:
    """`svg` says `summary` to those who cannot see it; `head` and `rows` are its numbers as a table."""

    name: str
    title: Text
    summary: str
    svg: SafeString
    head: Sequence[Text]
    rows: Sequence[Sequence[str]]


class Counted(Protocol):
    @property
    def label(self) -> str: ...
    @property
    def count(self) -> int: ...
    @property
    def share(self) -> float: ...
    @property
    def running(self) -> float: ...


@dataclass(frozen=True)
class Others:
    """What all that are not drawn have together."""

    label: str
    count: int
    share: float
    running: float = 1.0


@dataclass(frozen=True)
class Point:
    """A month: two counts as bars, a rate as a point of the line; None leaves a gap."""

    label: str
    bars: tuple[int, int]
    rate: float | None


class Pen:
    """Writes the parts of a drawing, for a page or for paper."""

    def __init__(self, paper: bool) -> None:
        self.paper = paper
        self.parts: list[SafeString] = []

    def ink(self, name: str) -> SafeString:
        return SafeString(INKS[name]) if self.paper else format_html('class="chart-{}"', name)

    def text(self, x: float, y: float, words: object, anchor: str = "middle", ink: str = "text", size: float = 12) -> None:
        form = '<text {} x="{}" y="{}" text-anchor="{}" font-size="{}">{}</text>'
        self.parts.append(format_html(form, self.ink(ink), _n(x), _n(y), anchor, size, clean(str(words))))

    def line(self, x1: float, y1: float, x2: float, y2: float, ink: str = "grid") -> None:
        form = '<line {} x1="{}" y1="{}" x2="{}" y2="{}"/>'
        self.parts.append(format_html(form, self.ink(ink), _n(x1), _n(y1), _n(x2), _n(y2)))

    def bar(self, x: float, y: float, width: float, height: float, ink: str = "bar") -> None:
        form = '<rect {} x="{}" y="{}" width="{}" height="{}" rx="2"/>'
        self.parts.append(format_html(form, self.ink(ink), _n(x), _n(y), _n(width), _n(height)))

    def path(self, points: Sequence[tuple[float, float]]) -> None:
        written = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
        self.parts.append(format_html('<polyline {} points="{}"/>', self.ink("line"), written))

    def dot(self, x: float, y: float) -> None:
        self.parts.append(format_html('<circle {} cx="{}" cy="{}" r="3.5"/>', self.ink("dot"), _n(x), _n(y)))

    def legend(self, entries: Iterable[tuple[str, object]]) -> None:
        x: float = LEFT
        for ink, words in entries:
            if ink == "line":
                self.line(x, 12, x + 14, 12, "line")
            else:
                self.bar(x, 6, 12, 12, ink)
            self.text(x + 18, 16, words, "start")
            x += 34 + 12 * _length(str(words))

    def drawing(self, name: str, title: object, summary: str, width: int = WIDTH, height: int = HEIGHT) -> SafeString:
        form = (
            '<svg xmlns="http://www.w3.org/2000/svg" {}viewBox="0 0 {} {}" role="img" aria-labelledby="chart-{}-t chart-{}-d">'
            '<title id="chart-{}-t">{}</title><desc id="chart-{}-d">{}</desc>{}</svg>'
        )
        look = (
            format_html('width="{}" height="{}" font-family="Noto Sans SC" ', width, height) if self.paper else SafeString('class="chart" ')
        )
        inside = format_html_join("", "{}", ((part,) for part in self.parts))
        return format_html(form, look, width, height, name, name, name, clean(str(title)), name, clean(summary), inside)


# ── the kinds ────────────────────────────────────────────────────────────────────────────────────────────────


def pareto(name: str, title: Text, head: Text, rows: Sequence[Counted], *, paper: bool = False) -> Chart:
    """Bars, most first, with their sum so far as a line; one axis for both, so that the line's end is the sum of the bars."""
    pen, total, base = Pen(paper), sum(row.count for row in rows), HEIGHT - BOTTOM
    step, tall = (WIDTH - LEFT - RIGHT) / max(len(rows), 1), base - TOP
    for quarter in range(5):
        y = base - tall * quarter / 4
        pen.line(LEFT, y, WIDTH - RIGHT, y)
        pen.text(WIDTH - RIGHT + 6, y + 4, f"{quarter * 25} %", "start")
        if total * quarter % 4 == 0:
            pen.text(LEFT - 6, y + 4, total * quarter // 4, "end")
    pen.line(LEFT, base - tall * FEW, WIDTH - RIGHT, base - tall * FEW, "goal")
    line = [(LEFT + step * (at + 0.5), base - tall * row.running) for at, row in enumerate(rows)]
    for at, row in enumerate(rows):
        few = row.running - row.share < FEW - 1e-9 and not isinstance(row, Others)
        pen.bar(LEFT + step * (at + 0.16), base - tall * row.share, step * 0.68, tall * row.share, "bar" if few else "rest")
        _below(pen, LEFT + step * (at + 0.5), base + 17, row.label, step)
    if len(line) > 1:
        pen.path(line)
    for (x, y), row in zip(line, rows, strict=True):
        pen.dot(x, y)
        _count(pen, x, base - tall * row.share, y, row.count)
        if row is not rows[0]:
            pen.text(x, y - 9, f"{row.running * 100:.0f} %", size=11)
    pen.legend([("bar", _("the first 80 %")), ("rest", _("the rest")), ("line", _("Cumulative"))])
    first = "; ".join(f"{row.label} {row.count}" for row in rows[:4])
    summary = _("%(total)d in all. Most: %(first)s.") % {"total": total, "first": first}
    numbers = [(row.label, str(row.count), per_cent(row.share), per_cent(row.running)) for row in rows]
    return Chart(name, title, summary, pen.drawing(name, title, summary), (head, _("Count"), _("Share"), _("Cumulative")), numbers)


def _count(pen: Pen, x: float, top: float, dot: float, count: int) -> None:
    """Above its bar; where the line runs through there, above the point."""
    pen.text(x, min(top, dot) - 9 if abs(top - dot) < 16 else top - 6, count, ink="value")


def months(name: str, title: Text, names: tuple[Text, Text, Text], points: Sequence[Point], *, paper: bool = False) -> Chart:
    """Two bars a month, and below them the rate as a line that has gaps. `names`: of the bars and the line."""
    pen, floor, low = Pen(paper), 196, HEIGHT - 30
    most, mark = scale(max((max(point.bars) for point in points), default=0))
    step, tall, deep = (WIDTH - LEFT - 12) / max(len(points), 1), floor - TOP, low - floor - 24
    for at in range(most // mark + 1):
        y = floor - tall * at * mark / most
        pen.line(LEFT, y, WIDTH - 12, y)
        pen.text(LEFT - 6, y + 4, at * mark, "end")
    for share in (0, 100):
        pen.line(LEFT, low - deep * share / 100, WIDTH - 12, low - deep * share / 100)
        pen.text(LEFT - 6, low - deep * share / 100 + 4, f"{share} %", "end", size=10)
    for at, point in enumerate(points):
        x = LEFT + step * at
        for place, count in enumerate(point.bars):
            height = tall * count / most
            pen.bar(x + step * (0.14 + 0.36 * place), floor - height, step * 0.34, height, ("bar-2", "bar")[place])
            if count:
                pen.text(x + step * (0.31 + 0.36 * place), floor - height - 4, count, ink="value", size=10)
        pen.text(x + step / 2, HEIGHT - 10, point.label, size=11)
    _line_with_gaps(pen, points, step, low, deep)
    pen.legend([("bar-2", names[0]), ("bar", names[1]), ("line", names[2])])
    last = points[-1]
    summary = _("%(month)s: %(first)s %(n)d, %(second)s %(m)d, %(rate)s %(share)s.") % {
        "month": last.label, "first": names[0], "n": last.bars[0], "second": names[1], "m": last.bars[1], "rate": names[2],
        "share": per_cent(last.rate),
    }  # fmt: skip
    numbers = [(point.label, str(point.bars[0]), str(point.bars[1]), per_cent(point.rate)) for point in points]
    return Chart(name, title, summary, pen.drawing(name, title, summary), (pgettext("column", "Month"), *names), numbers)


def _line_with_gaps(pen: Pen, points: Sequence[Point], step: float, low: float, deep: float) -> None:
    runs: list[list[tuple[float, float]]] = [[]]
    for at, point in enumerate(points):
        if point.rate is None:
            runs.append([])
        else:
            runs[-1].append((LEFT + step * (at + 0.5), low - deep * point.rate))
    for run in runs:
        if len(run) > 1:
            pen.path(run)
        for x, y in run:
            pen.dot(x, y)
    for at, point in enumerate(points):
        if point.rate is not None:
            pen.text(
                LEFT + step * (at + 0.5), low - deep * point.rate + (-8 if point.rate < 0.8 else 16), f"{point.rate * 100:.0f}", size=10
            )


def across(name: str, title: Text, head: tuple[Text, Text], bars: Sequence[tuple[str, int]], *, paper: bool = False) -> Chart:
    """Bars from left to right, one a line."""
    pen, most, start = Pen(paper), max((count for _label, count in bars), default=0) or 1, 150
    for at, (label, count) in enumerate(bars):
        y, length = 8 + at * 28, (WIDTH - start - 60) * count / most
        pen.text(start - 10, y + 15, _lines(label, start / 12, 1)[0], "end")
        pen.bar(start, y, length, 20)
        pen.text(start + length + 6, y + 15, count, "start", "value")
    summary = "; ".join(f"{label}: {count}" for label, count in bars)
    drawing = pen.drawing(name, title, summary, height=len(bars) * 28 + 12)
    return Chart(name, title, summary, drawing, head, [(label, str(count)) for label, count in bars])


def spark(name: str, title: Text, numbers: Sequence[float | None], *, paper: bool = False) -> SafeString:
    """A line of 96 × 24 for beside a number; None leaves it out."""
    known = [number for number in numbers if number is not None]
    pen, low, high = Pen(paper), min(known, default=0), max(known, default=0)
    at = [(2 + 92 * place / max(len(numbers) - 1, 1), number) for place, number in enumerate(numbers) if number is not None]
    pen.path([(x, 20 - 16 * (number - low) / ((high - low) or 1)) for x, number in at])
    return pen.drawing(name, title, ", ".join(f"{number:g}" for number in known), 96, 24)


# ── sizes and words ──────────────────────────────────────────────────────────────────────────────────────────


def scale(most: int) -> tuple[int, int]:
    """The top of an axis for whole numbers and the distance of its lines, five at most: 23 → 25, 5."""
    raw = max(most, 1) / 5
    power = 10 ** max(math.floor(math.log10(raw)), 0)
    step = next(times * power for times in (1, 2, 5, 10) if times * power >= raw)
    return math.ceil(max(most, 1) / step) * step, step


def _below(pen: Pen, x: float, y: float, label: str, room: float) -> None:
    """Of “group · leaf” the leaf: there is no room for both, and the table has them."""
    for at, line in enumerate(_lines(label.rpartition(" · ")[2], room / 12, 3)):
        pen.text(x, y + at * 14, line, size=11)


def _lines(words: str, room: float, most: int) -> list[str]:
    """In lines of so many ems, broken anywhere in Chinese and at spaces elsewhere where that is possible; what is too much ends in “…”."""
    found: list[str] = []
    rest = words.strip()
    while rest and len(found) < most:
        cut = len(rest)
        while cut > 1 and _length(rest[:cut]) > room:
            cut -= 1
        space = rest.rfind(" ", 1, cut + 1)
        cut = space if space > 0 and cut < len(rest) and rest[cut - 1].isascii() else cut
        found.append(rest[:cut].strip())
        rest = rest[cut:].strip()
    if rest:
        found[-1] = found[-1][:-1] + "…"
    return found or [""]


def _length(words: str) -> float:
    """In ems, as wide as letters usually are."""
    return sum(1.0 if unicodedata.east_asian_width(one) in "WF" else 0.56 for one in words)


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
