"""A Runtime API that records every byte that a runtime sends, with its connection and its time.

A bare TCP server: no HTTP library stands between the runtime and the record. It answers just enough to keep a
runtime going, and badly where a test asks for it.
"""

import contextlib
import json
import re
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, NamedTuple, TypeVar

Found = TypeVar("Found")


class Segment(NamedTuple):
    """The bytes of one read from the socket."""

    time: float
    data: bytes


class Message:
    """A request of the runtime's: the part that has arrived."""

    def __init__(self, connection: int) -> None:
        self.connection = connection
        self.segments: list[Segment] = []

    @property
    def raw(self) -> bytes:
        return b"".join(segment.data for segment in self.segments)

    @property
    def line(self) -> str:
        return self.raw.partition(b"\r\n")[0].decode()

    @property
    def headers(self) -> list[tuple[str, str]]:
        fields = [line.partition(": ") for line in self.raw.partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]]
        return [(name, value) for name, _, value in fields]

    @property
    def body(self) -> bytes:
        """Everything after the head, chunk sizes included."""
        return self.raw.partition(b"\r\n\r\n")[2]

    @property
    def body_segments(self) -> list[Segment]:
        """The part of the body in each segment; a segment may also hold the head, which is left out."""
        left = len(self.raw) - len(self.body)
        found = []
        for segment in self.segments:
            data, left = segment.data[left:], max(0, left - len(segment.data))
            found.append(Segment(segment.time, data))
        return [segment for segment in found if segment.data]

    @property
    def is_complete(self) -> bool:
        if b"\r\n\r\n" not in self.raw:
            return False
        headers = {name.lower(): value for name, value in self.headers}
        if headers.get("transfer-encoding") == "chunked":
            return unchunk(self.body) is not None
        return len(self.body) >= int(headers.get("content-length", "0"))


class Chunked(NamedTuple):
    chunks: list[bytes]
    trailers: dict[str, str]


def unchunk(body: bytes) -> Chunked | None:
    """A chunked body's chunks and trailers, or None while it has not ended."""
    chunks: list[bytes] = []
    while chunk := re.match(rb"([0-9a-f]+)\r\n", body):
        size, start = int(chunk[1], 16), chunk.end()
        if size == 0:
            return _last(chunks, body[start:])
        if len(body) < start + size + 2:
            return None
        assert body[start + size : start + size + 2] == b"\r\n", "a chunk is not as long as it says"
        chunks.append(body[start : start + size])
        body = body[start + size + 2 :]
    return None


def _last(chunks: list[bytes], rest: bytes) -> Chunked | None:
    if rest == b"\r\n":
        return Chunked(chunks, {})
    if not rest.endswith(b"\r\n\r\n"):
        return None
    fields = [line.partition(": ") for line in rest[:-4].decode("ascii").split("\r\n")]
    return Chunked(chunks, {name: value for name, _, value in fields})


class RecordingRuntimeApi:
    """Serves on loopback at `address` until `close()`.

    `post_statuses` are the answers to the next POSTs; after them, 202. The connection of a request that contains
    `reset_at` is reset at once.
    """

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.closed: list[int] = []  # the connections that the runtime has closed
        self.post_statuses: deque[int] = deque()
        self.poll_status = 200
        self.reset_at: bytes | None = None
        self._changed = threading.Condition()
        self._invoked = 0
        self._events: SimpleQueue[tuple[str, bytes] | None] = SimpleQueue()
        self._connections: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Stops listening and closes every connection."""
        for end in [self._listener, *self._connections]:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        for _ in self._connections:
            self._events.put(None)

    # --- the test's side ---

    def invoke(self, event: Any) -> str:
        """Keeps `event` for the next poll; returns the request id."""
        self._invoked += 1
        request_id = f"00000000-0000-0000-0000-{self._invoked:012d}"
        self._events.put((request_id, json.dumps(event).encode()))
        return request_id

    @property
    def polls(self) -> list[Message]:
        return [message for message in self.messages if message.raw.startswith(b"GET ")]

    @property
    def posts(self) -> list[Message]:
        return [message for message in self.messages if message.raw.startswith(b"POST ")]

    @property
    def everything(self) -> bytes:
        return b"".join(message.raw for message in self.messages)

    def post(self, number: int = 0) -> Message:
        """The POST of that number, counted from 0, once all of it has arrived."""
        self.wait(lambda: len(self.posts) > number and self.posts[number].is_complete)
        return self.posts[number]

    def wait(self, what: Callable[[], Found], seconds: float = 60) -> Found:
        with self._changed:
            assert self._changed.wait_for(what, seconds), f"it did not arrive; so far: {self.everything[-2000:]!r}"
            return what()

    # --- the runtime's side ---

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self._connections.append(connection)
                number = len(self._connections)
                threading.Thread(target=self._serve, args=(connection, number), daemon=True).start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        with contextlib.suppress(OSError):
            while message := self._receive(connection, number):
                answer = self._answer(message)
                if answer is None:
                    return
                connection.sendall(answer)

    def _receive(self, connection: socket.socket, number: int) -> Message | None:
        message = Message(number)
        while not message.is_complete:
            data = connection.recv(4_000_000)
            with self._changed:
                if not data:
                    self.closed.append(number)
                elif not message.segments:
                    self.messages.append(message)
                message.segments.append(Segment(time.monotonic(), data))
                self._changed.notify_all()
            if not data:
                return None
            if self.reset_at is not None and self.reset_at in message.raw:
                self.reset_at = None
                _reset(connection)
                return None
        return message

    def _answer(self, message: Message) -> bytes | None:
        if message.line.startswith("POST "):
            status = self.post_statuses.popleft() if self.post_statuses else 202
            return _response(status, b'{"status":"OK"}')
        if self.poll_status != 200:
            return _response(self.poll_status, b"{}")
        event = self._events.get()
        if event is None:
            return None
        request_id, body = event
        deadline_ms = int(time.time() * 1000) + 60_000
        return _response(
            200,
            body,
            f"Lambda-Runtime-Aws-Request-Id: {request_id}",
            f"Lambda-Runtime-Deadline-Ms: {deadline_ms}",
            "Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:000000000000:function:recorded",
            "Lambda-Runtime-Trace-Id: Root=1-00000000-000000000000000000000000",
        )


def _response(status: int, body: bytes, *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} -", "Content-Type: application/json", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


def _reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
