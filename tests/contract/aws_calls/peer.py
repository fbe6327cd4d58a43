"""An HTTP server that the test plays by hand, one connection and one answer at a time."""

import socket
from collections.abc import Callable
from typing import Any

import pytest

from claude_stream.bedrock.signing import Service
from tests.contract.aws_calls.asking import BODY, soon


class Peer:
    """The other side of connections: it accepts them and sends bytes when the test says so."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(60)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._open: list[socket.socket] = []

    def accept(self) -> socket.socket:
        connection, _ = self._listener.accept()
        connection.settimeout(60)
        self._open.append(connection)
        return connection

    def no_other_came(self) -> bool:
        self._listener.settimeout(0.05)
        try:
            self._listener.accept()[0].close()
        except TimeoutError:
            return True
        else:
            return False

    def close(self) -> None:
        for connection in (*self._open, self._listener):
            connection.close()


def request_on(connection: socket.socket) -> bytes:
    """Reads one request, whose body is `BODY`."""
    data = b""
    while not data.endswith(BODY):
        more = connection.recv(65536)
        assert more, "the connection was closed instead"
        data += more
    return data


def response(content: bytes, *headers: bytes) -> bytes:
    return b"\r\n".join([b"HTTP/1.1 200 OK", *headers, b"content-length: %d" % len(content), b"", content])


def post(of: Service) -> Any:
    return of.call("/model/m/invoke", {"Content-Type": "application/json"}, BODY)


def waits(step: Callable[[float], Any]) -> None:
    """Asserts that `step` has no result yet."""
    with pytest.raises(TimeoutError):
        step(soon(0.05))


def answered_on(connection: socket.socket, call: Any, content: bytes) -> bytes:
    request_on(connection)
    connection.sendall(response(content))
    read = call.content(soon())
    call.close()
    return bytes(read)


def eventually_accepts(call: Any, peer: Peer) -> bool:
    waits(call.head)
    peer._listener.settimeout(0.01)
    try:
        peer.accept()
    except TimeoutError:
        return False
    finally:
        peer._listener.settimeout(60)
    return True
