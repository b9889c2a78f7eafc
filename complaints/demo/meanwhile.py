"""What happens to one complaint of the demonstration between two moves: what runs out is raised when it does, and whoever it is raised to
says soon what is to be done.

Not here: reminders of the past, which nobody would look for, and the moves themselves (`player`).
"""

import datetime as dt
import heapq
from typing import TYPE_CHECKING, Any

from django.db import connection

from complaints.actions import locked
from escalation.models import Escalation, Timer
from escalation.policies import Rung
from escalation.raising import Step, raise_steps
from escalation.sweep import ACTING

if TYPE_CHECKING:
    from .player import Player

SECOND = dt.timedelta(seconds=1)
MORNING, EVENING = dt.time(8, 10), dt.time(20)
# The next step of the complaint's timers: running out, or the second level.
NEXT = """
SELECT id, next_rung, CASE WHEN next_rung = 200 THEN next_at ELSE due END AS at FROM escalation_timer
 WHERE complaint_id = %s AND state = 'running' AND next_at IS NOT NULL AND code <> ALL(%s)
   AND CASE WHEN next_rung = 200 THEN next_at ELSE due END < %s
 ORDER BY at, id LIMIT 1
"""


class Meanwhile:
    """For one player; words that are still to be said wait for their moment."""

    def __init__(self, player: "Player") -> None:
        self.player = player
        self.words: list[tuple[dt.datetime, int, str]] = []

    def until(self, at: dt.datetime) -> None:
        """Everything before that moment, in its order. Words that would be said after working hours of the last day are left."""
        before = at - 5 * SECOND
        while True:
            step = self._next_step(before)
            word = self.words[0][0] if self.words else None
            if word and word < min(before, self.player.times.latest) and (step is None or word < step[2]):
                self.say()
            elif step:
                self._raise(*step)
            else:
                return

    def _next_step(self, before: dt.datetime) -> tuple[int, int, dt.datetime] | None:
        with connection.cursor() as cursor:
            cursor.execute(NEXT, [self.player.complaint.pk, list(ACTING), before])
            return cursor.fetchone()

    def _raise(self, timer_id: int, rung: int, at: dt.datetime) -> None:
        player = self.player
        player.at = max(at, player.at) + SECOND
        complaint = locked(player.complaint.pk)
        step = Step(Timer.objects.get(pk=timer_id), complaint, max(rung, Rung.OUT))
        raise_steps([step], at=player.at, mail=False)
        complaint.save(update_fields=["history_seq", "history_head"])
        for row in Escalation.objects.filter(complaint=complaint, timer=timer_id, rung=step.rung).exclude(to=[]):
            heapq.heappush(self.words, (self._soon(player.at), row.pk, self._who(row)))

    def _who(self, row: Escalation) -> str:
        """The general manager where he is among them."""
        keys = sorted(row.to, key=lambda key: key != self.player.house.branch.gm_id)
        return self.player.own(keys[0]).username

    def _soon(self, at: dt.datetime) -> dt.datetime:
        """Within some hours of work; at a weekend or in the evening of the last day from at home."""
        times, minutes = self.player.times, self.player.chance.uniform(10, 140)
        found = times.after(at, minutes)
        if found > at:
            return found
        found = at + dt.timedelta(minutes=minutes)
        local = found.astimezone(times.zone)
        if MORNING <= local.time() < EVENING:
            return found
        day = local.date() + dt.timedelta(days=local.time() >= EVENING)
        return dt.datetime.combine(day, MORNING, times.zone).astimezone(dt.UTC) + dt.timedelta(minutes=minutes / 3)

    def say(self) -> None:
        """The first of the words that wait, at its moment or soon after what came meanwhile."""
        at, escalation, who = heapq.heappop(self.words)
        player = self.player
        if at <= player.at:  # something else ran out in the meantime
            at = self._soon(player.at)
        given: dict[str, Any] = {"who": who, "escalations": [escalation], "instruction": player.phrase("instruction")}
        if player.chance.random() < 0.4:
            given["wanted_by"] = at + dt.timedelta(hours=player.chance.choice([4, 8, 24]))
        player.act("acknowledge_escalation", at, **given)
