"""How these tests ask a function URL, and what they look at afterwards."""

import socket
from pathlib import Path
from typing import Any

import httpx
import pytest

from emulator.lambda_.function_url import FunctionUrl


def get(function_url: FunctionUrl, path: str, **options: Any) -> httpx.Response:
    return httpx.get(f"{function_url.url}/{path}", timeout=60, **options)


def post(function_url: FunctionUrl, path: str, **options: Any) -> httpx.Response:
    return httpx.post(f"{function_url.url}/{path}", timeout=60, **options)


def raw_exchange(function_url: FunctionUrl, path: str) -> bytes:
    """All that the server sends, to the byte, until it closes the connection."""
    address = ("127.0.0.1", httpx.URL(function_url.url).port or 0)
    with socket.create_connection(address, timeout=60) as client:
        client.sendall(f"GET /{path} HTTP/1.1\r\nHost: local\r\nConnection: close\r\n\r\n".encode())
        return b"".join(iter(lambda: client.recv(65536), b""))


def echoed(response: httpx.Response) -> dict[str, Any]:
    seen: dict[str, Any] = response.json()
    return seen


def runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):  # not there, or gone while it was read
        return False
    return state != "Z"


def expect_cut(function_url: FunctionUrl, path: str) -> bytes:
    """The body up to where the connection broke off."""
    received: list[bytes] = []
    with httpx.stream("GET", f"{function_url.url}/{path}", timeout=60) as response:
        assert response.is_success
        with pytest.raises(httpx.RemoteProtocolError):
            received.extend(response.iter_raw())
    return b"".join(received)
