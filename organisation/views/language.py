"""The language switch of every page, signed in or not."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from organisation.models import Person
from organisation.views.signin import onward

YEAR = 365 * 24 * 3600


@require_POST
@login_not_required
def set_language(request: HttpRequest) -> HttpResponse:
    """Keep the choice in the browser and, of somebody signed in, as their setting. An unknown language changes nothing."""
    response = redirect(onward(request))
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        return response
    if request.user.is_authenticated:
        Person.objects.filter(pk=request.user.pk).update(language=language)
    remember(response, settings.LANGUAGE_COOKIE_NAME, language, httponly=True)
    return response


def remember(response: HttpResponse, cookie: str, value: str, *, httponly: bool) -> None:
    """A cookie that lasts a year. The theme's is read by the page's script, so it is not `httponly`."""
    response.set_cookie(cookie, value, max_age=YEAR, secure=settings.SESSION_COOKIE_SECURE, httponly=httponly, samesite="Lax")


set_language.with_initial_password = True  # read by SignInRequiredMiddleware
