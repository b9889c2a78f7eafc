"""What the figures keep for themselves: counts of days, which of them are out of date, what is aimed at, the sheet of each morning; and of
the months (R40) reports on their way, their signatures, and what was published.

Nothing of a complaint is kept here. Not here: the counting (`reports.daily`), what figures are.
"""

from .days import DayCount, DayTimes, DayVerdicts, StaleDay
from .month import MonthReport, Publication, SignOff
from .sheet import MorningSheet
from .target import Aimed, Better, Target, Unit

__all__ = [
    "Aimed", "Better", "DayCount", "DayTimes", "DayVerdicts", "MonthReport", "MorningSheet", "Publication", "SignOff", "StaleDay", "Target",
    "Unit",
]  # fmt: skip
