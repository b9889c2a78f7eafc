"""The template tags: what they print, in both languages, and that they trust nobody's text."""

import datetime as dt
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone, translation
from django.utils.html import strip_tags

from organisation.models import Branch, Department, Person

HOSTILE = '<script>alert("x")</script>'
AT = dt.datetime(2026, 11, 17, 6, 6, 30, tzinfo=dt.UTC)  # 14:06 in Shanghai
SHANGHAI = Branch(zone="Asia/Shanghai")


def drawn(source: str, **context: object) -> str:
    return Template("{% load ui %}" + source).render(Context(context)).strip()


class Sample(forms.Form):
    word = forms.CharField(label="Word", help_text="One word.")
    note = forms.CharField(label="Note", required=False)
    kind = forms.ChoiceField(label="Kind", choices=[("a", HOSTILE), ("b", "B")], widget=forms.RadioSelect)


@pytest.fixture(autouse=True)
def _this_year(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: dt.datetime(2026, 11, 20, 2, 42, tzinfo=dt.UTC))


# Hostile text


@pytest.mark.parametrize(
    "source",
    [
        "{% seal text %}",
        "{% avatar text %}",
        "{{ text|highlight:'script alert' }}",
        "{{ text|highlight:'' }}",
        "{% icon text %}",
        "{% stepper steps %}",
        "{% field form.kind label=text hint=text %}",
        "{% error_summary form %}",
        "{% include 'components/conflict.html' with by=text when=text %}",
        "{% include 'components/file_row.html' with name=text url='/x' download_url='/x' note=text %}",
        "{% include 'components/empty.html' with title=text text=text %}",
        "{% include 'components/signed.html' with who=text text=text when=text %}",
        "{% include 'components/clock.html' with text=text note=text %}",
        "{% include 'components/drop.html' with id='up' label=text upload_url=text list_id='x' max_mb=1 %}",
    ],
)
def test_text_of_people_is_escaped(source: str) -> None:
    form = Sample({"word": "", "kind": HOSTILE})
    form.add_error(None, HOSTILE)
    steps = [SimpleNamespace(name=HOSTILE, state="now", who=HOSTILE, when=HOSTILE, more=HOSTILE)]
    html = drawn(source, text=HOSTILE, form=form, steps=steps)
    assert html
    assert "<script" not in html
    assert '"x"' not in html


# Words


def test_highlight_marks_words_whatever_their_case() -> None:
    assert drawn("{{ t|highlight:w }}", t="HX-32 leaks & drips", w="hx-32 &") == "<mark>HX-32</mark> leaks <mark>&amp;</mark> drips"


def test_highlight_takes_a_list_and_prefers_the_longer_word() -> None:
    assert drawn("{{ t|highlight:w }}", t="渗油渗", w=["渗", "渗油"]) == "<mark>渗油</mark><mark>渗</mark>"


def test_seal_is_named_for_who_cannot_see_it() -> None:
    assert 'role="img" aria-label="Seal of 林晓峰"' in drawn("{% seal n %}", n="林晓峰")
    assert 'class="seal seal-latin' in drawn("{% seal n %}", n="Lin Xiaofeng")


# Times


@pytest.mark.parametrize(
    ("language", "form", "text"),
    [
        ("en", "short", "17 Nov 14:06"),
        ("en", "date", "17 Nov"),
        ("en", "time", "14:06"),
        ("en", "long", "Tue 17 Nov 2026 14:06"),
        ("zh-hans", "short", "11-17 14:06"),
        ("zh-hans", "date", "11-17"),
        ("zh-hans", "time", "14:06"),
        ("zh-hans", "long", "2026-11-17 星期二 14:06"),
    ],
)
def test_times_are_the_branch_s_in_the_reader_s_language(language: str, form: str, text: str) -> None:
    with translation.override(language):
        assert drawn("{% localtime_in at branch form %}", at=AT, branch=SHANGHAI, form=form) == (
            f'<time datetime="2026-11-17T14:06:30+08:00">{text}</time>'
        )


def test_another_year_is_named() -> None:
    assert strip_tags(drawn("{% localtime_in at 'UTC' %}", at=AT.replace(year=2025))) == "17 Nov 2025 06:06"
    assert strip_tags(drawn("{% localtime_in at %}", at=dt.date(2025, 11, 17))) == "17 Nov 2025"
    assert strip_tags(drawn("{% localtime_in at %}", at=dt.date(2026, 11, 17))) == "17 Nov"


def test_without_branch_the_reader_s_zone_counts() -> None:
    with timezone.override(ZoneInfo("Europe/Oslo")):
        assert strip_tags(drawn("{% localtime_in at %}", at=AT)) == "17 Nov 07:06"


def test_no_time_prints_nothing() -> None:
    assert drawn("{% localtime_in at branch %}", at=None, branch=SHANGHAI) == ""


def test_ago_gives_the_exact_time_as_title() -> None:
    html = drawn("{% ago at branch %}", at=AT, branch=SHANGHAI)
    assert html == '<time datetime="2026-11-17T14:06:30+08:00" title="Tue 17 Nov 2026 14:06">2\xa0days ago</time>'


# Forms


def test_field_ties_label_hint_and_error_to_the_control() -> None:
    html = drawn("{% field form.word width='c3' %}", form=Sample({"word": ""}))
    assert '<div class="field c3 field-error">' in html
    assert '<label for="id_word">Word <span class="req">required</span>' in html
    assert 'aria-describedby="id_word_hint id_word_error"' in html
    assert '<p class="hint" id="id_word_hint">One word.</p>' in html
    assert 'id="id_word_error"' in html
    assert 'class="input"' in html
    assert 'aria-invalid="true"' in html


def test_field_marks_what_may_stay_empty_only_when_asked() -> None:
    plain = strip_tags(drawn("{% field form.note %}", form=Sample()))
    assert plain.split() == ["Note"]
    assert '<span class="opt">optional</span>' in drawn("{% field form.note mark='optional' %}", form=Sample())
    assert "required" not in strip_tags(drawn("{% field form.word mark='' %}", form=Sample()))


def test_field_with_choices_is_a_group_and_shows_what_is_chosen() -> None:
    html = drawn("{% field form.kind icons=icons %}", form=Sample({"kind": "b"}), icons={"b": "phone"})
    assert '<fieldset class="field ' in html
    assert html.count('<label class="on">') == 1
    assert "#i-phone" in html


def test_field_as_combobox_names_its_list() -> None:
    html = drawn("{% field form.word look='combo' %}", form=Sample())
    assert 'role="combobox"' in html
    assert 'aria-controls="id_word_list"' in html
    assert '<ul class="listbox" id="id_word_list" role="listbox"' in html


def test_error_summary_links_to_each_field_and_is_absent_when_all_is_well() -> None:
    html = drawn("{% error_summary form %}", form=Sample({"kind": "b"}))
    assert '<a href="#id_word">Word: This field is required.</a>' in html
    assert "1 thing to correct" in html
    assert drawn("{% error_summary form %}", form=Sample({"word": "x", "kind": "b"})) == ""


# The page around


def test_stepper_says_in_words_what_it_shows_in_colour() -> None:
    steps = [SimpleNamespace(name="Intake", state="done", redo=2), SimpleNamespace(name="Triage", state="late")]
    html = drawn("{% stepper steps %}", steps=steps)
    assert "(done)" in html
    assert "(late)" in html
    assert "sent back 2 times" in html
    assert html.count('aria-current="step"') == 1


@pytest.mark.parametrize(
    ("cookie", "setting", "attribute"),
    [
        (None, "", ""),
        (None, "dark", ' data-theme="dark"'),
        ("light", "dark", ' data-theme="light"'),
        ("system", "dark", ""),
        (HOSTILE, "", ""),
    ],
)
def test_theme_is_the_browser_s_choice_then_the_person_s(cookie: str | None, setting: str, attribute: str) -> None:
    request = RequestFactory().get("/")
    request.user = SimpleNamespace(theme=setting)  # type: ignore[assignment]  # all that the tag reads
    if cookie is not None:
        request.COOKIES["theme"] = cookie
    assert Template("{% load ui %}{% theme_attribute %}").render(Context({"request": request})) == attribute


@pytest.mark.parametrize(("language", "tag"), [("en", "en"), ("zh-hans", "zh-CN")])
def test_language_of_the_page(language: str, tag: str) -> None:
    with translation.override(language):
        assert drawn("{% language_tag %}") == tag


def test_post_names_what_somebody_is() -> None:
    production = Department(name="生产二部", name_en="Production 2", head_id=3)
    branch = Branch(gm_id=7)
    assert drawn("{% post p %}", p=Person(pk=7, branch=branch, roles=["manager"])) == "General manager"
    assert drawn("{% post p %}", p=Person(pk=3, branch=branch, department=production)) == "Head of Production 2"
    assert drawn("{% post p %}", p=Person(pk=4, branch=branch, department=production, roles=["assistant"])) == "Sales assistant"
    assert drawn("{% post p %}", p=Person(pk=5, branch=branch, department=production)) == "Production 2"
    assert drawn("{% post p %}", p=Person(pk=6, branch=branch)) == ""
