"""`manage.py demo_company`: 岚川精密制造 with three months of complaints, for an empty database. Its passwords are known to everybody."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from complaints.demo.house import PASSWORD, House, read
from complaints.demo.present import come_to_now
from complaints.demo.roads import play_all
from complaints.demo.times import Times
from complaints.models import Complaint
from escalation import clock
from organisation.models import Branch, Person
from organisation.models.known import standing_still
from reports.demo import play_months


class Command(BaseCommand):
    help = "Fill an empty database with the demonstration company, its people and three months of complaints."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--sign-ins", action="store_true", help="only print who can sign in, if this is the demonstration")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["sign_ins"] and not Branch.objects.filter(name=read("company")["branch"]["name"]).exists():
            return  # somebody's own company
        if not options["sign_ins"]:
            began = time.monotonic()
            self._fill()
            self.stdout.write(
                f"岚川精密制造 · Lanchuan Precision: {Complaint.objects.count()} complaints, {time.monotonic() - began:.1f} s."
            )
        self.stdout.write(sign_ins())

    @transaction.atomic
    def _fill(self) -> None:
        if Branch.objects.exists() or Person.objects.exists():
            raise CommandError(
                "The database is not empty: the demonstration is only for an empty one. (--sign-ins prints who can sign in.)"
            )
        plan = read("company")["branch"]
        times = Times(clock.now(), plan["zone"])
        house = House(clock.now().astimezone(times.zone).date())
        with standing_still():
            players = play_all(house, times)
            play_months(house.branch, house.people, times)
            come_to_now(house, times, players)


def sign_ins() -> str:
    """Everybody of the demonstration, by what they do."""
    people = read("company")["person"].items()
    lines = [f"  {username:<13} {row['name']} {row['name_en']} · {row['does']}" for username, row in people]
    return "\n".join(["Sign in with", *lines, f"and the password  {PASSWORD}"])
