"""`manage.py import_register FILE --map MAP`: take over a register kept elsewhere (docs/import.md).

Ends with 0 when every row is here now, with 1 when some were refused, with 2 when file, mapping and branch do not go together.
Not here: reading (`registers`) and writing (`importing`).
"""

import gc
import sys
import time
from argparse import ArgumentParser
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints.importing import Step, import_register
from complaints.registers import BadMapping, Fault, RegisterMapping, Unreadable, load_mapping
from complaints.registers.tables import open_table
from organisation.models import Branch

SHIPPED = Path(__file__).parents[2] / "register_maps"
REFUSED, UNUSABLE = 1, 2
WIDTH = 30


class Command(BaseCommand):
    help = "Take over a complaint register kept elsewhere, CSV or XLSX, with a mapping file. Importing it again adds only what is new."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        shipped = ", ".join(sorted(path.stem for path in SHIPPED.glob("*.toml")))
        parser.add_argument("--map", required=True, metavar="MAP", help=f"a mapping file, or one that is shipped: {shipped}")
        parser.add_argument("--branch", metavar="CODE", help="needed when there are several")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, change nothing")
        parser.add_argument("--progress", action="store_true", help="show progress even when nobody watches")
        parser.add_argument("--language", choices=[code for code, _name in settings.LANGUAGES], default=settings.LANGUAGE_CODE)

    def handle(self, *args: Any, file: Path, map: str, branch: str | None, dry_run: bool, **options: Any) -> None:
        with translation.override(options["language"]):
            mapping, place = _mapping(map), _branch(branch)
            bar = Bar(file, mapping) if options["progress"] or sys.stderr.isatty() else None
            tally = Tally()
            gc.freeze()  # the program itself need not be searched for garbage with every chunk: an eighth of the time
            try:
                for step in import_register(file, mapping, place, dry_run=dry_run):
                    self._tell(step, tally, bar)
            except Unreadable as unreadable:
                raise CommandError(_unreadable(unreadable, tally), returncode=UNUSABLE) from None
            finally:
                if bar:
                    bar.end()
            self._sum_up(tally, dry_run)

    def _tell(self, step: Step, tally: "Tally", bar: "Bar | None") -> None:
        tally.add(step)
        if bar and step.faults:
            bar.clear()
        for fault in step.faults:
            self.stdout.write(_line(fault))
        if bar:
            bar.show(tally.rows)

    def _sum_up(self, tally: "Tally", dry_run: bool) -> None:
        for line in tally.lines():
            self.stdout.write(line)
        if dry_run:
            self.stdout.write(_("Nothing was changed: this was a dry run."))
        if tally.refused:
            message = ngettext("%(count)d row was refused.", "%(count)d rows were refused.", tally.refused)
            raise CommandError(message % {"count": tally.refused}, returncode=REFUSED)


@dataclass
class Tally:
    """What became of all rows so far; the size of it does not depend on how many there are."""

    imported: int = 0
    known: int = 0
    refused: int = 0
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How often a column was wrong in a way."""
    examples: dict[tuple[str, str], Fault] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return self.imported + self.known + self.refused

    def add(self, step: Step) -> None:
        self.imported += step.imported
        self.known += step.known
        self.refused += step.refused
        for fault in step.faults:
            self.reasons[fault.column, fault.code] += 1
            self.examples.setdefault((fault.column, fault.code), fault)

    def lines(self) -> list[str]:
        counts = {"imported": self.imported, "known": self.known, "refused": self.refused}
        return [
            _("%(imported)d imported, %(known)d known already, %(refused)d refused.") % counts,
            *(
                _("%(count)d × %(column)s: %(reason)s")
                % {"count": count, "column": column or _("row"), "reason": self.examples[column, code].reason}
                for (column, code), count in self.reasons.most_common()
            ),
        ]


class Bar:
    """Progress on the standard error: how much of the register is done, how fast, how long it will take."""

    def __init__(self, file: Path, mapping: RegisterMapping) -> None:
        try:
            self._rows = sum(1 for _row in open_table(file, mapping).rows())
        except Unreadable:
            self._rows = 0
        self._began = time.monotonic()

    def show(self, done: int) -> None:
        share = min(done / self._rows, 1) if self._rows else 0
        pace = done / max(time.monotonic() - self._began, 0.001)
        left = int((self._rows - done) / pace) if pace else 0
        bar = "█" * int(share * WIDTH)
        sys.stderr.write(f"\r{bar:░<{WIDTH}} {share:4.0%} {done}/{self._rows} {pace:.0f}/s {left // 60}:{left % 60:02d}\x1b[K")
        sys.stderr.flush()

    def clear(self) -> None:
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()

    def end(self) -> None:
        sys.stderr.write("\n")


def _mapping(name: str) -> RegisterMapping:
    shipped = SHIPPED / f"{name}.toml"
    try:
        return load_mapping(shipped if shipped.is_file() else Path(name))
    except OSError as problem:
        raise CommandError(_("The mapping can't be read: %(problem)s") % {"problem": problem}, returncode=UNUSABLE) from None
    except BadMapping as bad:
        raise CommandError("\n".join([_("The mapping can't be used:"), *bad.problems]), returncode=UNUSABLE) from None


def _branch(code: str | None) -> Branch:
    branches = {branch.code: branch for branch in Branch.objects.all()}
    if code is None and len(branches) == 1:
        return next(iter(branches.values()))
    if code in branches:
        return branches[code]
    known = ", ".join(branches) or _("none")
    raise CommandError(_("Say which branch with --branch. There are: %(codes)s") % {"codes": known}, returncode=UNUSABLE)


def _line(fault: Fault) -> str:
    said = {"row": fault.row, "column": fault.column, "reason": fault.reason}
    if fault.row is None:
        return _("%(column)s: %(reason)s") % said if fault.column else fault.reason
    return (_("Row %(row)s, %(column)s: %(reason)s") if fault.column else _("Row %(row)s: %(reason)s")) % said


def _unreadable(unreadable: Unreadable, tally: Tally) -> str:
    lines = [_line(fault) for fault in unreadable.faults]
    return "\n".join([_("The register can't be read to its end."), *lines, *tally.lines()] if tally.rows else lines)
