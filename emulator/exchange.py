"""One HTTP request and its response, as the emulator's handlers see them.

The emulators need what web frameworks hide: request trailers, the moment each chunk is sent, and answers that break
off halfway.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from http.client import responses
from urllib.parse import parse_qsl, urlsplit

import h11

from emulator.server_connection import Connection, Disconnected

__all__ = ["Disconnected", "Exchange", "Handler"]

Headers = Iterable[tuple[str, str]]


class Exchange:
    """One request and its response: a handler reads the one from it, and writes the other to it.

    `path` and `target` are as the client sent them, percent-encoded; header names are lower case.
    `trailers` is filled once the body has been read to its end.
    """

    def __init__(self, connection: Connection, request: h11.Request) -> None:
        self._connection = connection
        self.method = request.method.decode("ascii")
        self.target = request.target.decode("ascii")
        self.path, _, self.query_string = _origin_form(self.target).partition("?")
        self.headers = [(name.decode("ascii"), value.decode("latin-1")) for name, value in request.headers]
        self.http_version = request.http_version.decode("ascii")
        self.trailers: dict[str, str] = {}
        self.client_host = connection.peer_host

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
        """Sends the head. Without a content-length the body is sent chunked, piece by piece."""
        raw = [(name.encode("ascii"), value.encode("latin-1")) for name, value in headers]
        reason = responses.get(status, "").encode("ascii")
        await self._connection.send(h11.Response(status_code=status, headers=raw, reason=reason))

    async def send(self, data: bytes) -> None:
        """Sends one piece at once, unless it is empty: that would end a chunked body."""
        if data:
            await self._connection.send(h11.Data(data=data))

    async def end(self) -> None:
        await self._connection.send(h11.EndOfMessage())

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
    """The target without scheme and host, which a client adds when it goes through a proxy: `/path?query`."""
    return target if target.startswith("/") else urlsplit(target)._replace(scheme="", netloc="").geturl()
