"""One page of a change, of whatever kind: the form, beside it what would move, and the button that says how bad it is (R30).

Without script “Show what changes” answers with the page again; with script the same part comes by itself while one types. Not here: which
forms there are (`policies`, `calendar`), what would move (`preview`), making it so (`changing`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints.models import Complaint
from escalation.changing import Done, Order, OvertakenError, UnforeseenError
from escalation.forms import ChangeForm
from escalation.policywords import about
from escalation.preview import Harm, Move, Preview

FEW, MANY = 20, 500


@dataclass(frozen=True)
class Change:
    """What a kind of change brings along: its form, what that would move, how it is made, its template and more for it, and where its
    page ends."""

    form: ChangeForm
    preview: Callable[[], Preview]
    make: Callable[[Order], Done]
    template: str
    context: dict[str, Any]
    done_url: str
    objection: Callable[[], str] = lambda: ""
    """What stands against it as a whole, though every field is right."""


def page(request: HttpRequest, change: Change) -> HttpResponse:
    """GET: the page. POST: with `show` the page or, by script, the part that says what changes; else the change itself."""
    if request.method != "POST":
        return _page(request, change)
    valid = change.form.is_valid()
    if "show" in request.POST:
        return _shown(request, change)
    if not valid:
        return _page(request, change, status=422)
    if text := change.objection():
        change.form.add_error(None, text)
        return _page(request, change, status=422)
    return _made(request, change)


def _shown(request: HttpRequest, change: Change) -> HttpResponse:
    if request.htmx:
        return render(request, "escalation/shown.html", _context(request, change))
    return _page(request, change)


def _made(request: HttpRequest, change: Change) -> HttpResponse:
    given = change.form.cleaned_data
    order = Order(request.user, given["reason"], given["seen"], change.form.moves, given["foreseen"])
    try:
        done = change.make(order)
    except OvertakenError as error:
        return _page(request, change, status=409, overtaken=error)
    except UnforeseenError:
        return _page(request, change, status=409, unforeseen=True)
    messages.success(request, said_of(done))
    return redirect(change.done_url)


def said_of(done: Done) -> str:
    """What a change did, in a sentence."""
    if not done.moved:
        return _("Changed. Running timers go on as they were.")
    moved = ngettext("Changed. %d running timer moved.", "Changed. %d running timers moved.", done.moved) % done.moved
    return moved + (ngettext(" %d runs out at once.", " %d run out at once.", done.out) % done.out if done.out else "")


def _page(request: HttpRequest, change: Change, status: int = 200, **more: Any) -> HttpResponse:
    return render(request, change.template, _context(request, change) | more, status=status)


def _context(request: HttpRequest, change: Change) -> dict[str, Any]:
    """The preview is of what the form says where it is valid, else of nothing."""
    form = change.form
    shown = change.preview() if not form.is_bound or _is_enough(form) else None
    rows = rows_of(shown, request, MANY if request.POST.get("show") == "all" else FEW) if shown else []
    moves = form.is_bound and form["running"].value() == "move"
    return {
        "form": form, "preview": shown, "rows": rows, "moves": moves, "more": max((shown.moving if shown else 0) - len(rows), 0),
        "furthest": about(shown.furthest) if shown else "", **change.context,
    }  # fmt: skip


def _is_enough(form: ChangeForm) -> bool:
    """What would move can be said while the reason is still to be written."""
    form.is_valid()
    return not set(form.errors) - {"reason", "running", "effective_from"}


def rows_of(shown: Preview, request: HttpRequest, most: int) -> list[dict[str, Any]]:
    """The worst first. Titles only of complaints that the reader may see: administrators know them by number (R4)."""
    moves = [move for move in shown.moves if move.harm != Harm.SAME][:most]
    ids = [move.timer.complaint_id for move in moves]
    titles = dict(Complaint.objects.visible_to(request.user).filter(pk__in=ids).order_by().values_list("pk", "title"))
    return [_row(move, shown, titles.get(move.timer.complaint_id, "")) for move in moves]


def _row(move: Move, shown: Preview, title: str) -> dict[str, Any]:
    return {"move": move, "timer": move.timer, "title": title, "out": move.harm == Harm.OUT, "said": _result(move, shown)}


def _result(move: Move, shown: Preview) -> str:
    if move.new is None:
        return _("runs no longer")
    if move.harm == Harm.OUT:
        late = about(shown.at - move.new)
        return _("runs out when resumed") if move.timer.state == "paused" else _("runs out at once, %(time)s late") % {"time": late}
    told = {"by": about(move.by), "left": about(move.new - shown.at)}
    return (_("%(by)s earlier, %(left)s left") if move.harm == Harm.EARLIER else _("%(by)s later, %(left)s left")) % told
