"""HTTP/1.1 to one AWS endpoint, over sockets that can be waited on for a limited time.

A streamed answer has to be waited for in slices (a heartbeat is due, the deadline nears) without losing a byte or
needing a second thread. http.client cannot go on after a timeout, so this reads the socket itself: every wait
takes `until`, a time.monotonic() value, raises TimeoutError at that time, and can be called again.
"""

import socket
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import urlsplit

from claude_stream.bedrock.patient_socket import PatientSocket
from claude_stream.bedrock.tls import tls

# A model that thinks is silent for minutes. Probes keep the networks on the way from forgetting the connection, and
# tell when the other side is gone.
_KEEP_ALIVE = {"TCP_KEEPIDLE": 60, "TCP_KEEPINTVL": 15, "TCP_KEEPCNT": 4}  # seconds, seconds, probes
_CONNECT_SECONDS = 5.0
# AWS closes connections that idle for a minute, and a frozen environment wakes with dead ones. Idle time is by the
# wall clock: the monotonic one may stand still meanwhile.
_IDLE_SECONDS = 50.0
_MAX_HEAD_BYTES = 65536
_LINE_BREAK = b"\r\n"


class BrokenConnection(ConnectionError):
    """The connection failed, or its bytes were not HTTP.

    `stale`: it was idle and no byte of the answer came, so the endpoint closed it before it saw the request.
    """

    def __init__(self, message: str, *, stale: bool = False) -> None:
        super().__init__(message)
        self.stale = stale


class Head(NamedTuple):
    status: int
    headers: Mapping[str, str]  # names in lower case


class Endpoint:
    """An address, and the connections to it that are idle. Shared by threads."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.host = parts.netloc
        # Bytes: a str would load the codec idna.
        self._address = ((parts.hostname or "").encode(), parts.port or (443 if parts.scheme == "https" else 80))
        self._tls = tls() if parts.scheme == "https" else None
        self._idle: list[tuple[float, Connection]] = []
        self._lock = threading.Lock()
        self._opening_ahead = threading.Lock()

    def connection(self, *, fresh: bool = False) -> "Connection":
        """An idle connection that is still alive, or a new one. BrokenConnection when it cannot connect."""
        while not fresh:
            with self._opening_ahead, self._lock:
                if not self._idle:
                    break
                since, connection = self._idle.pop()
            if time.time() - since < _IDLE_SECONDS and connection.is_quiet():
                return connection
            connection.close()
        return Connection(self._connect())

    def connect_ahead(self) -> None:
        """Opens a connection for the first call, if it can; a call that comes meanwhile waits for it."""
        with self._opening_ahead, suppress(BrokenConnection):
            self.keep(Connection(self._connect()))

    def keep(self, connection: "Connection") -> None:
        with self._lock:
            self._idle.append((time.time(), connection))

    def close(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for _, connection in idle:
            connection.close()

    def _connect(self) -> socket.socket:
        try:
            plain = socket.create_connection(self._address, _CONNECT_SECONDS)  # type: ignore[arg-type]
        except OSError as error:
            raise BrokenConnection(f"{self.host} cannot be reached") from error
        try:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            _keep_alive(plain)
            return self._tls.wrap(plain, self._address[0]) if self._tls else plain
        except OSError as error:
            plain.close()
            raise BrokenConnection(f"{self.host} refused a secure connection") from error


class Connection:
    """One connection: a request is sent, its head read, then its body piece by piece."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = PatientSocket(connected)
        self._buffer = bytearray()
        self._idled = False
        self._begin()

    def _begin(self) -> None:
        self._remaining = 0  # bytes of the body, or of its current chunk and the line break after it, still to come
        self._chunked = False
        self._in_trailers = False
        self.complete = False  # the whole response has been read: the connection can serve another

    def send(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> None:
        head = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        head.append(f"content-length: {len(body)}\r\n\r\n")
        self._begin()
        try:
            self._socket.send("\r\n".join(head).encode("latin-1") + body)
        except OSError as error:
            raise BrokenConnection("the connection broke while the request was sent", stale=self._idled) from error

    def head(self, until: float) -> Head:
        """Status and headers; the body's framing is taken from them."""
        while (end := self._buffer.find(b"\r\n\r\n")) < 0:
            if len(self._buffer) > _MAX_HEAD_BYTES:
                raise BrokenConnection("the answer's head is too long")
            self._receive(until)
        head = _parse_head(bytes(self._buffer[:end]))
        del self._buffer[: end + 4]
        self._chunked = head.headers.get("transfer-encoding", "").lower() == "chunked"
        self._remaining = 0 if self._chunked else _length(head.headers.get("content-length", "0"), 10)
        return head

    def read_some(self, until: float) -> bytes:
        """The next piece of the body, as it came; b"" at its end."""
        while not self.complete:
            if not self._remaining:
                self._advance(until)
            elif not self._buffer:
                self._receive(until)
            elif piece := self._take():
                return piece
        return b""

    def is_quiet(self) -> bool:
        """Whether nothing has arrived since the last response; what arrives on an idle connection ends it.

        TLS 1.3's session tickets come after the handshake, and are no part of a response: this reads them away.
        """
        try:
            return self._socket.receive(0) is None and not self._buffer
        except OSError:
            return False

    def close(self) -> None:
        self._socket.close()

    def _take(self) -> bytes:
        """What has come of the body, or of its current chunk: b"" of the line break after this."""
        content = self._remaining - (len(_LINE_BREAK) if self._chunked else 0)
        piece = bytes(self._buffer[: self._remaining])
        del self._buffer[: len(piece)]
        self._remaining -= len(piece)
        return piece[: max(content, 0)]

    def _advance(self, until: float) -> None:
        """Goes to the next chunk of a chunked body, or to the body's end. It can be called again."""
        if not self._chunked:
            self._finish()
            return
        line = self._line(until)
        if self._in_trailers:
            if not line:
                self._finish()
        elif size := _length(line.partition(b";")[0].decode("latin-1"), 16):
            self._remaining = size + len(_LINE_BREAK)
        else:
            self._in_trailers = True

    def _finish(self) -> None:
        self.complete = True
        self._idled = True

    def _line(self, until: float) -> bytes:
        while (end := self._buffer.find(_LINE_BREAK)) < 0:
            if len(self._buffer) > _MAX_HEAD_BYTES:
                raise BrokenConnection("the answer's framing is broken")
            self._receive(until)
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 2]
        return line

    def _receive(self, until: float) -> None:
        wait = until - time.monotonic()
        if wait <= 0:
            raise TimeoutError
        try:
            data = self._socket.receive(wait)
        except OSError as error:
            raise BrokenConnection("the connection broke", stale=self._idled) from error
        if data is None:
            return  # the caller looks for what it needs, and comes again
        if not data:
            raise BrokenConnection("the connection was closed before the answer's end", stale=self._idled)
        self._idled = False
        self._buffer += data


def _keep_alive(connected: socket.socket) -> None:
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _KEEP_ALIVE.items():
        if hasattr(socket, name):  # macOS has another name for the first
            connected.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def _parse_head(data: bytes) -> Head:
    status_line, *lines = data.decode("latin-1").split("\r\n")
    protocol, _, rest = status_line.partition(" ")
    if not protocol.startswith("HTTP/1.") or not rest[:3].isdigit():
        raise BrokenConnection("the answer is not HTTP/1.1")
    pairs = (line.partition(":") for line in lines)
    return Head(int(rest[:3]), {name.strip().lower(): value.strip() for name, _, value in pairs})


def _length(digits: str, base: int) -> int:
    try:
        length = int(digits, base)
    except ValueError:
        length = -1
    if length < 0:
        raise BrokenConnection("the answer's framing is broken")
    return length
