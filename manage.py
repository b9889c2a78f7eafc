#!/usr/bin/env python3
"""The command line of Redress: `python manage.py <command>`; `up` starts everything on one machine.

Commands that change the schema connect as the owner of the database (DATABASE_OWNER_URL), all others as the
application, whose role has no DDL and may only add to the history.
"""

import os
import sys

OWNER_COMMANDS = {"migrate", "flush", "sqlflush", "testclock"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if OWNER_COMMANDS.intersection(sys.argv[1:2]):
        os.environ.setdefault("DATABASE_ROLE", "owner")
    from django.core.exceptions import ImproperlyConfigured  # after the environment is set
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"Redress is not set up: {error}")


if __name__ == "__main__":
    main()
