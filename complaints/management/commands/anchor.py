"""`manage.py anchor`: note now how far every chain of the history has come. The calendar does it every hour."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from complaints.anchors import Broken, folder, take


class Command(BaseCommand):
    help = "Add an anchor: one line that binds the whole history as it is now, kept outside the database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--anchors", type=Path, metavar="DIR", default=folder(), help="where (DATA_DIR/anchors)")

    def handle(self, *args: Any, anchors: Path, **options: Any) -> None:
        try:
            anchor, fallen = take(anchors)
        except Broken as error:
            raise CommandError(f"No anchor was taken: {error}.") from error
        self.stdout.write(str(anchor))
        if fallen:
            raise CommandError("The history has become shorter since the anchor before. " + "; ".join(map(str, fallen)))
