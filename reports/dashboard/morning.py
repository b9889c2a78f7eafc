"""The sheet of the morning on a page and as one printed page, for those who see the branch or the department.

Not here: what stands on it (`reports.morning`).
"""

import datetime as dt
from io import BytesIO
from pathlib import Path
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from complaints.clockface import moment
from complaints.documents import engine
from complaints.views.documents import language, sent
from escalation import clock
from reports import morning
from reports.morning import Part, Row, Sheet
from reports.scope import Scope, scopes_of

from .shown import address

TEMPLATE = Path(__file__).parent / "morning.typ"
WORDS, PRINTED = 90, 44  # characters of a text on the page, and on paper: it is one page


@require_safe
def morning_page(request: HttpRequest) -> HttpResponse:
    """As it was when the branch opened, `?fresh=1` as it is now."""
    scopes, scope = _scopes(request)
    found = _sheet(request, scope)
    suffix = f"?of={scope.key}"
    context = {
        "sheet": found, "scope": scope, "parts": [_part(part, found, scope) for part in found.parts], "day": _day(found, scope),
        "scopes": [{"scope": one, "url": f"?of={one.key}", "current": one.key == scope.key} for one in scopes] if len(scopes) > 1 else [],
        "now_url": f"{suffix}&fresh=1", "kept_url": suffix,
        "pdf_url": f"{reverse('morning_pdf')}{suffix}" + ("" if found.frozen else "&fresh=1"),
    }  # fmt: skip
    return render(request, "reports/dashboard/morning.html", context)


@require_safe
def morning_pdf(request: HttpRequest) -> FileResponse:
    _all, scope = _scopes(request)
    found = _sheet(request, scope)
    day = found.made_at.astimezone(scope.tz).date()
    return sent(BytesIO(engine.pdf(TEMPLATE, _data(found, scope), at=found.made_at)), f"{_('This morning')} {day:%Y-%m-%d}")


def _sheet(request: HttpRequest, scope: Scope) -> Sheet:
    return morning.sheet(scope, request.user, clock.now(), fresh=request.GET.get("fresh") == "1")


def _scopes(request: HttpRequest) -> tuple[list[Scope], Scope]:
    """A meeting is of a branch or a department: there is none of the group."""
    found = [scope for scope in scopes_of(request.user) if not scope.is_group]
    asked = request.GET.get("of", "")
    scope = next((one for one in found if asked in ("", one.key)), None)
    if scope is None:
        raise Http404
    return found, scope


# ── as words ─────────────────────────────────────────────────────────────────────────────────────────────────


def _day(found: Sheet, scope: Scope) -> str:
    local = found.made_at.astimezone(scope.tz)
    return format_date(local, "Y-m-d l" if language() == "zh" else "l, j F Y")


def _part(part: Part, found: Sheet, scope: Scope) -> dict[str, Any]:
    key = part.department.pk if part.department else "none"
    return {
        "name": str(part.department or _("Not assigned yet")), "late": part.late, "today": part.today, "hidden": part.hidden,
        "more": part.more, "rows": [_row(row, found.made_at, scope.tz) for row in part.rows],
        "late_url": address(scope, f"open.late.department-{key}"), "url": address(scope, f"open.department-{key}"),
    }  # fmt: skip


def _row(row: Row, now: dt.datetime, zone: dt.tzinfo) -> dict[str, Any]:
    complaint = row.complaint
    word = row.word if len(row.word) <= WORDS else f"{row.word[: WORDS - 1]}…"
    when = moment(row.said_at, zone, now) if row.said_at else ""
    return {
        "number": complaint.number, "url": reverse("complaint", args=[complaint.number]), "title": complaint.title,
        "customer": str(complaint.customer or _("Anonymous")), "late": row.late, "due": moment(row.due, zone, now), "clock": str(row.clock),
        "stage": str(row.stage), "waits": row.waits or "–", "word": word,
        "said": " ".join(filter(None, (row.said_by, when))) if word else "",
    }  # fmt: skip


def _data(found: Sheet, scope: Scope) -> dict[str, Any]:
    """For the printed page: texts only."""
    made = _("made at %(time)s") % {"time": moment(found.made_at, scope.tz, found.made_at)}
    return {
        "frame": {
            "house": str(scope.branch), "house_below": "", "title": _("This morning"), "number": "", "form": _day(found, scope),
            "foot": made,
            "page": _("Page {} of {}"), "language": language(),
        },
        "made": made, "says": scope.says,
        "sum": _("%(late)d late, %(today)d due today") % {"late": found.late, "today": found.today},
        "columns": [_("Due"), _("Complaint"), _("Waiting on"), _("Last word")], "late_word": _("late"),
        "parts": [{**_printed(_part(part, found, scope))} for part in found.parts], "nothing": _("Nothing is late or due today."),
    }  # fmt: skip


def _printed(part: dict[str, Any]) -> dict[str, Any]:
    notes = []
    if part["more"]:
        notes.append(_("and %(n)d more") % {"n": part["more"]})
    if part["hidden"]:
        notes.append(_("and %(n)d you may not open") % {"n": part["hidden"]})
    counts = _("%(late)d late, %(today)d due today") % {"late": part["late"], "today": part["today"]}
    rows = [{**row, "title": _short(row["title"]), "word": _short(row["word"])} for row in part["rows"]]
    return {"name": part["name"], "counts": counts, "rows": rows, "note": " · ".join(notes)}


def _short(text: str) -> str:
    return text if len(text) <= PRINTED else f"{text[: PRINTED - 1]}…"
