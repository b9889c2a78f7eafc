"""The product as its users start it, with the demo company, once for all stories; a browser; and desks for the cast."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests import install_browser
from tests.machine import open_folder
from tests.product import Product

from .desk import Desk, profile

PASSWORD = "redress-demo-2026"
Desks = Callable[..., Desk]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The story that moves the product's clock is the last of them."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.e2e)
    items.sort(key=lambda item: bool(item.get_closest_marker("moves_the_clock")))


@pytest.fixture(scope="package")
def product() -> Iterator[Product]:
    with open_folder() as folder:
        running = Product(folder / "var", DEMO="1")
        try:
            running.wait_until_well()
            running.wait_until(lambda: PASSWORD in running.said(), 60)
            yield running
        finally:
            running.end()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    path = install_browser.chromium()
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"] if os.geteuid() == 0 else [])
        yield opened
        opened.close()


@pytest.fixture(scope="package")
def desks(product: Product, browser: Browser) -> Desks:
    """`desks("heyutong", "zh")`: a desk with that person signed in, who stays so; on another `screen` anew."""
    profiles: dict[tuple[str, str], BrowserContext] = {}

    def at(name: str, language: str = "zh", **screen: object) -> Desk:
        if screen:
            return Desk(profile(browser, language, **screen), product.address, name, PASSWORD)
        if (name, language) not in profiles:
            profiles[name, language] = profile(browser, language)
        return Desk(profiles[name, language], product.address, name, PASSWORD, kept=True)

    return at
