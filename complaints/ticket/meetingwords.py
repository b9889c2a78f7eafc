"""What the timeline says of the acts around a memo and its meeting (R17): to whom it went, who is invited, who came, which marks are void.

Not here: the texts people wrote, which stand below in the timeline's own way.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints.states import Answer

ACTS = frozenset({
    "judge", "change_nature", "call_meeting", "answer_invitation", "record_attendance", "record_call", "resolve_meeting",
    "agree_resolution", "settle_objection", "take_over",
})  # fmt: skip
NAMED = ("memo", "people", "came", "agreed")


def people(body: dict[str, Any]) -> Iterator[int]:
    """Ids of everybody it names."""
    for name in NAMED:
        yield from body.get(name, ()) if isinstance(body.get(name), list) else ()
    if body.get("seat"):
        yield body["seat"]
    if isinstance(body.get("inputs", {}).get("representative"), int):
        yield body["inputs"]["representative"]


def details(kind: str, body: dict[str, Any], name: Callable[[int], str]) -> Iterator[str]:
    def listed(ids: Iterable[int]) -> str:
        return ", ".join(name(pk) for pk in ids)

    given = body.get("inputs", {})
    if body.get("memo"):
        yield _("internal memo to %(names)s") % {"names": listed(body["memo"])}
    if kind == "call_meeting":
        yield _("invited: %(names)s") % {"names": listed(body["people"])}
    if kind == "record_attendance":
        yield _("came or represented: %(names)s") % {"names": listed(body["came"])}
    if kind == "answer_invitation":
        said = Answer(given["answer"]).label
        other = name(given["representative"]) if given.get("representative") else ""
        yield f"{name(body['seat'])}: {said}" + (f" ({other})" if other else "")
    if kind == "record_call":
        yield _("reached") if given.get("reached") else _("not reached")
    if body.get("voided"):
        count = len(body["voided"])
        yield ngettext("%(count)d agreement given before is void", "%(count)d agreements given before are void", count) % {"count": count}
    if kind == "agree_resolution":
        yield listed(body["agreed"])
    if kind == "take_over":
        count = len(body["measures"])
        yield ngettext("%(count)d measure", "%(count)d measures", count) % {"count": count}
    if body.get("concluded"):
        yield _("The resolution is agreed.")
