"""A small HTTP/1.1 server for the emulated AWS endpoints, on loopback only.

Owns listening and closing; server_connection.py has one connection, exchange.py one request.
"""

import asyncio
import errno
import logging
import os
from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self

import h11

from emulator.exchange import Exchange, Handler
from emulator.server_connection import LOOPBACK, Connection

__all__ = ["Exchange", "HttpServer", "Startable"]

logger = logging.getLogger(__name__)


class Startable(ABC):
    """Something that runs from `start()` to `close()`, or as long as an `async with` block does."""

    @abstractmethod
    async def start(self) -> None: ...

    @abstractmethod
    async def close(self) -> None: ...

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


class PortUnusable(OSError):
    """A port cannot be used; the message says which, and why."""


class HttpServer(Startable):
    """Serves `handler` on a loopback port.

    `port` 0 takes a free one; after `start()` the attribute says which. PortUnusable if it cannot listen there.
    """

    def __init__(self, handler: Handler, port: int = 0) -> None:
        self._handler = handler
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = port

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def connections(self) -> int:
        """How many clients are connected."""
        return len(self._tasks)

    async def start(self) -> None:
        try:
            self._server = await asyncio.start_server(self._serve, LOOPBACK, self.port)
        except OSError as error:
            verb = "is taken" if error.errno == errno.EADDRINUSE else "cannot be used"
            raise PortUnusable(f"port {self.port} {verb} ({os.strerror(error.errno or 0)})") from error
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Stops listening and breaks off whatever is still open."""
        if self._server is not None:
            self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        connection = Connection(reader, writer)
        try:
            while request := await connection.next_request():
                await self._handler(Exchange(connection, request))
                if not await connection.ready_for_next():
                    break
        except (ConnectionError, h11.RemoteProtocolError, asyncio.CancelledError):
            pass  # the client has gone, or we are closing: either way this connection is over
        except Exception:
            logger.exception("a handler of the local emulator failed")
        finally:
            self._tasks.discard(task)
            connection.close()
