"""Mail servers that behave badly: one that can be told what to do with whom, and one that dribbles.

Not here: what the product makes of it (`mail`).
"""

import asyncio
import threading
from collections import defaultdict
from email import message_from_bytes
from typing import Any

from aiosmtpd.controller import Controller

from tests.machine import free_port


class Postman:
    """Takes mail on a port that stays the same over `start` and `stop`.

    `refuse`: by recipient, what is answered to him, one for each try, the last for ever when it begins with 5; `drop`: how often the line
    is cut after his mail was taken.
    """

    def __init__(self) -> None:
        self.port = free_port()
        self.refuse: dict[str, list[str]] = defaultdict(list)
        self.drop: dict[str, int] = defaultdict(int)
        self.taken: list[tuple[str, str]] = []
        """Recipient and Message-ID, in the order of arrival; what was dropped after DATA has arrived too."""
        self._controller: Controller | None = None

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        answers = self.refuse[address]
        if answers:
            return answers.pop(0) if len(answers) > 1 or answers[0].startswith("4") else answers[0]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        who = envelope.rcpt_tos[0]
        self.taken.append((who, message_from_bytes(envelope.content)["Message-ID"]))
        if self.drop[who] > 0:
            self.drop[who] -= 1
            server.transport.abort()
        return "250 OK"

    def start(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        if self._controller:
            self._controller.stop()
            self._controller = None


class Dribbler:
    """One byte every `pause` seconds, and never done."""

    def __init__(self, pause: float = 5.0) -> None:
        self.port, self.pause = free_port(), pause
        self.visits = 0
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(lambda *_: None)  # callers hang up
        self._ready = threading.Event()
        threading.Thread(target=self._run, daemon=True).start()
        assert self._ready.wait(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(asyncio.start_server(self._dribble, "127.0.0.1", self.port))
        self._ready.set()
        self._loop.run_forever()

    async def _dribble(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.visits += 1
        try:
            while True:
                writer.write(b"2")
                await writer.drain()
                await asyncio.sleep(self.pause)
        except OSError:
            writer.close()

    def end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
