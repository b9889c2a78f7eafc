"""What is wrong with a register or with one of its rows: a code, and a sentence for whoever imports it."""

from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

REASONS = {
    # the file
    "file": _("The file can't be read: %(problem)s"),
    "encoding": _("The encoding is not certain. Say it in the mapping: encoding = \"…\"."),
    "no_header": _("There is no row of headings in row %(row)s."),
    "no_column": _("There is no such column. The columns are: %(columns)s"),
    "twice": _("There are several columns of this name."),
    # a column of dates
    "day_or_month": _("Is “%(example)s” day/month or month/day? No value proves it. Say it in the mapping: date = \"%%d/%%m/%%Y\"."),
    "days_and_months": _("“%(example)s” can only be day/month, “%(other)s” only month/day. Say in the mapping which formats there are."),
    "mixed_cells": _(
        "Some cells are dates, others text such as “%(example)s”: a program may have changed day and month of the former about. "
        "Say in the mapping whether to trust them: cells = \"trust\" or \"swap\"."
    ),
    "mixed_texts": _("“%(example)s” and “%(other)s” stand in one column. Say in the mapping which formats there are."),
    "short_year": _("“%(example)s” has a year of two digits. Say the format in the mapping, such as date = \"%%d.%%m.%%y\"."),
    "no_dates": _("No value is a date we know, such as “%(example)s”. Say the format in the mapping."),
    # a row
    "cells": _("The row has %(found)s cells, the heading %(expected)s."),
    "blank": _("It is empty."),
    "not_a_date": _("“%(value)s” is not a date of the column's format."),
    "year": _("“%(value)s” lies outside the years %(first)s to %(last)s. If it stands for nothing, name it in the mapping under blank."),
    "two_dates": _("“%(value)s” is a different date in each of the formats given."),
    "not_swapped": _("“%(value)s” can't be a date with day and month changed about."),
    "not_a_number": _("“%(value)s” is not an amount."),
    "shortened": _("A spreadsheet has shortened this number to “%(value)s”."),
    "spreadsheet_error": _("The cell holds the spreadsheet's error %(value)s."),
    "unknown_value": _("The mapping does not say what “%(value)s” means."),
    "too_long": _("It is longer than %(limit)s characters."),
    "order": _("It lies before the day the complaint was received."),
    "future": _("It lies in the future."),
    "not_closed": _("It has a closing date but is not closed."),
    "again": _("It is the same complaint as in row %(row)s."),
    "before": _("It lies before the complaint was received."),
    # what becomes of a row in a branch
    "no_type": _("The mapping speaks of the type “%(code)s”, which the branch does not have."),
    "several": _("Several customers are called “%(value)s”. Give the number of the right one under values in the mapping."),
    "amount": _("“%(value)s” has more digits than an amount can have here."),
    "no_reply": _("Follow-up begins with the reply: give its date (replied), or let the state be reply."),
    "no_group": _("This branch does not ask a group for approval."),
    "no_grade": _("The group approves grades 1 and 2 only: give the grade, or let the state be approval."),
    "database": _("The database refuses it: %(problem)s"),
}  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """`row` as a spreadsheet counts them, None for the whole column; `column` as it is headed, '' for the whole row or file."""

    row: int | None
    column: str
    code: str
    params: dict[str, object] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        return str(REASONS[self.code]) % self.params


class Unreadable(Exception):
    """The register as a whole can't be read with this mapping; `faults` say why."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(", ".join(f"{fault.column}: {fault.code}" for fault in faults))
        self.faults = faults


class Unclear(Exception):
    """One value, or a column's way of writing dates, can't be understood."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params
