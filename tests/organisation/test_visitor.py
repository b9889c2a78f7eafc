"""What a request says of where it comes from, and what of it is believed."""

import pytest
from django.test import RequestFactory

from organisation import visitor

EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0"
WECHAT = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120 Mobile Safari/537.36 MicroMessenger/8.0.50"


def address(remote: str, forwarded: str = "", trusted: tuple[str, ...] = (), settings: object = None) -> str | None:
    settings.TRUSTED_PROXIES = trusted  # type: ignore[attr-defined]  # pytest-django's settings
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    return visitor.address(RequestFactory().get("/", REMOTE_ADDR=remote, **headers))


@pytest.mark.parametrize(
    ("remote", "forwarded", "trusted", "believed"),
    [
        ("198.51.100.4", "", (), "198.51.100.4"),
        ("198.51.100.4", "10.0.0.1", (), "198.51.100.4"),
        ("10.0.0.1", "203.0.113.5, 198.51.100.4", ("10.0.0.1",), "198.51.100.4"),
        ("10.0.0.1", "198.51.100.4, 10.0.0.2", ("10.0.0.1", "10.0.0.2"), "198.51.100.4"),
        ("", "203.0.113.5, 198.51.100.4", (), "198.51.100.4"),
        ("172.18.0.2", "203.0.113.5, 198.51.100.4", ("*",), "198.51.100.4"),
        ("172.18.0.2", "", ("*",), "172.18.0.2"),
        ("::ffff:10.0.0.7", "", (), "10.0.0.7"),
        ("10.0.0.1", "x\r\ny", ("10.0.0.1",), None),
        ("", "", (), None),
    ],
)
def test_address(remote: str, forwarded: str, trusted: tuple[str, ...], believed: str | None, settings: object) -> None:
    assert address(remote, forwarded, trusted, settings) == believed


def test_an_ipv6_place_is_its_network() -> None:
    assert visitor.place(RequestFactory().get("/", REMOTE_ADDR="2001:db8:1:2:3:4:5:6")).address == "2001:db8:1:2::"


@pytest.mark.parametrize(("cookie", "device"), [("a" * 32, "a" * 32), ("A" * 32, ""), ("a" * 33, ""), ("", "")])
def test_device(cookie: str, device: str) -> None:
    request = RequestFactory().get("/")
    request.COOKIES["device"] = cookie
    assert visitor.place(request).device == device


@pytest.mark.parametrize(("agent", "name"), [(EDGE, "Edge · Windows"), (WECHAT, "WeChat · Android"), ("curl/8", ""), ("", "")])
def test_browser(agent: str, name: str) -> None:
    assert visitor.browser(RequestFactory().get("/", HTTP_USER_AGENT=agent)) == name


@pytest.mark.parametrize(
    ("headers", "page"),
    [
        ({}, True),
        ({"HTTP_SEC_FETCH_MODE": "navigate"}, True),
        ({"HTTP_SEC_FETCH_MODE": "cors"}, False),
        ({"HTTP_HX_REQUEST": "true"}, False),
        ({"HTTP_X_REQUESTED_WITH": "fetch"}, False),
    ],
)
def test_follows_a_link(headers: dict[str, str], page: bool) -> None:
    assert visitor.follows_a_link(RequestFactory().get("/", **headers)) is page
