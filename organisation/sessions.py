"""When a session is over: 30 minutes without activity, 12 hours after sign-in, or ended by somebody.

The row `SignIn` is the truth; the browser's session only names it. Deactivation and a changed password need nothing here:
Django asks for both at each request. Not here: what counts as activity and how the end is told (`organisation.middleware`).
Times are aware instants given by the caller.
"""

import datetime as dt

from django.db.models import QuerySet

from organisation.models import Person, SignIn
from organisation.signin import Place

IDLE = dt.timedelta(minutes=30)
ABSOLUTE = dt.timedelta(hours=12)
WRITTEN_EVERY = dt.timedelta(minutes=1)
PLACES_REMEMBERED = dt.timedelta(days=180)


def begin(person: Person, place: Place, browser: str, now: dt.datetime) -> SignIn:
    """Note a sign-in; places the person has not signed in from for half a year are forgotten."""
    person.sign_ins.filter(at__lt=now - PLACES_REMEMBERED).delete()
    return SignIn.objects.create(person=person, address=place.address, device=place.device, browser=browser, at=now, active_at=now)


def is_over(sign_in: SignIn | None, now: dt.datetime) -> bool:
    if sign_in is None or sign_in.ended_at:
        return True
    return now >= sign_in.at + ABSOLUTE or now >= sign_in.active_at + IDLE


def touch(sign_in: SignIn, now: dt.datetime) -> None:
    """Note activity, at most once a minute; of requests at the same time the latest instant stays."""
    if now >= sign_in.active_at + WRITTEN_EVERY:
        SignIn.objects.filter(pk=sign_in.pk, active_at__lt=now).update(active_at=now)


def end(pk: int, now: dt.datetime) -> None:
    SignIn.objects.filter(pk=pk, ended_at=None).update(ended_at=now)


def running(person: Person, now: dt.datetime) -> QuerySet[SignIn]:
    """Sessions of the person that are not over, newest first."""
    return person.sign_ins.filter(ended_at=None, at__gt=now - ABSOLUTE, active_at__gt=now - IDLE).order_by("-at")


def end_others(person: Person, mine: int, now: dt.datetime) -> int:
    """End every session but `mine` (0: every one) and forget their places: whoever asks may have lost a device. Returns how many ended."""
    ended = running(person, now).exclude(pk=mine).count()
    person.sign_ins.exclude(pk=mine).delete()
    return ended
