"""A real SMTP server for tests: takes mail, refuses it, breaks off, dies and comes back, as it is told.

with Postbox() as postbox:            # listens on postbox.port
    postbox.refuse["a@b.example"] = "550 no such mailbox"
    postbox.letters                    # what arrived, parsed
"""

import email
import email.policy
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any, Self

from aiosmtpd.controller import Controller

from tests.machine import free_port


class Postbox:
    def __init__(self) -> None:
        self.port = free_port()
        self.letters: list[EmailMessage] = []
        self.refuse: dict[str, str] = {}
        """The answer to RCPT, by address."""
        self.break_off = 0
        """So many letters are kept, and the line is cut before the answer."""
        self.on_data: Callable[[], None] = lambda: None
        self.data_answer = "250 kept"
        self._controller: Controller | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def start(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        if self._controller:
            self._controller.stop()
            self._controller = None

    def to(self, address: str) -> list[EmailMessage]:
        return [letter for letter in self.letters if letter["To"] == address]

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.on_data()
        if self.data_answer.startswith("2"):
            self.letters.append(email.message_from_bytes(envelope.content, policy=email.policy.default))  # type: ignore[arg-type]
        if self.break_off:
            self.break_off -= 1
            server.transport.abort()
        return self.data_answer


def part(letter: EmailMessage, kind: str) -> str:
    """`plain` or `html`, decoded."""
    found = letter.get_body((kind,))
    assert found
    return str(found.get_content()).replace("\r\n", "\n")


@contextmanager
def tarpit(pause: float) -> Iterator[int]:
    """A server that says its greeting one byte at a time; its port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        threading.Thread(target=_dribble, args=[listener, pause], daemon=True).start()
        yield listener.getsockname()[1]


def _dribble(listener: socket.socket, pause: float) -> None:
    try:
        line, _address = listener.accept()
        with line:
            for sign in b"220 " + b"x" * 500:
                line.sendall(bytes([sign]))
                time.sleep(pause)
    except OSError:
        return
