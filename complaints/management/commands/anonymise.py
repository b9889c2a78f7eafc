"""`manage.py anonymise`: takes away the personal data of private complainants whose time is over (R11). Not here: what goes (`erasure`)."""

import datetime as dt
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from complaints import erasure
from complaints.models import Customer
from escalation import clock
from organisation import securitylog
from organisation.models import Branch, Person
from organisation.roles import Role


class Command(BaseCommand):
    help = "Take away personal data of private complainants after the branch's retention period; what is counted stays."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--by", required=True, metavar="SIGN-IN NAME", help="the administrator who does it; the history names him")
        parser.add_argument("--branch", metavar="CODE", help="only this branch")
        parser.add_argument(
            "--before", type=dt.date.fromisoformat, metavar="DATE", help="only whose last complaint was closed before that day"
        )
        parser.add_argument("--customer", metavar="NUMBER", help="only this customer")
        parser.add_argument("--dry-run", action="store_true", help="only say whose data would go")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = self._actor(options["by"])
        branches = Branch.objects.filter(code=options["branch"]) if options["branch"] else Branch.objects.all()
        if not branches:
            raise CommandError("There is no such branch.")
        done = sum(self._one(customer, actor, options["dry_run"]) for branch in branches for customer in self._whose(branch, options))
        self.stdout.write(f"{done} {'would be' if options['dry_run'] else 'are'} made anonymous.")

    def _actor(self, name: str) -> Person:
        person = Person.objects.active().filter(username__iexact=name).first()
        if person is None or not person.has_role(Role.ADMINISTRATOR):
            raise CommandError("--by has to be an administrator.")
        return person

    def _whose(self, branch: Branch, options: dict[str, Any]) -> list[Customer]:
        if options["customer"]:
            return list(Customer.objects.filter(branch=branch, number__iexact=options["customer"], anonymised_at=None))
        before = options["before"] and dt.datetime.combine(options["before"], dt.time(), branch.tz)
        return list(erasure.due(branch, clock.now(), before).order_by("pk"))

    def _one(self, customer: Customer, actor: Person, dry_run: bool) -> int:
        self.stdout.write(customer.number)
        try:
            if dry_run:
                erasure.check(customer, clock.now())
                return 1
            erasure.anonymise(customer, actor=actor, at=clock.instant())
        except erasure.TooEarly as why:
            raise CommandError(str(why)) from None
        securitylog.note("customer.anonymised", actor=actor, address=None, customer=customer.pk)
        return 1
