"""HTTP/1.1 to one address over a plain socket.

http.client brings the package `email`: together they would be a seventh of a cold start.
"""

import socket
from collections.abc import Mapping
from typing import IO

_LONGEST_LINE_BYTES = 65536


class Response:
    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers  # names in lower case
        self.body = body


class Connection:
    """One connection to `address` ("host:port"), opened when first needed. Whatever fails is an OSError."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._socket: socket.socket | None = None

    def send(self, data: bytes) -> None:
        """Sends `data` at once."""
        if self._socket is None:
            host, _, port = self.address.rpartition(":")
            name = host.strip("[]").encode()  # a str would load the codec idna
            self._socket = socket.create_connection((name, int(port)))  # type: ignore[arg-type]
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._stream = self._socket.makefile("rb")
        self._socket.sendall(data)

    def response(self) -> Response:
        """Waits for the response to what was sent."""
        try:
            response = _response(self._stream)
        except ValueError as error:
            raise ConnectionError("the answer is not HTTP/1.1") from error
        if response.headers.get("connection", "").lower() == "close":
            self.close()
        return response

    def close(self) -> None:
        if self._socket is not None:
            self._stream.close()
            self._socket.close()
            self._socket = None


def head(start: str, *headers: tuple[str, str]) -> bytes:
    """The head of a request."""
    return "\r\n".join([start, *(f"{name}: {value}" for name, value in headers), "", ""]).encode("latin-1")


def _response(stream: IO[bytes]) -> Response:
    status = 100
    while status == 100:
        version, code, *_ = _line(stream).split(" ", 2)
        if not version.startswith("HTTP/1."):
            raise ValueError(version)
        status = int(code)
        headers = _headers(stream)
    return Response(status, headers, _body(stream, headers))


def _headers(stream: IO[bytes]) -> dict[str, str]:
    headers = {}
    while line := _line(stream):
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    return headers


def _body(stream: IO[bytes], headers: Mapping[str, str]) -> bytes:
    if headers.get("transfer-encoding", "").lower() != "chunked":
        return _exactly(stream, int(headers["content-length"])) if "content-length" in headers else stream.read()
    chunks = []
    while size := int(_line(stream).partition(";")[0], 16):
        chunks.append(_exactly(stream, size))
        _line(stream)
    _headers(stream)  # the trailers
    return b"".join(chunks)


def _line(stream: IO[bytes]) -> str:
    line = stream.readline(_LONGEST_LINE_BYTES)
    if not line.endswith(b"\n"):
        raise ConnectionError("the connection was closed before the answer's end")
    return line.decode("latin-1").rstrip("\r\n")


def _exactly(stream: IO[bytes], size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise ConnectionError("the connection was closed before the answer's end")
    return data
