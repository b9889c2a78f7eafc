"""Django says that somebody signed in or out: the session's row begins and ends here, whichever way it came about."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from organisation import securitylog, sessions, visitor
from organisation.models import Person
from organisation.signin import Place

SESSION_KEY = "sign_in"


@receiver(user_logged_in, dispatch_uid="organisation.begin")
def begin(request: HttpRequest, user: Person, **kwargs: Any) -> None:
    place = visitor.place(request)
    place = Place(place.address, place.device or visitor.new_device())
    sign_in = sessions.begin(user, place, visitor.browser(request), timezone.now())
    request.session[SESSION_KEY] = sign_in.pk
    request.sign_in = sign_in  # type: ignore[attr-defined]  # an attribute of ours: the view sets the device's cookie
    securitylog.note("sign_in.succeeded", actor=user, address=visitor.address(request))


@receiver(user_logged_out, dispatch_uid="organisation.end")
def end(request: HttpRequest, user: Person | None, **kwargs: Any) -> None:
    """Runs before the session is emptied."""
    sessions.end(request.session.get(SESSION_KEY, 0), timezone.now())
