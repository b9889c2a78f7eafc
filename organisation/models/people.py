"""People who sign in. Deactivated, never deleted (R2)."""

from collections.abc import Iterable
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, UserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from organisation.roles import GRANTED, Role

from .branches import Branch, Department


class PersonManager(UserManager["Person"]):
    """Creates people; there are no superusers, an administrator is a role like others."""

    def create_user(self, username: str, password: str | None = None, **fields: object) -> "Person":  # type: ignore[override]  # no e-mail in second place
        person = self.model(username=username, **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, username: str | None) -> "Person":
        """Sign-in names are compared without regard to capitals, with the person's branch and department at hand."""
        return self.select_related("branch", "department").get(username__iexact=username)

    def active(self) -> models.QuerySet["Person"]:
        return self.filter(is_active=True)


class Person(AbstractBaseUser):
    class Theme(models.TextChoices):
        SYSTEM = "", _("As the system")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    class Language(models.TextChoices):
        BROWSER = "", _("As the browser")
        ENGLISH = "en", "English"
        CHINESE = "zh-hans", "简体中文"

    class Mail(models.TextChoices):
        """What of one's notices also comes by e-mail (R29b)."""

        ALL = "all", _("Everything that waits for me")
        LATE = "late", _("Only what ran out or is urgent")
        NONE = "none", _("Nothing")

    username = models.CharField(_("sign-in name"), max_length=60, unique=True, validators=[UnicodeUsernameValidator()])
    name = models.CharField(pgettext_lazy("person", "name"), max_length=60)
    name_en = models.CharField(_("name in English"), max_length=60, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    telephone = models.CharField(_("telephone"), max_length=40, blank=True)
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="people", verbose_name=_("branch"))
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="staff", verbose_name=_("department"))
    roles = ArrayField(
        models.CharField(max_length=20, choices=[(r.value, r.label) for r in GRANTED]), default=list, blank=True, verbose_name=_("roles")
    )
    language = models.CharField(_("language"), max_length=10, choices=Language.choices, blank=True, default=Language.BROWSER)
    theme = models.CharField(_("theme"), max_length=6, choices=Theme.choices, blank=True, default=Theme.SYSTEM)
    single_keys = models.BooleanField(_("single-key shortcuts"), default=True)
    mail = models.CharField(_("notices by e-mail"), max_length=4, choices=Mail.choices, default=Mail.ALL)
    must_change_password = models.BooleanField(_("must choose a new password"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    initial_password_until = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["username"]
        constraints = [
            models.UniqueConstraint(Upper("username"), name="sign_in_name_once", violation_error_message=_("This sign-in name is taken."))
        ]

    def __str__(self) -> str:
        english = (get_language() or "en").startswith("en")
        return (self.name_en or self.name) if english else self.name

    def has_role(self, *roles: Role) -> bool:
        return any(role in self.roles for role in roles)

    @property
    def is_staff(self) -> bool:
        """Django's admin asks for this: administrators work there, nobody else."""
        return self.is_active and self.has_role(Role.ADMINISTRATOR)

    @property
    def is_superuser(self) -> bool:
        return False

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Only Django's admin asks. What the admin offers is decided there, model by model; complaints ask `standing`."""
        return self.is_staff

    def has_perms(self, perms: Iterable[str], obj: object = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perms)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff
