"""From the environment to Django's settings for mail: EMAIL_URL, MAIL_FROM and PUBLIC_URL.

Understands `smtp://host:25` (plain), `smtp+starttls://user:password@host:587` and `smtps://user:password@host:465`; with TLS the
server's certificate is checked. Without EMAIL_URL nothing is mailed and notices stay in the product. Nothing here connects.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


@dataclass(frozen=True)
class Mail:
    """Where mail goes out, who sends it, and where its links lead (without a slash at the end)."""

    public_url: str
    sender: str
    on: bool = False
    host: str = "localhost"
    port: int = 25
    user: str = ""
    password: str = ""
    starttls: bool = False
    tls: bool = False


def mail(env: Mapping[str, str], home: str) -> Mail:
    """`home` is where the pages are found when PUBLIC_URL does not say it.

    Raises ImproperlyConfigured for an address that is none, and when mail is to go out without a sender or without links.
    """
    public, sender = _public(env.get("PUBLIC_URL", "")), env.get("MAIL_FROM", "")
    if not env.get("EMAIL_URL"):
        return Mail(public or home, sender or "Redress <redress@localhost>")
    if "@" not in parseaddr(sender)[1] or not sender.isprintable():
        raise ImproperlyConfigured("MAIL_FROM must say who mail comes from: Redress <redress@company.example>.")
    if not public:
        raise ImproperlyConfigured("PUBLIC_URL must say where the links in mail lead: https://redress.company.example.")
    return _server(env["EMAIL_URL"], public, sender)


def _server(url: str, public: str, sender: str) -> Mail:
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise ImproperlyConfigured("EMAIL_URL must be smtp://host:25, smtp+starttls://user:password@host:587 or smtps://….")
    return Mail(
        public,
        sender,
        on=True,
        host=parts.hostname,
        port=parts.port or PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        starttls=parts.scheme == "smtp+starttls",
        tls=parts.scheme == "smtps",
    )


def _public(url: str) -> str:
    parts = urlsplit(url)
    if url and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment):
        raise ImproperlyConfigured("PUBLIC_URL must be an address such as https://redress.company.example.")
    return url.rstrip("/")
