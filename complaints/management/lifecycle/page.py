"""The lifecycle in words: every stage with its moves, then the acts that leave the stage as it is. English, Markdown."""

from collections.abc import Iterator

from django.utils.translation import override

from complaints.moves import MOVES, Move
from complaints.states import OPEN, State
from organisation.roles import Role

PICTURE = "pictures/lifecycle.svg"
HEAD = f"""# The life of a complaint

Made from `complaints/workflow.py` by `manage.py lifecycle_doc`; a test fails when it is out of date. Rules: specification, section 3.

![Stages and moves]({PICTURE})

Everything on this page goes through one door, `complaints.actions.perform()`: whoever makes a move has the version of the complaint
before him, a move that is *signed* takes his password, a *reason* is asked for where it says so. In the picture dark lines lead on,
red ones back or to an end against somebody's wish.

## Moves
"""
ACTS = """## Acts

They leave the stage as it is, and take the same door.
"""
COLUMNS = "| {0} | Leads to | By whom | Reason | Signed as | Refused with; notes |\n|---|---|---|---|---|---|"
ACT_COLUMNS = "| Act | In the stages | By whom | Reason | Refused with; notes |\n|---|---|---|---|---|"


def page() -> str:
    with override("en"):
        return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield HEAD
    for state in State:
        moves = [move for move in MOVES.values() if not move.is_act and state in move.sources]
        yield f"### {state.label} (`{state}`)\n"
        yield COLUMNS.format("Move")
        yield from map(_move, moves)
        yield ""
    yield ACTS
    yield ACT_COLUMNS
    yield from (_act(move) for move in MOVES.values() if move.is_act)


def _move(move: Move) -> str:
    cells = (_name(move), _targets(move), _roles(move), "yes" if move.reason else "", move.sign, _conditions(move))
    return f"| {' | '.join(cells)} |"


def _act(move: Move) -> str:
    cells = (_name(move), _stages(move.sources), _roles(move), "yes" if move.reason else "", _conditions(move))
    return f"| {' | '.join(cells)} |"


def _name(move: Move) -> str:
    return f"{move.label} `{move.name}`"


def targets(move: Move) -> tuple[State, ...]:
    """Where it leads; several where the complaint decides, none for an act."""
    if move.target is None:
        return ()
    return (move.target,) if isinstance(move.target, State) else move.target


def _targets(move: Move) -> str:
    return " or ".join(str(state.label) for state in targets(move))


def _stages(states: tuple[State, ...]) -> str:
    if set(states) == set(State):
        return "all"
    if set(states) == set(OPEN):
        return "all open"
    if len(states) > len(State) / 2:
        return "all but " + ", ".join(str(state.label) for state in State if state not in states)
    return ", ".join(str(state.label) for state in states)


def _roles(move: Move) -> str:
    """In the order of the specification; SYSTEM is the product itself."""
    return ", ".join(str(role.label) for role in Role if role in move.by)


def _conditions(move: Move) -> str:
    """What the user reads when a condition does not hold, and what narrows who may make it."""
    words = [f"“{rule.why}”" for rule in move.rules]
    if move.narrow and move.narrow.__doc__:
        words.append(" ".join(move.narrow.__doc__.split("(R")[0].split()).rstrip(" .") + ".")
    return " ".join(words)
