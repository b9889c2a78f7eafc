"""The lifecycle drawn: stages one below the other, what leads on between them, what leads back on the right, what ends early on the left.

Moves that lead to the same stage on the same side share a line. SVG without styles or scripts, the same for the same workflow.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from xml.sax.saxutils import escape

from django.utils.translation import override

from complaints.moves import MOVES, Move
from complaints.states import OPEN, State

from .page import targets

WIDTH, LEFT, BOX, TALL, STEP, TOP = 1060, 400, 220, 54, 112, 24
LABELS, LANE = 196, 22  # room for labels beside a box, and between two lines
LINE = 15  # between labels
INK, PAPER, BACK, TEXT, STAGE = "#3b4a5a", "#ffffff", "#b4372b", "#1d2630", "#eef2f6"
STATES = list(State)


@dataclass
class Bus:
    """Moves of one side that lead to one stage: the line they share."""

    target: State
    right: bool
    legs: list[tuple[State, Move]] = field(default_factory=list)
    lane: int = 0

    @property
    def span(self) -> tuple[int, int]:
        rows = [STATES.index(state) for state, _ in self.legs] + [STATES.index(self.target)]
        return min(rows), max(rows)

    @property
    def back(self) -> bool:
        return all(move.negative for _, move in self.legs)


def picture() -> str:
    with override("en"):
        parts = [*_between(), *(part for bus in _buses() for part in _drawn(bus)), *_stages()]
    tall = TOP + STEP * (len(STATES) - 1) + TALL + 24
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {tall}" width="{WIDTH}" height="{tall}" '
        'font-family="Noto Sans, Helvetica, Arial, sans-serif" font-size="12">\n<title>The life of a complaint</title>'
    )
    arrows = "".join(
        f'<marker id="{name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        f'<path d="M0 0L8 4L0 8z" fill="{colour}"/></marker>'
        for name, colour in (("on", INK), ("back", BACK))
    )
    return "\n".join([head, f"<defs>{arrows}</defs>", f'<rect width="{WIDTH}" height="{tall}" fill="{PAPER}"/>', *parts, "</svg>"]) + "\n"


def _y(state: State) -> int:
    return TOP + STEP * STATES.index(state)


def _edges() -> Iterator[tuple[State, State, Move]]:
    """Every way a move leads from stage to stage; what is possible everywhere is drawn once, from the first."""
    for move in MOVES.values():
        sources = move.sources[:1] if set(move.sources) == set(OPEN) else move.sources
        yield from ((source, target, move) for source in sources for target in targets(move))


def _follows(source: State, target: State) -> bool:
    return STATES.index(target) == STATES.index(source) + 1


def _stages() -> Iterator[str]:
    for number, state in enumerate(State, 1):
        y = _y(state)
        yield f'<rect x="{LEFT}" y="{y}" width="{BOX}" height="{TALL}" rx="8" fill="{STAGE}" stroke="{INK}"/>'
        yield _text(LEFT + BOX // 2, y + 25, f"{number}  {state.label}", "middle", TEXT, 'font-size="15" font-weight="600"')
        yield _text(LEFT + BOX // 2, y + 43, state.value, "middle", INK, 'font-family="monospace" font-size="11"')


def _between() -> Iterator[str]:
    """Straight on to the next stage."""
    for source, following in pairwise(STATES):
        moves = [move for one, target, move in _edges() if (one, target) == (source, following)]
        if not moves:
            continue
        x, y = LEFT + BOX // 2, _y(source) + TALL
        yield f'<path d="M{x} {y}V{_y(following) - 2}" stroke="{INK}" stroke-width="1.6" marker-end="url(#on)"/>'
        first = y + (STEP - TALL - LINE * (len(moves) - 1)) // 2 + 4
        yield from (_text(x + 10, first + LINE * n, _label(move), "start", _colour(move.negative)) for n, move in enumerate(moves))


def _buses() -> list[Bus]:
    """Lines beside the stages, the shortest nearest to them."""
    found: dict[tuple[State, bool], Bus] = {}
    for source, target, move in _edges():
        if not _follows(source, target):
            right = STATES.index(target) < STATES.index(source)
            found.setdefault((target, right), Bus(target, right)).legs.append((source, move))
    buses = sorted(found.values(), key=lambda bus: bus.span[1] - bus.span[0])
    for at, bus in enumerate(buses):
        taken = {other.lane for other in buses[:at] if other.right == bus.right and _overlap(other.span, bus.span)}
        bus.lane = next(lane for lane in range(len(buses)) if lane not in taken)
    return buses


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _drawn(bus: Bus) -> Iterator[str]:
    """A leg with its labels out of every source, the line, and one arrow into the target."""
    colour, arrow = _colour(bus.back), "back" if bus.back else "on"
    edge = LEFT + BOX if bus.right else LEFT
    away = 1 if bus.right else -1
    lane = edge + away * (LABELS + LANE * bus.lane)
    into = _y(bus.target) + (16 if bus.right else TALL - 10)
    levels = [into]
    for source in dict.fromkeys(state for state, _ in bus.legs):
        moves = [move for state, move in bus.legs if state == source]
        out = _y(source) + _port(bus, source)
        levels.append(out)
        yield f'<path d="M{edge} {out}H{lane}" stroke="{colour}" fill="none"/>'
        for n, move in enumerate(moves):
            anchor = "start" if bus.right else "end"
            yield _text(edge + away * 8, out - 4 - LINE * (len(moves) - 1 - n), _label(move), anchor, _colour(move.negative))
    yield f'<path d="M{lane} {max(levels)}V{min(levels)}" stroke="{colour}" fill="none"/>'
    yield f'<path d="M{lane} {into}H{edge + away * 2}" stroke="{colour}" stroke-width="1.6" fill="none" marker-end="url(#{arrow})"/>'


def _port(bus: Bus, source: State) -> int:
    """How far below the top of its box a line leaves: the one that leads furthest lowest."""
    mine = sorted((other for other in _targets_of(source, bus.right)), key=lambda state: -abs(STATES.index(state) - STATES.index(source)))
    return TALL - 4 - 20 * mine.index(bus.target) + (0 if bus.right else -22)


def _targets_of(source: State, right: bool) -> set[State]:
    return {
        target
        for one, target, _ in _edges()
        if one == source and not _follows(one, target) and (STATES.index(target) < STATES.index(one)) == right
    }


def _label(move: Move) -> str:
    everywhere = ", from every open stage" if set(move.sources) == set(OPEN) else ""
    return f"{move.label}{everywhere}{' ✎' if move.sign else ''}"


def _colour(back: bool) -> str:
    return BACK if back else INK


def _text(x: int, y: int, words: str, anchor: str, colour: str, more: str = "") -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="{colour}" {more}>{escape(words)}</text>'.replace(" >", ">")
