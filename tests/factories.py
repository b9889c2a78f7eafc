"""People and places for tests; everybody's password is PASSWORD. Complaints are made in tests/complaints/factories.py."""

import factory
from factory.django import DjangoModelFactory

from organisation.models import Branch, Department, Person

PASSWORD = "four plain words here"


class BranchFactory(DjangoModelFactory):
    class Meta:
        model = Branch

    code = factory.Sequence(lambda n: f"branch-{n}")
    prefix = factory.Sequence(lambda n: f"C{n}")
    name = "岚川精密制造"
    name_en = "Lanchuan Precision"


class DepartmentFactory(DjangoModelFactory):
    class Meta:
        model = Department

    branch = factory.SubFactory(BranchFactory)
    code = factory.Sequence(lambda n: f"department-{n}")
    name = "生产二部"
    name_en = "Production 2"


class PersonFactory(DjangoModelFactory):
    """An employee of a branch without a role: `PersonFactory(roles=[Role.MANAGER])`, `PersonFactory(department=…)`."""

    class Meta:
        model = Person
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person-{n}")
    name = "高原"
    name_en = "Gao Yuan"
    branch = factory.Maybe("department", factory.SelfAttribute("department.branch"), factory.SubFactory(BranchFactory))
    department = None
    password = factory.django.Password(PASSWORD)
