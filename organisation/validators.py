"""What Django's own password validators do not ask (the settings list which are in force)."""

import string
from typing import Any

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

ORNAMENT = string.digits + string.punctuation + string.whitespace


class MaximumLengthValidator:
    """A password nobody types is a burden to the hasher; 128 characters are enough for any sentence."""

    def __init__(self, max_length: int = 128) -> None:
        self.max_length = max_length

    def validate(self, password: str, user: object = None) -> None:
        if len(password) > self.max_length:
            raise ValidationError(
                _("This password is too long. It must contain at most %(max_length)d characters."),
                code="password_too_long",
                params={"max_length": self.max_length},
            )

    def get_help_text(self) -> str:
        return ngettext("At most %(n)d character.", "At most %(n)d characters.", self.max_length) % {"n": self.max_length}


class DisguisedPasswordValidator(password_validation.CommonPasswordValidator):
    """Also refuses a common password with digits or signs around it, one repeated, and nothing but digits and signs.

    Few of the common ones have twelve characters; “password1234” and “qwertyqwerty” are what they are made into.
    """

    def validate(self, password: str, user: Any = None) -> None:
        core = _repeated_part(password.lower().strip(ORNAMENT))
        super().validate(password, user)
        if not core or core in self.passwords:
            raise ValidationError(self.get_error_message(), code="password_too_common")


def _repeated_part(text: str) -> str:
    """`abcabc` → `abc`; what repeats nothing stays as it is."""
    period = (text + text).find(text, 1)
    return text[:period] if text else ""
