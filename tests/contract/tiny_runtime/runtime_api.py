"""A client of the Runtime API on bare sockets: it sends exactly the bytes that it is given."""

import base64
import json
import os
import socket
from typing import Any

BASE = "/2018-06-01/runtime"
INTEGRATION = "application/vnd.awslambda.http-integration-response"
TRAILERS = "Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body"
NULS = bytes(8)
ERROR = {"errorType": "TypeError", "errorMessage": "after it began"}
LAST = b"0\r\n\r\n"
Answer = tuple[int, dict[str, str], bytes]


class Connection:
    """One connection to the Runtime API; it sends bytes as they are given."""

    def __init__(self) -> None:
        host, port = os.environ["AWS_LAMBDA_RUNTIME_API"].split(":")
        self._socket = socket.create_connection((host, int(port)))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._file = self._socket.makefile("rb")

    def send(self, raw: bytes) -> None:
        self._socket.sendall(raw)

    def answer(self) -> Answer:
        status = int(self._file.readline().split()[1])
        headers = {}
        while line := self._file.readline().strip().decode():
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        return status, headers, self._file.read(int(headers["content-length"]))

    def post(self, path: str, body: bytes, *headers: str) -> Answer:
        lines = [f"POST {BASE}{path} HTTP/1.1", "Host: runtime", f"Content-Length: {len(body)}", *headers]
        self.send("\r\n".join([*lines, "", ""]).encode() + body)
        return self.answer()

    def send_poll(self) -> None:
        self.send(f"GET {BASE}/invocation/next HTTP/1.1\r\nHost: runtime\r\n\r\n".encode())

    def poll(self) -> tuple[str, dict[str, Any]]:
        self.send_poll()
        status, headers, body = self.answer()
        assert status == 200, body
        return headers["lambda-runtime-aws-request-id"], {**json.loads(body), "runtime_headers": headers}

    def close(self) -> None:
        self._file.close()
        self._socket.close()


class Response:
    """A streamed response to one invocation."""

    def __init__(self, request_id: str, content_type: str = INTEGRATION, trailers: str = TRAILERS) -> None:
        self.connection = Connection()
        lines = [
            f"POST {BASE}/invocation/{request_id}/response HTTP/1.1",
            "Host: runtime",
            "Lambda-Runtime-Function-Response-Mode: streaming",
            f"Content-Type: {content_type}",
            "Transfer-Encoding: chunked",
            *([f"Trailer: {trailers}"] if trailers else []),
        ]
        self.connection.send("\r\n".join([*lines, "", ""]).encode())

    def prelude(self, **prelude: Any) -> "Response":
        return self.chunk(json.dumps({"statusCode": 200, **prelude}).encode() + NULS)

    def chunk(self, data: bytes) -> "Response":
        self.connection.send(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        return self

    def end(self, error: dict[str, str] | None = None) -> Answer:
        self.connection.send(b"0\r\n" + error_trailers(error) + b"\r\n" if error else LAST)
        answer = self.connection.answer()
        self.connection.close()
        return answer


def error_trailers(error: dict[str, str]) -> bytes:
    body = base64.b64encode(json.dumps(error).encode()).decode()
    lines = [
        f"Lambda-Runtime-Function-Error-Type: {error['errorType']}",
        f"Lambda-Runtime-Function-Error-Body: {body}",
    ]
    return "".join(f"{line}\r\n" for line in lines).encode()
