"""The brake on guessing passwords: who has to wait, and until when.

Three counts, each over failures of the last while: one account from one place (an address, or a known device), one address over
all accounts, one account over all places. The last slows only places that are new for the account, so that nobody is
locked out by somebody else's guessing. A device is known by a cookie that was set when its person signed in there.
Not here: cookies, pages (`organisation.views`), sessions (`organisation.sessions`). Times are aware instants given by the caller.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet
from django.utils.crypto import salted_hmac

from organisation.models import Person, SignIn, SignInFailure

FREE_TRIES = 5
FIRST_PAUSE = dt.timedelta(minutes=1)
LONGEST_PAUSE = dt.timedelta(minutes=15)
REMEMBERED = dt.timedelta(days=1)
ADDRESS_TRIES, ADDRESS_WINDOW = 30, dt.timedelta(minutes=15)
ACCOUNT_TRIES, ACCOUNT_WINDOW = 20, dt.timedelta(hours=1)
TIDIED_AT_ONCE = 500


@dataclass(frozen=True)
class Place:
    """Where a try comes from: the address, and the device's cookie as it was sent ("" when none was)."""

    address: str | None
    device: str = ""


class Paused(Exception):
    """Too many failures: nothing is checked before `until`. `spray`: from one address against many accounts."""

    def __init__(self, until: dt.datetime, *, spray: bool = False) -> None:
        super().__init__(until)
        self.until = until
        self.spray = spray


def attempt(username: str, place: Place, now: dt.datetime, check: Callable[[], Person | None]) -> Person | None:
    """Whom `check` recognises, or None. The try is counted before it is checked: tries made at one moment see each other.

    Raises Paused without calling `check`; a try refused so does not count.
    """
    place = _as_known(username, place)
    row = SignInFailure.objects.create(account=_digest(username), address=place.address, device=place.device, at=now)
    try:
        _refuse_if_paused(username, place, now, SignInFailure.objects.exclude(pk=row.pk))
    except Paused:
        row.delete()
        raise
    person = check()
    if person:
        _of_place(username, place, SignInFailure.objects.all()).delete()
    else:
        _tidy(now)
    return person


def _refuse_if_paused(username: str, place: Place, now: dt.datetime, failures: QuerySet[SignInFailure]) -> None:
    here = _of_place(username, place, failures).filter(at__gt=now - REMEMBERED).aggregate(n=Count("pk"), last=Max("at"))
    if here["n"] >= FREE_TRIES and here["last"] + pause_after(here["n"]) > now:
        raise Paused(here["last"] + pause_after(here["n"]))
    if place.device:
        return
    if oldest := _nth_newest(failures.filter(address=place.address, device=""), ADDRESS_TRIES, now - ADDRESS_WINDOW):
        raise Paused(oldest + ADDRESS_WINDOW, spray=True)
    oldest = _nth_newest(failures.filter(account=_digest(username)), ACCOUNT_TRIES, now - ACCOUNT_WINDOW)
    if oldest and not _is_known(username, Q(address=place.address)):
        raise Paused(oldest + ACCOUNT_WINDOW)


def pause_after(failures: int) -> dt.timedelta:
    """How long one account rests for one place after so many failures there: 1, 2, 4, 8, then 15 minutes."""
    if failures < FREE_TRIES:
        return dt.timedelta(0)
    return min(FIRST_PAUSE * 2 ** min(failures - FREE_TRIES, 10), LONGEST_PAUSE)


def _nth_newest(failures: QuerySet[SignInFailure], n: int, since: dt.datetime) -> dt.datetime | None:
    """The instant of the nth newest failure since then; None when there are fewer."""
    return failures.filter(at__gt=since).order_by("-at").values_list("at", flat=True)[n - 1 : n].first()


def _as_known(username: str, place: Place) -> Place:
    """The place without a device cookie that this account has never signed in with."""
    known = bool(place.device) and _is_known(username, Q(device=place.device))
    return Place(place.address, place.device if known else "")


def _is_known(username: str, where: Q) -> bool:
    return SignIn.objects.filter(where, person__username__iexact=username).exists()


def _of_place(username: str, place: Place, failures: QuerySet[SignInFailure]) -> QuerySet[SignInFailure]:
    """Failures of the account from the known device wherever it was, else from the address."""
    where = Q(device=place.device) if place.device else Q(device="", address=place.address)
    return failures.filter(where, account=_digest(username))


def _digest(username: str) -> str:
    return salted_hmac("organisation.signin", username.lower(), algorithm="sha256").hexdigest()[:40]


def _tidy(now: dt.datetime) -> None:
    """Forget failures that no longer count, a few at a time, leaving those that somebody else is tidying."""
    with transaction.atomic():
        old = SignInFailure.objects.filter(at__lt=now - REMEMBERED).select_for_update(skip_locked=True)
        SignInFailure.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:TIDIED_AT_ONCE])).delete()
