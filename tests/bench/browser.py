"""One client with one connection: signs in, follows no links, keeps its cookies. Times are wall clock, milliseconds."""

import http.client
import re
import time
from dataclasses import dataclass
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit


@dataclass
class Answer:
    status: int
    body: str
    headers: dict[str, str]
    milliseconds: float


class Browser:
    def __init__(self, address: str) -> None:
        where = urlsplit(address)
        self.connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=30)
        self.cookies: dict[str, str] = {}
        self.always: dict[str, str] = {}

    def get(self, path: str, **query: str) -> Answer:
        return self._ask("GET", f"{path}?{urlencode(query)}" if query else path, None, {})

    def numbers(self, path: str) -> list[str]:
        """The complaints' numbers a page shows, in its order, each once."""
        return list(dict.fromkeys(re.findall(r"CR-\d{4}-\d{4,}", self.get(path).body)))

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        body = urlencode({**fields, "csrfmiddlewaretoken": self.cookies.get("csrf", "")})
        return self._ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def sign_in(self, username: str, password: str) -> None:
        self.get("/sign-in/")
        answer = self.post("/sign-in/", {"username": username, "password": password})
        assert answer.status == 302, f"sign-in answered {answer.status}"

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        sent = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), "Accept-Language": "zh-CN", **self.always, **headers}
        before = time.perf_counter()
        self.connection.request(method, path, body, sent)
        response = self.connection.getresponse()
        text = response.read().decode(errors="replace")
        took = (time.perf_counter() - before) * 1000
        for line in response.headers.get_all("Set-Cookie") or []:
            self.cookies.update({name: morsel.value for name, morsel in SimpleCookie(line).items()})
        return Answer(response.status, text, dict(response.headers), took)


class _Form(HTMLParser):
    """What a page's fields would send if nobody touched them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        name = has.get("name", "")
        if tag == "input" and name and (has.get("type") not in ("checkbox", "radio", "submit", "file") or "checked" in has):
            self.sent[name] = has.get("value", "on" if has.get("type") == "checkbox" else "")
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in has or self._select not in self.sent):
            self.sent[self._select] = has.get("value", "")
        elif tag == "textarea":
            self.sent[name] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""


def filled(page: str) -> dict[str, str]:
    """The fields of a page as they stand."""
    return _Form(page).sent
