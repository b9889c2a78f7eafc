"""What every request asks of the person behind it: language and zone, a session that is not over, a chosen password.

Not here: when a session is over (`organisation.sessions`) and the brake on sign-in (`organisation.signin`).
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode

from organisation import securitylog, sessions, visitor
from organisation.models import SignIn
from organisation.receivers import SESSION_KEY
from organisation.visitor import follows_a_link

Handler = Callable[[HttpRequest], HttpResponse]


class PersonLocaleMiddleware:
    """Language: the person's setting, else the cookie of the sign-in page, else the browser. Zone: the branch's.

    Both hold while the answer is made; what is streamed afterwards must set them itself.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person = request.user if request.user.is_authenticated else None
        language = (person and person.language) or translation.get_language_from_request(request)
        with translation.override(language), timezone.override(person.branch.tz if person else settings.TIME_ZONE):
            request.LANGUAGE_CODE = language  # Django's own middleware sets it too
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response


class SessionLimitsMiddleware:
    """Signs out whose session is over and notes activity; `request.session_over` says that this just happened."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.session_over = False
        if request.user.is_authenticated:
            self._check(request)
        elif settings.SESSION_COOKIE_NAME in request.COOKIES:
            request.session_over = True  # deactivated, or the password was changed elsewhere
        return self.get_response(request)

    def _check(self, request: HttpRequest) -> None:
        now = timezone.now()
        sign_in = SignIn.objects.filter(pk=request.session.get(SESSION_KEY), person=request.user.pk).first()
        if sign_in is None or sessions.is_over(sign_in, now):
            securitylog.note("session.over", actor=request.user, address=visitor.address(request))
            logout(request)
            request.session_over = True
        elif _is_activity(request):
            sessions.touch(sign_in, now)


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Every page wants somebody signed in, unless its view is marked `login_not_required`; and a password of their own."""

    def process_view(self, request: HttpRequest, view_func: Callable[..., Any], view_args: Any, view_kwargs: Any) -> HttpResponse | None:
        refusal = super().process_view(request, view_func, view_args, view_kwargs)
        if refusal or not request.user.is_authenticated or not request.user.must_change_password:
            return refusal
        return None if getattr(view_func, "with_initial_password", False) else redirect("change_password")

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., Any]) -> HttpResponse:
        """Pages go to the sign-in page and come back; a part of a page is told 401, so that what was typed stays where it is."""
        if not follows_a_link(request):
            return render(request, "organisation/signed_out.html", status=401)
        query = {"next": request.get_full_path()} if request.method in ("GET", "HEAD") else {}
        if request.session_over:  # set above
            query["ended"] = "1"
        # Not `get_login_url`: Django's admin names a sign-in page of its own, which does not exist here.
        return redirect(f"{reverse(settings.LOGIN_URL)}?{urlencode(query)}" if query else settings.LOGIN_URL)


def _is_activity(request: HttpRequest) -> bool:
    """A person did something: the page says so, something was sent, or a page was opened. Polls do none of these."""
    return request.headers.get("X-Activity") == "1" or request.method == "POST" or follows_a_link(request)
