"""A Runtime API for one function process, on bare sockets: it notes when each piece of an answer comes.

The emulator adds its own Python between the function and the client, where AWS has a service of its own. This
adds only a `recv`, as `client` does for the peers.
"""

import json
import re
import select
import socket
import time
from types import TracebackType
from typing import Self

from bench.bedrock import KEY
from bench.client import stream_target
from bench.prompt import Arrivals, Prompt
from emulator.lambda_.url_events import Request, UrlIdentity, build_event

_LAST_CHUNK = b"0\r\n\r\n"
_TIMEOUT_SECONDS = 30.0
_REGISTERED = b"HTTP/1.1 200 OK\r\nLambda-Extension-Identifier: bench\r\nContent-Length: 2\r\n\r\n{}"


class RuntimeRecorder:
    """Listens at `address`; `wait_for_poll()` once, then `ask` as often as wanted.

    A runtime may keep its connections or open new ones, and an extension may register beside it.
    """

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._connections: list[socket.socket] = []
        self._poll: socket.socket | None = None
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"

    def wait_for_poll(self) -> int:
        """When the function asked for its next invocation: nanoseconds of time.monotonic_ns()."""
        while self._poll is None:
            self._answer(*self._request())
        return self._polled_at

    def ask(self, prompt: Prompt, began: int = 0, *, answer_id: str = "") -> Arrivals:
        """One answer, timed from before the invocation is handed out, or from `began`; kept under `answer_id`."""
        message = _next_response(prompt, answer_id)
        self.wait_for_poll()
        poll, self._poll = self._poll, None
        assert poll is not None
        arrivals = Arrivals(began or time.monotonic_ns())
        poll.sendall(message)
        connection, data = self._request()
        while b"/response " not in data:
            self._answer(connection, data)
            connection, data = self._request()
        arrivals.add(data, time.monotonic_ns())
        while not data.endswith(_LAST_CHUNK):
            piece = _receive(connection)
            arrivals.add(piece, time.monotonic_ns())
            data = data[-len(_LAST_CHUNK) :] + piece
        connection.sendall(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")
        return arrivals

    def close(self) -> None:
        for each in (self._listener, *self._connections):
            each.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _request(self) -> tuple[socket.socket, bytes]:
        """The next request on any connection: its head, and what came with it."""
        while True:
            ready, _, _ = select.select([self._listener, *self._connections], [], [], _TIMEOUT_SECONDS)
            if not ready:
                raise RuntimeError("the function asked for nothing; run it by hand to see why")
            if ready[0] is self._listener:
                connection, _ = self._listener.accept()
                connection.settimeout(_TIMEOUT_SECONDS)
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._connections.append(connection)
                continue
            data = ready[0].recv(65536)
            if not data:
                self._connections.remove(ready[0])
                ready[0].close()
                continue
            while b"\r\n\r\n" not in data:
                data += _receive(ready[0])
            return ready[0], data

    def _answer(self, connection: socket.socket, request: bytes) -> None:
        """A poll waits for `ask`; an extension is registered, and waits for events that never come."""
        line = request.partition(b"\r\n")[0]
        if b"/invocation/next " in line:
            self._poll, self._polled_at = connection, time.monotonic_ns()
        elif b"/extension/register " in line:
            head, _, body = request.partition(b"\r\n\r\n")
            length = int((re.search(rb"content-length: *(\d+)", head, re.IGNORECASE) or [b"", b"0"])[1])
            while len(body) < length:
                body += _receive(connection)
            connection.sendall(_REGISTERED)


def _next_response(prompt: Prompt, answer_id: str) -> bytes:
    path, _, query = stream_target(prompt).partition("?")
    headers = [("host", "bench"), ("x-api-key", KEY)] + [("x-answer-id", answer_id)] * bool(answer_id)
    request = Request("GET", path, query, "1.1", headers, b"", "127.0.0.1")
    event = json.dumps(build_event(request, UrlIdentity("bench", "us-east-1", 443), "bench")).encode()
    head = [
        "HTTP/1.1 200 OK",
        "Lambda-Runtime-Aws-Request-Id: bench",
        "Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:000000000000:function:bench",
        "Lambda-Runtime-Trace-Id: Root=1-00000000-000000000000000000000000;Sampled=0",
        "Content-Type: application/json",
        f"Lambda-Runtime-Deadline-Ms: {int(time.time() * 1000) + 900_000}",
        f"Content-Length: {len(event)}",
    ]
    return "\r\n".join([*head, "", ""]).encode() + event


def _receive(connection: socket.socket) -> bytes:
    data = connection.recv(65536)
    if not data:
        raise RuntimeError("the function went away; run it with `python -m emulator.demo --log` to see why")
    return data
