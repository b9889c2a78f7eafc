"""`manage.py verify_history`: prove that the history is what was written. Names the first bad row of each chain and ends with 1."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from complaints.anchors import Anchors, Broken, folder, read
from complaints.models import Complaint
from complaints.verification import BadCode, Report, read_code, verify, verify_all, verify_code
from reports import proof

SHOWN = 20


class Command(BaseCommand):
    help = "Prove entries, texts, signatures and the records made of them. Only with --anchors are chains found that were cut at their end."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--anchors", type=Path, metavar="DIR", nargs="?", const=folder(), help="compare with the anchors of DIR (DATA_DIR/anchors)"
        )
        parser.add_argument(
            "--code",
            metavar="CODE",
            help="only whether the entry of a printed code stood there and all before it holds: CR-2611-0087:23:9c41…",
        )
        parser.add_argument("--complaint", metavar="NUMBER", help="only this one")

    def handle(self, *args: Any, anchors: Path | None, complaint: str | None, code: str | None, **options: Any) -> None:
        if code:
            self._check(code)
            return
        began = time.monotonic()
        known = self._anchors(anchors)
        if complaint:
            report = verify(self._complaint(complaint), known.furthest)
        else:
            report = verify_all(known.furthest)
            report.bad = [*known.fallen, *report.bad, *proof.findings()]
        self._tell(report, known, time.monotonic() - began, "" if complaint else self._months())

    def _months(self) -> str:
        published, signed = proof.count()
        return f"; {published} published months, {signed} signatures of months" if signed else ""

    def _check(self, written: str) -> None:
        """A code from a printed document."""
        try:
            number, seq, digest = read_code(written)
        except BadCode as error:
            raise CommandError(str(error)) from error
        found = verify_code(self._complaint(number), seq, digest)
        if found:
            raise CommandError(f"The code does not hold: {found}.")
        self.stdout.write(self.style.SUCCESS(f"The code holds: entry {seq} of {number} stood there, and everything before it holds."))

    def _anchors(self, where: Path | None) -> Anchors:
        if where is None:
            return Anchors()
        try:
            known = read(where)
        except Broken as error:
            raise CommandError(f"The anchors in {where}: {error}.") from error
        if known.last is None:
            raise CommandError(f"There are no anchors in {where}.")
        return known

    def _complaint(self, number: str) -> Complaint:
        try:
            return Complaint.objects.get(number=number)
        except Complaint.DoesNotExist:
            raise CommandError(f"There is no complaint {number}.") from None

    def _tell(self, report: Report, known: Anchors, seconds: float, months: str) -> None:
        for note in report.erased:
            self.stdout.write(str(note))
        what = f"{report.complaints} complaints, {report.entries} entries, {report.signatures} signatures, {report.texts} texts{months}"
        against = f"anchors up to {known.last.at}" if known.last else "no anchors: a cut end would not be found"
        self.stdout.write(f"{what}; {against}; {seconds:.1f} s")
        if report.bad:
            for finding in report.bad[:SHOWN]:
                self.stdout.write(self.style.ERROR(str(finding)))
            more = f" and {len(report.bad) - SHOWN} more" if len(report.bad) > SHOWN else ""
            raise CommandError(f"The history does not hold: {len(report.bad)} bad, first {report.bad[0]}{more}")
        self.stdout.write(self.style.SUCCESS("The history holds."))
