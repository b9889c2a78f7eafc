"""`manage.py worktime`: one question with its explanation, and ten thousand at once."""

import datetime as dt
import io
import json
import time
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from escalation.management.commands.worktime import answers

DAY = [["08:30", "12:00"], ["13:30", "17:30"]]
FILE = {
    "tz": "Asia/Shanghai",
    "week": dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), DAY),
    "days": {**{f"2026-10-0{day}": [] for day in range(1, 8)}, "2026-10-10": DAY},
}
START = "2026-09-30T16:30:00+08:00"


@pytest.fixture
def calendar(tmp_path: Path) -> str:
    (tmp_path / "lanchuan.json").write_text(json.dumps(FILE))
    return str(tmp_path / "lanchuan.json")


def ask(*args: str, **options: Any) -> str:
    out = io.StringIO()
    call_command("worktime", *args, stdout=out, **options)
    return out.getvalue()


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("due --seconds 7200", "2026-10-08T09:30:00+08:00"),
        ("due --seconds 0.5", "2026-09-30T16:30:00.500000+08:00"),
        ("due --seconds 0", "2026-09-30T16:30:00+08:00"),
        ("elapsed --end 2026-10-08T01:30:00Z", "7200"),
        ("elapsed --end 2026-09-30T16:30:00.25+08:00", "0.25"),
        ("elapsed --end 2026-09-01T00:00:00+08:00", "0"),
        ("next_opening", "2026-09-30T16:30:00+08:00"),
        ("workdays --days 1", "2026-10-08T17:30:00+08:00"),
        ("workdays --days 0", "2026-09-30T17:30:00+08:00"),
        ("is_open", "true"),
        (
            "spans --end 2026-10-08T09:30:00+08:00",
            '[["2026-09-30T16:30:00+08:00", "2026-09-30T17:30:00+08:00"], ["2026-10-08T08:30:00+08:00", "2026-10-08T09:30:00+08:00"]]',
        ),
    ],
)
def test_an_answer(calendar: str, question: str, said: str) -> None:
    assert ask(*question.split(), "--start", START, "--calendar", calendar) == f"{said}\n"


def test_an_explanation(calendar: str) -> None:
    assert ask("due", "--start", START, "--seconds", "7200", "--calendar", calendar, "--explain").splitlines() == [
        "2026-10-08T09:30:00+08:00",
        "times in Asia/Shanghai",
        "  counted      Wed 2026-09-30 16:30 - 17:30                    1:00",
        "  not counted  Wed 2026-09-30 17:30 - 24:00                    6:30  outside working hours",
        "  not counted  Thu 2026-10-01 00:00 - Wed 2026-10-07 24:00   168:00  closed",
        "  not counted  Thu 2026-10-08 00:00 - 08:30                    8:30  outside working hours",
        "  counted      Thu 2026-10-08 08:30 - 09:30                    1:00",
    ]


def test_an_explanation_of_working_days_leaves_out_the_day_of_receipt(calendar: str) -> None:
    start = "2026-10-09T11:59:30.25+08:00"
    assert ask("workdays", "--start", start, "--days", "1", "--calendar", calendar, "--explain").splitlines()[2:5] == [
        "  not counted  Fri 2026-10-09 11:59:30.250000 - 12:00       0:00:29.750000  the day of receipt",
        "  not counted  Fri 2026-10-09 12:00 - 13:30                    1:30  break",
        "  not counted  Fri 2026-10-09 13:30 - 17:30                    4:00  the day of receipt",
    ]


def test_an_explanation_of_an_open_moment_shows_its_date(calendar: str) -> None:
    lines = ask("is_open", "--start", "2026-10-11T12:00:00+08:00", "--calendar", calendar, "--explain").splitlines()
    assert lines == [
        "false",
        "times in Asia/Shanghai",
        "  not counted  Sun 2026-10-11 00:00 - 24:00                   24:00  not a working day of the week",
    ]


def test_an_explanation_shows_offsets_where_clocks_are_moved(tmp_path: Path) -> None:
    path = tmp_path / "berlin.json"
    path.write_text(json.dumps({"tz": "Europe/Berlin", "week": {"sun": [["00:00", "24:00"]]}}))
    said = ask("due", "--start", "2026-10-25T00:00:00+02:00", "--seconds", "90000", "--calendar", str(path), "--explain")
    assert said.splitlines() == [
        "2026-10-26T00:00:00+01:00",
        "times in Europe/Berlin",
        "  counted      Sun 2026-10-25 00:00+02:00 - 24:00+01:00       25:00",
    ]


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ("due", "seconds: is missing"),
        ("due --seconds=-1", "An amount of working time is not negative."),
        ("due --seconds=many", "seconds: “many” is no number of seconds"),
        ("due --seconds=nan", "seconds: “nan” is no such length of time"),
        ("due --seconds=1e30", "seconds: “1e+30” is no such length of time"),
        ("workdays --days=-1", "A number of working days is not negative."),
        ("workdays --days=1.5", "days: “1.5” is no whole number of days"),
        ("elapsed", "end: is missing"),
        ("elapsed --end 2026-10-08", "end: “2026-10-08” has no offset, write +08:00 or Z behind it"),
        ("elapsed --end tomorrow", "end: “tomorrow” is no time, write one like 2026-10-09T16:30:00+08:00"),
    ],
)
def test_what_is_no_question(calendar: str, question: str, message: str) -> None:
    with pytest.raises(CommandError) as error:
        ask(*question.split(), "--start", START, "--calendar", calendar)
    assert str(error.value) == message


def test_what_lacks_a_calendar_or_an_operation(calendar: str) -> None:
    for args, message in (
        (["due", "--start", START, "--seconds", "1"], "calendar: is missing"),
        (["due", "--calendar", f"{calendar}.old"], f"{calendar}.old: cannot be read (No such file or directory)"),
        ([], "Say what is asked: due, elapsed, next_opening, workdays, is_open, spans; or --batch."),
        (["due", "--batch", calendar], "--batch takes its questions from the file alone."),
        (["--batch", f"{calendar}.old"], f"{calendar}.old cannot be read."),
    ):
        with pytest.raises(CommandError) as error:
            ask(*args)
        assert str(error.value) == message


def test_a_batch(calendar: str, tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text('{"tz": "UTC", "week": {"mon": [["8", "9"]]}}')
    asked: list[Any] = [
        {"op": "due", "calendar": "lanchuan.json", "start": START, "seconds": 7200, "id": 7},
        {"op": "elapsed", "calendar": calendar, "start": START, "end": "2026-10-08T09:30:00+08:00"},
        {"op": "is_open", "calendar": "lanchuan.json", "start": START},
        {"op": "spans", "calendar": "lanchuan.json", "start": START, "end": START},
        {"op": "workdays", "calendar": "lanchuan.json", "start": START, "days": True},
        {"op": "due", "calendar": "lanchuan.json", "start": START, "seconds": "7200"},
        {"op": "close", "calendar": "lanchuan.json", "start": START},
        {"op": "due", "calendar": "broken.json", "start": START, "seconds": 1},
        {"op": "due", "start": START, "seconds": 1},
        ["due"],
    ]
    batch = tmp_path / "questions.jsonl"
    batch.write_text("\n".join(json.dumps(one) for one in asked) + '\n\n{"op": \n')
    said = [json.loads(line) for line in ask(batch=batch).splitlines()]
    assert said == [
        {"result": "2026-10-08T09:30:00+08:00"},
        {"result": 7200},
        {"result": True},
        {"result": []},
        {"error": "days: “True” is no whole number of days"},
        {"error": "seconds: “7200” is no number of seconds"},
        {"error": "op: “close” is none of due, elapsed, next_opening, workdays, is_open, spans"},
        {"error": f"{tmp_path / 'broken.json'}: week.mon[0]: “8” is no time, write one like 08:30, at most 24:00"},
        {"error": "calendar: is missing"},
        {"error": "a question is a JSON object {…}"},
        {"error": "not JSON: Expecting value: line 1 column 8 (char 7)"},
    ]
    assert json.loads(ask(batch=batch, calendar=calendar).splitlines()[8]) == {"result": "2026-09-30T16:30:01+08:00"}


def test_an_empty_batch_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "questions.jsonl").write_text("\n")
    assert ask(batch=tmp_path / "questions.jsonl") == ""


def test_ten_thousand_questions_over_130_years_take_less_than_two_seconds(calendar: str, tmp_path: Path) -> None:
    random = Random(10)
    first = dt.datetime(1970, 1, 2, tzinfo=dt.UTC)
    times = [(first + dt.timedelta(seconds=random.randrange(4_100_000_000))).isoformat() for _ in range(10_000)]
    operations: list[dict[str, Any]] = [{"op": "due", "seconds": 90_000_000}, {"op": "elapsed", "end": START}, {"op": "next_opening"}]
    operations += [{"op": "workdays", "days": 2000}, {"op": "is_open"}]
    for zone in ("Asia/Shanghai", "Europe/Berlin", "America/Santiago"):
        (tmp_path / f"{zone[:4]}.json").write_text(json.dumps(FILE | {"tz": zone}))
    calendars = ["Asia.json", "Euro.json", "Amer.json"]
    asked = [operations[i % 5] | {"calendar": calendars[i % 3], "start": start} for i, start in enumerate(times)]
    (tmp_path / "questions.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in asked))
    started = time.process_time()
    said = list(answers(tmp_path / "questions.jsonl", None))
    assert time.process_time() - started < 2
    assert [sum(word in line for line in said) for word in ("result", "error")] == [10_000, 0]
