"""Time as rows: the seam of the clock, policies, timers, escalations, what is told to whom, and the sweep's sign of life.

Not here: when a timer starts and stops (`escalation.clocks`), how it is worked out (`escalation.timing`), who is told what
(`complaints.notices`).
"""

from .escalations import Escalation
from .notices import Message, Notice
from .policy import PolicyVersion
from .pulse import SweepPulse
from .testclock import TestClock
from .timer import Timer, TimerState, Verdict

__all__ = ["Escalation", "Message", "Notice", "PolicyVersion", "SweepPulse", "TestClock", "Timer", "TimerState", "Verdict"]
