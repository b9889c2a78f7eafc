"""The list: filters, words, order and pages, kept views; the same few questions for one row and for many."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import example, given
from hypothesis import strategies as st

from complaints.listing import pages
from complaints.listing.criteria import Criteria, fitting, surely_seen
from complaints.listing.finding import Query, by_number
from complaints.models import Complaint, SavedView
from complaints.search import keys, matches, query_keys, shapes
from escalation import clock
from escalation.models import Timer
from organisation.models import Person
from tests.complaints.factories import CustomerFactory, House, ProductFactory, act, at_state, received

pytestmark = pytest.mark.django_db

LIST = reverse("complaint_list")


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def desk(client: Client, house: House) -> Client:
    client.force_login(house.manager)
    return client


def numbers(client: Client, **query: Any) -> list[str]:
    response = client.get(LIST, query)
    assert response.status_code == 200
    return [row["number"] for row in response.context["rows"]]


def titles(client: Client, **query: Any) -> list[str]:
    found = dict(Complaint.objects.values_list("number", "title"))
    return [found[number] for number in numbers(client, **query)]


# ── tabs and filters ─────────────────────────────────────────────────────────────────────────────────────────


def test_tabs(desk: Client, house: House) -> None:
    received(house, title="new")
    received(house, title="mine", received_by=house.manager)
    at_state("confirmation", house, title="major", nature="major", criteria=["a"])
    act("pause", at_state("triage", house, title="paused"), house.manager, reason="等样件", asked="")
    act("send_reply", at_state("reply", house, title="replied"), house.assistant, text="已查明", means="email")
    at_state("closed", house, title="closed")
    shown = {tab: sorted(titles(desk, tab=tab)) for tab in ("open", "all", "mine", "major", "customer", "closed")}
    everything = ["closed", "major", "mine", "new", "paused", "replied"]
    assert shown == {
        "open": [title for title in everything if title != "closed"],
        "all": everything,
        "mine": ["mine"],
        "major": ["major"],
        "customer": ["paused", "replied"],
        "closed": ["closed"],
    }
    assert sorted(titles(desk)) == shown["open"]


def test_the_department_s_tab_is_for_its_people(client: Client, house: House) -> None:
    at_state("confirmation", house, title="ours")
    received(house, actor=house.head, title="recorded")
    client.force_login(house.head)
    assert titles(client, tab="department") == ["ours"]
    assert titles(client, tab="mine") == ["recorded"]


def test_closed_this_month_begins_with_the_month_of_the_branch(desk: Client, house: House) -> None:
    complaint = at_state("closed", house)
    first = clock.now().astimezone(house.branch.tz).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    Complaint.objects.filter(pk=complaint.pk).update(closed_at=first)
    assert numbers(desk, tab="closed") == [complaint.number]
    Complaint.objects.filter(pk=complaint.pk).update(closed_at=first - dt.timedelta(microseconds=1))
    assert numbers(desk, tab="closed") == []


def test_each_filter(desk: Client, house: House) -> None:
    other_product = ProductFactory(branch=house.branch, code="GR-15", name="减速机", name_en="Gearbox")
    other_customer = CustomerFactory(branch=house.branch, name="禾屿农机", name_en="Heyu")
    plain = at_state("action", house, title="plain", grade=4)
    odd = at_state(
        "confirmation", house, title="odd", grade=2, nature="major", criteria=["a"], channel="fax", customer=other_customer,
        product=other_product, received_at=dt.datetime(2026, 3, 31, 16, 30, tzinfo=dt.UTC),
    )  # fmt: skip
    act("chase", odd, house.assistant, words="催", means="telephone")
    gone = at_state("closed", house, title="gone")
    act("reopen", gone, house.manager, reason="又坏了")
    assert plain.handler == house.handler
    shown = {
        "stage": titles(desk, tab="all", stage=["action", "confirmation"]),
        "not closed": titles(desk, tab="all", stage="open"),
        "department": titles(desk, tab="all", department=house.production.pk),
        "handler": titles(desk, tab="all", handler=house.handler.pk, stage="action"),
        "customer": titles(desk, tab="all", customer=other_customer.pk),
        "customer's name": titles(desk, tab="all", customer_name="禾屿"),
        "customer's English name": titles(desk, tab="all", customer_name="heyu"),
        "product": titles(desk, tab="all", product=other_product.pk),
        "product's code": titles(desk, tab="all", product_name="gr-15"),
        "grade": titles(desk, tab="all", grade=2),
        "nature": titles(desk, tab="all", nature="major"),
        "channel": titles(desk, tab="all", channel="fax"),
        "chased": titles(desk, tab="all", chased="on"),
        "reopened": titles(desk, tab="all", reopened="on"),
        "type": len(titles(desk, tab="all", type=house.type.pk)),
        "together": titles(desk, tab="all", grade=2, channel="phone"),
        # 00:30 of 1 April in Shanghai
        "on the day": titles(desk, tab="all", received_from="2026-04-01", received_to="2026-04-01"),
        "the day before": titles(desk, tab="all", received_to="2026-03-31"),
    }
    assert shown == {
        "stage": ["plain", "odd"],
        "not closed": ["gone", "plain", "odd"],
        "department": ["plain", "odd"],
        "handler": ["plain"],
        "customer": ["odd"],
        "customer's name": ["odd"],
        "customer's English name": ["odd"],
        "product": ["odd"],
        "product's code": ["odd"],
        "grade": ["odd"],
        "nature": ["odd"],
        "channel": ["odd"],
        "chased": ["odd"],
        "reopened": ["gone"],
        "type": 3,
        "together": [],
        "on the day": ["odd"],
        "the day before": [],
    }


def test_outcome(desk: Client, house: House) -> None:
    at_state("closed", house, title="resolved")
    act("withdraw", received(house, title="withdrawn"), house.manager, words="算了")
    assert titles(desk, tab="all", outcome="withdrawn") == ["withdrawn"]


def test_chips_say_what_is_set_and_take_it_away(desk: Client, house: House) -> None:
    context = desk.get(LIST, {"tab": "all", "grade": ["1", "2"], "department": house.production.pk, "chased": "on"}).context
    assert [(str(chip.label), chip.value, chip.without) for chip in context["chips"]] == [
        ("Grade", "Grade 1, Grade 2", f"?tab=all&department={house.production.pk}&chased=on"),
        ("Department", "Production 2", "?tab=all&grade=1&grade=2&chased=on"),
        ("Chased by the customer", "", f"?tab=all&grade=1&grade=2&department={house.production.pk}"),
    ]


def test_what_makes_no_sense_is_said_at_its_field_and_the_rest_holds(desk: Client, house: House) -> None:
    at_state("confirmation", house, grade=2)
    response = desk.get(LIST, {"tab": "all", "grade": "9", "received_from": "2026-02-31", "nature": "general"})
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"grade", "received_from"}
    assert len(response.context["rows"]) == 1
    assert 'value="2026-02-31"' in desk.get(reverse("complaint_filters"), {"received_from": "2026-02-31"}).content.decode()


def test_days_in_the_wrong_order(desk: Client) -> None:
    response = desk.get(LIST, {"received_from": "2026-03-02", "received_to": "2026-03-01"})
    assert response.context["form"].errors == {"received_to": ["The last day is before the first."]}


@pytest.mark.parametrize(
    "query", [{"after": "x"}, {"before": "~~"}, {"after": "2026~1~1"}, {"sort": "words"}, {"q": "\x00"}, {"q": "，。"}, {"tab": "x"}]
)
def test_addresses_that_make_no_sense_break_nothing(desk: Client, house: House, query: dict[str, str]) -> None:
    received(house)
    assert desk.get(LIST, query).status_code in (200, 422)


# ── words ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def library(house: House) -> House:
    received(house, title="a", about="法兰盘", words="镀层起泡，边缘有砂眼", lot_number="L2610-1147", order_number="PO-88231")
    received(
        house,
        title="b",
        about="SF-40 flange",
        words="Plating blisters near the edge",
        customer=CustomerFactory(branch=house.branch, name="Kestrel Pumps Ltd"),
    )
    received(house, title="c", about="线束", words="端子压接松脱，渗水后漏油", lot_number="L2611-0003")
    return house


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("砂眼", "a"), ("镀层", "a"), ("blister", "b"), ("BLISTERS edge", "b"), ("kestrel", "b"), ("ＳＦ－４０", "b"), ("sf40", "b"),
        ("L2610", "a"), ("1147", "a"), ("88231", "a"), ("L26", "ca"), ("HX", "cba"), ("渗水 端子", "c"), ("端子压接", "c"), ("渗油", ""),
        ("渗水漏油", ""), ("nothing", ""), ("云帆", "ca"),
    ],
)  # fmt: skip
def test_words_find_what_they_mean(desk: Client, library: House, words: str, found: str) -> None:
    assert "".join(titles(desk, q=words, sort="-number")) == found


def test_pairs_that_stand_apart_are_not_the_word(house: House) -> None:
    """“渗油漏” has the pairs 渗油 and 油漏; a text with both, but apart, is a candidate of the index and no find."""
    received(house, title="apart", words="接头渗油，加油漏一地")
    received(house, title="together", words="接头渗油漏一地")
    query = Query("渗油漏")
    assert not query.is_exact
    assert query.candidates(Complaint.objects.all()).count() == 2
    found = pages.page(fitting(house.fresh("manager"), Criteria(tab="all")), query, pages.Order.of(""), None)
    assert [Complaint.objects.get(pk=pk).title for pk in found.ids] == ["together"]
    assert found.total == 1


WRITTEN = st.lists(
    st.sampled_from(
        ["seizes", "Seizes", "seizé", "İseize", "ſeizes", "hx-32", "HX32", "hx.3", "法兰盘", "法兰", "兰盘", "1234567890123", "12", "x",
         "é", "\u0301", "\u00ad", "\u200b", " ", "\n", "-", "_", "'", "(", "\\", "[", "`", "~", "0", "Ａ", "ſ", "K"]
    ),
    max_size=8,
).map("".join)  # fmt: skip


@given(before=WRITTEN, query=WRITTEN, after=WRITTEN)
@example(before="x", query="seizes", after=" seize")
def test_what_the_database_sees_in_a_text_truly_stands_there(before: str, query: str, after: str) -> None:
    for text in (f"{before}{after}", f"{before}{query}{after}"):
        if shapes(query) and set(query_keys(query)) <= set(keys(text)):
            with connection.cursor() as cursor:
                cursor.execute("SELECT %s ~* ALL(%s)", [text, shapes(query)])
                seen = cursor.fetchone()[0]
            assert not seen or matches(text, query)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("seizes", "Coupling SEIZES when cold"),
        ("SEIZES 7", "7:\nseizes"),
        ("法兰盘", "一个法兰盘"),
        ("coupling-ab", "(Coupling ab, coupling_ABC"),
    ],
)
def test_the_database_sees_words_as_they_are_mostly_written(query: str, text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s ~* ALL(%s)", [text, shapes(query)])
        assert shapes(query)
        assert cursor.fetchone() == (True,)


def test_words_are_found_where_the_database_does_not_see_them(desk: Client, house: House) -> None:
    """In full width, with an accent, in another writing: the text itself is looked at."""
    for title in ("ｓｅｉｚｅｓ", "it séizes", "Шестерня"):
        received(house, title=title)
    assert (sorted(titles(desk, q="seizes")), titles(desk, q="шестер")) == (["it séizes", "ｓｅｉｚｅｓ"], ["Шестерня"])
    received(house, title="seized, izes")
    assert len(titles(desk, q="seizes")) == 2


def test_a_search_goes_through_closed_ones_too_but_stays_in_a_tab(desk: Client, house: House) -> None:
    received(house, title="open")
    at_state("closed", house, title="closed")
    assert sorted(titles(desk, q="渗油")) == ["closed", "open"]
    assert titles(desk, q="渗油", tab="open") == ["open"]
    assert desk.get(LIST, {"tab": "major"}).context["hidden"][0] == ("tab", "major")


@pytest.mark.parametrize("written", ["{n}", "{n} ", "{low}", "{plain}", "{wide}"])
def test_an_exact_number_goes_straight_to_its_complaint(desk: Client, house: House, written: str) -> None:
    number = received(house).number
    wide = "".join(chr(ord(char) + 0xFEE0) for char in number)
    asked = written.format(n=number, low=number.lower(), plain=number.replace("-", ""), wide=wide)
    response = desk.get(LIST, {"q": asked})
    assert (response.status_code, response["Location"]) == (302, reverse("complaint", args=[number]))
    assert desk.get(LIST, {"q": asked}, headers={"HX-Request": "true"}).status_code == 200


def test_the_beginning_of_a_number_lists_and_a_strange_one_goes_nowhere(desk: Client, house: House) -> None:
    number = received(house).number
    assert numbers(desk, q=number[:-2]) == [number]
    assert by_number(house.fresh("stranger"), number) is None
    assert numbers(desk, q=f"{house.branch.prefix}-9912-0001") == []


def test_finds_are_marked_and_an_excerpt_shows_where(desk: Client, library: House) -> None:
    page = desk.get(LIST, {"q": "砂眼"}).content.decode()
    assert "边缘有<mark>砂眼</mark>" in page
    assert "<mark>Plating</mark>" in desk.get(LIST, {"q": "plating"}).content.decode()
    assert "<mark>SF-40</mark>" in desk.get(LIST, {"q": "sf40"}).content.decode()


def test_what_people_wrote_is_text_also_when_it_is_marked(desk: Client, house: House) -> None:
    received(house, title="<b>渗油</b>", words="<img src=x onerror=alert(1)> 砂眼")
    for words in ("渗油", "砂眼", "img"):
        page = desk.get(LIST, {"q": words, "tab": "all"}).content.decode()
        assert "<img src=x" not in page
        assert "<b>" not in page.partition("<tbody")[2].partition("</tbody>")[0]


def test_nothing_found_helps_on(desk: Client, house: House) -> None:
    received(house)
    page = desk.get(LIST, {"q": "砂眼", "tab": "major"}).content.decode()
    assert "Nothing found for “砂眼”" in page
    assert f'href="{LIST}?tab=all&amp;q=%E7%A0%82%E7%9C%BC"' in page
    assert f'href="{reverse("new_complaint")}?words=%E7%A0%82%E7%9C%BC"' in page
    form = desk.get(f"{reverse('new_complaint')}?words=砂眼", follow=True).context["form"]
    assert form["words"].value() == "砂眼"


def test_a_part_of_the_page_for_htmx(desk: Client, house: House) -> None:
    received(house)
    response = desk.get(LIST, {"tab": "all"}, headers={"HX-Request": "true"})
    page = response.content.decode()
    assert page.lstrip().startswith('<div class="stack" id="results">')
    assert "<html" not in page
    assert response["Vary"].startswith("HX-Request")
    whole = desk.get(LIST, headers={"HX-Request": "true", "HX-History-Restore-Request": "true"}).content.decode()
    assert "<html" in whole


# ── order and pages ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def seven(house: House) -> list[str]:
    """Numbers by receipt, newest first; two were received at the same instant."""
    now = clock.now()
    hours = (1, 2, 3, 3, 5, 6, 7)
    return [received(house, received_at=now - dt.timedelta(hours=hour)).number for hour in hours]


def walk(client: Client, way: str, address: str) -> list[list[str]]:
    """Page after page by its link."""
    found = []
    while address:
        context = client.get(f"{LIST}{address}").context
        found.append([row["number"] for row in context["rows"]])
        address = context["pager"][way]
    return found


SORTS = ("-received", "received", "-number", "stage", "grade")
WAYS = {  # how many are fetched at once, how many are expected, words searched for, orders looked at
    "counted": (1000, 0, "", SORTS),
    "walked": (3, 0, "", SORTS),
    "words gathered": (1000, 7, "渗油", ("-received", "stage")),
    "more than expected": (3, 1, "渗油", ("received", "-number")),
    "sorted by the database": (3, 7, "渗油", ("-received", "stage", "grade")),
    "frequent words": (3, 99_999, "渗油", ("received", "grade")),
    "looked at": (3, 7, "渗油点", ("-received", "-number")),
}


@pytest.mark.parametrize(
    ("many", "expected", "sort", "words"),
    [
        pytest.param(many, expected, sort, words, id=f"{way} {sort}")
        for way, (many, expected, words, sorts) in WAYS.items()
        for sort in sorts
    ],
)
def test_pages_forward_and_back(
    desk: Client, seven: list[str], monkeypatch: pytest.MonkeyPatch, many: int, expected: int, sort: str, words: str
) -> None:
    """All ways of paging: in the keys that were fetched, as the database sorts them, and along the index when there are too many."""
    if words == "渗油点":
        Complaint.objects.filter(number__in=seven).update(haystack="有渗油点", search=keys("有渗油点"))
    monkeypatch.setattr(pages, "MANY", many)
    monkeypatch.setattr(pages, "_expected", lambda *_: expected)
    monkeypatch.setitem(pages.page.__kwdefaults__, "size", 2)
    address = f"?tab=all&sort={sort}" + (f"&q={words}" if words else "")
    forward = walk(desk, "next", address)
    assert [len(page) for page in forward] == [2, 2, 2, 1]
    assert sorted(number for page in forward for number in page) == sorted(seven)
    last = desk.get(f"{LIST}{address}").context
    for _ in range(3):
        last = desk.get(f"{LIST}{last['pager']['next']}").context
    assert (last["pager"]["first"], last["pager"]["last"]) == ("7", "7")
    assert walk(desk, "previous", f"{last['pager']['previous']}") == forward[2::-1]


def test_orders(desk: Client, house: House, seven: list[str]) -> None:
    newest = numbers(desk)
    assert newest[:2] == seven[:2]
    assert set(newest[2:4]) == set(seven[2:4])
    assert numbers(desk, sort="received") == newest[::-1]
    assert numbers(desk, sort="number") == sorted(seven)
    Complaint.objects.filter(number=seven[4]).update(grade=1)
    assert numbers(desk, sort="grade")[0] == seven[4]
    Complaint.objects.filter(number=seven[5]).update(state_since=clock.now() - dt.timedelta(days=9))
    assert numbers(desk, sort="stage")[0] == seven[5]


def test_what_comes_in_meanwhile_moves_nothing(desk: Client, house: House, seven: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(pages.page.__kwdefaults__, "size", 2)
    first = desk.get(LIST, {"tab": "all", "sort": "-number"}).context
    received(house)
    second = desk.get(f"{LIST}{first['pager']['next']}").context
    assert [row["number"] for row in second["rows"]] == sorted(seven, reverse=True)[2:4]


def test_a_page_whose_rows_are_gone_shows_the_last_there_are(desk: Client, seven: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(pages.page.__kwdefaults__, "size", 2)
    first = desk.get(LIST, {"tab": "all"}).context
    Complaint.objects.exclude(number__in=[row["number"] for row in first["rows"]]).update(anonymous=True, branch=House().branch)
    assert [row["number"] for row in desk.get(f"{LIST}{first['pager']['next']}").context["rows"]] == [
        row["number"] for row in first["rows"]
    ]


def test_more_than_a_thousand_are_not_counted(desk: Client, seven: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MANY", 5)
    monkeypatch.setattr("complaints.context.MANY", 5)
    assert "5+ complaints" in desk.get(LIST, {"tab": "all"}).content.decode()


@pytest.mark.parametrize("expected", [99_999, 1_500, 3])
def test_a_wrong_expectation_changes_nothing_on_the_page(
    desk: Client, seven: list[str], monkeypatch: pytest.MonkeyPatch, expected: int
) -> None:
    Complaint.objects.filter(number=seven[2]).update(haystack="渗油，油点", search=keys("渗油，油点"))
    Complaint.objects.exclude(number=seven[2]).update(haystack="有渗油点", search=keys("有渗油点"))
    monkeypatch.setattr(pages, "_expected", lambda *_: expected)
    context = desk.get(LIST, {"tab": "all", "q": "渗油点"}).context
    assert (len(context["rows"]), context["page"].total) == (6, 6)


def test_what_is_expected_is_the_databases_estimate(house: House, seven: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE complaints_complaint")
    rows = surely_seen(house.manager, Criteria(tab="all"))
    assert rows is not None
    assert sorted(rows.values_list("number", flat=True)) == sorted(seven)
    assert pages._expected(Query("渗油"), rows) == 7
    assert surely_seen(house.handler, Criteria()) is None


def test_the_head_of_the_sorted_column_says_so(desk: Client, house: House) -> None:
    received(house)
    page = desk.get(LIST, {"sort": "grade"}).content.decode()
    assert 'aria-sort="ascending"><a href="?sort=-grade">Grade' in page


# ── kept views ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_view_is_saved_shown_renamed_and_deleted(desk: Client, house: House) -> None:
    address = reverse("saved_views") + "?tab=all&grade=2&nonsense=1&after=x"
    assert desk.post(address, {"name": "二级"})["Location"] == f"{LIST}?tab=all&grade=2"
    view = SavedView.objects.get()
    assert (view.person, view.name, view.query) == (house.manager, "二级", "?tab=all&grade=2")
    assert f'href="{LIST}?tab=all&amp;grade=2" aria-current="page"' in desk.get(f"{LIST}{view.query}").content.decode()
    desk.post(reverse("rename_view", args=[view.pk]), {f"view-{view.pk}-name": "严重的"})
    view.refresh_from_db()
    assert view.name == "严重的"
    desk.post(reverse("delete_view", args=[view.pk]))
    assert not SavedView.objects.exists()


def test_a_name_is_given_once_and_what_was_typed_stays(desk: Client, house: House) -> None:
    SavedView.objects.create(person=house.manager, name="二级", query="?grade=2")
    response = desk.post(reverse("saved_views") + "?grade=1", {"name": "二级"})
    assert response.status_code == 422
    assert response.context["form"].errors == {"name": ["You have a view of this name already."]}
    assert response.context["form"]["name"].value() == "二级"
    other = SavedView.objects.create(person=house.manager, name="一级", query="?grade=1")
    assert desk.post(reverse("rename_view", args=[other.pk]), {f"view-{other.pk}-name": "二级"}).status_code == 422


def test_twenty_views_and_no_endless_address(desk: Client, house: House) -> None:
    assert desk.post(f"{reverse('saved_views')}?q={'长' * 190}", {"name": "x"}).status_code == 422
    SavedView.objects.bulk_create(SavedView(person=house.manager, name=str(n), query="?grade=1") for n in range(20))
    assert desk.post(reverse("saved_views"), {"name": "x"}).status_code == 422


def test_nobody_touches_somebody_else_s_view(desk: Client, house: House) -> None:
    view = SavedView.objects.create(person=house.assistant, name="一级", query="?grade=1")
    assert desk.post(reverse("rename_view", args=[view.pk]), {f"view-{view.pk}-name": "x"}).status_code == 404
    assert desk.post(reverse("delete_view", args=[view.pk])).status_code == 404
    assert "一级" not in desk.get(LIST).content.decode()


def test_what_expires_first_on_top_and_what_has_no_clock_last(client: Client, house: House) -> None:
    rows = [received(house) for _ in range(3)]
    Timer.objects.filter(complaint=rows[0]).delete()
    Timer.objects.filter(complaint=rows[2], code="plan").update(due=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    client.force_login(house.manager)
    assert numbers(client, sort="due") == [rows[2].number, rows[1].number, rows[0].number]
    assert numbers(client, sort="-due") == [rows[0].number, rows[1].number, rows[2].number]
    page = client.get(LIST, {"sort": "due"}).content.decode()
    assert "was due 1 Jan 08:00" in page


# ── cost ─────────────────────────────────────────────────────────────────────────────────────────────────────

QUERIES = {"manager": 15, "employee": 15}


@pytest.mark.parametrize("many", [1, 3])
@pytest.mark.parametrize("office", list(QUERIES))
def test_as_many_questions_for_one_row_as_for_three(client: Client, house: House, office: str, many: int) -> None:
    for _ in range(many):
        for stage in ("received", "review", "follow_up"):
            at_state(stage, house, actor=house.employee)
    client.force_login(house.person(office))
    client.get(LIST)  # the navigation's numbers are kept for a moment
    with CaptureQueriesContext(connection) as asked:
        client.get(LIST)
    assert len(asked) == QUERIES[office]


def test_a_page_for_each_person_is_their_own(client: Client, house: House) -> None:
    received(house)
    stranger = Person.objects.get(pk=house.stranger.pk)
    client.force_login(stranger)
    assert numbers(client, tab="all") == []
