"""How a move is declared: `@move` and `@act` over django-fsm's `@transition`, and the register of all of them.

A `Move` knows its label, from which states it starts, who may make it, what has to be written and whether it is signed.
Not here: the moves themselves (`workflow`), who somebody is on a complaint (`standing`) and doing it (`actions`).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django_fsm import GET_STATE, transition

from organisation.roles import Role

from .states import State

Text = str | Promise


@dataclass(frozen=True)
class Rule:
    """Something about the complaint that has to hold before a move; `why` says what is wrong when it does not."""

    holds: Callable[[Any], bool]
    why: Text


@dataclass(frozen=True)
class Move:
    name: str
    label: Text
    sources: tuple[State, ...]
    target: State | tuple[State, ...] | None
    by: frozenset[Role]
    texts: frozenset[str]
    reason: bool = False
    sign: str = ""
    rules: tuple[Rule, ...] = ()
    narrow: Callable[[Any, frozenset[Role]], frozenset[Role]] | None = None
    negative: bool = False

    @property
    def slug(self) -> str:
        """Its name in addresses."""
        return self.name.replace("_", "-")

    @property
    def is_act(self) -> bool:
        """True for what leaves the state as it is."""
        return self.target is None

    def roles(self, complaint: Any) -> frozenset[Role]:
        """Who may make it on this complaint: `by`, less what a rule takes away (R16)."""
        return self.narrow(complaint, self.by) if self.narrow else self.by

    def obstacle(self, complaint: Any) -> Text | None:
        """Why it can't proceed with this complaint as it is, or None."""
        return next((rule.why for rule in self.rules if not rule.holds(complaint)), None)


MOVES: dict[str, Move] = {}


@dataclass(frozen=True)
class Choice:
    """A target that depends on the complaint: one of `states`."""

    choose: Callable[[Any], State]
    states: tuple[State, ...] = field(default=())


def _states(source: State | Iterable[State]) -> tuple[State, ...]:
    return (source,) if isinstance(source, State) else tuple(source)


def move(
    label: Text,
    source: State | Iterable[State],
    target: State | Choice | None,
    *,
    by: Role | Iterable[Role],
    reason: bool = False,
    texts: Iterable[str] = (),
    sign: str = "",
    rules: Iterable[Rule] = (),
    narrow: Callable[[Any, frozenset[Role]], frozenset[Role]] | None = None,
    negative: bool = False,
) -> Callable[[Any], Any]:
    """Declare a move of the lifecycle; the method's name is its name everywhere.

    `texts` names the inputs that are free text (kept as passages, never in events); `reason=True` adds a required `reason`.
    `sign` is the meaning of the signature it takes, '' for none. `negative` marks an NG, for its colour.
    """

    def declare(method: Any) -> Any:
        MOVES[method.__name__] = Move(
            name=method.__name__,
            label=label,
            sources=_states(source),
            target=target.states if isinstance(target, Choice) else target,
            by=frozenset([by] if isinstance(by, Role) else by),
            texts=frozenset(texts) | ({"reason"} if reason else set()),
            reason=reason,
            sign=sign,
            rules=tuple(rules),
            narrow=narrow,
            negative=negative,
        )
        goal = GET_STATE(lambda complaint, **_: target.choose(complaint), target.states) if isinstance(target, Choice) else target
        return transition(field="state", source=list(_states(source)), target=goal)(method)

    return declare


def act(label: Text, source: State | Iterable[State], *, by: Role | Iterable[Role], **more: Any) -> Callable[[Any], Any]:
    """Declare an act: through the same door, with event, version and right, without change of state."""
    return move(label, source, None, by=by, **more)
