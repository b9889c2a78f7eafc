"""`manage.py month_report 2026-10 --branch CODE --format json|csv [--live]`: the month's figures, the same as on its page (R40, R41)."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from escalation import clock
from organisation.models import Branch
from reports import files
from reports.figures import month
from reports.period import Period, month_of
from reports.published import frozen, report_of


class Command(BaseCommand):
    help = "Prints the figures of a month, the same as on its page."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("month", help="such as 2026-10")
        parser.add_argument("--branch", metavar="CODE", help="may be left out where there is only one")
        parser.add_argument("--format", choices=files.KINDS, default="json")
        parser.add_argument("--live", action="store_true", help="of a published month as it stands now, not as it was published")
        parser.add_argument("--language", choices=["en", "zh-hans"], default="en", help="of the labels")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            first = month_of(options["month"])
        except ValueError:
            raise CommandError(f"“{options['month']}” is no month, write one like 2026-10.") from None
        period = Period(_branch(options["branch"]), first, clock.now())
        if period.is_ahead:
            raise CommandError(f"{period.name} has not begun.")
        with translation.override(options["language"]):
            found = (None if options["live"] else frozen(report_of(period), period)) or month(period)
            self.stdout.write(files.content(found, options["format"]).decode(), ending="")


def _branch(code: str | None) -> Branch:
    known = {branch.code: branch for branch in Branch.objects.order_by("code")}
    if code is None and len(known) == 1:
        return next(iter(known.values()))
    if code not in known:
        raise CommandError(f"Name the branch with --branch: {', '.join(known)}.")
    return known[code]
