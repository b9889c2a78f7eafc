"""The working calendar: a year as one looks at it, its three changes with what they would move, import and export."""

import datetime as dt
import json
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from escalation import clock
from escalation.calendarfile import parse
from escalation.calendars import calendar_of, shipped
from escalation.calendaryear import Sort, year_of
from escalation.forms import spans_of
from escalation.models import Timer
from organisation.models import WorkCalendar
from tests.complaints.factories import House, received
from tests.factories import BranchFactory

pytestmark = pytest.mark.django_db
LIST_2027 = "2027-01-01,closed,元旦\n2027-02-06,workday,\n2027-12-31,08:30-12:00,\n"
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def desk(client: Client, house: House) -> Client:
    client.force_login(house.fresh("administrator"))
    return client


def url(house: House, page: str = "", year: int = 2026) -> str:
    return f"/operations/calendar/{house.branch.pk}/{year}/{page}"


def sent(**fields: Any) -> dict[str, Any]:
    return {"reason": "", "running": "leave", "seen": "0", "foreseen": ""} | fields


def week(**days: str) -> dict[str, str]:
    usual = "08:30-12:00 13:30-17:30"
    return {"mon": usual, "tue": usual, "wed": usual, "thu": usual, "fri": usual, "sat": "", "sun": ""} | days


def words(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


# ── the year ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_chinas_2026_as_it_came() -> None:
    year = year_of(shipped("Asia/Shanghai"), 2026, dt.date(2026, 11, 20), china=True)
    made_up = [(day.date.month, day.date.day) for day in year.made_up]
    assert made_up == [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)]
    assert sum(day.date.weekday() < 5 for day in year.of(Sort.HOLIDAY)) == 19
    assert (year.workdays, year.loaded, len(year.days), year.company) == (248, True, 365, [])
    assert [day.date for day in year.days if day.today] == [dt.date(2026, 11, 20)]


def test_a_year_that_is_not_known_says_so() -> None:
    year = year_of(shipped("Asia/Shanghai"), 2027, dt.date(2026, 11, 20), china=True)
    assert (year.loaded, year.of(Sort.HOLIDAY), year.made_up) == (False, [], [])


def test_the_page_shows_names_and_signs(desk: Client, house: House) -> None:
    page = desk.get(url(house))
    text = page.content.decode()
    assert 'title="National Day"' in text
    assert '>1<small>off</small><span class="vh"> National Day</span>' in text
    assert "248 working days" in words(page)
    assert "as it came with the product" in words(page)
    assert desk.get("/operations/calendar/").status_code == 302


def test_running_deadlines_that_reach_into_a_year_that_is_not_loaded(desk: Client, house: House) -> None:
    complaint = received(house)
    due = dt.datetime(2027, 6, 4, 9, tzinfo=dt.UTC)
    Timer.objects.filter(complaint=complaint, code="update").update(due=due)
    text = words(desk.get(url(house)))
    assert f"The holidays of 2027 are not loaded ( {house.branch} )." in text.replace("(", "( ").replace(")", " )").replace("  ", " ")
    assert "1 running deadline reaches into it and is worked out by the week alone." in text


def test_every_branch_has_its_own(desk: Client, house: House) -> None:
    other = BranchFactory(zone="Europe/Berlin", name_en="Berlin")
    page = desk.get(f"/operations/calendar/{other.pk}/2026/")
    assert "Berlin · Europe/Berlin" in words(page)
    assert "261 working days" in words(page)


# ── a day ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_company_day_closes_and_is_named(desk: Client, house: House) -> None:
    answer = desk.post(url(house, "day/"), sent(first="2026-07-31", last="2026-08-01", kind="closed", name="年度检修"))
    assert answer.status_code == 302
    calendar = calendar_of(house.branch)[1]
    assert [calendar.days[dt.date(2026, 7, 31)], calendar.days[dt.date(2026, 8, 1)]] == [(), ()]
    year = year_of(calendar, 2026, dt.date(2026, 11, 20), china=True)
    assert [(day.date, day.name) for day in year.company] == [(dt.date(2026, 7, 31), "年度检修"), (dt.date(2026, 8, 1), "年度检修")]
    row = WorkCalendar.objects.get()
    assert (row.version, row.decided_by, len(row.content["days"])) == (1, house.administrator, len(shipped("Asia/Shanghai").days) + 2)


@pytest.mark.parametrize(
    ("fields", "spans"),
    [
        ({"kind": "hours", "hours": "8:30-12:00"}, ((510, 720),)),
        ({"kind": "workday"}, ((510, 720), (810, 1050))),
        ({"kind": "hours", "hours": "22:00～06:00"}, ((1320, 1800),)),
    ],
)
def test_other_hours(desk: Client, house: House, fields: dict[str, str], spans: Any) -> None:
    desk.post(url(house, "day/"), sent(first="2026-12-19", last="", name="") | fields)
    assert calendar_of(house.branch)[1].days[dt.date(2026, 12, 19)] == spans


def test_a_day_goes_back_to_the_week(desk: Client, house: House) -> None:
    desk.post(url(house, "day/"), sent(first="2026-10-01", last="", kind="rule"))
    calendar = calendar_of(house.branch)[1]
    assert dt.date(2026, 10, 1) not in calendar.days
    assert calendar.is_workday(dt.date(2026, 10, 1))


def test_the_form_starts_from_the_day_as_it_is(desk: Client, house: House) -> None:
    page = desk.get(url(house, "day/") + "?day=2026-10-10").content.decode()
    assert 'value="2026-10-10"' in page
    assert re.search(r'value="workday"[^>]*checked', page)
    assert desk.get(url(house, "day/") + "?day=2026-02-31").status_code == 200


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"first": "", "kind": "closed"}, "This field is required"),
        ({"first": "2026-07-31", "last": "2026-07-01", "kind": "closed"}, "Not before the first day"),
        ({"first": "2026-07-31", "kind": "hours", "hours": ""}, "Which hours?"),
        ({"first": "2026-07-31", "kind": "hours", "hours": "8 to 12"}, "Write hours like"),
        ({"first": "2026-11-24", "kind": "rule"}, "Nothing is changed."),
    ],
)
def test_what_is_wrong_with_a_day(desk: Client, house: House, fields: dict[str, str], text: str) -> None:
    answer = desk.post(url(house, "day/"), sent(**fields))
    assert (answer.status_code, text in words(answer), WorkCalendar.objects.count()) == (422, True, 0)


def test_what_would_move_is_shown_and_moved_when_asked_to(desk: Client, house: House) -> None:
    complaint = received(house)
    timer = Timer.objects.get(complaint=complaint, code="update")
    day = timer.due.astimezone(house.branch.tz).date().isoformat()
    fields = sent(first=day, kind="closed", name="检修", running="move")
    shown = desk.post(url(house, "day/"), fields | {"show": "1"}, **HTMX)
    assert "Make the change, move 1" in words(shown)
    assert complaint.number in words(shown)
    mark = re.search(r'name="foreseen" value="(\w*)"', shown.content.decode()).group(1)  # type: ignore[union-attr]
    assert desk.post(url(house, "day/"), fields).status_code == 409
    assert desk.post(url(house, "day/"), fields | {"foreseen": mark}).status_code == 302
    moved = Timer.objects.get(pk=timer.pk)
    assert (moved.due > timer.due, moved.calendar) == (True, WorkCalendar.objects.get())


def test_somebody_else_was_faster(desk: Client, house: House) -> None:
    desk.post(url(house, "day/"), sent(first="2026-12-24", kind="closed"))
    answer = desk.post(url(house, "day/"), sent(first="2026-12-31", kind="closed"))
    assert (answer.status_code, "has changed this meanwhile" in words(answer)) == (409, True)
    assert WorkCalendar.objects.count() == 1


# ── the week ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_another_week_takes_the_make_up_days_along(desk: Client, house: House) -> None:
    assert desk.post(url(house, "week/"), sent(reason="冬令时间", **week(mon="09:00-12:00", sat="09:00-12:00"))).status_code == 302
    calendar = calendar_of(house.branch)[1]
    assert (calendar.week[0], calendar.week[5], calendar.week[6]) == (((540, 720),), ((540, 720),), ())
    assert calendar.days[dt.date(2026, 10, 10)] == ((540, 720),)
    assert calendar.days[dt.date(2026, 10, 1)] == ()
    assert calendar.names[dt.date(2026, 10, 1)] == "National Day"


@pytest.mark.parametrize(
    ("days", "text"),
    [
        (dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), ""), "A week has some working time."),
        ({"mon": "12:00"}, "Write hours like"),
        ({"mon": "25:00-26:00"}, "Write hours like"),
    ],
)
def test_what_is_wrong_with_a_week(desk: Client, house: House, days: dict[str, str], text: str) -> None:
    answer = desk.post(url(house, "week/"), sent(reason="试", **week(**days)))
    assert (answer.status_code, text in words(answer), WorkCalendar.objects.count()) == (422, True, 0)


def test_hours_as_people_type_them() -> None:
    assert spans_of("8:30–12:00，13：30 至 17:30") == ((510, 720), (810, 1050))
    assert spans_of("  ") == ()


# ── the list of a year ───────────────────────────────────────────────────────────────────────────────────────


def test_each_change_begins_with_nothing_wrong(desk: Client, house: House) -> None:
    for page in ("week/", "day/", "import/"):
        answer = desk.get(url(house, page, 2027))
        assert (answer.status_code, "to correct" in words(answer), "No timer is running" in words(answer)) == (200, False, True)


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_is_read_shown_and_stored(desk: Client, house: House, coding: str) -> None:
    file = SimpleUploadedFile("2027.csv", LIST_2027.encode(coding))
    shown = desk.post(url(house, "import/", 2027), sent(year="2027", text="", file=file, show="1"))
    assert "2027-01-01,closed,元旦" in shown.content.decode()
    assert WorkCalendar.objects.count() == 0
    assert desk.post(url(house, "import/", 2027), sent(year="2027", text=LIST_2027)).status_code == 302
    calendar = calendar_of(house.branch)[1]
    assert (calendar.days[dt.date(2027, 1, 1)], calendar.names[dt.date(2027, 1, 1)]) == ((), "元旦")
    assert (calendar.days[dt.date(2027, 2, 6)], calendar.days[dt.date(2027, 12, 31)]) == (((510, 720), (810, 1050)), ((510, 720),))
    assert calendar.loaded == shipped("Asia/Shanghai").loaded | {2027}  # type: ignore[operator]
    assert calendar.days[dt.date(2026, 10, 1)] == ()


def test_a_calendar_file_is_a_list_too_and_what_is_exported_is_one(desk: Client, house: House) -> None:
    desk.post(url(house, "import/", 2027), sent(year="2027", text=json.dumps({"days": {"2027-01-01": []}})))
    answer = desk.get(url(house, "export/", 2027))
    assert answer["Content-Disposition"] == f'attachment; filename="{house.branch.code}-calendar-1.json"'
    exported, current = parse(answer.content.decode()), calendar_of(house.branch)[1]
    assert (dict(exported.days), tuple(exported.week), exported.zone) == (dict(current.days), tuple(current.week), current.zone)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "Choose the file, or paste its text."),
        ("2026-01-01,closed,", "is not a date of 2027"),
        ("2027-02-30,closed,", "is no date"),
        ("2027-01-01,closed,\n2027-01-01,closed,", "stands there twice"),
        ("<script>", "This cannot be read"),
    ],
)
def test_what_is_wrong_with_a_list_is_named(desk: Client, house: House, text: str, fault: str) -> None:
    answer = desk.post(url(house, "import/", 2027), sent(year="2027", text=text))
    assert (answer.status_code, fault in words(answer), WorkCalendar.objects.count()) == (422, True, 0)


def test_a_new_list_takes_the_place_of_the_old(desk: Client, house: House) -> None:
    desk.post(url(house, "import/", 2027), sent(year="2027", text=LIST_2027))
    desk.post(url(house, "import/", 2027), sent(year="2027", text="2027-01-02,closed,元旦", seen="1"))
    days = [date for date in calendar_of(house.branch)[1].days if date.year == 2027]
    assert days == [dt.date(2027, 1, 2)]


def test_the_number_of_queries_does_not_grow(desk: Client, house: House, django_assert_max_num_queries: Any) -> None:
    desk.get(url(house))
    for number in (1, 3):
        for _each in range(number):
            received(house)
        with django_assert_max_num_queries(18):
            desk.get(url(house))
        with django_assert_max_num_queries(18):
            desk.post(url(house, "day/"), sent(first=clock.now().date().isoformat(), kind="closed", show="1"))
