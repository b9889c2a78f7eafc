"""`manage.py new_company`: the first branch with a department each, the types that ship, and an administrator who goes on from there."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone, translation

from complaints.catalogue import LEAVES
from complaints.models import ComplaintType, ReplyTemplate
from complaints.replywords import SHIPPED
from organisation import passwords
from organisation.models import Branch, Department, Person
from organisation.models.branches import Function
from organisation.roles import Role


class Command(BaseCommand):
    help = "Make the first branch of a company in an empty database, with its administrator. Everything can be changed afterwards."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="name of the branch")
        parser.add_argument("--name-en", default="", help="its name in English")
        parser.add_argument("--code", default="main", help="short code in addresses and commands")
        parser.add_argument("--prefix", default="CR", help="complaint numbers begin with it")
        parser.add_argument("--zone", default="Asia/Shanghai", help="time zone")
        parser.add_argument("--administrator", default="admin", help="sign-in name of the administrator")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if Branch.objects.exists():
            raise CommandError("There is a company already: further branches are made in the administration.")
        names = {name: options[name] for name in ("name", "name_en", "code", "prefix", "zone")}
        branch = Branch(**names)
        administrator = Person(username=options["administrator"], name="系统管理员", name_en="Administrator", roles=[Role.ADMINISTRATOR])
        try:
            branch.full_clean()
            administrator.full_clean(exclude=["branch", "password"])
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        branch.save()
        _types(branch, _departments(branch))
        _reply_words(branch)
        administrator.branch = branch
        administrator.save()
        password = passwords.give_initial(administrator, timezone.now())
        days = passwords.INITIAL_LASTS.days
        self.stdout.write(
            f"{branch} is there. Sign in as {administrator.username} with {password} within {days} days and choose a password."
        )


def _departments(branch: Branch) -> dict[str, Department]:
    """One for each function; heads are named in the administration."""
    found = {}
    for function in Function:
        with translation.override("zh-hans"):
            name = str(function.label)
        with translation.override("en"):
            found[function.value] = Department.objects.create(
                branch=branch, code=function, function=function, name=name, name_en=str(function.label)
            )
    return found


def _reply_words(branch: Branch) -> None:
    """What a reply begins and ends with (R23), to be edited in the administration."""
    ReplyTemplate.objects.bulk_create(
        ReplyTemplate(
            branch=branch, code=one.kind, name=one.name, kind=one.kind, language=one.language, opening=one.opening, closing=one.closing
        )
        for one in SHIPPED
    )


def _types(branch: Branch, by_function: dict[str, Department]) -> None:
    """The catalogue that ships (R8)."""
    ComplaintType.objects.bulk_create(
        ComplaintType(
            branch=branch, code=leaf.code, group=leaf.group, name=leaf.name, name_en=leaf.name_en, keywords=leaf.keywords,
            confidential=leaf.confidential, lead=by_function[leaf.lead], default_department=by_function[leaf.responsible],
        )
        for leaf in LEAVES
    )  # fmt: skip
