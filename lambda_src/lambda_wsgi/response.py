"""What a WSGI application answers -> a streamed response to Lambda.

`start_response` and `write` are PEP 3333's. The head is sent with the first chunk that is not empty, so an
application may still change its mind about the status until then.
"""

import json
from collections.abc import Callable, Iterable
from types import TracebackType

from lambda_wsgi.runtime_api import ErrorReport, ResponseStream, RuntimeApi

Headers = list[tuple[str, str]]
ExcInfo = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]

# Lambda frames the connection to the client itself (PEP 3333 forbids these to applications).
_HOP_BY_HOP = frozenset(
    (
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    )
)


def prelude(status: str, headers: Headers) -> bytes:
    """The JSON that precedes a streamed body: `{"statusCode", "headers", "cookies"}`.

    `status` is WSGI's, "200 OK". Headers that repeat are joined by commas; Set-Cookie, which cannot be, goes
    into `cookies`. White space around a value is not part of it (RFC 9110, 5.5): Django's cookies begin with some.
    """
    joined: dict[str, str] = {}
    cookies: list[str] = []
    for name, padded in headers:
        key, value = name.lower(), padded.strip(" \t")
        if key == "set-cookie":
            cookies.append(value)
        elif key not in _HOP_BY_HOP:
            joined[key] = f"{joined[key]}, {value}" if key in joined else value
    head: dict[str, object] = {"statusCode": int(status[:3]), "headers": joined}
    if cookies:
        head["cookies"] = cookies
    return json.dumps(head, separators=(",", ":")).encode("ascii")


class Response:
    """The response to one invocation."""

    def __init__(self, api: RuntimeApi, request_id: str) -> None:
        self._api = api
        self._request_id = request_id
        self._prelude: bytes | None = None
        self._stream: ResponseStream | None = None
        self._ended = False

    def start(self, status: str, headers: Headers, exc_info: ExcInfo | None = None, /) -> Callable[[bytes], object]:
        """WSGI's start_response."""
        if exc_info is None and self._prelude is not None:
            raise AssertionError("start_response was called a second time without exc_info")
        if exc_info is not None and exc_info[1] is not None and self._stream is not None:
            raise exc_info[1].with_traceback(exc_info[2])
        self._prelude = prelude(status, headers)
        return self.write

    def write(self, data: bytes) -> None:
        """Sends one chunk at once; the head goes before the first. An empty chunk is skipped."""
        if not data:
            return
        if self._stream is None:
            self._stream = self._begin()
        self._stream.send(data)

    def send_all(self, chunks: Iterable[bytes]) -> None:
        """Sends every chunk as the application yields it, then ends the response."""
        for chunk in chunks:
            self.write(chunk)
        if self._stream is None:
            self._stream = self._begin()
        self._end()

    def fail(self, report: ErrorReport) -> None:
        """Reports a failure in the way that is still open: the error call, the trailers, or none."""
        if self._stream is None:
            self._api.fail(self._request_id, report)
        elif not self._ended:
            self._end(report)

    def _end(self, report: ErrorReport | None = None) -> None:
        assert self._stream is not None
        self._ended = True
        self._stream.end(report)

    def _begin(self) -> ResponseStream:
        if self._prelude is None:
            raise AssertionError("the application answered without calling start_response")
        return self._api.respond(self._request_id, self._prelude)
