"""Template tags every page uses: icons, seals, times, form fields, highlighted words. `docs/frontend.md` shows each in use.

Text that people wrote goes through format_html or a template and is escaped there. Times are shown in the zone of the
branch, never in the server's. Not here: how things look (static/css) and which moves somebody may make (`complaints`).
"""

import re
from collections.abc import Hashable, Iterable
from datetime import date, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.forms import BaseForm, BaseFormSet, BoundField
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from organisation.form_fields import errors_of, look_of, options_of
from organisation.models import Branch, Person
from organisation.names import initials, seal_signs
from organisation.roles import Role

register = template.Library()

SPRITE = "vendor/lucide-static-1.62.0/icons.svg"
# The looks with a template of their own; the others share field_input.html.
OWN_MARKUP = {"seg", "checks", "check", "hidden"}
CONTROL_CLASS = {"input": "input", "select": "select", "textarea": "textarea", "combo": "input"}
# Chinese readers expect month-day, English ones the month's name. The year is added when it is not this year's.
TIME_FORMATS = {
    "zh": {"short": "m-d H:i", "date": "m-d", "time": "H:i", "year": "Y-m-d H:i", "year_date": "Y-m-d", "long": "Y-m-d D H:i"},
    "en": {"short": "j M H:i", "date": "j M", "time": "H:i", "year": "j M Y H:i", "year_date": "j M Y", "long": "D j M Y H:i"},
}


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """A drawing from the sprite, hidden from screen readers: the words beside it say the same."""
    return _drawing(name, extra)


@lru_cache(maxsize=256)
def _drawing(name: str, extra: str) -> SafeString:
    """A page holds fifty of a few; where the sprite lies is the same as long as the process lives."""
    return format_html('<svg class="i {}" aria-hidden="true"><use href="{}#i-{}"/></svg>', extra, static(SPRITE), name)


@register.simple_tag
def fixed(name: str, **values: Hashable) -> SafeString:
    """A part of a page that depends on the language and on `values` alone: drawn once for the same, but for those who work on templates."""
    return render_to_string(name, values) if settings.DEBUG else _fixed(name, get_language() or "", tuple(values.items()))


@lru_cache(maxsize=512)
def _fixed(name: str, language: str, values: tuple[tuple[str, Hashable], ...]) -> SafeString:
    return render_to_string(name, dict(values))


@register.simple_tag
def seal(name: object, size: str = "") -> SafeString:
    """The name seal of a signed block. Chinese names fill four fields from the right, others show their initials."""
    text = str(name)
    signs = seal_signs(text)
    drawn = format_html_join("", '<text x="{}" y="{}"{}>{}</text>', signs)
    kind = "seal" if len(signs) > 1 else "seal seal-latin"
    return format_html(
        '<svg class="{} {}" viewBox="0 0 48 48" role="img" aria-label="{}"><rect x="2.5" y="2.5" width="43" height="43" rx="5"/>{}</svg>',
        kind,
        size,
        _("Seal of %(name)s") % {"name": text},
        drawn,
    )


@register.simple_tag
def avatar(name: object, extra: str = "") -> SafeString:
    return format_html('<span class="avatar {}" aria-hidden="true">{}</span>', extra, initials(str(name), most=1))


@register.simple_tag
def post(person: Person) -> str:
    """What somebody is, in one word for the corner of the page. Costs no query when branch and department are loaded."""
    if person.branch.gm_id == person.pk:
        return str(Role.GM.label)
    if person.department and person.department.head_id == person.pk:
        return _("Head of %(department)s") % {"department": person.department}
    return str(Role(person.roles[0]).label) if person.roles else str(person.department or "")


@register.simple_tag(takes_context=True)
def theme_attribute(context: template.Context) -> SafeString | str:
    """`data-theme` for the html element, from the browser's cookie, else from the person's setting; empty: as the system."""
    request = context.get("request")
    chosen = request.COOKIES.get("theme") if request else None
    if chosen is None:
        chosen = getattr(getattr(request, "user", None), "theme", "")
    return format_html(' data-theme="{}"', chosen) if chosen in {"light", "dark"} else ""


@register.simple_tag
def language_tag() -> str:
    """The `lang` of the page as browsers and screen readers know it."""
    return "zh-CN" if _language() == "zh" else "en"


# Times


@register.simple_tag
def localtime_in(value: datetime | date | None, zone: Branch | tzinfo | str = "", form: str = "short") -> SafeString | str:
    """A time element in the zone of a branch, else the reader's. Forms: short, date, time, long; a mere day has no zone."""
    if value is None:
        return ""
    if not isinstance(value, datetime):
        return format_html('<time datetime="{}">{}</time>', value.isoformat(), _written(value, timezone.now().date(), "date"))
    local = value.astimezone(_zone(zone))
    today = timezone.now().astimezone(_zone(zone)).date()
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="seconds"), _written(local, today, form))


@register.simple_tag
def ago(value: datetime, zone: Branch | tzinfo | str = "", now: datetime | None = None) -> SafeString:
    """How long since, for a glance, with the exact time as title. Where the time matters, use localtime_in instead."""
    local = value.astimezone(_zone(zone))
    since = timesince(value, now or timezone.now(), depth=1)
    exact = format_date(local, TIME_FORMATS[_language()]["long"])
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', local.isoformat(timespec="seconds"), exact, _("%(time)s ago") % {"time": since}
    )


def _language() -> str:
    return "zh" if (get_language() or "en").startswith("zh") else "en"


def _zone(zone: Branch | tzinfo | str) -> tzinfo:
    if not zone:
        return timezone.get_current_timezone()
    if isinstance(zone, str):
        return ZoneInfo(zone)
    return zone if isinstance(zone, tzinfo) else zone.tz


def _written(value: datetime | date, today: date, form: str) -> str:
    other_year = value.year != today.year
    with_year = {"short": "year", "date": "year_date"}.get(form, form) if other_year else form
    if isinstance(value, datetime):
        value = value.replace(second=0, microsecond=0, tzinfo=None)
    return _formatted(value, TIME_FORMATS[_language()][with_year], get_language() or "")


@lru_cache(maxsize=4096)
def _formatted(value: datetime | date, form: str, language: str) -> str:
    """The same moments stand on many pages; none of the forms shows seconds or a zone."""
    return format_date(value, form)


# Forms


@register.simple_tag
def field(
    bound: BoundField,
    look: str = "",
    width: str = "",
    mark: str = "required",
    icons: dict[str, str] | None = None,
    numbered: bool = False,
    **texts: str,
) -> SafeString:
    """A form field with label, hint, control and error, from `components/field*.html`.

    `look`: seg, checks, combo …; by default what suits the widget. `mark`: "required" (marks what must be filled in),
    "optional" (marks what may stay empty) or "". `numbered`: choices answer to Alt+1, Alt+2 … `texts`: `label` and `hint` in place of
    the form's own.
    """
    kind = look or look_of(bound)
    hint = texts.get("hint", bound.help_text)
    context = {
        "field": bound,
        "id": bound.auto_id or bound.html_name,
        "errors": bound.errors,
        "label": texts.get("label", bound.label),
        "hint": hint,
        "width": width,
        "mark": mark if (mark == "required") == bound.field.required else "",
        "control": control(bound, kind, bool(hint)),
        "options": options_of(bound, icons or {}, numbered=numbered) if kind in {"seg", "checks"} else [],
        "look": kind,
    }
    return render_to_string(f"components/field_{kind if kind in OWN_MARKUP else 'input'}.html", context)


def control(bound: BoundField, kind: str, hinted: bool) -> SafeString:
    """The control itself, told which texts describe it and whether it is wrong."""
    parts = [f"{bound.auto_id}_hint"] * hinted + [f"{bound.auto_id}_error"] * bool(bound.errors)
    attrs = {"aria-describedby": " ".join(parts)} if parts else {}
    if kind in CONTROL_CLASS:
        attrs["class"] = " ".join(filter(None, [CONTROL_CLASS[kind], bound.field.widget.attrs.get("class", "")]))
    if kind == "combo":
        attrs |= {"role": "combobox", "aria-expanded": "false", "aria-autocomplete": "list", "autocomplete": "off"}
        attrs["aria-controls"] = f"{bound.auto_id}_list"
    return bound.as_widget(attrs=attrs)


@register.simple_tag
def error_summary(*forms: BaseForm | BaseFormSet) -> SafeString | str:
    """What is wrong in all these forms and formsets, first thing in the form, each line a link to its field."""
    errors = [error for form in forms for error in errors_of(form)]
    return render_to_string("components/error_summary.html", {"errors": errors}) if errors else ""


# Words and steps


@register.filter
def highlight(text: str, words: str | Iterable[str]) -> SafeString | str:
    """Marks where `words` (a sentence to split, or a list) occur in the text, whatever their case."""
    wanted = [re.escape(word) for word in (words.split() if isinstance(words, str) else words) if word]
    if not wanted:
        return escape(text)
    parts = re.split(f"({'|'.join(sorted(wanted, key=len, reverse=True))})", str(text), flags=re.IGNORECASE)
    return format_html_join("", "{}", ((format_html("<mark>{}</mark>", part) if at % 2 else part,) for at, part in enumerate(parts)))


@register.inclusion_tag("components/stepper.html")
def stepper(steps: Iterable[object]) -> dict:
    """The steps of the procedure. Each step: name, state (done, now, late or empty), who, when, more, redo (count of returns)."""
    return {"steps": steps}
