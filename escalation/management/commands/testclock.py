"""`manage.py testclock +2h|-30m|reset|show`: move the product's clock, for tests and rehearsals. Never on real complaints."""

import datetime as dt
import re
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from escalation import clock
from escalation.models import TestClock

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
STEP = re.compile(r"(\d+)([smhdw])")


class Command(BaseCommand):
    help = "Move the clock on (+2h, +3d4h, -30m; further from where it is), put it right again (reset), or show it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("how", nargs="?", default="show", metavar="+2h|reset|show")
        parser._negative_number_matcher = re.compile(r"^-\d")  # else argparse takes -30m for an option

    def handle(self, *args: Any, how: str, **options: Any) -> None:
        if how == "reset":
            TestClock.objects.all().delete()
        elif how != "show":
            row = TestClock.objects.filter(pk=1).first() or TestClock(pk=1, offset=dt.timedelta(0))
            row.offset += offset_of(how)
            row.save()
        offset = TestClock.objects.values_list("offset", flat=True).first()
        moved = "not moved" if offset is None else f"moved by {'-' if offset < dt.timedelta(0) else ''}{abs(offset)}"
        self.stdout.write(f"{clock.now():%Y-%m-%d %H:%M:%S} UTC, {moved}")


def offset_of(text: str) -> dt.timedelta:
    """`+2h`, `-1d12h`: one sign for all of it. Raises CommandError."""
    signed = text if text[:1] in "+-" else f"+{text}"
    steps = [(int(number), UNITS[unit]) for number, unit in STEP.findall(signed[1:])]
    if not steps or STEP.sub("", signed[1:]):
        raise CommandError(f"“{text}” is no length of time: write +2h, -30m, +3d12h, reset or show.")
    total = sum((dt.timedelta(**{unit: number}) for number, unit in steps), dt.timedelta(0))
    return -total if signed[0] == "-" else total
