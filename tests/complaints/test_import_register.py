"""`manage.py import_register`: what it says, in which language, and how it ends."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from complaints.importing import Step
from complaints.management.commands import import_register as command
from complaints.models import Complaint
from complaints.registers import Fault, Unreadable

from .factories import House
from .ledger import Ledger

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return House(code="lc", zone="Asia/Shanghai")


@pytest.fixture
def old(tmp_path: Path, house: House) -> Ledger:
    return Ledger(tmp_path, house.branch)


def run(old: Ledger, *rows: dict[str, Any], **options: Any) -> list[str]:
    """The lines it says when it ends well."""
    return run_on(old.write(*rows), old, **options)


def run_on(path: Path, old: Ledger, **options: Any) -> list[str]:
    out = io.StringIO()
    call_command("import_register", str(path), stdout=out, **{"map": str(old.map), "language": "en"} | options)
    return out.getvalue().splitlines()


def failing(old: Ledger, *rows: dict[str, Any], **options: Any) -> tuple[int, list[str], list[str]]:
    """With which code it ends, what it said before, and what it said at last."""
    return failing_on(old.write(*rows), old, **options)


def failing_on(path: Path, old: Ledger, **options: Any) -> tuple[int, list[str], list[str]]:
    out = io.StringIO()
    with pytest.raises(CommandError) as ended:
        call_command("import_register", str(path), stdout=out, **{"map": str(old.map), "language": "en"} | options)
    return ended.value.returncode, out.getvalue().splitlines(), str(ended.value).splitlines()


def test_it_says_how_many(old: Ledger) -> None:
    assert run(old, {"No": "1"}, {"No": "2"}) == ["2 imported, 0 known already, 0 refused."]
    assert run(old, {"No": "1"}, {"No": "3"}) == ["1 imported, 1 known already, 0 refused."]


def test_wrong_rows_are_listed_and_summed_up(old: Ledger) -> None:
    rows = [{"No": "1", "Bad": "x"}, {"No": "2"}, {"No": "3", "Bad": "y", "By": "pigeon"}, {"No": "2"}]
    code, lines, last = failing(old, *rows)
    assert (code, last) == (1, ["3 rows were refused."])
    assert lines == [
        "Row 2, Bad: “x” is not an amount.",
        "Row 4, Bad: “y” is not an amount.",
        "Row 4, By: The mapping does not say what “pigeon” means.",
        "Row 5: It is the same complaint as in row 3.",
        "1 imported, 0 known already, 3 refused.",
        "2 × Bad: “x” is not an amount.",
        "1 × By: The mapping does not say what “pigeon” means.",
        "1 × row: It is the same complaint as in row 3.",
    ]


def test_a_dry_run_says_that_nothing_was_changed(old: Ledger) -> None:
    assert run(old, {"No": "1"}, dry_run=True)[-1] == "Nothing was changed: this was a dry run."
    assert Complaint.objects.count() == 0


def test_a_column_nobody_can_understand_stops_it_before_the_first_row(old: Ledger) -> None:
    code, lines, last = failing(old, {"No": "1", "Received": "3/4/2025"})
    assert (code, lines) == (2, [])
    assert last == ['Received: Is “3/4/2025” day/month or month/day? No value proves it. Say it in the mapping: date = "%d/%m/%Y".']


def test_a_file_that_breaks_off_is_told_with_what_was_done_before(old: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any, **options: Any) -> Iterator[Step]:
        yield Step(imported=500)
        raise Unreadable(Fault(None, "", "file", {"problem": "it was cut off"}))

    monkeypatch.setattr(command, "import_register", broken)
    code, _lines, last = failing(old)
    assert (code, last) == (
        2,
        [
            "The register can't be read to its end.",
            "The file can't be read: it was cut off",
            "500 imported, 0 known already, 0 refused.",
        ],
    )


def test_a_file_that_is_not_there(old: Ledger) -> None:
    code, _lines, last = failing_on(Path("/nowhere.csv"), old)
    assert code == 2
    assert last[0].startswith("The file can't be read:")


@pytest.mark.parametrize("content", ["name = ", "[register]\nname = 'x'\n"])
def test_a_mapping_that_cannot_be_used(old: Ledger, content: str) -> None:
    old.map.write_text(content, encoding="utf-8")
    path = old.folder / "any.csv"
    code, _lines, last = failing_on(path, old)
    assert (code, last[0]) == (2, "The mapping can't be used:")
    assert len(last) > 1


def test_a_mapping_that_is_not_there(old: Ledger) -> None:
    code, _lines, last = failing(old, map="nowhere.toml")
    assert (code, last) == (2, ["The mapping can't be read: [Errno 2] No such file or directory: 'nowhere.toml'"])


def test_shipped_mappings_go_by_their_name(old: Ledger) -> None:
    path = Path(__file__).parent / "data" / "cfpb_20.csv"
    assert run_on(path, old, map="cfpb") == ["20 imported, 0 known already, 0 refused."]


def test_with_several_branches_one_has_to_be_named(old: Ledger) -> None:
    other = House(code="hz")
    assert failing(old, {"No": "1"}) == (2, [], ["Say which branch with --branch. There are: hz, lc"])
    assert failing(old, {"No": "1"}, branch="bj") == (2, [], ["Say which branch with --branch. There are: hz, lc"])
    run(old, {"No": "1"}, branch="hz")
    assert Complaint.objects.get().branch == other.branch


def test_it_speaks_the_language_asked_for(old: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "_", lambda text: f"{command.translation.get_language()}: {text}")
    assert run(old, {"No": "1"}, language="zh-hans") == ["zh-hans: 1 imported, 0 known already, 0 refused."]


def test_progress_only_for_those_who_watch(old: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    run(old, {"No": "1"})
    assert capsys.readouterr().err == ""
    failing(old, {"No": "2"}, {"No": "3", "Bad": "x"}, progress=True)
    told = capsys.readouterr().err
    assert "100% 2/2" in told
    assert told.startswith("\r\x1b[K")
    assert told.endswith("\n")
