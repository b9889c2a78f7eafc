"""Views of the list that somebody keeps under a name: saving, renaming, deleting. They are one's own.

Not here: what a view shows, which is the list with its address.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from complaints.forms.filters import FilterForm
from complaints.models import SavedView

MOST = 20
LONGEST = SavedView._meta.get_field("query").max_length or 0


class NameForm(forms.ModelForm):
    class Meta:
        model = SavedView
        fields = ["name"]
        labels = {"name": gettext_lazy("Name of the view")}

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        mine = SavedView.objects.filter(person=self.instance.person_id).exclude(pk=self.instance.pk)
        if mine.filter(name=name).exists():
            raise forms.ValidationError(_("You have a view of this name already."))
        if self.instance.pk is None and mine.count() >= MOST:
            raise forms.ValidationError(_("You have 20 views. Delete one first."))
        if len(self.instance.query) > LONGEST:
            raise forms.ValidationError(_("The filters and words of this list are too long to be kept."))
        return name


@require_http_methods(["GET", "HEAD", "POST"])
def saved_views(request: HttpRequest) -> HttpResponse:
    """One's views, and a form for the list one comes from: its address stands in the query."""
    query = _query(request)
    form = NameForm(request.POST if request.method == "POST" else None, instance=SavedView(person=request.user, query=query))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect(reverse("complaint_list") + query)
    return _page(request, form, 422 if form.is_bound else 200)


@require_POST
def rename_view(request: HttpRequest, pk: int) -> HttpResponse:
    view = get_object_or_404(SavedView, pk=pk, person=request.user)
    form = NameForm(request.POST, instance=view, prefix=f"view-{pk}")
    if not form.is_valid():
        return _page(request, NameForm(), 422, renamed=form)
    form.save()
    messages.success(request, _("Saved."))
    return redirect("saved_views")


@require_POST
def delete_view(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(SavedView, pk=pk, person=request.user).delete()
    messages.success(request, _("The view is deleted. The complaints are where they were."))
    return redirect("saved_views")


def _query(request: HttpRequest) -> str:
    """Only what the list understands."""
    form = FilterForm(request.GET, request.user)
    form.is_valid()
    return form.address()


def _page(request: HttpRequest, form: NameForm, status: int, renamed: NameForm | None = None) -> HttpResponse:
    rows: list[dict[str, Any]] = []
    for view in request.user.saved_views.all():
        known = renamed if renamed and renamed.instance.pk == view.pk else NameForm(instance=view, prefix=f"view-{view.pk}")
        rows.append({"view": view, "form": known})
    context = {"form": form, "rows": rows, "query": _query(request), "may_save": len(_query(request)) > 1}
    return render(request, "complaints/list/saved_views.html", context, status=status)
