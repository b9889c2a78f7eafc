"""Things with a Chinese and an English name."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Named(models.Model):
    """`str()` gives the name in the active language; the one that is filled in when the other is not."""

    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        english = (get_language() or "en").startswith("en")
        return (self.name_en or self.name) if english else self.name
