"""Applications that break PEP 3333 or raise, before the response and in the middle of it."""

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wsgiref.types import StartResponse
from tests.apps.registry import EVENT_1, EVENT_2, EVENTS, SECRET, TEXT, Environ, case

Timeout = type("超时", (Exception,), {})  # the names of exceptions need not be ASCII


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
