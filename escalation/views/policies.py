"""Time limits: those in force, to come, and the changes made; and changing one (R30)."""

import datetime as dt
from typing import Any

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from escalation import clock, policywords, preview
from escalation.changing import change_policy
from escalation.forms import PolicyForm
from escalation.models import PolicyVersion, Timer
from escalation.models.policy import PolicyBook
from escalation.models.timer import LIVE
from escalation.policies import SHIPPED, SILENT, Policy

from .change import Change, page
from .guard import for_administrators

# Rules that become true with time are no time limits; and what the customer asked for is not set here.
KEYS = [key for key, policy in SHIPPED.items() if policy.code not in SILENT]
SHOWN = ("now", "coming", "changes")


@require_safe
@for_administrators
def limits(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    rows = list(PolicyVersion.objects.filter(key__in=KEYS).select_related("decided_by").order_by("key", "version"))
    book, coming = PolicyBook(now, rows), to_come(rows, now)
    chosen = request.GET.get("show", "now")
    context = {
        "shown": chosen if chosen in SHOWN else "now",
        "policies": [_line(book.now[key], _since(rows, book.now[key])) for key in KEYS],
        "coming": [_change(row, book) for row in coming],
        "changes": [_change(row, book) for row in made(rows, now)],
    }
    return render(request, "escalation/limits.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def limit(request: HttpRequest, key: str) -> HttpResponse:
    if key not in KEYS:
        raise Http404
    now = clock.now()
    rows = list(PolicyVersion.objects.filter(key=key).select_related("decided_by").order_by("version"))
    book = PolicyBook(now, rows)
    current, seen = book.now[key], max((row.version for row in rows), default=1)
    form = PolicyForm(current, request.POST if request.method == "POST" else None, now=now, seen=seen)

    context = _context(key, current, rows, now)

    def objection() -> str:
        worth = context["coming"] or (form.moves and context["older"])
        return "" if worth or _differs(form.policy(), current) else _("Nothing is changed.")

    change = Change(
        form,
        lambda: preview.of_policy(form.policy() if form.is_bound else current, now),
        lambda order: change_policy(form.policy(), order, form.cleaned_data["effective_from"]),
        "escalation/limit.html",
        context,
        context["back"],
        objection,
    )
    return page(request, change)


def to_come(rows: list[PolicyVersion], now: dt.datetime) -> list[PolicyVersion]:
    """Versions whose day will come: not those in whose place a later one takes effect first."""
    return sorted((row for row in rows if row.effective_from > now and not _replaced(row, rows)), key=lambda row: row.effective_from)


def made(rows: list[PolicyVersion], now: dt.datetime) -> list[PolicyVersion]:
    """All changes but those to come: in force, replaced, or never in force; the latest first."""
    coming = to_come(rows, now)
    return sorted((row for row in rows if row not in coming), key=lambda row: row.decided_at, reverse=True)


def _replaced(row: PolicyVersion, rows: list[PolicyVersion]) -> bool:
    later = (other for other in rows if other.key == row.key and other.version > row.version)
    return any(other.effective_from <= row.effective_from for other in later)


def _since(rows: list[PolicyVersion], policy: Policy) -> dt.datetime | None:
    return next((row.effective_from for row in rows if (row.key, row.version) == (policy.key, policy.version)), None)


def _line(policy: Policy, since: dt.datetime | None) -> dict[str, Any]:
    return {
        "policy": policy,
        "label": policy.label(get_language() or ""),
        "course": policywords.COURSES[policy.key],
        "length": policywords.length(policy),
        "reminders": policywords.reminders(policy),
        "told": policywords.told(policy),
        "next": policywords.people(policy.second),
        "since": since,
    }


def _change(row: PolicyVersion, book: PolicyBook) -> dict[str, Any]:
    """A version and the one before it."""
    in_force = book.now[row.key].version == row.version
    return {
        "row": row,
        "line": _line(row.policy(), row.effective_from),
        "before": _line(book.of(row.key, row.version - 1), None),
        "now": in_force,
    }


def _context(key: str, current: Policy, rows: list[PolicyVersion], now: dt.datetime) -> dict[str, Any]:
    older = Timer.objects.filter(policy=key, state__in=LIVE).exclude(policy_version=current.version)
    return {
        "line": _line(current, _since(rows, current)),
        "coming": [_line(row.policy(), row.effective_from) for row in to_come(rows, now)],
        "back": reverse("limits"),
        "older": older.aggregate(number=Count("pk"))["number"],
    }


def _differs(made: Policy, current: Policy) -> bool:
    given = [{name: text for name, text in policy.names.items() if text} for policy in (made, current)]
    same = ("clock", "amount", "first", "second", "warn_at", "enabled")
    return given[0] != given[1] or any(getattr(made, name) != getattr(current, name) for name in same)
