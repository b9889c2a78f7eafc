"""Every page by everybody who sees it differently: nothing for axe to find, nothing wider than a phone, nothing refused by the browser.

Language, theme and width are spread so that each pair of them is looked at: a page on one screen with axe, on another for its width,
language and what the browser says. Not here: what the pages do (the stories).
"""

import re
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from .conftest import PASSWORD
from .desk import Desk, profile

AXE = next((Path(__file__).parents[1] / "vendor").glob("axe-core-*/axe.min.js")).read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOK = """async (rules) => (await axe.run(document, {runOnly: rules})).violations.flatMap(
  (fault) => fault.nodes.map((node) => `${fault.id}: ${node.html.slice(0, 200)}`))"""
PHONE = {"width": 390, "height": 844}
# A page is looked at closely on the first of a pair.
SCREENS = cycle(
    [
        (("zh", 390, "light"), ("en", 1440, "dark")),
        (("en", 1100, "dark"), ("zh", 1440, "light")),
        (("zh", 1440, "dark"), ("en", 390, "light")),
        (("en", 390, "light"), ("zh", 1100, "dark")),
    ]
)
# Complaints of the demonstration by their titles, the newest of that title: {stopped} in an address is its number.
TITLES = {
    "stopped": "ZC-80 轴承座内孔超差",
    "new": "外箱破损，内件无损",
    "spot": "WH-08 线束 箱子角破了",
    "assignment": "GR-15 减速机运转异响",
    "confirmation": "HX-25 液压直通接头 有 7 件螺纹口碰伤",
    "action": "WH-08 线束标签错贴",
    "redone": "SF-40 flange, plating bulges",
    "review": "WH-12 线束端子压接松脱",
    "approval": "HX-32 液压直通接头试压渗油",
    "reply": "SS-M16 stainless bolts, thread burrs",
    "visit": "B6-90 端盖螺孔滑牙",
    "group": "DN65 阀门漏水视频点名公司",
    "closed": "发票税号少一位",
    "again": "HX-32 接头保压不足",
}
PAGES = {
    "heyutong": (
        "/ /complaints/ /complaints/?tab=all /complaints/?q=渗油 /complaints/?q=zzqqzz /complaints/filters/ /complaints/views/"
        " /complaints/views/?tab=all&q=渗油 /complaints/new/ /complaints/new/?customer=C-0231 /complaints/new/{new}/ /customers/"
        " /customers/?q=云帆 /customers/1/ /customers/new/ /customers/1/edit/ /drafts/ /settings/ /complaints/{stopped}/"
        " /complaints/{new}/ /complaints/{reply}/ /complaints/{reply}/send-reply/ /complaints/{visit}/record-visit/"
        " /complaints/{closed}/ /nothing-here/"
    ),
    "zhaoqiming": (
        "/ /complaints/{stopped}/ /complaints/{stopped}/judge/ /complaints/{stopped}/similar/ /complaints/{approval}/regrade/"
        " /complaints/{stopped}/review-ok/ /complaints/{assignment}/"
        " /complaints/{assignment}/assign/ /complaints/{spot}/ /complaints/{spot}/countersign-ng/ /complaints/{approval}/"
        " /complaints/{closed}/ /complaints/{approval}/rounds/ /complaints/{approval}/withdraw/ /complaints/{approval}/approve/"
        " /customers/1/ /settings/ /notices/ /reports/2026-10/ /reports/ /complaints/{assignment}/meeting/ /my-files/"
        " /complaints/{visit}/closing/ /complaints/{again}/ /measures/?stand=all"
    ),
    "linxiaofeng": "/ /dashboard/ /reports/2026-10/ /reports/morning/ /complaints/ /complaints/{review}/ /complaints/{confirmation}/"
    " /complaints/{confirmation}/contest/ /complaints/{approval}/meeting/",
    "gaoyuan": "/ /complaints/{action}/ /complaints/{action}/plan/ /complaints/{redone}/plan/ /complaints/{redone}/",
    "xujing": "/ /complaints/{visit}/ /complaints/{visit}/verify/ /complaints/{visit}/verification/ /measures/",
    "shenguoliang": "/ /complaints/{approval}/ /complaints/{approval}/deadlines/ /complaints/{approval}/deadlines/plan/"
    " /escalations/ /settings/ /people/1/hand-over/ /reports/2026-11/ /reports/2026-09/ /reports/2026-10/received/"
    " /dashboard/ /dashboard/?groups=all /dashboard/list/open.late/ /reports/morning/?fresh=1",
    "group": "/ /dashboard/ /complaints/{group}/ /reports/2026-10/",
    "auditor": "/ /complaints/{approval}/ /customers/1/",
    "admin": "/ /settings/ /admin/ /operations/notices/",
}
CASES = [(who, path, *next(SCREENS)) for who, paths in PAGES.items() for path in paths.split()]
REFUSED = {"/nothing-here/": 404, "/complaints/{stopped}/review-ok/": 409, "/complaints/{approval}/approve/": 403}
NOT_TRANSLATED = {"Redress", "English", "Excel"}

At = Callable[[str], Desk]


@pytest.fixture(scope="module")
def at(product: Any, browser: Any) -> Iterator[At]:
    """One desk for each of the people, kept for all pages."""
    desks: dict[str, Desk] = {}

    def of(who: str) -> Desk:
        if who not in desks:
            desks[who] = Desk(profile(browser), product.address, who, PASSWORD)
        return desks[who]

    yield of
    for desk in desks.values():
        desk.close()


@pytest.fixture(scope="module")
def numbers(at: At) -> dict[str, str]:
    desk, found, path = at("zhaoqiming"), {}, "/complaints/?tab=all"
    while path:
        desk.go(path)
        rows = desk.page.locator("[data-row]").all_inner_texts()
        for row in rows:
            number = re.search(r"CR-\d{4}-\d{4}", row)
            said = " ".join(row.split())
            found = {name: number[0] for name, title in TITLES.items() if number and title in said} | found
        following = desk.page.locator("a[rel=next]")
        path = "/complaints/" + (following.get_attribute("href") or "") if following.count() else ""
    assert found.keys() == TITLES.keys()
    return found


def show(desk: Desk, screen: tuple[str, int, str]) -> None:
    language, width, theme = screen
    desk.context.add_cookies([{"name": "language", "value": {"zh": "zh-hans", "en": "en"}[language], "url": desk.address}])
    desk.page.set_viewport_size({"width": width, "height": 900})
    desk.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]  # one of its two words


def look(desk: Desk, path: str, screen: tuple[str, int, str], *, closely: bool = True) -> int:
    """Open the page on that screen and see that nothing is wrong with it, `closely` with axe, too; its status."""
    show(desk, screen)
    desk.wrong.clear()
    status = desk.go(path)
    assert (desk.page.locator("html").get_attribute("lang") or "")[:2] == screen[0]
    if closely:
        desk.page.evaluate(AXE)
        assert desk.page.evaluate(LOOK, RULES) == []
    desk.page.set_viewport_size(PHONE)
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert [line for line in desk.wrong if f"status of {status}" not in line] == []
    return status


@pytest.mark.parametrize(("who", "path", "one", "other"), CASES, ids=[f"{who}{path}" for who, path, *_screens in CASES])
def test_a_page(at: At, numbers: dict[str, str], who: str, path: str, one: Any, other: Any) -> None:
    address, status = path.format(**numbers), REFUSED.get(path, 200)
    assert (look(at(who), address, one), look(at(who), address, other, closely=False)) == (status, status)


@pytest.mark.parametrize("screen", [("zh", 390, "dark"), ("en", 1440, "light")])
def test_what_comes_after_sending(at: At, screen: tuple[str, int, str]) -> None:
    """A form that lacks something, and the list of keys."""
    desk = at("heyutong")
    show(desk, screen)
    desk.go("/complaints/new/")
    desk.page.locator("#intake button[name=act][value=report]").last.click()
    desk.page.locator(".error-summary").wait_for()
    desk.page.evaluate(AXE)
    assert desk.page.evaluate(LOOK, RULES) == []
    desk.go("/")
    desk.page.keyboard.press("?")
    desk.page.locator("#keys[open]").wait_for()
    desk.page.evaluate(AXE)
    assert desk.page.evaluate(LOOK, RULES) == []


def test_the_sign_in_page(product: Any, browser: Any) -> None:
    desk = Desk(profile(browser), product.address, "", "")
    for screen in (("zh", 390, "dark"), ("en", 1440, "light"), ("en", 1100, "dark")):
        assert look(desk, "/sign-in/", screen) == 200
    desk.close()


def test_chinese_pages_are_chinese(at: At, numbers: dict[str, str]) -> None:
    desk = at("heyutong")
    show(desk, ("zh", 1440, "light"))
    for path in ("/", "/complaints/", "/complaints/new/", "/customers/", "/drafts/", f"/complaints/{numbers['stopped']}/"):
        desk.go(path)
        shell = desk.page.locator("nav.side, .top, h2, th, legend, label, summary").all_inner_texts()
        words = {word for text in shell if not re.search(r"[\u4e00-\u9fff]", text) for word in re.findall(r"[A-Za-z]{4,}", text)}
        assert words - NOT_TRANSLATED == set()
