"""What form fields say about themselves."""

import pytest
from django import forms

from organisation.form_fields import errors_of, look_of, options_of


class Sample(forms.Form):
    word = forms.CharField(label="Word")
    text = forms.CharField(widget=forms.Textarea)
    kind = forms.ChoiceField(choices=[("", "—"), ("a", "A"), ("b", "B")], widget=forms.RadioSelect, initial="b")
    many = forms.MultipleChoiceField(choices=[("a", "A")], widget=forms.CheckboxSelectMultiple)
    list = forms.ChoiceField(choices=[("a", "A")])
    yes = forms.BooleanField()
    token = forms.CharField(widget=forms.HiddenInput)

    def clean(self) -> None:
        raise forms.ValidationError("Not like this.")


@pytest.mark.parametrize(
    ("name", "look"),
    [("word", "input"), ("text", "textarea"), ("kind", "seg"), ("many", "seg"), ("list", "select"), ("yes", "check"), ("token", "hidden")],
)
def test_look_follows_the_widget(name: str, look: str) -> None:
    assert look_of(Sample()[name]) == look


def test_options_leave_out_the_empty_one_and_know_their_icon() -> None:
    options = options_of(Sample()["kind"], {"b": "check"})
    assert [(option["label"], option["chosen"], option["icon"]) for option in options] == [("A", False, ""), ("B", True, "check")]


def test_numbered_options_answer_to_alt_and_their_number() -> None:
    tags = [option["tag"] for option in options_of(Sample()["kind"], {}, numbered=True)]
    assert ['data-alt="1" aria-keyshortcuts="Alt+1"' in tags[0], 'data-alt="2" aria-keyshortcuts="Alt+2"' in tags[1]] == [True, True]
    assert "data-alt" not in options_of(Sample()["kind"], {})[0]["tag"]


def test_errors_lead_to_the_control_and_the_form_s_own_come_first() -> None:
    errors = list(errors_of(Sample({"text": "x", "list": "a", "yes": "on", "token": "t", "many": ["a"]})))
    assert [(error["target"], error["text"]) for error in errors] == [
        ("", "Not like this."),
        ("id_word", "This field is required."),
        ("id_kind_0", "This field is required."),
    ]


def test_formsets_are_read_form_by_form() -> None:
    formset = forms.formset_factory(forms.Form)({"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0"})
    assert list(errors_of(formset)) == []
    words = forms.formset_factory(type("Words", (forms.Form,), {"word": forms.CharField()}))
    data = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "2", "form-0-word": "x", "form-1-word": ""}
    assert [error["target"] for error in errors_of(words(data))] == ["id_form-1-word"]
