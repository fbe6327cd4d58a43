"""A small HTTP/1.1 server for the emulated AWS endpoints: h11 on asyncio, nothing hidden.

The emulators need what web frameworks hide: request trailers, the moment each chunk is sent, and
answers that break off halfway. A handler gets an `Exchange`, reads the request from it and writes
the response to it. Binds to loopback alone.
"""

import asyncio
import logging
import re
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from http.client import responses
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, urlsplit

import h11

logger = logging.getLogger(__name__)

LOOPBACK = "127.0.0.1"
Headers = Iterable[tuple[str, str]]


class Disconnected(ConnectionError):
    """The client went away, or broke the protocol, before the exchange was complete."""


class Exchange:
    """One request and its response.

    `path` and `target` are as the client sent them, percent-encoded; header names are lower case.
    `trailers` is filled once the body has been read to its end.
    """

    def __init__(self, connection: "_Connection", request: h11.Request) -> None:
        self._connection = connection
        self.method = request.method.decode("ascii")
        self.target = request.target.decode("ascii")
        self.path, _, self.query_string = _origin_form(self.target).partition("?")
        self.headers = [(name.decode("ascii"), value.decode("latin-1")) for name, value in request.headers]
        self.http_version = request.http_version.decode("ascii")
        self.trailers: dict[str, str] = {}
        self.client_host = connection.peer_host
        self.started = False
        self.ended = False

    def header(self, name: str, default: str = "") -> str:
        """The header's value; several of one name are joined by commas."""
        values = [value for key, value in self.headers if key == name.lower()]
        return ",".join(values) if values else default

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(self.query_string, keep_blank_values=True))

    async def chunks(self) -> AsyncIterator[bytes]:
        """The request's body as it arrives; `trailers` is set after the last piece."""
        while True:
            event = await self._connection.next_event()
            if isinstance(event, h11.Data):
                yield bytes(event.data)
            elif isinstance(event, h11.EndOfMessage):
                self.trailers = {name.decode("ascii"): value.decode("latin-1") for name, value in event.headers}
                return
            else:
                raise Disconnected(f"expected the rest of the body, found {type(event).__name__}")

    async def body(self) -> bytes:
        return b"".join([chunk async for chunk in self.chunks()])

    async def start(self, status: int, headers: Headers = ()) -> None:
        """Sends the head. Without a content-length the body goes out chunked, piece by piece."""
        self.started = True
        raw = [(name.encode("ascii"), value.encode("latin-1")) for name, value in headers]
        reason = responses.get(status, "").encode("ascii")
        await self._connection.send(h11.Response(status_code=status, headers=raw, reason=reason))

    async def send(self, data: bytes) -> None:
        """Sends one piece at once; an empty piece is nothing (it would end a chunked body)."""
        if data:
            await self._connection.send(h11.Data(data=data))

    async def end(self) -> None:
        await self._connection.send(h11.EndOfMessage())
        self.ended = True

    async def respond(self, status: int, headers: Headers = (), body: bytes = b"") -> None:
        """A whole response in one go."""
        await self.start(status, [*headers, ("content-length", str(len(body)))])
        await self.send(b"" if self.method == "HEAD" else body)
        await self.end()

    def abort(self) -> None:
        """Breaks the connection off, as a crashed server would: the client sees a truncated body."""
        self._connection.abort()

    async def disconnected(self) -> None:
        """Returns once the client has gone. Call only after the body has been read."""
        await self._connection.wait_closed_by_peer()


Handler = Callable[[Exchange], Awaitable[None]]


def _origin_form(target: str) -> str:
    """`GET http://host/path?query`, as through a proxy, says no more than `GET /path?query`."""
    return target if target.startswith("/") else urlsplit(target)._replace(scheme="", netloc="").geturl()


class Startable(ABC):
    """What runs from `start()` to `close()`, or as long as an `async with` block does."""

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


class HttpServer(Startable):
    """Serves `handler` on a loopback port.

    `port` 0 takes a free one; after `start()` the attribute tells which. OSError when it is busy.
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
        self._server = await asyncio.start_server(self._serve, LOOPBACK, self.port)
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
        connection = _Connection(reader, writer)
        try:
            while exchange := await connection.next_exchange():
                await self._handler(exchange)
                if not await connection.ready_for_next(exchange):
                    break
        except (ConnectionError, h11.ProtocolError, asyncio.CancelledError):
            pass  # the client's end of things, or ours closing: either way this connection is over
        except Exception:
            logger.exception("a handler of the local emulator failed")
        finally:
            self._tasks.discard(task)
            connection.close()


class _Connection:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._h11 = h11.Connection(h11.SERVER)
        self._in_request_line = True
        self._reader = reader
        self._writer = writer
        peer = writer.get_extra_info("peername")
        self.peer_host: str = peer[0] if peer else LOOPBACK

    async def next_event(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        if self._h11.they_are_waiting_for_100_continue:
            await self.send(h11.InformationalResponse(status_code=100, headers=[]))
        while (event := self._h11.next_event()) is h11.NEED_DATA:
            data = await self._reader.read(65536)
            if not data and self._h11.their_state is h11.SEND_BODY:
                raise Disconnected("the client left before its request was complete")
            self._h11.receive_data(self._escape_request_line(data))
        return event

    def _escape_request_line(self, data: bytes) -> bytes:
        """curl sends a URL's other scripts as they were typed; servers take that, h11 only percent-encoded.

        Whether AWS's front end takes it is unconfirmed, so the documents have curl encode them.
        """
        if not self._in_request_line:
            return data
        line, newline, rest = data.partition(b"\n")
        self._in_request_line = not newline
        return re.sub(rb"[\x80-\xff]", lambda byte: b"%%%02X" % ord(byte[0]), line) + newline + rest

    async def next_exchange(self) -> Exchange | None:
        try:
            event = await self.next_event()
        except h11.RemoteProtocolError as error:
            await self._refuse(error)
            return None
        return Exchange(self, event) if isinstance(event, h11.Request) else None

    async def ready_for_next(self, exchange: Exchange) -> bool:
        """Reads what the handler left of the request, so that the next one can follow."""
        while self._h11.their_state is h11.SEND_BODY:
            await self.next_event()
        if not (exchange.ended and self._h11.their_state is self._h11.our_state is h11.DONE):
            return False
        self._h11.start_next_cycle()
        self._in_request_line = True
        return True

    async def send(self, event: h11.Event) -> None:
        if self._writer.transport.is_closing():
            raise Disconnected("the client has gone")
        data = self._h11.send(event)
        if data:
            self._writer.write(data)
            await self._writer.drain()

    async def _refuse(self, error: h11.RemoteProtocolError) -> None:
        if self._h11.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            head = h11.Response(
                status_code=error.error_status_hint,
                headers=[(b"content-length", b"0"), (b"connection", b"close")],
            )
            await self.send(head)
            await self.send(h11.EndOfMessage())

    def close(self) -> None:
        self._writer.close()

    def abort(self) -> None:
        self._writer.transport.abort()

    async def wait_closed_by_peer(self) -> None:
        while data := await self._reader.read(65536):
            self._h11.receive_data(data)
