"""Which complaints the demonstration has: everybody's stories at their set times, and the everyday ones of three months by chance.

Chance is the same every day. Complaints begin in the order of their numbers; nothing lies later than now, and no more than a few
wait long. Not here: playing a move (`player`) and what is written (`tales`, `entries`).
"""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from complaints.closing import BEFORE_CLOSING
from complaints.models import Complaint

from .house import House, read
from .player import Player
from .tales import CASES, Tale, tale
from .times import Times

SEED = 26112
Step = tuple[str, dict[str, Any]]

# Working minutes from the step before: at least, at most.
TAKES = {
    "acknowledge": (4, 25), "submit": (6, 28), "judge": (10, 55), "assign": (4, 30), "confirm": (20, 80), "propose": (50, 140),
    "review_ok": (15, 55), "review_ng": (15, 50), "approve": (15, 200), "approve_ng": (20, 200), "group_approve": (60, 300),
    "send_reply": (20, 240), "customer_agrees": (40, 300), "no_answer": (1445, 1900), "customer_refuses": (60, 400), "redo": (10, 60),
    "measure_done": (40, 150), "verify": (40, 200), "record_visit": (600, 1200), "not_reached": (600, 900), "sign_off": (30, 300),
    "answer_on_the_spot": (5, 30), "reject_as_not_factual": (20, 55), "countersign_ok": (30, 300), "close_unreachable": (1380, 1500),
    "ask_back": (10, 40),
}  # fmt: skip
USUALLY = (20, 240)

TO_ACTION = "acknowledge submit judge assign confirm"
SERIOUS = "acknowledge submit judge! assign confirm"
TO_REPLY = f"{TO_ACTION} propose review_ok approve"
TO_FOLLOW_UP = f"{TO_REPLY} send_reply customer_agrees"
TO_VISIT = f"{TO_FOLLOW_UP} carry_out"
TO_END = "record_visit sign_off close"

# How everyday complaints went: the closed ones with how many of each, those still waiting with the longest they have, in working minutes.
CLOSED = {
    f"{TO_VISIT} {TO_END}": 13,
    f"{TO_ACTION} propose+ review_ng propose review_ok approve send_reply customer_agrees carry_out {TO_END}": 4,
    f"{TO_ACTION} propose+ review_ok approve_ng propose review_ok approve send_reply customer_agrees carry_out {TO_END}": 2,
    f"acknowledge submit judge assign contest assign confirm propose review_ok approve send_reply customer_agrees carry_out {TO_END}": 2,
    f"submit ask_back submit acknowledge judge assign confirm propose review_ok approve send_reply customer_agrees carry_out {TO_END}": 1,
    f"{TO_REPLY} send_reply customer_refuses redo propose review_ok approve send_reply customer_agrees carry_out {TO_END}": 1,
    f"{SERIOUS} propose review_ok approve group_approve fix_dates send_reply customer_agrees carry_out {TO_END}": 1,
    f"{TO_REPLY} send_reply no_answer carry_out {TO_END}": 2,
    f"{TO_VISIT} not_reached sign_off close_unreachable": 1,
    "answer_on_the_spot countersign_ok": 11,
    "reject_as_not_factual countersign_ok": 3,
    "acknowledge submit judge_invalid": 2,
    "acknowledge submit judge withdraw": 1,
    f"{TO_ACTION} withdraw": 1,
}
WAITING = (
    ("", 60),
    ("answer_on_the_spot countersign_ok reopen", 120),
    (f"{TO_VISIT} {TO_END} reopen", 200),
    ("acknowledge submit judge assign contest assign contest", 2400),
    ("acknowledge submit judge assign", 160),
    (f"{TO_ACTION} propose+ review_ng", 400),
    (f"{TO_ACTION} pause", 3100),
    (f"{TO_ACTION} propose", 150),
    (f"{TO_ACTION} propose review_ok", 180),
    (TO_REPLY, 120),
    (f"{TO_REPLY} send_reply", 700),
    (f"{TO_REPLY} send_reply customer_refuses", 200),
    (TO_VISIT, 1300),
    (f"{TO_FOLLOW_UP} promise", 800),
    (f"{TO_VISIT} record_visit sign_off", 200),
    ("answer_on_the_spot", 60),
    ("answer_on_the_spot", 180),
    ("reject_as_not_factual", 300),
)
# What a case must have to say on these roads.
NEEDED = {"answer_on_the_spot": "explained", "reject_as_not_factual": "untrue", "judge_invalid": "untrue"}
FIRST, LAST = -62, -17  # working days on which the closed ones began


Timed = tuple[str, list[float]]
"""A step of a road and the working minutes it takes; several where it stands for several moves."""


@dataclass
class Begun:
    """A complaint to be played: when it begins, its tale, and its story's steps or its road's."""

    at: dt.datetime
    tale: Tale
    story: list[Any]
    road: list[Timed]
    chance: random.Random


def play_all(house: House, times: Times) -> list[Player]:
    """Every complaint in the order it came in; returns who played them."""
    chance = random.Random(SEED)  # noqa: S311 - the same stories every time
    begun = sorted([*_stories(times), *_everyday(times, chance)], key=lambda one: one.at)
    played: dict[str, Complaint] = {}
    players = []
    for one in begun:
        player = Player(house, times, one.tale, one.chance)
        player.receive(one.at)
        _play_story(player, one.story, played)
        _play_road(player, one.road)
        player.end()
        played[one.tale.key] = player.complaint
        players.append(player)
    return players


# ── stories ──────────────────────────────────────────────────────────────────────────────────────────────────


def _stories(times: Times) -> Iterator[Begun]:
    """Each with its own chance: one more of them leaves the others, and the everyday ones, as they are."""
    for row in read("stories")["story"]:
        chance = random.Random(f"{SEED} {row['key']}")  # noqa: S311 - the same stories every time
        seconds = dt.timedelta(seconds=chance.randint(2, 50))
        given = {name: value for name, value in row.items() if name != "case"}
        yield Begun(times.moment(row["received"]) + seconds, tale(row["case"], chance, **given), row["steps"], [], chance)


def _play_story(player: Player, steps: list[Any], played: dict[str, Complaint]) -> None:
    for key, kind in player.tale.more.get("links", []):
        player.make("link", player.at + dt.timedelta(seconds=40), other=played[key], kind=kind)
    for when, name, *given in steps:
        at = player.times.moment(when) + dt.timedelta(seconds=player.chance.randint(1, 55))
        if name == "carry_out":
            player.carry_out(_every_quarter(at, player.chance))
        elif name == "draft":
            player.draft()
        else:
            player.make(name, at, **(dict(given[0]) if given else {}))


def _every_quarter(at: dt.datetime, chance: random.Random) -> Any:
    """Moments from `at` on, some ten minutes apart."""
    moments = iter([at + dt.timedelta(minutes=11 * n, seconds=chance.randint(0, 50)) for n in range(40)])
    return lambda _: next(moments)


# ── everyday ─────────────────────────────────────────────────────────────────────────────────────────────────


def _everyday(times: Times, chance: random.Random) -> Iterator[Begun]:
    roads = [road for road, count in CLOSED.items() for _ in range(count)]
    chance.shuffle(roads)
    cases = _cases(chance)
    for place, road in enumerate(roads):
        day = round(FIRST + (LAST - FIRST) * place / (len(roads) - 1))
        one = _tale(road, cases, chance)
        yield Begun(times.after(times.moment(f"{day} 08:30"), _into_the_day(road, chance)), one, [], _timed(road, one, chance), chance)
    for road, waits in WAITING:
        one = _tale(road, cases, chance)
        timed = _timed(road, one, chance)
        took = sum(sum(minutes) for _, minutes in timed)
        begun = times.after(times.latest, -(took + chance.uniform(waits / 2, waits)))
        if "review_ok" in road:
            begun = times.after(times.morning(begun), _into_the_day(road, chance))
        yield Begun(begun, one, [], timed, chance)


def _into_the_day(road: str, chance: random.Random) -> float:
    """Working minutes after the morning's beginning. Most that need a plan come early: twelve hours end in the night."""
    if road.startswith(("answer", "reject")) or chance.random() < 0.03:
        return chance.uniform(2, 440)
    return chance.uniform(2, 75)


def _timed(road: str, one: Tale, chance: random.Random) -> list[Timed]:
    """How long each step will take; carrying out takes two moves a measure."""
    to_do = sum(planned.kind in BEFORE_CLOSING for planned in one.measures)
    moves = {"carry_out": ["measure_done", "verify"] * to_do}
    return [(step, [chance.uniform(*TAKES.get(name, USUALLY)) for name in moves.get(step, [_plain(step)])]) for step in road.split()]


def _play_road(player: Player, road: list[Timed]) -> None:
    for step, minutes in road:
        left = iter(minutes)

        def later(_: str, left: Iterator[float] = left) -> dt.datetime:
            return player.times.after(player.at, next(left))

        if step == "carry_out":
            player.carry_out(later)
        else:
            name = _plain(step)
            player.make(name, later(name), **_given(step, player.chance))


def _plain(step: str) -> str:
    return step.rstrip("+!")


def _given(step: str, chance: random.Random) -> dict[str, Any]:
    """`propose+` stops at the man, `judge!` is serious; of the others most are general and of grade 4."""
    if step == "propose+":
        return {"shallow": True}
    if step == "judge!":
        return {"nature": "major", "criteria": ["a"], "grade": 2}
    kind = chance.random() if step == "judge" else 1
    if kind < 0.1:
        return {"nature": "major", "criteria": ["b"], "grade": 3}
    return {"grade": 3} if kind < 0.25 else {}


def _cases(chance: random.Random) -> Iterator[str]:
    """Every case once in a mixed order, then again."""
    while True:
        keys = list(CASES)
        chance.shuffle(keys)
        yield from keys


def _tale(road: str, cases: Iterator[str], chance: random.Random) -> Tale:
    """The next case that can go this road: one that is answered at once has something to say."""
    needed = {text for step, text in NEEDED.items() if step in road.split()}
    return tale(next(key for key in cases if needed <= CASES[key].keys()), chance)
