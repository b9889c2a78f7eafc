"""What the figures keep for themselves: counts of days, which of them are out of date, what is aimed at, and the sheet of each morning.

Nothing of a complaint is kept here: all of it can be counted again. Not here: the counting (`reports.daily`).
"""

from .days import DayCount, StaleDay
from .sheet import MorningSheet
from .target import Aimed, Better, Target, Unit

__all__ = ["Aimed", "Better", "DayCount", "MorningSheet", "StaleDay", "Target", "Unit"]
