"""A real register, imported: the month says of it what its own rows say. Closed is what was forwarded to the company, in time what the
register calls timely."""

import csv
import datetime as dt
from collections import Counter
from pathlib import Path

import pytest

from complaints.importing.run import import_register
from complaints.registers.mapping import load_mapping
from escalation import clock
from reports.figures import Month, month
from reports.period import Period
from tests.complaints.factories import House

from .recount import compare

pytestmark = pytest.mark.django_db
HERE = Path(__file__).parent
WHOLE = HERE.parents[2] / "shared" / "data" / "cfpb_2000.csv"
EXCERPT = HERE.parent / "complaints" / "data" / "cfpb_20.csv"
MAP = HERE.parents[1] / "complaints" / "register_maps" / "cfpb.toml"
ANSWERED = "[columns.state]"


@pytest.fixture
def register(tmp_path: Path) -> tuple[Path, Path]:
    """The file, and its committed mapping with the state and the day of closing taken from the forwarding."""
    told = MAP.read_text()
    before, _, after = told.partition(ANSWERED)
    rest = after[after.index('# "Timely"') :]
    mapping = tmp_path / "forwarded.toml"
    mapping.write_text(before + 'closed = "Date sent to company"\n\n[constants]\nstate = "closed:resolved"\n\n' + rest)
    return (WHOLE if WHOLE.exists() else EXCERPT), mapping


def test_the_month_says_what_the_register_says(register: tuple[Path, Path]) -> None:
    house, (path, mapping) = House(zone="America/New_York"), register
    for _step in import_register(path, load_mapping(mapping), house.branch):
        pass
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    received, sent = (Counter(row[name][:7] for row in rows) for name in ("Date received", "Date sent to company"))
    for name, _count in received.most_common(3):
        year, number = (int(part) for part in name.split("-"))
        told = month(Period(house.branch, dt.date(year, number, 1), clock.now()))
        timely = Counter(row["Timely response?"] for row in rows if row["Date received"].startswith(name))
        products = Counter(row["Product"] for row in rows if row["Date received"].startswith(name))
        assert (told.values["received"].part, told.values["closed"].part) == (received[name], sent[name])
        assert answers(told) == (timely["Yes"], timely["No"])
        assert Counter({row.label: row.count for row in told.by["product"]}) == products
        compare(house.branch, year, number)


def answers(told: Month) -> tuple[int, int]:
    return next((one.in_time, one.late) for one in told.on_time if one.code == "acknowledge")
