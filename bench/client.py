"""The client: raw HTTP over a socket, so that all it adds to a time is a `recv`."""

import socket
import time
from collections.abc import Iterator
from urllib.parse import quote, urlsplit

from bench.prompt import Arrivals, Prompt


def ask(url: str, prompt: Prompt, key: str = "") -> Arrivals:
    """One answer of a server's `GET /stream`, timed from before the connection is made."""
    arrivals = Arrivals(time.monotonic_ns())
    for data in get(url, stream_target(prompt), key):
        arrivals.add(data, time.monotonic_ns())
    return arrivals


def stream_target(prompt: Prompt) -> str:
    return f"/stream?prompt={quote(str(prompt))}"


def get(url: str, target: str, key: str = "") -> Iterator[bytes]:
    """The response, head and framing included, as it comes."""
    host = urlsplit(url).netloc
    head = f"GET {target} HTTP/1.1\r\nHost: {host}\r\nX-Api-Key: {key}\r\nConnection: close\r\n\r\n"
    address, _, port = host.partition(":")
    with socket.create_connection((address, int(port)), timeout=30) as connection:
        connection.sendall(head.encode())
        while data := connection.recv(65536):
            yield data


def is_healthy(url: str) -> bool:
    try:
        return b"".join(get(url, "/healthz")).split(maxsplit=2)[1] == b"200"
    except (ConnectionError, IndexError):
        return False
