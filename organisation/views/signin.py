"""Sign in and out. Whom a try recognises and who has to wait is said in `organisation.signin`."""

import logging

from django.contrib import auth
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from organisation import passwords, securitylog, signin, visitor
from organisation.forms import SignInForm, pause_in_words
from organisation.models import Person


@login_not_required
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    return _try(request) if request.method == "POST" else _open(request)


@require_POST
@login_not_required
def sign_out(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        securitylog.note("sign_out", actor=request.user, address=visitor.address(request))
    auth.logout(request)
    return redirect("sign_in")


sign_out.with_initial_password = True  # read by SignInRequiredMiddleware


@require_safe
def _open(request: HttpRequest) -> HttpResponse:
    return redirect(onward(request)) if request.user.is_authenticated else _page(request, SignInForm(), 200)


def _try(request: HttpRequest) -> HttpResponse:
    form, now = SignInForm(request.POST), timezone.now()
    if not form.is_valid():
        return _page(request, form, 422)
    try:
        person = _recognise(request, form)
    except signin.Paused as pause:
        return _paused(request, form, pause)
    if person is None:
        return _refused(request, form, _("Sign-in name or password is wrong."))
    if passwords.has_run_out(person, now):
        return _refused(request, form, _("This first password is no longer valid. Ask your administrator for a new one."))
    return _welcome(request, person)


@sensitive_variables("typed")
def _recognise(request: HttpRequest, form: SignInForm) -> Person | None:
    typed = form.cleaned_data
    return signin.attempt(typed["username"], visitor.place(request), timezone.now(), lambda: auth.authenticate(request, **typed))


def _welcome(request: HttpRequest, person: Person) -> HttpResponse:
    """Begin a session under a new key (Django changes it), and know this device from now on."""
    auth.login(request, person)
    response = redirect(onward(request))
    visitor.remember_device(response, request.sign_in.device)  # set by organisation.receivers
    return response


def _refused(request: HttpRequest, form: SignInForm, why: str) -> HttpResponse:
    _note("sign_in.failed", request, form)
    form.add_error(None, why)
    return _page(request, form, 422)


def _paused(request: HttpRequest, form: SignInForm, pause: signin.Paused) -> HttpResponse:
    now = timezone.now()
    _note("sign_in.spray" if pause.spray else "sign_in.paused", request, form, level=logging.WARNING)
    form.add_error(None, pause_in_words(pause.until, now))
    response = _page(request, form, 429)
    response["Retry-After"] = str(max(1, int((pause.until - now).total_seconds())))
    return response


def _note(event: str, request: HttpRequest, form: SignInForm, level: int = logging.INFO) -> None:
    person = Person.objects.filter(username__iexact=form.cleaned_data["username"]).first()
    securitylog.note(event, actor=person, address=visitor.address(request), level=level)


def _page(request: HttpRequest, form: SignInForm, status: int) -> HttpResponse:
    context = {"form": form, "next": request.GET.get("next", ""), "ended": "ended" in request.GET}
    return render(request, "organisation/sign_in.html", context, status=status)


def onward(request: HttpRequest) -> str:
    """Where to go next: what was asked for when it is a path of this product, without a host; else the start page.

    A general manager starts with the dashboard, everybody else with his work.
    """
    wanted = request.POST.get("next", request.GET.get("next", ""))
    if url_has_allowed_host_and_scheme(wanted, None):
        return wanted
    branch = getattr(request.user, "branch", None)
    return "dashboard" if branch and branch.gm_id == request.user.pk else "my_work"
