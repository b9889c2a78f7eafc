"""The living styleguide: every component in every state, drawn from the real templates with made-up content.

Answers only with DEBUG on, needs nobody signed in and touches no table. Forms here go nowhere: a press answers with the
form as it looks when something is missing (422), so that the behaviour of errors can be tried too.
"""

from types import SimpleNamespace

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from organisation.models import Branch, Person
from organisation.roles import Role

CHANNEL_ICONS = {"phone": "phone", "email": "mail", "chat": "message-circle", "visit": "map-pin"}


class SampleForm(forms.Form):
    """One field of each kind."""

    channel = forms.ChoiceField(
        label=_("Channel"),
        choices=[("phone", _("Phone")), ("email", _("E-mail")), ("chat", _("Chat")), ("visit", _("On site")), ("other", _("Other"))],
        widget=forms.RadioSelect,
        initial="phone",
    )
    customer = forms.CharField(label=_("Customer"), max_length=80)
    lot = forms.CharField(label=_("Lot or delivery note"), required=False, help_text=_("May stay empty when it is not known."))
    words = forms.CharField(
        label=_("What the customer says"), widget=forms.Textarea(attrs={"rows": 3}), help_text=_("Their words, no conclusions.")
    )
    department = forms.ChoiceField(label=_("Department"), choices=[("", _("Please choose")), ("p2", "生产二部"), ("wh", "仓库")])
    due = forms.DateField(label=_("Wanted by"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    wants = forms.MultipleChoiceField(
        label=_("What the customer wants"),
        required=False,
        choices=[("replace", _("Replacement")), ("refund", _("Refund")), ("report", _("Report")), ("visit", _("Visit"))],
        widget=forms.CheckboxSelectMultiple,
        initial=["replace"],
    )
    safety = forms.BooleanField(label=_("There is a danger to people"), required=False)


def _step(name: object, state: str = "", who: str = "", when: str = "", **more: object) -> SimpleNamespace:
    return SimpleNamespace(name=name, state=state, who=who, when=when, **more)


STEPS = (
    _step(_("Intake"), "done", "何雨桐", "11-17 14:06"),
    _step(_("Triage"), "done", "赵启明", "11-17 14:41", more=_("Major · grade 3")),
    _step(_("Assignment"), "done", "赵启明", "11-17 15:10", more="生产二部"),
    _step(_("Confirmation"), "done", "林晓峰", "11-18 09:32", redo=1),
    _step(pgettext_lazy("stage", "Action"), "done", "高原", "11-19 16:20"),
    _step(_("Review"), "done", "林晓峰", "11-19 18:02"),
    _step(_("Approval"), "now", "沈国梁", "2:20"),
    _step(_("Reply"), who="赵启明"),
    _step(_("Follow-up"), who="何雨桐"),
    _step(_("Closing")),
)

SWATCHES = ("ink", "paper", "line", "azure", "gamboge", "cinnabar", "malachite")


def _viewer() -> Person:
    branch = Branch(name="岚川精密制造", name_en="Lanchuan Precision")
    return Person(pk=1, name="赵启明", name_en="Zhao Qiming", roles=[Role.MANAGER.value], branch=branch)


def _wrong_form() -> SampleForm:
    return SampleForm({"channel": "phone", "lot": "L2610-1147", "wants": ["report"]}, prefix="wrong")


@login_not_required
def styleguide(request: HttpRequest) -> HttpResponse:
    """All components on one page; a POST shows the first form with its errors, as an htmx fragment or a page."""
    if not settings.DEBUG:
        raise Http404
    form = SampleForm(request.POST) if request.method == "POST" else SampleForm()
    status = 422 if form.is_bound and not form.is_valid() else 200
    template = "styleguide/form.html" if request.headers.get("HX-Request") else "styleguide.html"
    context = {
        "form": form,
        "wrong": _wrong_form(),
        "icons": CHANNEL_ICONS,
        "steps": STEPS,
        "swatches": SWATCHES,
        "user": _viewer(),
        "nav_counts": {"my_work": 7, "late": 1, "complaints": 42, "concerned": False},
        "nav_customers": True,
        "people": ("林晓峰", "高原", "Zhao Qiming", "He Yutong"),
    }
    return render(request, template, context, status=status)
