"""Iterables that a server has to close, however the request ends; `closed_so_far` lists those that were closed."""

import contextlib
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wsgiref.types import StartResponse
from tests.apps.registry import SECRET, TEXT, Closing, Environ, case, closed, wait_for


@case
def closes(environ: Environ, start_response: "StartResponse") -> Iterable[bytes]:
    start_response("200 OK", TEXT)
    return Closing("whole", iter([b"a", b"b"]))


@case
def closes_after_failure(environ: Environ, start_response: "StartResponse") -> Iterable[bytes]:
    start_response("200 OK", TEXT)
    return Closing("failed", _a_piece_and_a_failure())


def _a_piece_and_a_failure() -> Iterator[bytes]:
    yield b"begun"
    raise TypeError(SECRET)


@case
def closes_when_cut(environ: Environ, start_response: "StartResponse") -> Iterable[bytes]:
    start_response("200 OK", TEXT)
    return Closing("cut", _pieces_without_end())


def _pieces_without_end() -> Iterator[bytes]:
    for number in range(2000):
        yield b"piece %d\n" % number
        time.sleep(0.005)


@case
def writes_on_when_cut(environ: Environ, start_response: "StartResponse") -> Iterable[bytes]:
    """Ignores the exceptions of its writes."""
    write = start_response("200 OK", TEXT)
    for piece in islice(_pieces_without_end(), 100):
        with contextlib.suppress(OSError):
            write(piece)
    return []


@case
def closes_when_client_leaves(environ: Environ, start_response: "StartResponse") -> Iterable[bytes]:
    start_response("200 OK", TEXT)
    return Closing("left", _two_pieces())


def _two_pieces() -> Iterator[bytes]:
    yield b"first"
    wait_for("left")
    yield b"second"


@case
def closed_so_far(environ: Environ, start_response: "StartResponse") -> Iterable[bytes]:
    start_response("200 OK", TEXT)
    yield " ".join(closed).encode()
