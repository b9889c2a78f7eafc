"""`manage.py month_report 2026-10 --branch CODE --format json|csv|xlsx|pdf [--live]`: the same as on the month's page (R40, R41)."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from escalation import clock
from organisation.models import Branch
from reports import files
from reports.period import Period, month_of
from reports.published import as_read


class Command(BaseCommand):
    help = "The figures of a month, the same as on its page."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("month", help="such as 2026-10")
        parser.add_argument("--branch", metavar="CODE", help="may be left out where there is only one")
        parser.add_argument("--format", choices=files.KINDS, default="json")
        parser.add_argument("--output", type=Path, metavar="FILE", help="where it is written; without, it is printed")
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
            found, signed = as_read(period, live=options["live"])
            self._give(files.content(found, options["format"], signed=signed), options["format"], options["output"])

    def _give(self, content: bytes, kind: str, output: Path | None) -> None:
        if output:
            output.write_bytes(content)
        elif kind not in files.BINARY:
            self.stdout.write(content.decode(), ending="")
        elif self.stdout.isatty():
            raise CommandError(f"A {kind} file is nothing to read: write it with --output FILE.")
        else:
            self.stdout.buffer.write(content)  # type: ignore[attr-defined] # of the stream it wraps


def _branch(code: str | None) -> Branch:
    known = {branch.code: branch for branch in Branch.objects.order_by("code")}
    if code is None and len(known) == 1:
        return next(iter(known.values()))
    if code not in known:
        raise CommandError(f"Name the branch with --branch: {', '.join(known)}.")
    return known[code]
