"""What the lists of the dashboard are called. Not here: which complaints they hold (`reports.standing_sets`)."""

from django.utils.translation import gettext as _

from complaints.models import ComplaintType
from complaints.states import OPEN, State
from reports import sets, standing_sets
from reports.period import month_of
from reports.views import title as title_of_month


def title(name: str) -> str:
    """ValueError where it names nothing there is."""
    kind, _dot, rest = name.partition(".")
    if kind == "open":
        return _opened(rest.split(".") if rest else [])
    if kind == "repeat":
        return _("The same problem again: %(what)s") % {"what": _repeated(rest)}
    month_of(kind)
    return f"{kind}: {', '.join(_of_month(part) for part in rest.split(standing_sets.BOTH))}"


def _opened(parts: list[str]) -> str:
    return ", ".join([_("Open complaints"), *map(_which, parts)])


def _which(part: str) -> str:
    if part in OPEN:
        return str(State(part).label)
    if part.startswith(standing_sets.OF_DEPARTMENT):
        return title_of_month(sets.name_of("department", part.removeprefix(standing_sets.OF_DEPARTMENT))).partition(": ")[2]
    return str(_("late")) if part == standing_sets.LATE else age(part)


def age(band: str) -> str:
    """Of a band of ages, by its name."""
    bounds = [str(days) for days in standing_sets.AGES]
    if band == standing_sets.OLDER:
        return _("over %(days)s days") % {"days": bounds[-1]}
    if band == bounds[0]:
        return _("under 1 day")
    return _("%(from)s–%(to)s days") % {"from": bounds[bounds.index(band) - 1], "to": band}


def _of_month(name: str) -> str:
    own = {"in_time": _("in time"), "late": _("with a missed deadline"), "received_closed": _("Received and closed")}
    return own[name] if name in own else title_of_month(name)


def _repeated(written: str) -> str:
    leaf, _dot, rest = written.partition(".")
    by, _dot, key = rest.partition(".")
    standing_sets.repeat(written)
    found = ComplaintType.objects.filter(pk=leaf).first()
    if found is None:
        raise ValueError(written)
    return f"{found} · {key if by == 'project' else title_of_month(sets.name_of(by, key)).partition(': ')[2]}"
