"""One's own settings: one page of cards, each a form of its own; what is wrong comes back on the same page with 422."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings as django_settings
from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from organisation import deputies, passwords, securitylog, sessions, visitor
from organisation.forms import DeputyForm, KeysForm, LookForm, MailForm, PasswordForm
from organisation.models import Deputy
from organisation.receivers import SESSION_KEY
from organisation.views.language import remember

View = Callable[..., HttpResponse]


def _posted(view: View) -> View:
    """What saves is a POST. Whoever reloads the page that showed an error, or changes its language, is back at the settings."""

    @wraps(view)
    def wrapped(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return view(request, **kwargs) if request.method == "POST" else redirect("settings")

    return wrapped


@require_safe
def settings(request: HttpRequest) -> HttpResponse:
    return _page(request)


@_posted
def save_look(request: HttpRequest) -> HttpResponse:
    form = LookForm(request.user, request.POST)
    if not form.is_valid():
        return _page(request, look=form)
    form.save()
    response = _saved(request, "look", language=request.user.language)
    remember(response, "theme", form.cleaned_data["theme"], httponly=False)
    if not request.user.language:
        response.delete_cookie(django_settings.LANGUAGE_COOKIE_NAME)
    return response


@_posted
def save_keys(request: HttpRequest) -> HttpResponse:
    KeysForm(request.POST, instance=request.user).save()
    return _saved(request, "keys-card")


@_posted
def save_mail(request: HttpRequest) -> HttpResponse:
    form = MailForm(request.POST, instance=request.user)
    if not form.is_valid():
        return _page(request, mail=form)
    form.save()
    return _saved(request, "mail")


@sensitive_post_parameters()
def change_password(request: HttpRequest) -> HttpResponse:
    """A card of the settings; a page of its own for who must choose a password before anything else."""
    form = PasswordForm(request.user, visitor.place(request), request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _password_chosen(request, form)
    if request.user.must_change_password:
        return render(request, "organisation/first_password.html", {"form": form}, status=422 if form.is_bound else 200)
    return _page(request, password=form) if form.is_bound else redirect("settings")


change_password.with_initial_password = True  # read by SignInRequiredMiddleware


@_posted
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    ended = sessions.end_others(request.user, request.session.get(SESSION_KEY, 0), timezone.now())
    securitylog.note("session.others_ended", actor=request.user, address=visitor.address(request), number=ended)
    text = ngettext("%d other session has been ended.", "%d other sessions have been ended.", ended) % ended
    messages.success(request, text if ended else _("There was no other session."))
    return redirect(reverse("settings") + "#sessions")


@_posted
def name_deputy(request: HttpRequest) -> HttpResponse:
    form = DeputyForm(request.user, timezone.localdate(), request.POST)
    if not form.is_valid():
        return _page(request, absence=form)
    period = form.save()
    _note(request, "deputy.named", period)
    return _saved(request, "absence")


@_posted
def end_absence(request: HttpRequest, pk: int) -> HttpResponse:
    period = get_object_or_404(deputies.may_end(request.user), pk=pk)
    deputies.end_early(period, timezone.now())
    _note(request, "deputy.ended", period)
    return _saved(request, "absence")


def _page(request: HttpRequest, **bound: Any) -> HttpResponse:
    """The whole page; `bound` are forms with something to correct."""
    person, today = request.user, timezone.localdate()
    seen = deputies.may_end(person)
    context = {
        "look": LookForm(person),
        "keys": KeysForm(instance=person),
        "mail": MailForm(instance=person),
        "password": PasswordForm(person, visitor.place(request)),
        "sessions": sessions.running(person, timezone.now()),
        "mine": request.session.get(SESSION_KEY, 0),
        "absence": DeputyForm(person, today) if deputies.may_be_absent(person).exists() else None,
        "absences": deputies.current(seen, today),
        "deputising": deputies.current(person.deputising.all(), today),
    }
    return render(request, "organisation/settings.html", context | bound, status=422 if bound else 200)


def _password_chosen(request: HttpRequest, form: PasswordForm) -> HttpResponse:
    passwords.choose(request.user, form.cleaned_data["new"], request.session.get(SESSION_KEY, 0), timezone.now())
    auth.update_session_auth_hash(request, request.user)
    securitylog.note("password.changed", actor=request.user, address=visitor.address(request))
    messages.success(request, _("Your password is changed. Other sessions have ended."))
    return redirect("settings" if "current" in form.fields else "my_work")


def _saved(request: HttpRequest, card: str, language: str = "") -> HttpResponse:
    with translation.override(language or translation.get_language()):
        messages.success(request, _("Saved."))
    return redirect(f"{reverse('settings')}#{card}")


def _note(request: HttpRequest, event: str, period: Deputy) -> None:
    securitylog.note_period(event, period, actor=request.user, address=visitor.address(request))
