"""A line between two parts that can be cut, slowed, or made to swallow everything: one TCP port in front of a port or a socket.

Not here: what is sent through it.
"""

import asyncio
import contextlib
import threading

from tests.machine import free_port


class Proxy:
    """`delay` seconds for each piece; `swallow` accepts and never answers; `cut()` ends all lines, and with `refuse` new ones too."""

    def __init__(self, target: str | tuple[str, int]) -> None:
        self.target = target
        self.port = free_port()
        self.delay = 0.0
        self.swallow = self.refuse = False
        self._lines: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(lambda *_: None)  # lines end in every way there is
        self._ready = threading.Event()
        threading.Thread(target=self._run, daemon=True).start()
        assert self._ready.wait(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._server = self._loop.run_until_complete(asyncio.start_server(self._accept, "127.0.0.1", self.port))
        self._ready.set()
        self._loop.run_forever()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.refuse:
            writer.close()
            return
        with contextlib.suppress(OSError):
            there, back = await self._connect()
            self._lines |= {writer, back}
            await asyncio.gather(self._pump(reader, back), self._pump(there, writer))

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if isinstance(self.target, str):
            return await asyncio.open_unix_connection(self.target)
        return await asyncio.open_connection(*self.target)

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while piece := await source.read(65536):
                if self.delay:
                    await asyncio.sleep(self.delay)
                while self.swallow:
                    await asyncio.sleep(0.05)
                sink.write(piece)
                await sink.drain()
        sink.close()
        self._lines.discard(sink)

    def cut(self) -> None:
        for line in list(self._lines):
            self._loop.call_soon_threadsafe(line.close)

    def end(self) -> None:
        self.swallow = False
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)

    async def _end(self) -> None:
        self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
