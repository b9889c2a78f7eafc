"""Rows of the plan's form beside its measures: what was investigated, shares, places of the goods, whys, other products (R18).

A row counts once something is written in it. What does not add up is told by `plans.gaps` and keeps nobody from saving; only what cannot
be read as a number or names no evidence is refused here. Not here: measures (`plan`).
"""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.planrows import AMOUNTS, Across, Answer, Found, Share, Spot, Why
from complaints.plans import MOST_WHYS
from complaints.states import Inquiry, Known, Party, Place, PlanPart

from . import fields as ask
from .record import AmountField

MOST_ROWS = 40
NUMBERS = (*AMOUNTS, "percent")
SHORT = 500
ONLY_NUMBERS = re.compile(r"[\d\s,;，、；]*\d[\d\s,;，、；]*")


def _line(label: Any, most: int = SHORT) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=most)


def _text(label: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=ask.LONGEST, widget=forms.Textarea(attrs={"rows": 2}))


def numbers_in(said: str) -> tuple[int, ...]:
    """Each once, in their order."""
    return tuple(dict.fromkeys(int(one) for one in re.findall(r"\d{1,6}", said)))


def known_evidence(numbers: tuple[int, ...], shared: dict[str, Any]) -> None:
    """Raises ValidationError at a number that no evidence of the complaint has."""
    if unknown := sorted(set(numbers) - shared["evidence"]):
        raise forms.ValidationError(_("There is no evidence no. %(number)s."), params={"number": unknown[0]})


def plain(value: Decimal) -> str:
    return format(value.normalize(), "f")


class PlanRow(forms.Form):
    """`shared` is what all rows of the form know: the departments that may be chosen, the numbers of the evidence."""

    written: tuple[str, ...] = ()
    """Fields of which one has to be filled in for the row to count."""
    in_cells: tuple[str, ...] = ()

    def __init__(self, *args: Any, shared: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shared = shared
        self.empty_permitted = False  # a row as it was saved is no empty row: autosave would drop it
        for name in self.in_cells:
            look = "select" if isinstance(self.fields[name].widget, forms.Select) else "cell-in cell-num" if name in NUMBERS else "cell-in"
            self.fields[name].widget.attrs |= {"class": look, "aria-label": self.said(name)}

    def said(self, name: str) -> str:
        """Of a cell, which has no label to be seen: what it is, and of which line."""
        line = int(self.prefix.rpartition("-")[2]) + 1 if self.prefix else 1
        return _("%(label)s, line %(number)s") % {"label": self.fields[name].label, "number": line}

    @property
    def given(self) -> dict[str, Any]:
        return getattr(self, "cleaned_data", {})

    def counts(self) -> bool:
        deleted = self.given.get("DELETE")
        return not deleted and any(self.given.get(name) not in (None, "", False, ()) for name in self.written)

    def row(self) -> Any:
        raise NotImplementedError


class FoundRow(PlanRow):
    written = ("text",)
    kind = forms.ChoiceField(label=_("How"), choices=Inquiry.choices, initial=Inquiry.ASKED)
    text = _text(pgettext_lazy("investigation", "Who, what, with which result"))
    files = forms.CharField(label=_("Evidence no."), required=False, max_length=60)

    def clean_files(self) -> tuple[int, ...]:
        """Numbers of the complaint's evidence, as 1, 3."""
        numbers = numbers_in(self.cleaned_data["files"])
        known_evidence(numbers, self.shared)
        return numbers

    def row(self) -> Found:
        return Found(self.given.get("kind") or Inquiry.ASKED.value, self.given["text"], self.given.get("files") or ())

    @staticmethod
    def shown(row: Found) -> dict[str, Any]:
        return {"kind": row.kind, "text": row.text, "files": ", ".join(map(str, row.files))}


class ShareRow(PlanRow):
    written = in_cells = ("who", "percent")
    who = forms.ChoiceField(label=_("Whose share"), required=False)
    percent = forms.IntegerField(
        label=_("Percent"), required=False, min_value=0, max_value=100, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        departments = [(str(row.pk), str(row)) for row in self.shared["departments"]]
        others = [(party.value, party.label) for party in (Party.SUPPLIER, Party.CUSTOMER)]
        self.fields["who"].choices = [("", "–"), *departments, *others]  # type: ignore[attr-defined]  # a choice

    def row(self) -> Share:
        who = self.given.get("who") or ""
        if who.isdecimal():
            return Share(Party.DEPARTMENT.value, self.given.get("percent"), int(who))
        return Share(who, self.given.get("percent"))

    @staticmethod
    def shown(row: Share) -> dict[str, Any]:
        return {"who": str(row.department or row.who), "percent": row.percent}


class SpotRow(PlanRow):
    written = ("where", "quantity", "checked", "bad", "disposition", "evidence", "book", "source")
    in_cells = ("place", *written)
    place = forms.ChoiceField(label=_("Place"), choices=Place.choices, initial=Place.STOCK)
    where = _line(_("Where exactly"), 120)
    quantity = AmountField(label=_("Quantity"), decimal_places=3, required=False)
    checked = AmountField(label=pgettext_lazy("ledger", "Checked"), decimal_places=3, required=False)
    bad = AmountField(label=pgettext_lazy("ledger", "Bad"), decimal_places=3, required=False)
    book = AmountField(label=pgettext_lazy("ledger", "Stock system"), decimal_places=3, required=False)
    source = _line(_("Which system, when"), 120)
    disposition = _line(_("Disposition"))
    evidence = _line(pgettext_lazy("ledger", "Evidence"), 200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.numbered: tuple[int, ...] = ()
        for name, example in (("source", _("System, time")), ("evidence", _("No. or words"))):
            self.fields[name].widget.attrs["placeholder"] = example

    def clean_evidence(self) -> str:
        """Numbers of the complaint's evidence, as 1, 3, or a short text."""
        said: str = self.cleaned_data["evidence"]
        self.numbered = numbers_in(said) if ONLY_NUMBERS.fullmatch(said) else ()
        known_evidence(self.numbered, self.shared)
        return "" if self.numbered else said

    def row(self) -> Spot:
        given = self.given
        amounts = {name: given.get(name) for name in AMOUNTS}
        if self.data.get("take") == self.prefix and amounts["book"] is not None:
            amounts["quantity"] = amounts["book"]
        words = {name: given.get(name, "") for name in ("where", "disposition", "evidence", "source")}
        return Spot(place=given.get("place") or Place.STOCK.value, files=self.numbered, **words, **amounts)

    def counts(self) -> bool:
        return super().counts() or bool(self.numbered and not self.given.get("DELETE"))

    @staticmethod
    def shown(row: Spot) -> dict[str, Any]:
        names = ("place", "where", "disposition", "source", *AMOUNTS)
        return {name: getattr(row, name) for name in names} | {"evidence": row.evidence or ", ".join(map(str, row.files))}

    def numbers(self) -> list[forms.BoundField]:
        return [self[name] for name in ("quantity", "checked", "bad")]

    @property
    def unchecked(self) -> Any:
        """What nobody has looked at yet."""
        return None if self.spot.unchecked is None else format(self.spot.unchecked.normalize(), "f")

    @property
    def spot(self) -> Spot:
        """As it is written now, else as it was kept."""
        return self.row() if self.is_bound else Spot(**{name: value for name, value in self.initial.items() if value is not None})

    @property
    def off_book(self) -> str:
        """How the line differs from what the stock system says, in words; empty where it does not, or nobody looked."""
        spot = self.spot
        if not spot.off_book or spot.quantity is None or spot.book is None:
            return ""
        said = {"quantity": plain(spot.quantity), "book": plain(spot.book), "off": plain(abs(spot.off_book)), "source": spot.source or "–"}
        if spot.off_book > 0:
            return _("%(quantity)s here, %(book)s in the stock system (%(source)s): %(off)s more.") % said
        return _("%(quantity)s here, %(book)s in the stock system (%(source)s): %(off)s fewer.") % said

    @property
    def book_said(self) -> str:
        """The stock figure, for the button that takes it over."""
        return "" if self.spot.book is None else plain(self.spot.book)


class WhyRow(PlanRow):
    written = ("text",)
    text = forms.CharField(
        label=_("Why"), required=False, max_length=ask.LONGEST, widget=forms.Textarea(attrs={"rows": 1, "class": "cell-in cell-text"})
    )

    def row(self) -> Why:
        return Why(self.given["text"])

    @staticmethod
    def shown(row: Why) -> dict[str, Any]:
        return {"text": row.text}


class AcrossRow(PlanRow):
    written = ("what", "result")
    what = _line(_("Other product or process"))
    affected = forms.ChoiceField(label=pgettext_lazy("read across", "Affected"), choices=Known.choices, required=False)
    checked = forms.BooleanField(label=pgettext_lazy("ledger", "Checked"), required=False)
    result = _line(_("Result or measure"))

    def row(self) -> Across:
        given = self.given
        return Across(given.get("what", ""), given.get("affected", ""), given.get("checked", False), given.get("result", ""))

    @staticmethod
    def shown(row: Across) -> dict[str, Any]:
        return {"what": row.what, "affected": row.affected, "checked": row.checked, "result": row.result}


class AnswerRow(PlanRow):
    """To one point of what was asked when the plan came back; as many as points, in their order, answered or not."""

    in_cells = ("part", "text")
    part = forms.ChoiceField(label=_("Answered in"), choices=[("", _("not answered")), *PlanPart.choices], required=False)
    text = _line(_("In short"), 300)

    def said(self, name: str) -> str:
        line = int(self.prefix.rpartition("-")[2]) + 1 if self.prefix else 1
        return _("%(label)s, point %(number)s") % {"label": self.fields[name].label, "number": line}

    def counts(self) -> bool:
        return True

    def row(self) -> Answer:
        return Answer(self.given.get("part") or "", self.given.get("text", ""))

    @staticmethod
    def shown(row: Answer) -> dict[str, Any]:
        return {"part": row.part, "text": row.text}


class BaseRows(forms.BaseFormSet):
    def rows(self) -> list[Any]:
        """Those that count, in their order; call after `is_valid()`, whatever it said."""
        return [form.row() for form in self.forms if form.counts()]


def _set(kind: type[PlanRow], most: int = MOST_ROWS, extra: int = 1) -> type[BaseRows]:
    return forms.formset_factory(kind, formset=BaseRows, extra=extra, can_delete=True, max_num=most, absolute_max=most, validate_max=True)


# By name of the rows; whys begin with three empty links, places with one line for each kind.
KINDS: dict[str, type[PlanRow]] = {
    "found": FoundRow, "shares": ShareRow, "ledger": SpotRow, "whys": WhyRow, "escape_whys": WhyRow, "across": AcrossRow,
    "answers": AnswerRow,
}  # fmt: skip
MOST = {"whys": MOST_WHYS, "escape_whys": MOST_WHYS}
USUAL_WHYS = 3


def row_set(name: str, data: Any, rows: list[Any], shared: dict[str, Any]) -> BaseRows:
    """The formset of these rows, from what was sent of them, else from what the round holds. Of what was not sent nothing is changed."""
    kind, initial = KINDS[name], [KINDS[name].shown(row) for row in rows]  # type: ignore[attr-defined]  # all have it
    if name == "ledger" and not initial:
        initial = [{"place": place.value} for place in Place]
    extra = max(1, USUAL_WHYS - len(initial)) if name in MOST else int(name != "answers" and (bool(rows) or name != "ledger"))
    sent = data if data is not None and f"{name}-TOTAL_FORMS" in data else None
    return _set(kind, MOST.get(name, MOST_ROWS), extra)(sent, prefix=name, initial=initial, form_kwargs={"shared": shared})
