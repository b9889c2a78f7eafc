"""`manage.py up`: the whole product on this machine, until Ctrl-C. How is told in `config.supervisor`."""

import os
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from config.supervisor import Supervisor


class Command(BaseCommand):
    help = "Start database, queue, web, worker and calendar on this machine, and keep them running until Ctrl-C."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        sys.exit(Supervisor(settings.DATA_DIR, os.environ, say=self._say).run())

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
