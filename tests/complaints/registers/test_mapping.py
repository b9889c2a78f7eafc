from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from complaints.registers import BadMapping, load_mapping
from complaints.registers.dates import DateFormat

SHIPPED = Path(__file__).parents[3] / "complaints" / "register_maps"
LEAST = """
[register]
name = "Old register"
source = "old"

[columns]
received = "Date"
state = { column = "Status", values = { "done" = "closed:resolved", "Open" = "action" } }
"""


@pytest.fixture
def load(tmp_path):
    def write(text):
        path = tmp_path / "map.toml"
        path.write_text(text, encoding="utf-8")
        return load_mapping(path)

    return write


def test_the_least_there_can_be(load):
    mapping = load(LEAST)
    assert (mapping.name, mapping.source, mapping.zone, mapping.open_rows, mapping.header) == ("Old register", "old", None, "history", 1)
    assert mapping.columns == ["Date", "Status"]
    assert (mapping.private_customers, mapping.new_types) == (False, False)
    assert mapping.fields["received"].optional is False
    assert mapping.fields["state"].values == {"done": "closed:resolved", "open": "action"}


def test_everything_there_can_be(load):
    mapping = load("""
[register]
name = "旧台账"
source = "old"
zone = "Asia/Shanghai"
open_rows = "running"
sheet = "2025"
header = 3
encoding = "gb18030"
delimiter = ";"
blank = ["无", "N/A"]
keep = ["备注"]
private_customers = true
new_types = true

[columns]
number = { column = "编号", optional = true }
received = { column = "日期", date = ["%d/%m/%Y", "iso"], cells = "trust", blank = ["1900-01-00"] }
product = { columns = ["型号", "规格"], join = "-" }
type = { columns = ["大类", "小类"], values = { "质量›渗漏" = "leak" } }
words = { column = "内容", optional = false }
quantity_affected = "不良数"

[constants]
state = "closed:resolved"
channel = "phone"

[verdicts]
plan = { column = "及时", values = { "是" = "in_time", "否" = "late" } }
"stage:reply" = { column = "及时", values = { "是" = "in_time" }, default = "" }
""")
    assert (mapping.zone, mapping.open_rows, mapping.sheet, mapping.header) == (ZoneInfo("Asia/Shanghai"), "running", "2025", 3)
    assert (mapping.encoding, mapping.delimiter, mapping.keep) == ("gb18030", ";", ("备注",))
    assert mapping.columns == ["编号", "日期", "型号", "规格", "大类", "小类", "内容", "不良数", "及时", "备注"]
    assert mapping.fields["received"].date == DateFormat(("%d/%m/%Y", "iso"), "trust")
    assert mapping.fields["received"].blank == {"无", "n/a", "1900-01-00"}
    assert (mapping.fields["product"].join, mapping.fields["type"].separator) == ("-", "›")
    assert (mapping.fields["number"].optional, mapping.fields["words"].optional, mapping.fields["product"].optional) == (True, False, True)
    assert mapping.fields["channel"].constant == "phone"
    assert mapping.verdicts.keys() == {"plan", "stage:reply"}
    assert (mapping.private_customers, mapping.new_types) == (True, True)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "[register] has to say its name."),
        ("name = ", "Invalid value (at end of document)"),
        (LEAST + "[extra]\n", "[extra] is not a section of a mapping."),
        ('register = "x"\n', "[register] is not a section of a mapping."),
        (LEAST.replace('source = "old"', ""), "[register] has to say its source."),
        (LEAST.replace('source = "old"', 'source = "old"\nzone = "Shanghai"'), "“Shanghai” is not a time zone, such as Asia/Shanghai."),
        (LEAST.replace('source = "old"', 'source = "old"\nopen_rows = "maybe"'), 'open_rows is "history" or "running".'),
        (LEAST.replace('source = "old"', 'source = "old"\nheader = "1"'), "register: “header” has a value of the wrong kind."),
        (LEAST.replace('source = "old"', 'source = "old"\nheader = 0'), "header is the number of the row of headings, from 1."),
        (LEAST.replace('source = "old"', 'source = "old"\ncolour = "red"'), "register: “colour” is not understood."),
        (LEAST.replace('received = "Date"', ""), "received is missing: every complaint needs it."),
        (LEAST + 'mood = "Mood"\n', "mood is not a field."),
        (LEAST + "words = 7\n", "words has to name its column, or its columns."),
        (LEAST + 'words = { column = "a", columns = ["b"] }\n', "words has to name its column, or its columns."),
        (LEAST + 'words = { column = "a", optionl = true }\n', "words: “optionl” is not understood."),
        (LEAST + "words = { columns = [1] }\n", "words: “columns” has a value of the wrong kind."),
        (LEAST + 'words = { column = "a", values = { x = 1 } }\n', "words: “values” has a value of the wrong kind."),
        (LEAST + 'words = { column = "a", values = ["x"] }\n', "words: “values” has a value of the wrong kind."),
        (LEAST + 'channel = { column = "a", values = 7 }\n', "channel has to say what the register's words mean"),
        (LEAST + 'closed = { column = "a", cells = "guess" }\n', 'cells is "trust" or "swap".'),
        (LEAST + 'channel = "Channel"\n', "channel has to say what the register's words mean"),
        (LEAST + 'channel = { column = "a", values = { x = "pigeon" } }\n', "channel can't be “pigeon”, only: conversation, email,"),
        (LEAST + 'channel = { column = "a", values = { x = "web" }, default = "pigeon" }\n', "channel can't be “pigeon”"),
        (LEAST.replace('"closed:resolved"', '"closed"'), "state can't be “closed”, only: action,"),
        (LEAST.replace('"closed:resolved"', '""'), "state can't be “”"),
        (LEAST.replace('received = "Date"', 'received = { column = "Date", optional = true }'), "received can't be optional"),
        (LEAST + '[constants]\nstate = "action"\n', "state is both a column and a constant."),
        (LEAST + '[constants]\nchannel = "pigeon"\n', "channel can't be “pigeon”"),
        (LEAST + '[constants]\nclosed = "2026-01-01"\n', "closed can't be the same for all complaints."),
        (LEAST + "[constants]\ngrade = 4\n", "The constant grade has to be a text."),
        (LEAST + '[verdicts]\nlunch = { column = "a", values = { y = "late" } }\n', "lunch is not a timer."),
        (LEAST + '[verdicts]\nplan = { column = "a", values = { y = "on_time" } }\n', "plan can't be “on_time”, only: in_time, late"),
        (LEAST + '[verdicts]\nplan = "a"\n', "plan has to say what the register's words mean"),
    ],
)
def test_what_is_not_understood_is_refused(load, text, problem):
    with pytest.raises(BadMapping) as bad:
        load(text)
    assert any(problem in each for each in bad.value.problems), bad.value.problems


def test_all_problems_are_told_at_once(load):
    with pytest.raises(BadMapping) as bad:
        load('[register]\nname = "x"\n[columns]\nmood = "Mood"\nchannel = "c"\n')
    assert len(bad.value.problems) == 5


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.toml")), ids=lambda path: path.stem)
def test_shipped_mappings_are_good(path):
    assert load_mapping(path).source == path.stem


def test_the_example_of_the_manual_is_good(load):
    manual = (SHIPPED.parents[1] / "docs" / "import.md").read_text(encoding="utf-8")
    example = manual.split("```toml\n")[1].split("```")[0]
    assert load(example).source == "ledger"
