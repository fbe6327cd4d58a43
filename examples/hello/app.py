"""Plain WSGI that streams: each word leaves the moment it is yielded. Nothing here knows of Lambda."""

import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wsgiref.types import StartResponse


def application(environ: dict[str, Any], start_response: "StartResponse") -> Iterable[bytes]:
    if environ["PATH_INFO"] != "/":
        start_response("404 Not Found", [("Content-Type", "text/plain; charset=utf-8")])
        return [b"There is only / here.\n"]
    name = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"] or 0)).decode()
    start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8")])
    return greeting(name or "world")


def greeting(name: str) -> Iterator[bytes]:
    for word in ("Hello, ", name, ", from ", "Lambda.\n"):
        yield word.encode()
        time.sleep(0.5)
