"""How the product runs: the sweep, the queue, mail, timers set aside, calendars, clocks, disk (R33). Administrators only."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_safe

from escalation import clock, health, preview
from escalation.policywords import about

from .guard import for_administrators

Line = dict[str, Any]
OK, SOON, LATE = "ok", "soon", "late"


@require_safe
@for_administrators
def operations(request: HttpRequest) -> HttpResponse:
    """The page; asked by script every ten seconds, its middle alone."""
    template = "escalation/operations_now.html" if request.htmx else "escalation/operations.html"
    return render(request, template, _context())


def _context() -> dict[str, Any]:
    now = clock.now()
    branches = health.calendars()
    gaps = preview.gaps(branches, now)
    sweep, queued, mail = health.sweep(now), health.queued(), health.mail(now)
    aside = list(health.set_aside()[: health.LISTED + 1])
    clock_lines = [_sweep(sweep), _queue(queued), _mail(mail), *_clocks(health.clocks())]
    return {
        "now": now,
        "sweep": sweep,
        "ago": seconds(sweep.ago),
        "longest": seconds(sweep.longest),
        "tasks_waiting": None if queued is None else sum(queued.values()),
        "mail": mail,
        "aside": aside[: health.LISTED],
        "more_aside": len(aside) > health.LISTED,
        "gaps": gaps,
        "parts": [*clock_lines, *map(_year, health.years(branches, gaps, now)), _disk(health.disk()), _versions()],
    }


def seconds(time: dt.timedelta | None) -> str:
    """Below a minute in seconds, then in minutes and hours."""
    if time is None:
        return "–"
    whole = int(time.total_seconds())
    return ngettext("%d second", "%d seconds", whole) % whole if whole < 60 else about(time)


def _line(what: str, now: str, note: str = "", verdict: str = OK, **link: str) -> Line:
    return {"what": what, "now": now, "note": note, "verdict": verdict, **link}


def _sweep(sweep: health.Sweep) -> Line:
    late = LATE if sweep.silent or sweep.slow else OK
    now = _("%(time)s ago") % {"time": seconds(sweep.ago)} if sweep.ago is not None else _("not once yet")
    slowest = _("the last one raised was found %(time)s late") % {"time": precise(sweep.slowest)} if sweep.slowest is not None else ""
    return _line(_("Sweep of the deadlines"), now, " · ".join(filter(None, [slowest, sweep.worker])), late)


def precise(time: dt.timedelta) -> str:
    return _("%(n)s s") % {"n": f"{time.total_seconds():.1f}"} if time < dt.timedelta(seconds=60) else seconds(time)


def _queue(queued: dict[str, int] | None) -> Line:
    note = _("It only wakes the sweep and carries mail; no deadline depends on it.")
    if queued is None:
        return _line(_("Queue"), _("no answer"), note, SOON)
    return _line(_("Queue"), ", ".join(f"{name} {number}" for name, number in queued.items()), note)


def _mail(mail: health.Mail) -> Line:
    link = {"url": reverse("undelivered"), "link": _("Undelivered mail")}
    if not mail.on:
        return _line(_("Mail"), pgettext("mail", "off"), _("No mail server is named: people are told in the product alone."), SOON)
    now = _("%(waiting)d waiting, %(given_up)d given up") % {"waiting": mail.waiting, "given_up": mail.given_up}
    return _line(_("Mail"), now, _("In the product everybody has been told all the same."), SOON if mail.given_up else OK, **link)


def _clocks(clocks: health.Clocks) -> list[Line]:
    apart = _("%(n)s s") % {"n": f"{clocks.drift.total_seconds():+.2f}"}
    lines = [_line(_("Database's clock"), apart, _("against this machine's; deadlines go by the database's"), SOON if clocks.apart else OK)]
    if clocks.moved is not None:
        note = _("Every deadline is judged by a moved clock. Take it back: manage.py testclock reset")
        lines.append(_line(_("Test clock"), str(clocks.moved), note, LATE))
    return lines


def _year(line: Line) -> Line:
    what = _("Holidays %(year)d, %(branch)s") % {"year": line["year"], "branch": line["branch"]}
    if line["loaded"]:
        return _line(what, _("loaded"), _("as the calendar says, all years") if line["complete"] else "")
    link = {"url": reverse("calendar_import", args=[line["branch"].pk, line["year"]]), "link": _("Import")}
    if not line["gap"]:
        return _line(what, _("not loaded"), _("The State Council usually announces them in November."), OK, **link)
    reached = line["gap"].timers
    text = ngettext("%d running deadline reaches into it", "%d running deadlines reach into it", reached) % reached
    return _line(what, _("not loaded"), text, SOON, **link)


def _disk(disk: health.Disk) -> Line:
    note = _("%(size)s free") % {"size": filesizeformat(disk.free)}
    return _line(_("Disk"), f"{disk.used} %", note, SOON if disk.full else OK)


def _versions() -> Line:
    return _line(_("Versions"), " · ".join(f"{name} {number}" for name, number in health.versions().items()))
