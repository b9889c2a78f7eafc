"""From the environment to where mail goes out: what is understood, and what is refused at the start."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.mail import Mail, mail

HOME = "http://127.0.0.1:8000"
FULL = {"MAIL_FROM": "Redress <redress@lanchuan.example>", "PUBLIC_URL": "https://redress.lanchuan.example/"}
COMMON = ("https://redress.lanchuan.example", "Redress <redress@lanchuan.example>", True)


def test_without_an_address_nothing_goes_out() -> None:
    assert mail({}, HOME) == Mail(HOME, "Redress <redress@localhost>")
    assert mail({"PUBLIC_URL": "https://redress.example"}, HOME).public_url == "https://redress.example"


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", ("mail.example", 25, "", "", False, False)),
        ("smtp://127.0.0.1:2525", ("127.0.0.1", 2525, "", "", False, False)),
        ("smtp+starttls://user:p%40ss@mail.example", ("mail.example", 587, "user", "p@ss", True, False)),
        ("smtps://user%40x.example:pass@mail.example:4650", ("mail.example", 4650, "user@x.example", "pass", False, True)),
    ],
)
def test_addresses(url: str, server: tuple[str, int, str, str, bool, bool]) -> None:
    assert mail({**FULL, "EMAIL_URL": url}, HOME) == Mail(*COMMON, *server)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EMAIL_URL", "mail.example:25"),
        ("EMAIL_URL", "http://mail.example"),
        ("EMAIL_URL", "smtp://"),
        ("MAIL_FROM", ""),
        ("MAIL_FROM", "Redress"),
        ("MAIL_FROM", "a@b.example\nBcc: c@d.example"),
        ("PUBLIC_URL", ""),
        ("PUBLIC_URL", "redress.example"),
        ("PUBLIC_URL", "https://redress.example/?a=b"),
    ],
)
def test_what_is_refused(name: str, value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=name):
        mail({**FULL, "EMAIL_URL": "smtp://mail.example", name: value}, HOME)
