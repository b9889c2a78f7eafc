"""Clocks that jump, zones and clocks on walls, people who act at the last moment, rules changed while timers run (F9, F10, F18, F31)."""

import datetime as dt
import json
import subprocess
import sys
import time
import zoneinfo

from tests.fault.catalogue import fault
from tests.fault.ground import ROOT, wait_for
from tests.fault.lab import SITE, Lab

# Names that PostgreSQL finds before its own: for a role whose path begins with this schema the server's clock is set.
WRONG_CLOCK = """
CREATE SCHEMA IF NOT EXISTS wrong;
CREATE TABLE IF NOT EXISTS wrong.by ("offset" interval NOT NULL);
DELETE FROM wrong.by;
INSERT INTO wrong.by VALUES ('0');
CREATE OR REPLACE FUNCTION wrong.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS
$$ SELECT pg_catalog.clock_timestamp() + "offset" FROM wrong.by $$;
CREATE OR REPLACE FUNCTION wrong.statement_timestamp() RETURNS timestamptz LANGUAGE sql STABLE AS
$$ SELECT pg_catalog.statement_timestamp() + "offset" FROM wrong.by $$;
GRANT USAGE ON SCHEMA wrong TO PUBLIC;
GRANT SELECT ON wrong.by TO PUBLIC;
ALTER ROLE redress_app SET search_path = wrong, pg_catalog, public;
"""


@fault("F9", "clocks are set wrong while timers run", breaks="no_guard")
def jumps(lab: Lab) -> None:
    """The worker's own clock counts for nothing. The database's, set forward: held, said, and nothing fires if it is set back in time."""
    lab.ground.sql(WRONG_CLOCK)
    try:
        lab.seed([*lab.due_in(50, begin=3600), *lab.due_in(50, begin=10)])
        lab.clock(patches=["own_clock_wrong"])
        wait_for(lambda: lab.fired() == 50, 25, "those due now are raised")
        lab.ground.sql("UPDATE wrong.by SET \"offset\" = '2 hours'")
        time.sleep(5)
        assert lab.fired() == 50, f"{lab.fired() - 50} raised by a clock that was set wrong"
        assert "jumped forward" in lab.said("clock")
        lab.ground.sql("UPDATE wrong.by SET \"offset\" = '0'")
        time.sleep(12)
        assert lab.fired() == 50
        lab.ground.sql("UPDATE wrong.by SET \"offset\" = '-2 hours'")
        time.sleep(3)
        lab.ground.sql("UPDATE wrong.by SET \"offset\" = '0'")
        time.sleep(12)
        assert lab.fired() == 50, "something was raised anew"
        lab.move_clock(dt.timedelta(hours=2))
        wait_for(lambda: lab.fired() == 100, 6, "the test clock is followed at once")
    finally:
        lab.ground.sql("ALTER ROLE redress_app RESET search_path; DROP SCHEMA wrong CASCADE")


# Zone, an instant shortly before its clocks are moved, and the zone the processes are told they live in.
MOVED = (
    ("Europe/Berlin", "2027-03-27T20:00:00+00:00", "America/Santiago"),
    ("Europe/Berlin", "2027-10-30T20:00:00+00:00", "Asia/Kathmandu"),
    ("Australia/Lord_Howe", "2027-04-03T10:00:00+00:00", "Europe/Berlin"),
    ("America/Santiago", "2027-09-04T20:00:00+00:00", "Australia/Lord_Howe"),
    ("Asia/Shanghai", "1988-04-16T10:00:00+00:00", "Europe/Berlin"),
)
RECORD = """
import django; django.setup()
import json, sys
from complaints.intake import receive
from organisation.models import Person
from escalation.models import Timer
person = Person.objects.get(username="cr-assistant")
complaint = receive(person.branch, actor=person, fields={"channel": "phone", "about": "SF-40", "words": "渗油"})
timers = Timer.objects.filter(complaint=complaint, code__in=["plan", "acknowledge"])
print(json.dumps([[t.code, t.started.isoformat(), t.due.isoformat()] for t in timers]))
"""
ELAPSED = {"plan": dt.timedelta(hours=12), "acknowledge": dt.timedelta(hours=24)}


@fault("F10", "clocks on walls are moved in the night", breaks="wall_clock_hours")
def daylight(lab: Lab) -> None:
    """12 and 24 hours are elapsed hours, wherever the branch and the process are; raised when they are over, not before."""
    for zone, before, home in MOVED:
        lab.ground.sql("UPDATE organisation_branch SET zone = %s", [zone])
        lab.ground.sql("DELETE FROM test_clock")
        lab.move_clock(dt.datetime.fromisoformat(before) - lab.now())
        env = {**lab.ground.env, "TZ": home, "PYTHONPATH": f"{SITE}:{ROOT}", "FAULT_PATCHES": lab.broken}
        made = subprocess.run([sys.executable, "-c", RECORD], cwd=ROOT, env=env, check=True, capture_output=True, text=True)
        for code, started, due in json.loads(made.stdout):
            took = dt.datetime.fromisoformat(due) - dt.datetime.fromisoformat(started)
            assert took == ELAPSED[code], f"{code} in {zone} takes {took}"
        _raised_in_time(
            lab, due=dt.datetime.fromisoformat(next(due for code, _, due in json.loads(made.stdout) if code == "plan")), home=home
        )
    assert zoneinfo.ZoneInfo("Australia/Lord_Howe")


def _raised_in_time(lab: Lab, due: dt.datetime, home: str) -> None:
    query = "SELECT count(*) FROM escalation_escalation WHERE rung = 100 AND code = 'plan' AND due = %s"
    clock = lab.clock(TZ=home)
    lab.move_clock(due - lab.now() - dt.timedelta(seconds=4))
    time.sleep(2)
    assert lab.ground.sql(query, [due]) == [(0,)], "raised early"
    wait_for(lambda: lab.ground.sql(query, [due]) == [(1,)], 8, "it is raised")
    lab.kill9(clock)


RACE = """
import django; django.setup()
import datetime, random, sys, time
from complaints.actions import perform
from complaints.models import Complaint
from escalation import clock
from escalation.models import Timer
from organisation.models import Person
person, pick = Person.objects.get(username="cr-assistant"), random.Random(3)
done = 0
for timer in Timer.objects.filter(code="acknowledge").order_by("due"):
    goal = timer.due + datetime.timedelta(milliseconds=pick.uniform(-45, 5))  # it takes some time to get there
    while (left := (goal - clock.unmoved()).total_seconds()) > 0.001:
        time.sleep(min(left, 0.2) / 2)
    perform("acknowledge", timer.complaint_id, actor=person, seen=None, means="telephone", text="已收到")
    done += 1
print(done)
"""


@fault("F18", "somebody does it within 5 ms of its due instant", breaks="late_stop_unnoticed")
def last_moment(lab: Lab) -> None:
    """200 times: done in time, no escalation; done late, exactly one; never half."""
    lab.clock(patches=["hurried"])
    lab.seed(lab.due_in(200, begin=lab.limit(8), within=lab.limit(24)), policy="acknowledge")
    env = {**lab.ground.env, "PYTHONPATH": f"{SITE}:{ROOT}", "FAULT_PATCHES": lab.broken}
    done = subprocess.run(
        [sys.executable, "-c", RACE], cwd=ROOT, env=env, check=False, capture_output=True, text=True, timeout=lab.limit(120)
    )
    assert done.stdout.strip() == "200", f"{done.stdout} {done.stderr[-500:]}"
    late = lab.ground.sql("SELECT count(*) FILTER (WHERE verdict = 'late'), count(*) FROM escalation_timer WHERE code = 'acknowledge'")[0]
    lab.note(f"{late[0]} of {late[1]} were late")
    assert 0 < late[0] < late[1], f"no race: {late}"


FOUR_HOURS = """
INSERT INTO escalation_policyversion (key, version, effective_from, clock, amount, warn_at, first, second, until, enabled, name, name_en,
       reason, moved_running, preview, decided_by_id, decided_at)
VALUES ('plan', 2, redress_now() - interval '1 minute', 'hours', 14400, '{}', '{gm}', '{}', 'acknowledged', true, '', '',
        '更快', false, '{}', %s, redress_now())
"""


@fault("F31", "the rule is changed while timers run", breaks="rule_for_all")
def rule_changed(lab: Lab) -> None:
    """What runs keeps what it was started by."""
    lab.clock()
    soon_due, later = lab.due_in(1, begin=lab.limit(4))[0], lab.due_in(1, begin=5000)[0]
    lab.seed([soon_due] * 20 + [later] * 20)
    lab.ground.sql(FOUR_HOURS, [lab.company.manager.pk])
    wait_for(lambda: lab.fired() >= 20, lab.limit(15), "those due are raised")
    time.sleep(3)
    assert lab.fired() == 20, f"{lab.fired()} raised, 20 were due"
    assert lab.ground.sql("SELECT DISTINCT due, policy_version FROM escalation_timer ORDER BY due") == [(soon_due, 1), (later, 1)]
