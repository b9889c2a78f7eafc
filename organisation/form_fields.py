"""What a form field says about itself to the templates: which look suits its widget, its options, its errors.

Pure reading of Django's bound fields; the markup is in templates/components/field*.html. No forms are defined here.
"""

from collections.abc import Iterator, Mapping

from django.forms import BaseForm, BaseFormSet, BoundField, widgets

# The first that fits: the more special class stands before its parent.
LOOKS: tuple[tuple[type, str], ...] = (
    (widgets.HiddenInput, "hidden"),
    (widgets.CheckboxSelectMultiple, "seg"),
    (widgets.RadioSelect, "seg"),
    (widgets.CheckboxInput, "check"),
    (widgets.Select, "select"),
    (widgets.Textarea, "textarea"),
)


def look_of(bound: BoundField) -> str:
    """seg, check, select, textarea, hidden or input."""
    return next((look for kind, look in LOOKS if isinstance(bound.field.widget, kind)), "input")


def options_of(bound: BoundField, icons: dict[str, str], *, numbered: bool = False) -> list[dict[str, object]]:
    """The choices of a radio or check box group, with the icon of each value; numbered ones answer to Alt+1, Alt+2 …"""
    options = [option for option in bound.subwidgets if str(option.data["value"]) != ""]
    for number, option in enumerate(options[:9] if numbered else (), start=1):
        option.data["attrs"] |= {"data-alt": number, "aria-keyshortcuts": f"Alt+{number}"}
    return [
        {
            "tag": option.tag(),
            "label": option.choice_label,
            "id": option.id_for_label,
            "chosen": option.data["selected"],
            "icon": icons.get(str(option.data["value"]), ""),
        }
        for option in options
    ]


def errors_of(form: BaseForm | BaseFormSet) -> Iterator[Mapping[str, object]]:
    """Each error with the id of the control to jump to; errors of the whole form have none. Formsets: form by form."""
    if isinstance(form, BaseFormSet):
        yield from ({"target": "", "text": text} for text in form.non_form_errors())
        for part in form.forms:
            yield from errors_of(part)
        return
    yield from ({"target": "", "text": text} for text in form.non_field_errors())
    for bound in form:
        yield from ({"target": _target(bound), "label": str(bound.label).rstrip("?？"), "text": text} for text in bound.errors)


def _target(bound: BoundField) -> str:
    """A group of choices has no control of its own: its first option is meant."""
    return bound.id_for_label or f"{bound.auto_id}_0"
