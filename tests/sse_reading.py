"""Server-sent events as an independent parser (httpx-sse) reads them."""

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import httpx
from httpx_sse import EventSource, ServerSentEvent


@dataclass(frozen=True)
class Arrived:
    """One event as it arrived; `at` is in seconds since the request was sent."""

    name: str
    data: Any
    at: float = 0.0


def events_in(pieces: Iterable[bytes]) -> list[Arrived]:
    """The events of a body that comes in these pieces."""
    response = httpx.Response(200, headers={"content-type": "text/event-stream"}, content=iter(pieces))
    return [_arrived(event, 0.0) for event in EventSource(response).iter_sse()]


def ask(http: httpx.Client, method: str, path: str, **request: Any) -> list[Arrived]:
    """Sends the request and reads its stream to the end; httpx raises if the end is not a clean one."""
    began = time.monotonic()
    with http.stream(method, path, **request) as response:
        assert response.status_code == 200, response.read()
        return [_arrived(event, time.monotonic() - began) for event in EventSource(response).iter_sse()]


def text_of(events: Iterable[Arrived]) -> str:
    """The answer's text, in either of the two formats."""
    return "".join(_text(event) for event in events)


def _text(event: Arrived) -> str:
    if event.name == "message":
        return str(event.data)
    if event.name == "content_block_delta":
        return str(event.data["delta"].get("text", ""))
    return ""


def _arrived(event: ServerSentEvent, at: float) -> Arrived:
    return Arrived(event.event, json.loads(event.data), at)
