"""What ran out and waits for the reader's word: many answered with one instruction, and what was answered before.

Each complaint is answered through the door in a transaction of its own, so that one that cannot go holds up no other. Not here: what
waits for whom (`complaints.escalated`), the answer to a single one (`views.moves`).
"""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from complaints import escalated
from complaints.actions import perform
from complaints.clockface import Face, address, counting, long, moment, name_of, span
from complaints.escalated import HISTORY, PAGE, Raised, Waits
from complaints.forms.escalations import SETTLED, ManyForm
from complaints.holding import totals
from complaints.refusals import Refusal
from escalation import clock
from escalation.calendars import calendar_by_id
from escalation.models import Escalation, Verdict

from .desk_rows import address as page_of
from .moves import see_other
from .paging import pages_of, start_of


@require_http_methods(["GET", "HEAD", "POST"])
def escalations(request: HttpRequest) -> HttpResponse:
    """GET shows a page of what waits, `?before=` earlier answers; POST answers the ticked complaints with one instruction."""
    now = clock.now()
    waiting = escalated.waiting(request.user)
    form = ManyForm(request.POST if request.method == "POST" else None, branch=request.user.branch, numbers=[one.number for one in waiting])
    if request.method == "POST" and form.is_valid():
        answer(request, [one for one in waiting if one.number in form.cleaned_data["n"]], form.cleaned_data)
        return see_other(request, request.path)
    context = {
        "form": form, "ticked": request.POST.getlist("n"), "settled_words": SETTLED,
        **_shown(request, waiting, now), **_history(request, now),
    }  # fmt: skip
    return render(request, "complaints/escalations.html", context, status=422 if request.method == "POST" else 200)


def _shown(request: HttpRequest, waiting: list[Waits], now: dt.datetime) -> dict[str, Any]:
    """A page of what still runs, `?from=` the place of its first; of what settled the first page."""
    going, settled = ([one.pk for one in waiting if one.settled is done] for done in (False, True))
    pages = pages_of(start_of(request), len(going), PAGE)
    page, done = going[pages["first"] - 1 :][:PAGE], settled[:PAGE]
    known = escalated.raised(request.user, [*going[:1], *page, *done], now)
    return {
        "cards": [card(known[pk]) for pk in page if pk in known], "pages": pages, "total": len(going),
        "longest": span(abs(known[going[0]].first.face.left)) if going and going[0] in known else "",
        "settled": [known[pk] for pk in done if pk in known], "settled_total": len(settled),
    }  # fmt: skip


def answer(request: HttpRequest, chosen: list[Waits], given: dict[str, Any]) -> None:
    """Acknowledge what waits of these complaints with the `instruction` and `wanted_by` of the form; says what went and what did not."""
    ids = escalated.ids_of(request.user, [one.pk for one in chosen])
    done, refused = 0, []
    for one in chosen:
        try:
            perform(
                "acknowledge_escalation", one.pk, actor=request.user, seen=None, escalations=ids.get(one.pk, []),
                instruction=given["instruction"], wanted_by=given["wanted_by"],
            )  # fmt: skip
            done += 1
        except Refusal as why:
            refused.append(f"{one.number}: {why.message}")
    if done:
        said = ngettext(
            "%(count)d complaint: your instruction is on its way.", "%(count)d complaints: your instruction is on its way.", done
        )
        messages.success(request, said % {"count": done})
    for line in refused:
        messages.warning(request, line)


def card(one: Raised) -> dict[str, Any]:
    """What a card of one complaint shows."""
    held, timer = totals(one.first.shares), one.first.face.timer
    by = counting(timer, calendar_by_id(timer.calendar_id, one.complaint.branch.zone))
    return {
        "complaint": one.complaint,
        "url": page_of(one.complaint),
        "clocks": one.clocks,
        "first": one.first,
        "held": _("%(who)s has had it longest: %(time)s.") % {"who": held[0][0] or "–", "time": long(held[0][1], by)} if held else "",
        "second": any(each.second for each in one.clocks),
        "found_late": any(each.found_late for each in one.clocks),
    }


def _history(request: HttpRequest, now: dt.datetime) -> dict[str, Any]:
    asked = request.GET.get("before", "")
    rows = list(escalated.answered(request.user, int(asked) if asked.isdecimal() and len(asked) < 12 else None))
    earlier = rows[HISTORY - 1].pk if len(rows) > HISTORY else None
    return {"history": [_answered(row, now) for row in rows[:HISTORY]], "earlier": earlier, "paged": bool(asked)}


def _answered(row: Escalation, now: dt.datetime) -> dict[str, Any]:
    zone = row.complaint.branch.tz
    face = Face(row.timer, now, zone)
    return {
        "row": row, "complaint": row.complaint, "url": page_of(row.complaint), "why": address(row.complaint.number, row.timer),
        "name": name_of(row.timer), "zone": zone, "outcome": _outcome(face), "open": row.timer.is_live,
    }  # fmt: skip


def _outcome(face: Face) -> str:
    """What came of it: done so much too late, or still not done."""
    timer = face.timer
    if timer.stopped_at is None:
        return _("not done yet, %(late)s") % {"late": face.text}
    when = moment(timer.stopped_at, face.zone, face.now)
    if timer.verdict == Verdict.LATE and face.state != "void":
        return _("done %(time)s, %(late)s") % {"time": when, "late": face.text}
    return _("settled %(time)s") % {"time": when}
