"""Forms of sign-in and of one's own settings.

Not here: forms of the administration (`organisation.admin`) and the checks they share (`organisation.deputies`, validators).
"""

import datetime as dt
from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from organisation import deputies, signin
from organisation.models import Deputy, Person

LONGEST = 128  # characters of a password; MaximumLengthValidator says the same when one is chosen


class SignInForm(forms.Form):
    username = forms.CharField(
        label=_("Sign-in name"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"})
    )
    password = forms.CharField(
        label=_("Password"), max_length=LONGEST, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )


def pause_in_words(until: dt.datetime, now: dt.datetime) -> str:
    """When to try again, in whole minutes rounded up."""
    minutes = max(1, -(-int((until - now).total_seconds()) // 60))
    return ngettext("Too many wrong tries. Try again in %d minute.", "Too many wrong tries. Try again in %d minutes.", minutes) % minutes


class LookForm(forms.Form):
    """Language and theme. "browser" and "system" stand for the empty settings: an empty radio would be no choice."""

    language = forms.ChoiceField(
        label=_("Language"), choices=[("zh-hans", "中文"), ("en", "English"), ("browser", _("As the browser"))], widget=forms.RadioSelect
    )
    theme = forms.ChoiceField(
        label=_("Theme"), choices=[("light", _("Light")), ("dark", _("Dark")), ("system", _("As the system"))], widget=forms.RadioSelect
    )
    theme_icons = {"light": "sun", "dark": "moon", "system": "monitor"}

    def __init__(self, person: Person, data: Any = None) -> None:
        super().__init__(data, initial={"language": person.language or "browser", "theme": person.theme or "system"})
        self.person = person

    def save(self) -> None:
        self.person.language = self.cleaned_data["language"].replace("browser", "")
        self.person.theme = self.cleaned_data["theme"].replace("system", "")
        self.person.save(update_fields=["language", "theme"])


class KeysForm(forms.ModelForm):
    class Meta:
        model = Person
        fields = ["single_keys"]
        labels = {"single_keys": _("Single-key shortcuts are on")}
        help_texts = {"single_keys": _("Turn them off if you use voice input or a screen reader.")}


class MailForm(forms.ModelForm):
    class Meta:
        model = Person
        fields = ["mail"]
        widgets = {"mail": forms.RadioSelect}
        labels = {"mail": _("Notices by e-mail")}


class PasswordForm(forms.Form):
    """A new password. The old one is asked too, and guessing it is braked, unless it is the first one, given a moment ago."""

    current = forms.CharField(
        label=_("Current password"), max_length=LONGEST, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    new = forms.CharField(
        label=_("New password"),
        strip=False,
        help_text=_("At least 12 characters: a sentence or four words are easy to remember. No kind of character is required."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("New password once more"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, person: Person, place: signin.Place, data: Any = None) -> None:
        super().__init__(data)
        self.person, self.place = person, place
        if person.must_change_password:
            del self.fields["current"]

    def clean_current(self) -> str:
        password, now = self.cleaned_data["current"], timezone.now()
        try:
            known = signin.attempt(
                self.person.username, self.place, now, lambda: self.person if self.person.check_password(password) else None
            )
        except signin.Paused as pause:
            raise ValidationError(pause_in_words(pause.until, now), code="paused") from None
        if not known:
            raise ValidationError(_("This is not your current password."), code="wrong")
        return password

    def clean_new(self) -> str:
        password = self.cleaned_data["new"]
        password_validation.validate_password(password, self.person)
        if self.person.check_password(password):
            raise ValidationError(_("This is the password you have already."), code="same")
        return password

    def clean_again(self) -> str:
        if "new" in self.cleaned_data and self.cleaned_data["again"] != self.cleaned_data["new"]:
            raise ValidationError(_("The two passwords differ."), code="differ")
        return self.cleaned_data["again"]


class PersonChoice(forms.ModelChoiceField):
    def label_from_instance(self, person: Person) -> str:
        return f"{person} · {person.department}" if person.department else str(person)


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))


class DeputyForm(forms.ModelForm):
    """A deputy for a period. `today` is the branch's date."""

    starts_on = _day(_("First day"))
    ends_on = _day(_("Last day"))

    class Meta:
        model = Deputy
        fields = ["absent", "starts_on", "ends_on", "deputy"]
        field_classes = {"absent": PersonChoice, "deputy": PersonChoice}

    def __init__(self, person: Person, today: dt.date, data: Any = None) -> None:
        super().__init__(data, instance=Deputy(named_by=person), initial={"absent": person.pk})
        self.today = today
        self.fields["absent"].queryset = deputies.may_be_absent(person)
        self.fields["deputy"].queryset = deputies.may_deputise(person.branch_id)
        self.fields["deputy"].empty_label = gettext("Choose…")
        self.fields["absent"].label, self.fields["absent"].empty_label = gettext("Who is away"), None
        if not deputies.is_gm(person):
            self.fields["absent"].widget = forms.HiddenInput()

    def _post_clean(self) -> None:
        super()._post_clean()
        if not self.errors:
            for field, text in deputies.objections(self.instance, self.today).items():
                self.add_error(field, text)
