"""What a long piece of work asks of the house only once: policies, calendars, who fills which office.

Inside `standing_still()` nobody changes the house: the past is replayed in one transaction. Outside, every question is asked anew, for
somebody may have changed the answer a moment ago. Not here: anything about a complaint.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

_answers: ContextVar[dict[Any, Any] | None] = ContextVar("answers", default=None)


@contextmanager
def standing_still() -> Iterator[None]:
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


P = ParamSpec("P")
T = TypeVar("T")


def known(ask: Callable[P, T]) -> Callable[P, T]:
    """For a function of hashable arguments whose answer depends on them and the house's rows alone; the answer is shared, not copied."""

    @wraps(ask)
    def answer(*args: P.args, **kwargs: P.kwargs) -> T:
        answers = _answers.get()
        if answers is None:
            return ask(*args, **kwargs)
        key = (ask, args, tuple(sorted(kwargs.items())))
        if key not in answers:
            answers[key] = ask(*args, **kwargs)
        return answers[key]

    return answer
