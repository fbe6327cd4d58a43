"""A WSGI application whose path names what it does: the cases that a server of WSGI has to get right.

`plain` is the application; `application` is the same behind wsgiref's validator, which fails a request when the
server, or the case, breaks PEP 3333. A case that waits does so until its test lets it go on: see `wait_for`.
"""

import contextlib
import json
import logging
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from wsgiref.validate import validator

if TYPE_CHECKING:
    from wsgiref.types import StartResponse

Environ = dict[str, Any]
Case = Callable[[Environ, "StartResponse"], Iterable[bytes]]

SECRET = "what a person asked: 我的密码是 hunter2"  # must stay out of every log and report
TEXT = [("Content-Type", "text/plain")]
EVENTS = [("Content-Type", "text/event-stream"), ("X-One", "1"), ("Set-Cookie", "a=b; Path=/")]
EVENT_1, EVENT_2 = 'data: "你"\n\n'.encode(), 'data: "好"\n\n'.encode()

cases: dict[str, Case] = {}
closed: list[str] = []


def case(function: Case) -> Case:
    cases[function.__name__] = function
    return function


Timeout = type("超时", (Exception,), {})  # the names of exceptions need not be ASCII


class Closing:
    """An iterable that tells whether it was closed."""

    def __init__(self, name: str, chunks: Iterator[bytes]) -> None:
        self._name = name
        self._chunks = chunks

    def __iter__(self) -> Iterator[bytes]:
        return self._chunks

    def close(self) -> None:
        closed.append(self._name)


def wait_for(gate: str) -> None:
    """Returns once the test has made the file `gate`; what comes after cannot have been sent before."""
    deadline = time.monotonic() + 60
    while not Path(os.environ["GATES"], gate).exists():
        assert time.monotonic() < deadline, f"nobody opened {gate}"
        time.sleep(0.002)


def plain(environ: Environ, start_response: "StartResponse") -> Iterable[bytes]:
    return cases[environ["PATH_INFO"].strip("/").split("/")[0]](environ, start_response)


application = validator(plain)


# --- requests ---


@case
def environ(environ: Environ, start_response: "StartResponse") -> Iterable[bytes]:
    """What the application was given, as JSON."""
    start_response("200 OK", [("Content-Type", "application/json")])
    simple = {name: value for name, value in environ.items() if isinstance(value, str | int)}
    process = {"pid": os.getpid(), "python": sys.version}
    yield json.dumps({**simple, **process, "event version": environ["lambda.event"]["version"]}).encode()


@case
def echo(environ: Environ, start_response: "StartResponse") -> Iterable[bytes]:
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    start_response("200 OK", [("Content-Type", environ.get("CONTENT_TYPE", "application/octet-stream"))])
    return [body]


@case
def complains(environ: Environ, start_response: "StartResponse") -> Iterable[bytes]:
    environ["wsgi.errors"].write("a line for the log\n")
    environ["wsgi.errors"].flush()
    start_response("200 OK", TEXT)
    return [b"done"]


@case
def warns(environ: Environ, start_response: "StartResponse") -> Iterable[bytes]:
    """A line of each of Python's levels, then one on which a test can wait."""
    for level in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR, logging.CRITICAL):
        logging.getLogger("cases").log(level, "a line of level %d", level)
    logging.getLogger("cases").critical("the last line")
    start_response("200 OK", TEXT)
    return [b"done"]


# --- responses ---


@case
def events(environ: Environ, start_response: "StartResponse") -> Iterable[bytes]:
    """A cookie and two events; the second waits for its gate."""
    start_response("201 Created", EVENTS)
    yield EVENT_1
    wait_for("second")
    yield EVENT_2


@case
def writes(environ: Environ, start_response: "StartResponse") -> Iterable[bytes]:
    write = start_response("200 OK", TEXT)
    write(b"one ")
    wait_for("second")
    write(b"two ")
    return [b"three"]


@case
def large(environ: Environ, start_response: "StartResponse") -> Iterable[bytes]:
    start_response("200 OK", TEXT)
    return [b"0123456789abcdef" * 65536]


@case
def empty(environ: Environ, start_response: "StartResponse") -> Iterable[bytes]:
    start_response("202 Accepted", TEXT)
    return []


@case
def empty_chunks(environ: Environ, start_response: "StartResponse") -> Iterable[bytes]:
    start_response("200 OK", TEXT)
    return [b"", b"a", b"", b"b", b""]


@case
def no_content(environ: Environ, start_response: "StartResponse") -> Iterable[bytes]:
    start_response("204 No Content", [])
    return []


@case
def repeated(environ: Environ, start_response: "StartResponse") -> Iterable[bytes]:
    cookies = [("Set-Cookie", "a=1; Path=/"), ("Set-Cookie", "b=2; Expires=Thu, 01 Jan 2037 00:00:00 GMT")]
    start_response("200 OK", [*TEXT, *cookies, ("Vary", "Accept"), ("Vary", "Origin")])
    return [b"done"]


@case
def changes_its_mind(environ: Environ, start_response: "StartResponse") -> Iterable[bytes]:
    """A second start_response with exc_info while nothing has been sent: PEP 3333 allows it."""
    start_response("200 OK", TEXT)
    try:
        raise ValueError(SECRET)
    except ValueError:
        start_response("503 Service Unavailable", [*TEXT, ("X-Second", "yes")], sys.exc_info())
    return [b"sorry"]


@case
def changes_its_mind_too_late(environ: Environ, start_response: "StartResponse") -> Iterable[bytes]:
    """The same once a chunk has gone: the server has to raise the exception again."""
    start_response("200 OK", TEXT)
    yield b"begun"
    try:
        raise KeyError(SECRET)
    except KeyError:
        start_response("503 Service Unavailable", TEXT, sys.exc_info())
    yield b"never reached"


# --- failures ---


@case
def starts_twice(environ: Environ, start_response: "StartResponse") -> Iterable[bytes]:
    start_response("200 OK", TEXT)
    start_response("200 OK", TEXT)
    return [b"never reached"]


@case
def never_starts(environ: Environ, start_response: "StartResponse") -> Iterable[bytes]:
    return [b"a body without a head"]


@case
def fails(environ: Environ, start_response: "StartResponse") -> Iterable[bytes]:
    raise TypeError(SECRET)


@case
def fails_midway(environ: Environ, start_response: "StartResponse") -> Iterable[bytes]:
    start_response("201 Created", EVENTS)
    yield EVENT_1
    yield EVENT_2
    raise TypeError(SECRET)


@case
def fails_in_chinese(environ: Environ, start_response: "StartResponse") -> Iterable[bytes]:
    if environ["QUERY_STRING"] == "midway":
        start_response("200 OK", TEXT)
        yield b"begun"
    raise Timeout


@case
def exits(environ: Environ, start_response: "StartResponse") -> Iterable[bytes]:
    sys.exit(SECRET)


# --- closing: what was closed so far is `closed_so_far`'s answer ---


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
    """Takes no notice of what its writes raise."""
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


# --- concurrency ---


@case
def meets(environ: Environ, start_response: "StartResponse") -> Iterable[bytes]:
    """Answers once `meeting` others are here; only a server that runs them at once can get that far."""
    name = environ["PATH_INFO"].rpartition("/")[2]
    Path(os.environ["GATES"], f"here-{name}").touch()
    start_response("200 OK", TEXT)
    yield b"waiting "
    for number in range(int(environ["QUERY_STRING"])):
        wait_for(f"here-{number}")
    yield f"met {name}".encode()
