"""Small registers for tests: a mapping, rows written as CSV or XLSX, and their import.

old = Ledger(tmp_path, house.branch)
step = old.take({"No": "7", "Words": "渗油"})      # columns not named are blank, but for what every row needs
"""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from complaints.importing import Step, import_register
from complaints.registers import RegisterMapping, load_mapping
from organisation.models import Branch

MAP = """
[register]
name = "投诉台账"
source = "ledger"
keep = ["Remark"]
{register}

[columns]
number = {{ column = "No", optional = true }}
received = "Received"
acknowledged = {{ column = "Acknowledged", optional = true }}
replied = {{ column = "Replied", optional = true }}
closed = {{ column = "Closed", optional = true }}
customer = "Customer"
contact = "Contact"
telephone = "Telephone"
email = "Email"
product = "Product"
project = "Project"
order_number = "Order"
lot_number = "Lot"
words = "Words"
type = {{ column = "Type", separator = "/", values = {{ {types} }} }}
department = "Department"
handler = "Handler"
quantity_affected = {{ column = "Bad", optional = true }}
claim_amount = {{ column = "Claim", optional = true }}
channel = {{ column = "By", optional = true, values = {{ "电话" = "phone", "mail" = "email" }} }}
effect = {{ column = "Effect", optional = true, values = {{ "stop" = "line" }} }}
nature = {{ column = "Nature", optional = true, values = {{ "重大" = "major" }} }}
grade = {{ column = "Grade", optional = true, values = {{ "A" = "2" }} }}
satisfied = {{ column = "Happy", optional = true, values = {{ "y" = "yes", "n" = "no" }} }}
state = {{ column = "State", values = {{ {states} }} }}

[verdicts.plan]
column = "Timely"
optional = true
values = {{ "及时" = "in_time", "超时" = "late" }}
"""
STATES = (
    *("received", "triage", "assignment", "confirmation", "action", "review", "approval", "group_approval", "reply", "follow_up"),
    *("closed:resolved", "closed:invalid", "closed:on_spot", "closed:withdrawn"),
)
COLUMNS = (
    *("No", "Received", "Acknowledged", "Replied", "Closed", "Customer", "Contact", "Telephone", "Email", "Product", "Project", "Order"),
    *("Lot", "Words", "Type", "Department", "Handler", "Bad", "Claim", "By", "Effect", "Nature", "Grade", "Happy", "State", "Timely"),
    "Remark",
)
PLAIN = dict.fromkeys(COLUMNS, "") | {"Received": "2025-03-04", "Customer": "云帆重工", "State": "closed:resolved"}


class Ledger:
    def __init__(self, folder: Path, branch: Branch, register: str = "", types: str = "") -> None:
        self.folder, self.branch = folder, branch
        self.map = folder / "ledger.toml"
        states = ", ".join(f'"{state}" = "{state}"' for state in STATES)
        self.map.write_text(MAP.format(register=register, types=types, states=states), encoding="utf-8")

    @property
    def mapping(self) -> RegisterMapping:
        return load_mapping(self.map)

    def write(self, *rows: dict[str, Any], encoding: str = "utf-8") -> Path:
        path = self.folder / "ledger.csv"
        with path.open("w", encoding=encoding, newline="") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows(PLAIN | row for row in rows)
        return path

    def write_sheet(self, *rows: dict[str, Any]) -> Path:
        path = self.folder / "ledger.xlsx"
        book = Workbook()
        for cells in (COLUMNS, *((PLAIN | row).values() for row in rows)):
            book.active.append(list(cells))
        book.save(path)
        return path

    def take(self, *rows: dict[str, Any], **options: Any) -> Step:
        return self.read(self.write(*rows), **options)

    def read(self, path: Path, **options: Any) -> Step:
        return total(import_register(path, self.mapping, self.branch, **options))


def total(steps: Iterable[Step]) -> Step:
    return sum(steps, Step())


def wrong(step: Step) -> list[tuple[int | None, str, str]]:
    return [(fault.row, fault.column, fault.code) for fault in step.faults]
