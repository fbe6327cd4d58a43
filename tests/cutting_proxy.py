"""A proxy that breaks the first connection after some bytes of its answer, as a network between two places may."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

END = 10**9


@dataclass
class Cutting:
    """`after`: how many bytes of its answer each connection gets, in order; those that follow get all."""

    url: str = ""
    after: list[int] = field(default_factory=list)
    requests: list[bytes] = field(default_factory=list)  # the first line of each


@contextmanager
def cutting(url: str) -> Iterator[Cutting]:
    """A proxy in front of the server at `url`, one request a connection."""
    place = Cutting()
    target = (urlsplit(url).hostname or "", urlsplit(url).port or 80)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        place.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread = threading.Thread(target=_accept, args=(listener, target, place))
        thread.start()
        try:
            yield place
        finally:
            listener.shutdown(socket.SHUT_RDWR)  # which ends accept()
            thread.join()


def _accept(listener: socket.socket, target: tuple[str, int], place: Cutting) -> None:
    threads = []
    with contextlib.suppress(OSError):
        while True:
            client, _ = listener.accept()
            threads.append(threading.Thread(target=_serve, args=(client, target, place)))
            threads[-1].start()
    for thread in threads:
        thread.join()


def _serve(client: socket.socket, target: tuple[str, int], place: Cutting) -> None:
    with client, socket.create_connection(target) as server, contextlib.suppress(OSError):
        request = _request(client)
        if not request:
            return
        place.requests.append(request.partition(b"\r\n")[0])
        left = place.after.pop(0) if place.after else END
        server.sendall(request.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
        while left and (piece := server.recv(65536)):
            client.sendall(piece[:left])
            left -= min(left, len(piece))


def _request(client: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        if not (piece := client.recv(65536)):
            return b""
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [
        line.partition(b":")[2] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")
    ]
    missing = int(lengths[0]) - len(body) if lengths else 0
    while missing > 0 and (piece := client.recv(65536)):
        data += piece
        missing -= len(piece)
    return data
