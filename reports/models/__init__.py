"""What the figures keep for themselves: counts of days, which of them are out of date, and what is aimed at.

Nothing of a complaint is kept here: all of it can be counted again. Not here: the counting (`reports.daily`).
"""

from .days import DayCount, StaleDay
from .target import Aimed, Better, Target, Unit

__all__ = ["Aimed", "Better", "DayCount", "StaleDay", "Target", "Unit"]
