"""The mail server is down for a day, dribbles, refuses, breaks off (F13, F14, F15).

In working time, for mail waits until the branch opens. Not here: the servers (`postman`).
"""

import datetime as dt
import time
from collections import Counter
from collections.abc import Callable

from tests.fault.catalogue import fault
from tests.fault.ground import wait_for
from tests.fault.lab import Lab
from tests.fault.postman import Dribbler, Postman

TUESDAY = dt.datetime(2026, 11, 24, 1, tzinfo=dt.UTC)  # 09:00 in Shanghai
HOURS = dt.timedelta(hours=5)


def mailed(lab: Lab, port: int) -> None:
    """Everything from now on is started with this mail server."""
    lab.set_clock(TUESDAY)
    lab.more = {"EMAIL_URL": f"smtp://127.0.0.1:{port}", "MAIL_FROM": "redress@lanchuan.example"}
    lab.more["PUBLIC_URL"] = "http://redress.lanchuan.example"


def states(lab: Lab) -> dict[str, int]:
    return dict(lab.ground.sql("SELECT state, count(*) FROM escalation_message GROUP BY 1"))


def meanwhile(lab: Lab, happens: Callable[[], bool], seconds: float, what: str, step: dt.timedelta) -> None:
    """Let the clock run ahead by `step` whenever beat has been by, until it happens."""
    rest = dt.timedelta(seconds=seconds)
    while not happens():
        assert rest > dt.timedelta(0), f"not within {seconds:.0f} s of the product's clock: {what}; messages {states(lab)}"
        lab.move_clock(step)
        rest -= step
        end = time.monotonic() + 12
        while time.monotonic() < end and not happens():
            time.sleep(0.3)


@fault("F13", "the mail server is down for most of a day", breaks="no_backoff")
def mail_down(lab: Lab) -> None:
    """Notices stand at the desk at once; all mail goes out within ten minutes of its return, each once."""
    postman = Postman()
    mailed(lab, postman.port)
    lab.work()
    lab.beat()
    lab.clock()
    lab.seed(lab.due_in(60, begin=5))
    lab.wait_until_quiet(20)
    desk, recipients = lab.ground.sql("SELECT count(*), count(DISTINCT recipient_id) FROM escalation_notice WHERE channel = 'desk'")[0]
    assert desk >= 60
    wait_for(lambda: states(lab).get("waiting", 0) == recipients, 40, f"a message for each of {recipients} people waits")
    for _ in range(4):
        lab.move_clock(HOURS)
        time.sleep(11)
    assert set(states(lab)) == {"waiting"}, states(lab)
    postman.start()
    try:
        meanwhile(lab, lambda: states(lab) == {"sent": recipients}, 600, "all is sent", dt.timedelta(minutes=2))
        lab.note(f"{recipients} people, messages taken {len(postman.taken)}")
        assert max(Counter(postman.taken).values()) == 1, "something was sent twice"
        assert len({who for who, _ in postman.taken}) == recipients
    finally:
        postman.stop()


@fault("F14", "the mail server dribbles", breaks="mails_in_the_sweep")
def dribble(lab: Lab) -> None:
    """Each conversation is cut off; escalation does not notice."""
    dribbler = Dribbler()
    try:
        mailed(lab, dribbler.port)
        lab.work()
        lab.beat()
        lab.clock()
        lab.seed(lab.due_in(200, begin=5, within=30))
        wait_for(lambda: lab.fired() == 200, 60, f"all 200 are raised, {lab.fired()} are")
        fault_ = "SELECT count(*) FROM escalation_message WHERE fault <> '' AND state = 'waiting'"
        wait_for(lambda: lab.ground.sql(fault_)[0][0] > 0, 60, "a conversation is given up")
        lab.note(f"latest {lab.lateness():.2f} s, {dribbler.visits} conversations")
        assert lab.lateness() <= lab.limit(5), f"{lab.lateness():.1f} s late"
    finally:
        dribbler.end()


@fault("F15", "the mail server refuses some, and breaks off after taking one", breaks="new_id_each_try")
def refusals(lab: Lab) -> None:
    """550: given up, shown; 451: tried again; taken and broken off: sent again under the same Message-ID; the others get theirs."""
    postman = Postman()
    gone, busy, cut = (person.email for person in (lab.company.gm, lab.company.manager, lab.company.handlers[1]))
    postman.refuse[gone], postman.refuse[busy], postman.drop[cut] = ["550 no such person"], ["451 later", "451 later"], 1
    postman.start()
    try:
        mailed(lab, postman.port)
        lab.work()
        lab.beat()
        lab.clock()
        lab.seed(lab.due_in(30, begin=4))
        lab.wait_until_quiet(20)
        people = lab.ground.sql("SELECT count(DISTINCT recipient_id) FROM escalation_notice WHERE channel = 'mail'")[0][0]
        done = {"sent": people - 1, "given_up": 1}
        meanwhile(lab, lambda: states(lab) == done, 1800, f"{done}", dt.timedelta(minutes=2))
        given_up = lab.ground.sql("SELECT address, fault FROM escalation_message WHERE state = 'given_up'")
        assert given_up == [(gone, "550 no such person")], given_up
        arrived = Counter(postman.taken)
        twice = [(who, times) for (who, _), times in arrived.items() if times > 1]
        assert twice == [(cut, 2)], f"arrived twice under one Message-ID: {twice}; messages to {cut}: {[m for w, m in arrived if w == cut]}"
        assert len({who for who, _ in postman.taken}) == people - 1
    finally:
        postman.stop()
