"""All months with how far each has come; and what people do with one: write in it, sign it, send it back.

Order of refusals: not visible 404 → somebody was faster 409 → may not 403 → missing or wrong 422 at the field. Nothing typed is lost: each
answer is the month's page with the form as it was sent. Not here: the page (`views`), what the acts do (`publishing`).
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Min
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from complaints.models import Complaint
from complaints.refusals import BadInput, NotAllowed, Refusal
from complaints.views.signing import braked
from escalation import clock
from organisation.models import Branch

from . import publishing
from .deciders import decider, may_write
from .forms import BackForm, MeasureFormSet, SignForm, TextForm
from .models import MonthReport
from .period import Period, month_of, preceding
from .published import report_of
from .publishing import Proof
from .views import address, branch_asked, branches_of, month_answer, period_of

SHOWN = 24


# ── all of them ──────────────────────────────────────────────────────────────────────────────────────────────


@require_safe
def months(request: HttpRequest) -> HttpResponse:
    """Newest first, two years a page (`?before=2024-11`): the running month, then all back to the first complaint."""
    branches = branches_of(request.user)
    branch = branch_asked(request, branches)
    newest, oldest = _newest(request, branch), _oldest(branch)
    known = {
        row.month: row
        for row in MonthReport.objects.filter(branch=branch, month__lte=newest).select_related("publication__by").order_by("-month")[:SHOWN]
    }
    rows: list[dict[str, Any]] = []
    month = newest
    while len(rows) < SHOWN and (month >= oldest or month in known or not rows):
        period = Period(branch, month, clock.now())
        rows.append({"name": period.name, "url": address("month", period, request.user), "report": known.get(month), "period": period})
        month = preceding(month)
    earlier = rows[-1]["name"] if month >= oldest else ""
    tabs = [{"branch": one, "url": f"?branch={one.code}", "current": one == branch} for one in branches]
    return render(request, "reports/months.html", {"rows": rows, "branch": branch, "branches": tabs, "earlier": earlier})


def _newest(request: HttpRequest, branch: Branch) -> dt.date:
    """The running month, or the one before the last of the page before."""
    asked = request.GET.get("before", "")
    running = clock.now().astimezone(branch.tz).date().replace(day=1)
    try:
        return min(preceding(month_of(asked)), running) if asked else running
    except ValueError:
        raise Http404 from None


def _oldest(branch: Branch) -> dt.date:
    first = Complaint.objects.filter(branch=branch).order_by().aggregate(first=Min("received_at"))["first"]
    return (first or clock.now()).astimezone(branch.tz).date().replace(day=1)


# ── what people do with one ──────────────────────────────────────────────────────────────────────────────────


def _found(request: HttpRequest, month: str) -> tuple[Period, MonthReport]:
    period = period_of(request, month, branches_of(request.user))
    report = report_of(period)
    if report is None:
        raise Http404
    return period, report


@require_POST
def month_text(request: HttpRequest, month: str) -> HttpResponse:
    """Keep the words: by script every few seconds (204 with the new version), by a button with the page again."""
    period, report = _found(request, month)
    form, rows = TextForm(request.POST), MeasureFormSet(request.POST, prefix="measures")
    sent = {"text_form": form, "measure_forms": rows}
    if not may_write(request.user, report) and not report.is_published:
        return _refused(request, period, NotAllowed(_("This is not yours to write.")), sent)
    if not (form.is_valid() and rows.is_valid()):
        return month_answer(request, period, status=422, **sent)
    given = form.cleaned_data
    measures = [row.row() for row in rows if row.cleaned_data]
    try:
        saved = publishing.save_text(
            report.pk, actor=request.user, seen=given["draft"], analysis=given["analysis"].replace("\r\n", "\n"), measures=measures
        )
    except Refusal as why:
        return _refused(request, period, why, sent)
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(status=204, headers={"X-Draft": str(saved.version)})
    messages.success(request, _("Saved."))
    return HttpResponseRedirect(address("month", period, request.user) + "#words", status=303)


@sensitive_post_parameters("password")
@require_POST
def month_sign(request: HttpRequest, month: str) -> HttpResponse:
    period, report = _found(request, month)
    mine = decider(request.user, report)
    form = SignForm(request.POST, exception=bool(mine and mine.exception))

    def sign(given: dict[str, Any]) -> None:
        seen = given["draft"]
        if seen != report.version:  # before the password is looked at
            publishing.sign(report.pk, actor=request.user, seen=seen, proof=None)
        proof = _proof(request, report, seen, given["password"])
        publishing.sign(report.pk, actor=request.user, seen=seen, proof=proof, reason=given.get("reason", ""))

    may = mine is not None or report.is_published
    return _carry_out(request, period, form, "sign_form", sign, may=may, done=_("Signed."))


@require_POST
def month_send_back(request: HttpRequest, month: str) -> HttpResponse:
    period, report = _found(request, month)

    def back(given: dict[str, Any]) -> None:
        publishing.send_back(report.pk, actor=request.user, seen=given["draft"], reason=given["reason"])

    may = decider(request.user, report) is not None or report.is_published
    return _carry_out(request, period, BackForm(request.POST), "back_form", back, may=may, done=_("Sent back."))


Act = Callable[[dict[str, Any]], None]


def _carry_out(request: HttpRequest, period: Period, form: Any, name: str, act: Act, *, may: bool, done: str) -> HttpResponse:
    if not may:
        return _refused(request, period, NotAllowed(_("This is not yours to decide.")), {name: form})
    if not form.is_valid():
        return month_answer(request, period, status=422, **{name: form})
    try:
        act(form.cleaned_data)
    except Refusal as why:
        return _refused(request, period, why, {name: form})
    messages.success(request, done)
    return HttpResponseRedirect(address("month", period, request.user), status=303)


def _refused(request: HttpRequest, period: Period, why: Refusal, sent: dict[str, Any]) -> HttpResponse:
    """The page with what was sent: what is wrong at its field, or who was faster and the version to decide on anew."""
    if isinstance(why, BadInput):
        form = next(iter(sent.values()))
        for field, message in why.errors.items():
            form.add_error(field if field in form.fields else None, str(message))
        return month_answer(request, period, status=422, **sent)
    return month_answer(request, period, status=why.status, conflict=why.message, **sent)


@sensitive_variables()
def _proof(request: HttpRequest, report: MonthReport, seen: int, password: str) -> Proof:
    """Under the same brake as signing in. Raises BadInput at `password` when it is wrong, or when too many were."""
    return braked(
        request, lambda: publishing.prove(request.user, report.pk, seen, password), month_report=report.pk, state=report.state
    )  # fmt: skip
