"""A Runtime API for one function process, on bare sockets: it notes when each piece of an answer comes.

The emulator adds its own Python between the function and the client, where AWS has a service of its own. This
adds only a `recv`, as `client` does for the peers.
"""

import json
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


class RuntimeRecorder:
    """Listens at `address`; `wait_for_poll()` once, then `ask` as often as wanted."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(_TIMEOUT_SECONDS)
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"

    def wait_for_poll(self) -> int:
        """When the function asked for its first invocation: nanoseconds of time.monotonic_ns()."""
        self._poll = self._accept()
        _read_to(self._poll, b"\r\n\r\n")
        return time.monotonic_ns()

    def ask(self, prompt: Prompt) -> Arrivals:
        """One answer, timed from before the invocation is handed out."""
        message = _next_response(prompt)
        arrivals = Arrivals(time.monotonic_ns())
        self._poll.sendall(message)
        with self._accept() as response:
            data = b""
            while not data.endswith(_LAST_CHUNK):
                piece = _receive(response)
                arrivals.add(piece, time.monotonic_ns())
                data = data[-len(_LAST_CHUNK) :] + piece
            response.sendall(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")
        _read_to(self._poll, b"\r\n\r\n")
        return arrivals

    def close(self) -> None:
        self._listener.close()
        if hasattr(self, "_poll"):
            self._poll.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _accept(self) -> socket.socket:
        connection, _ = self._listener.accept()
        connection.settimeout(_TIMEOUT_SECONDS)
        return connection


def _next_response(prompt: Prompt) -> bytes:
    path, _, query = stream_target(prompt).partition("?")
    headers = [("host", "bench"), ("x-api-key", KEY)]
    request = Request("GET", path, query, "1.1", headers, b"", "127.0.0.1")
    event = json.dumps(build_event(request, UrlIdentity("bench", "us-east-1", 443), "bench")).encode()
    head = [
        "HTTP/1.1 200 OK",
        "Lambda-Runtime-Aws-Request-Id: bench",
        f"Lambda-Runtime-Deadline-Ms: {int(time.time() * 1000) + 900_000}",
        f"Content-Length: {len(event)}",
    ]
    return "\r\n".join([*head, "", ""]).encode() + event


def _read_to(connection: socket.socket, end: bytes) -> None:
    data = b""
    while not data.endswith(end):
        data += _receive(connection)


def _receive(connection: socket.socket) -> bytes:
    data = connection.recv(65536)
    if not data:
        raise RuntimeError("the function went away; run it with `python -m emulator.demo --log` to see why")
    return data
