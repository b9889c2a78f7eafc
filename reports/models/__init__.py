"""What is kept of the months (R40): reports on their way, their signatures, and what was published. Not here: what figures are."""

from .month import MonthReport, Publication, SignOff

__all__ = ["MonthReport", "Publication", "SignOff"]
