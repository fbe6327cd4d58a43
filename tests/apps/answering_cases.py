"""Requests and responses: what the application sees, and each way in which WSGI lets it answer."""

import json
import logging
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wsgiref.types import StartResponse
from tests.apps.registry import EVENT_1, EVENT_2, EVENTS, SECRET, TEXT, Environ, case, wait_for


@case
def environ(environ: Environ, start_response: "StartResponse") -> Iterable[bytes]:
    """Answers the environ that the application was given, as JSON."""
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
    """Logs a line of each of Python's levels, then one that a test can wait for."""
    for level in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR, logging.CRITICAL):
        logging.getLogger("cases").log(level, "a line of level %d", level)
    logging.getLogger("cases").critical("the last line")
    start_response("200 OK", TEXT)
    return [b"done"]


@case
def events(environ: Environ, start_response: "StartResponse") -> Iterable[bytes]:
    """Sends a cookie and two events; the second waits for its gate."""
    start_response("201 Created", EVENTS)
    yield EVENT_1
    wait_for("second")
    yield EVENT_2


@case
def late(environ: Environ, start_response: "StartResponse") -> Iterable[bytes]:
    """Sends nothing, not even its head, until its gate opens."""
    wait_for("second")
    start_response("200 OK", TEXT)
    yield b"late"


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
    """Calls start_response again with exc_info before anything is sent: PEP 3333 allows it."""
    start_response("200 OK", TEXT)
    try:
        raise ValueError(SECRET)
    except ValueError:
        start_response("503 Service Unavailable", [*TEXT, ("X-Second", "yes")], sys.exc_info())
    return [b"sorry"]


@case
def changes_its_mind_too_late(environ: Environ, start_response: "StartResponse") -> Iterable[bytes]:
    """Calls start_response again after a chunk was sent: the server has to raise the exception again."""
    start_response("200 OK", TEXT)
    yield b"begun"
    try:
        raise KeyError(SECRET)
    except KeyError:
        start_response("503 Service Unavailable", TEXT, sys.exc_info())
    yield b"never reached"


@case
def meets(environ: Environ, start_response: "StartResponse") -> Iterable[bytes]:
    """Answers once `meeting` requests are here; only a server that runs them at the same time gets that far."""
    name = environ["PATH_INFO"].rpartition("/")[2]
    Path(os.environ["GATES"], f"here-{name}").touch()
    start_response("200 OK", TEXT)
    yield b"waiting "
    for number in range(int(environ["QUERY_STRING"])):
        wait_for(f"here-{number}")
    yield f"met {name}".encode()
