"""`manage.py lifecycle_doc`: write `docs/lifecycle.md` and its picture from `complaints.workflow`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from complaints.management.lifecycle.page import PICTURE, page
from complaints.management.lifecycle.picture import picture


class Command(BaseCommand):
    help = "Write docs/lifecycle.md and its picture from the workflow."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--folder", type=Path, default=Path(settings.BASE_DIR) / "docs")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        for name, text in contents().items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            self.stdout.write(f"{path} written")


def contents() -> dict[str, str]:
    """What the files have to hold, by name below docs/."""
    return {"lifecycle.md": page(), PICTURE: picture()}
