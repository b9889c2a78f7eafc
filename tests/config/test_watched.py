"""When a dead part is started again, and when the whole gives up; with a clock of our own."""

from typing import Any

import pytest

from config.embedded import CannotStart
from config.supervisor import Watched


class Part:
    """A child that is told when it has died."""

    name = "web"

    def __init__(self) -> None:
        self.code: int | None = None
        self.starts = 0

    def start(self) -> None:
        self.starts += 1
        self.code = None

    def exit_code(self) -> int | None:
        return self.code

    def kill_group(self) -> None:
        pass


def lives_for(seconds: float, times: int) -> tuple[list[float], list[str]]:
    """The pauses before each new start of a part that dies `seconds` after each start, and what was said."""
    part: Any = Part()
    said: list[str] = []
    watched = Watched(part, now=0.0, say=said.append)
    now, pauses = 0.0, []
    for _ in range(times):
        now += seconds
        part.code = 7
        watched.look(now)
        died = now
        while part.exit_code() is not None:
            now += 0.25
            watched.look(now)
        pauses.append(now - died)
    return pauses, said


def test_pauses_double_up_to_half_a_minute() -> None:
    pauses, said = lives_for(20, times=7)
    assert pauses == [1, 2, 4, 8, 16, 30, 30]
    assert said[:2] == ["web ended (7); starting it again in 1 s", "web ended (7); starting it again in 2 s"]


def test_who_has_lived_for_a_minute_starts_with_a_short_pause_again() -> None:
    assert lives_for(60, times=4)[0] == [1, 1, 1, 1]


def test_the_fifth_death_within_a_minute_ends_the_whole() -> None:
    assert lives_for(0.5, times=4)[0] == [1, 2, 4, 8]
    with pytest.raises(CannotStart, match="web ended 5 times within 60 s, last with 7"):
        lives_for(0.5, times=5)


def test_a_part_that_lives_is_left_alone() -> None:
    part: Any = Part()
    watched = Watched(part, now=0.0, say=print)
    for now in range(100):
        watched.look(float(now))
    assert part.starts == 0
