"""The full 8D as a form: rows are kept, what cannot be read is told at the field, light and full carry over, a round copies and freezes."""

import json
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from complaints.models import Complaint, Event, RemedyLimits, Round
from complaints.plans import MeasureDraft, draft_of
from complaints.verification import verify
from tests.factories import PASSWORD

from .factories import DUE, House, act, at_state, plan_of, whole_plan
from .test_intake_page import attachment

FETCH = {"HTTP_X_REQUESTED_WITH": "fetch"}
HTMX = {"HTTP_HX_REQUEST": "true"}
WHOLE: dict[str, list[dict[str, Any]]] = {
    "found": [{"kind": "asked", "text": "禾屿 周岚：负载时响"}, {"kind": "seen", "text": "侧隙 0.05 mm"}],
    "shares": [{"who": "supplier", "percent": "30"}, {"who": "customer", "percent": "70"}],
    "ledger": [
        {"place": "customer", "where": "装配线", "quantity": "48", "checked": "20", "bad": "6", "disposition": "明早全检"},
        {"place": "stock", "quantity": "72", "checked": "0", "bad": "0"},
    ],
    "whys": [{"text": "侧隙小"}, {"text": "中心距偏小"}, {"text": "换刀程序没有首件测量"}],
    "escape_whys": [{"text": "出厂只测空载"}],
    "across": [{"what": "GR-12", "affected": "yes", "checked": "on", "result": "同改程序"}],
    "measures": [
        {"kind": "corrective", "text": "重新对刀", "due_on": DUE},
        {"kind": "preventive", "text": "首件测中心距写入程序", "due_on": DUE},
    ],
}
FIELDS = {
    "finding": "justified", "cause_category": "method", "escape_category": "measurement", "lot_quantity": "120",
    "remedy_kinds": ["replacement", "compensation"], "remedy_amount": "12600.00", "remedy_currency": "CNY",
    "remedy_how": "42 小时 × 300 元",
    "no_measure_reason": "", "investigation": "",
}  # fmt: skip


@pytest.fixture
def house(db: Any) -> House:
    return House()


def sent(complaint: Complaint, rows: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    """The form as a browser sends it."""
    data: dict[str, Any] = {"version": Complaint.objects.get(pk=complaint.pk).version, "once": uuid.uuid4(), **FIELDS, **fields}
    for name, lines in {**WHOLE, **(rows or {})}.items():
        data |= {f"{name}-TOTAL_FORMS": len(lines), f"{name}-INITIAL_FORMS": 0}
        owner = {"owner": complaint.handler_id} if name == "measures" else {}
        data |= {f"{name}-{place}-{key}": value for place, line in enumerate(lines) for key, value in {**line, **owner}.items()}
    return data


def url(complaint: Complaint, page: str = "plan") -> str:
    return f"/complaints/{complaint.number}/{page}/"


def full(house: House, client: Client, **judged: Any) -> Complaint:
    """A complaint that needs the full 8D, with its handler signed in."""
    client.force_login(house.handler)
    return at_state("action", house, **{"grade": 3, **judged})


def present(complaint: Complaint) -> Round:
    return Round.objects.get(complaint=complaint, number=Complaint.objects.get(pk=complaint.pk).round)


def kept(complaint: Complaint) -> dict[str, Any]:
    round_ = present(complaint)
    return {name: getattr(round_, name) for name in ("found", "shares", "ledger", "whys", "escape_whys", "across")}


def test_every_row_is_kept_as_it_was_written(client: Client, house: House) -> None:
    complaint = full(house, client)
    assert client.post(url(complaint), sent(complaint), **FETCH).status_code == 204
    round_ = present(complaint)
    assert [row["text"] for row in round_.found] == ["禾屿 周岚：负载时响", "侧隙 0.05 mm"]
    assert [(row["who"], row["percent"]) for row in round_.shares] == [("supplier", 30), ("customer", 70)]
    assert [(row["place"], row["quantity"], row["bad"]) for row in round_.ledger] == [("customer", "48", "6"), ("stock", "72", "0")]
    assert (round_.cause, round_.escape) == ("换刀程序没有首件测量", "出厂只测空载")
    assert (round_.cause_category, round_.escape_category) == ("method", "measurement")
    assert (round_.remedy_kinds, round_.remedy_amount, round_.remedy_currency) == (["replacement", "compensation"], 12600, "CNY")
    assert round_.across == [{"what": "GR-12", "affected": "yes", "checked": True, "result": "同改程序"}]


def test_what_was_saved_stands_in_the_form_again(client: Client, house: House) -> None:
    complaint = full(house, client)
    client.post(url(complaint), sent(complaint), **FETCH)
    before = kept(complaint)
    form = client.get(url(complaint)).context["form"]
    again = {name: value for rows in form.sets.values() for name, value in _values(rows).items()}
    fields = {name: form[name].value() for name in FIELDS}
    measures = _values(form.measures)
    data = {
        **again,
        **measures,
        **{k: "" if v is None else v for k, v in fields.items()},
        "version": complaint.version,
        "once": uuid.uuid4(),
    }
    assert client.post(url(complaint), data, **FETCH).status_code == 204
    assert kept(complaint) == before


def _values(formset: Any) -> dict[str, Any]:
    found = {f"{formset.prefix}-TOTAL_FORMS": len(formset.forms), f"{formset.prefix}-INITIAL_FORMS": len(formset.initial_forms)}
    for form in formset.forms:
        values = {form.add_prefix(name): form[name].value() for name in form.fields if name != "DELETE"}
        found |= {name: value for name, value in values.items() if value not in (None, False)}
    return found


@pytest.mark.parametrize("name", ["found", "shares", "ledger", "whys", "escape_whys", "across", "measures"])
def test_a_row_is_added_and_taken_away_without_script_and_with(client: Client, house: House, name: str) -> None:
    complaint = full(house, client)
    answer = client.post(url(complaint), sent(complaint, add=name))
    assert (answer.status_code, answer["Location"]) == (303, f"{url(complaint)}#{name}")
    fragment = client.post(url(complaint), sent(complaint, add=name), **HTMX).content.decode()
    assert fragment.count("autofocus") == 1
    first = next(value for value in WHOLE[name][0].values() if isinstance(value, str) and value not in ("asked", "corrective"))
    answer = client.post(url(complaint), sent(complaint, **{f"{name}-0-DELETE": "on"}), **HTMX)
    assert answer.status_code == 200
    left = json.dumps(kept(complaint), ensure_ascii=False) if name != "measures" else str(list(present(complaint).measures.values()))
    assert (first in left) is (name == "ledger")  # “customer” is a share's word, too


WRONG = [
    ("ledger", [{"place": "stock", "quantity": "viele"}], "viele"),
    ("ledger", [{"place": "stock", "quantity": "-4"}], "-4"),
    ("shares", [{"who": "supplier", "percent": "130"}], "130"),
    ("found", [{"kind": "asked", "text": "问过", "files": "9"}], "There is no evidence no. 9."),
    ("ledger", [{"place": "stock", "evidence": "8, 9"}], "There is no evidence no. 8."),
    ("whys", [{"text": str(place)} for place in range(8)], "7"),
]


@pytest.mark.parametrize(("name", "rows", "shown"), WRONG)
def test_what_cannot_be_kept_is_told_and_nothing_is_lost(
    client: Client, house: House, name: str, rows: list[dict[str, str]], shown: str
) -> None:
    complaint = full(house, client)
    answer = client.post(url(complaint), sent(complaint, {name: rows}))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert shown in page
    assert "换刀程序没有首件测量" in page or name == "whys"
    assert "error-summary" in page
    assert kept(complaint)["found"] == []


def test_a_ledger_that_does_not_add_up_is_saved_and_not_proposed(client: Client, house: House) -> None:
    complaint = full(house, client)
    off = sent(complaint, lot_quantity="116", password=PASSWORD)
    assert client.post(url(complaint), off, **FETCH).status_code == 204
    answer = client.post(url(complaint, "propose"), off)
    assert answer.status_code == 422
    assert "4 more than the 116 of the lot" in answer.content.decode()
    assert Complaint.objects.get(pk=complaint.pk).state == "action"
    assert client.post(url(complaint, "propose"), sent(complaint, password=PASSWORD)).status_code == 303


# ── the ledger beside the stock system, with what proves it ──────────────────────────────────────────────────

BOOKED = {"place": "stock", "quantity": "44", "checked": "40", "bad": "0", "book": "40", "source": "仓库系统 15:30"}
OFF = "44 here, 40 in the stock system (仓库系统 15:30): 4 more."


def test_a_line_is_compared_with_the_stock_system_and_takes_its_figure_over(client: Client, house: House) -> None:
    complaint = full(house, client)
    live = client.post(url(complaint, "plan/live"), sent(complaint, {"ledger": [BOOKED]})).content.decode()
    assert OFF in live
    page = client.post(url(complaint), sent(complaint, {"ledger": [BOOKED]}, add="found"), **HTMX).content.decode()
    assert OFF in page
    assert 'name="take" value="ledger-0"' in page
    assert kept(complaint)["ledger"][0]["quantity"] == "44"
    after = client.post(url(complaint), sent(complaint, {"ledger": [BOOKED]}, take="ledger-0"))
    assert (after.status_code, after["Location"]) == (303, f"{url(complaint)}#ledger")
    assert kept(complaint)["ledger"][0]["quantity"] == "40"
    assert "in the stock system (" not in client.get(url(complaint)).content.decode()


def test_evidence_of_a_line_is_a_file_of_the_complaint_or_words(client: Client, house: House) -> None:
    complaint = full(house, client)
    file = attachment(house.assistant, complaint=complaint, number=1)
    rows = [{**BOOKED, "evidence": "1"}, {"place": "customer", "quantity": "76", "checked": "0", "evidence": "清点单 QR-1120"}]
    client.post(url(complaint), sent(complaint, {"ledger": rows}), **FETCH)
    assert [(row["files"], row["evidence"]) for row in kept(complaint)["ledger"]] == [([1], ""), ([], "清点单 QR-1120")]
    assert [row["evidence"].value() for row in client.get(url(complaint)).context["form"].sets["ledger"]][:2] == ["1", "清点单 QR-1120"]
    assert client.post(url(complaint, "propose"), sent(complaint, {"ledger": rows}, password=PASSWORD)).status_code == 303
    page = client.get(f"/complaints/{complaint.number}/").content.decode()
    assert f'<a href="/files/{file.pk}/">1 · {file.name}</a>' in page
    assert "清点单 QR-1120" in page
    assert "more than the stock system: 4" in page


def test_a_line_that_is_nothing_but_evidence_counts(client: Client, house: House) -> None:
    complaint = full(house, client)
    attachment(house.assistant, complaint=complaint, number=1)
    client.post(url(complaint), sent(complaint, {"ledger": [{"place": "transit", "evidence": "1"}]}), **FETCH)
    assert [row["files"] for row in kept(complaint)["ledger"]] == [[1]]


def test_the_quantity_to_account_for_is_proposed_from_the_record(client: Client, house: House) -> None:
    complaint = full(house, client, quantity_delivered=Decimal(400))
    assert client.get(url(complaint)).context["form"]["lot_quantity"].value() == "400"


def test_the_form_says_at_once_what_it_lacks_and_keeps_nothing(client: Client, house: House) -> None:
    RemedyLimits.objects.create(branch=house.branch, currency="CNY", head=5000, gm=50000)
    complaint = full(house, client)
    weak = {"whys": [{"text": "操作人员疏忽"}], "ledger": [{"place": "stock", "quantity": "124"}]}
    page = client.post(url(complaint, "plan/live"), sent(complaint, weak, remedy_amount="4000")).content.decode()
    for said in (
        "4 more than the 120 of the lot",
        "A person's mistake is not the last why.",
        "Within the department head",
        "5,000 CNY",
    ):
        assert said in page, said
    assert kept(complaint)["whys"] == []
    client.force_login(house.head)
    assert client.post(url(complaint, "plan/live"), sent(complaint)).status_code == 404


def test_the_outline_tells_complete_from_wrong_from_to_do(client: Client, house: House) -> None:
    complaint = full(house, client)
    client.post(url(complaint), sent(complaint, {"across": [], "escape_whys": []}, lot_quantity="100"), **FETCH)
    outline = client.get(url(complaint)).context["form"].outline
    assert {part.code: part.state for part in outline.parts} == {
        "D1": "ok", "D2": "ok", "D3": "bad", "D4": "todo", "D5": "ok", "D7": "ok", "D8": "ok",
    }  # fmt: skip


# ── light and full ───────────────────────────────────────────────────────────────────────────────────────────


def light(complaint: Complaint, **fields: Any) -> dict[str, Any]:
    """The short form as a browser sends it."""
    measures = {"measures-TOTAL_FORMS": 1, "measures-INITIAL_FORMS": 0}
    measures |= {f"measures-0-{name}": value for name, value in {**WHOLE["measures"][0]}.items()}
    return {
        "version": Complaint.objects.get(pk=complaint.pk).version, "once": uuid.uuid4(), "investigation": "看过", "finding": "justified",
        "cause": "标签手工输入", "cause_category": "method", "escape": "", "remedy_kinds": ["apology"], "remedy_currency": "CNY",
        **measures, **fields,
    }  # fmt: skip


def test_the_short_form_has_no_outline_and_four_parts(client: Client, house: House) -> None:
    complaint = full(house, client, grade=4)
    page = client.get(url(complaint)).content.decode()
    assert 'id="plan-outline"' not in page
    assert 'name="ledger-TOTAL_FORMS"' not in page
    assert 'name="cause"' in page


def test_light_to_full_carries_everything_and_back_loses_nothing(client: Client, house: House) -> None:
    complaint = full(house, client, grade=4)
    answer = client.post(url(complaint), light(complaint, shape="full"))
    assert answer.status_code == 303
    form = client.get(url(complaint)).context["form"]
    assert (form.is_short, form.is_light) == (False, True)
    assert form.sets["whys"].forms[0]["text"].value() == "标签手工输入"
    assert form["investigation"].value() == "看过"
    client.post(url(complaint), sent(complaint, shape="light"))
    before = kept(complaint)
    form = client.get(url(complaint)).context["form"]
    assert (form.is_short, form["cause"].value()) == (True, "换刀程序没有首件测量")
    client.post(url(complaint), light(complaint, cause="换刀程序没有首件测量", escape="出厂只测空载", investigation="小结"), **FETCH)
    assert kept(complaint) == before
    assert present(complaint).lot_quantity == 120


def test_a_cause_reworded_in_the_short_form_is_the_last_link(client: Client, house: House) -> None:
    complaint = full(house, client, grade=4)
    client.post(url(complaint), sent(complaint), **FETCH)
    client.post(url(complaint), light(complaint, cause="程序里没有这一步"), **FETCH)
    assert [row["text"] for row in present(complaint).whys] == ["侧隙小", "中心距偏小", "程序里没有这一步"]


def test_a_raised_grade_brings_the_full_form_with_what_was_written(client: Client, house: House) -> None:
    complaint = full(house, client, grade=4)
    client.post(url(complaint), light(complaint), **FETCH)
    act("regrade", complaint, house.manager, grade=3, reason="需要品管协助")
    page = client.get(url(complaint))
    form = page.context["form"]
    assert form.is_short is False
    assert form.sets["whys"].forms[0]["text"].value() == "标签手工输入"
    assert "重新对刀" in page.content.decode()


def test_a_short_form_sent_after_the_grade_was_raised_is_kept(client: Client, house: House) -> None:
    complaint = full(house, client, grade=4)
    client.post(url(complaint), sent(complaint), **FETCH)
    act("regrade", complaint, house.manager, grade=3, reason="需要品管协助")
    assert client.post(url(complaint), light(complaint), **FETCH).status_code == 204
    assert present(complaint).cause == "标签手工输入"
    assert len(kept(complaint)["ledger"]) == 2


# ── rounds ───────────────────────────────────────────────────────────────────────────────────────────────────


def proposed(house: House) -> Complaint:
    complaint = at_state("action", house, grade=3)
    measures = [MeasureDraft("corrective", "重新对刀", house.owner, DUE), MeasureDraft("preventive", "写入程序", house.handler, DUE)]
    return act("propose", complaint, house.handler, plan=whole_plan(house, "刷具没有计数", measures))


def test_the_next_round_begins_as_a_copy_and_the_old_one_is_frozen(client: Client, house: House) -> None:
    complaint = act("review_ng", proposed(house), house.head, reason="围堵没有写全")
    first, second = Round.objects.filter(complaint=complaint).order_by("number")
    assert draft_of(second) == draft_of(first)
    client.force_login(house.handler)
    client.post(url(complaint), sent(complaint), **FETCH)
    before = draft_of(first)
    first.refresh_from_db()
    assert draft_of(first) == before
    assert present(complaint).cause == "换刀程序没有首件测量"
    assert verify(complaint).bad == []


COLUMNS = [
    ("shares", []), ("ledger", []), ("whys", [{"text": "别的"}]), ("escape_category", "people"), ("remedy_amount", Decimal(1)),
    ("remedy_how", "别的"), ("remedy_kinds", ["apology"]), ("lot_quantity", None), ("no_measure_by", "head"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), COLUMNS)
def test_whoever_changes_a_proposed_plan_past_the_door_is_found(house: House, name: str, value: Any) -> None:
    complaint = proposed(house)
    assert verify(complaint).bad == []
    Round.objects.filter(complaint=complaint).update(**{name: house.head if value == "head" else value})
    assert [finding.what for finding in verify(complaint).bad if "round 1" in finding.what] != []


def test_a_round_proposed_before_there_were_rows_still_verifies_and_is_shown(client: Client, house: House) -> None:
    """Its entry has none of the later columns."""
    complaint = act("propose", at_state("action", house), house.handler, plan=plan_of(house))
    body = json.loads(Event.objects.get(complaint=complaint, kind="propose").body)
    assert body["plan"]["rows"]["whys"] == []
    client.force_login(house.head)
    assert "毛刺" in client.get(f"/complaints/{complaint.number}/").content.decode()


def test_only_the_links_that_changed_stand_between_two_rounds(client: Client, house: House) -> None:
    complaint = act("review_ng", proposed(house), house.head, reason="原因没到根上")
    measures = [MeasureDraft(m.kind, m.text, m.owner, m.due_on, m.pk) for m in present(complaint).measures.all()]
    plan = whole_plan(house, "刷具没有计数", measures, remedy_amount=Decimal(9000), remedy_kinds=["compensation", "other"])
    act("propose", complaint, house.handler, plan=plan)
    client.force_login(house.head)
    answer = client.get(url(complaint, "rounds"))
    assert [row.label for row in answer.context["changed"]] == ["Remedy for the customer"]
    assert "<ins>9,000</ins>" in answer.content.decode() or "9" in answer.content.decode()


def test_the_ticket_shows_the_whole_plan_and_asks_one_question_more_for_the_departments(client: Client, house: House) -> None:
    complaint = proposed(house)
    client.force_login(house.head)
    page = client.get(f"/complaints/{complaint.number}/").content.decode()
    for said in ("Shares of responsibility", "Where the goods are", "12,600 CNY", "Read across", "Production 2 70 %"):
        assert said in page, said

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/complaints/{complaint.number}/")
        return len(queries)

    own = asked()
    Round.objects.filter(complaint=complaint).update(shares=[{"who": "department", "percent": 100, "department": house.quality.pk}] * 3)
    assert asked() == own + 1
    Round.objects.filter(complaint=complaint).update(shares=[], found=[], ledger=[], whys=[], escape_whys=[], across=[])
    assert asked() == own
