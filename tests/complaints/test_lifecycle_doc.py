"""docs/lifecycle.md and its picture say what the workflow says."""

from pathlib import Path

import pytest
from defusedxml import ElementTree
from django.core.management import call_command
from django.utils.translation import override

from complaints.management.commands.lifecycle_doc import contents
from complaints.management.lifecycle.page import page
from complaints.management.lifecycle.picture import picture
from complaints.moves import MOVES
from complaints.states import State

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.mark.parametrize("name", sorted(contents()))
def test_what_is_written_is_fresh(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == contents()[name], "run `manage.py lifecycle_doc`"


def test_every_move_and_act_is_named_with_its_stages() -> None:
    text = page()
    moves, acts = text.split("## Acts")
    for move in MOVES.values():
        rows = [line for line in (acts if move.is_act else moves).splitlines() if f"`{move.name}`" in line]
        assert len(rows) == (1 if move.is_act else len(move.sources))
        assert all(str(move.label) in row for row in rows)


def test_it_is_english_whoever_writes_it() -> None:
    english = page(), picture()
    with override("zh-hans"):
        assert (page(), picture()) == english


def test_the_picture_has_every_stage_and_every_move() -> None:
    words = [element.text or "" for element in ElementTree.fromstring(picture()).iter() if element.tag.endswith("text")]
    assert [word for word in words if word in State.values] == list(State.values)
    missing = [move.name for move in MOVES.values() if not move.is_act and not any(word.startswith(str(move.label)) for word in words)]
    assert missing == []


def test_the_picture_has_no_style_and_no_script() -> None:
    assert not {"style", "script"} & {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(picture()).iter()}
    assert "style=" not in picture()


def test_the_command_writes_both(tmp_path: Path) -> None:
    call_command("lifecycle_doc", folder=tmp_path, verbosity=0)
    assert {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.*")} == set(contents())
