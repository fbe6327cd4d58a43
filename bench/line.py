"""A line of a known length between a browser and a server on this machine: each byte takes its time on it."""

import asyncio
import contextlib
import re
from urllib.parse import urlsplit

from emulator.http_server import Startable
from emulator.server_connection import LOOPBACK

_REQUEST = re.compile(rb"(?:GET|HEAD|POST|PUT|DELETE|OPTIONS) \S+ HTTP/1\.1\r\n")


class Line(Startable):
    """Passes connections on to `target`, with a round trip of so many seconds; a new connection costs one, too.

    `requests` has the first line of each request, `connections` how many there were.
    """

    def __init__(self, target: str, round_trip_seconds: float) -> None:
        self._target = urlsplit(target)
        self._round_trip_seconds = round_trip_seconds
        self._tasks: set[asyncio.Task[None]] = set()
        self.requests: list[str] = []
        self.connections = 0

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self._server.sockets[0].getsockname()[1]}"

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, LOOPBACK, 0)

    async def close(self) -> None:
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        back = writer
        try:
            there, back = await asyncio.open_connection(self._target.hostname, self._target.port)
            await asyncio.gather(
                self._pass_on(reader, back, extra=self._round_trip_seconds), self._pass_on(there, writer)
            )
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            back.close()
            writer.close()

    async def _pass_on(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, extra: float | None = None
    ) -> None:
        """Each piece arrives half a round trip after it was sent, and holds no later one up.

        `extra` delays the first, as a handshake does, and says that `source` is the client.
        """
        loop, pieces = asyncio.get_running_loop(), asyncio.Queue[tuple[float, bytes]]()
        opened = loop.time() + (extra or 0)

        async def deliver() -> None:
            while True:
                due, data = await pieces.get()
                await asyncio.sleep(due - loop.time())
                if sink.is_closing():
                    return  # the other side has gone
                if not data:
                    with contextlib.suppress(OSError):
                        sink.write_eof()
                    return
                sink.write(data)

        delivering = asyncio.create_task(deliver())
        try:
            data = b"-"
            while data:
                data = await source.read(65536)
                if extra is not None:
                    self.requests += [line.decode().rstrip() for line in _REQUEST.findall(data)]
                pieces.put_nowait((max(loop.time(), opened) + self._round_trip_seconds / 2, data))
            await delivering
        finally:
            delivering.cancel()
