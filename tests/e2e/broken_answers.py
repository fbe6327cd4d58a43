"""Bodies and streams for the tests of bad input, and how a stream that broke off has ended."""

from typing import Any

import httpx

from tests.asking import body_of
from tests.sse_reading import Arrived, ask

JSON = {"content-type": "application/json"}
MIB = 1024 * 1024


def how_it_ended(events: list[Arrived], kind: str) -> str:
    """The message of the only error, which has to be the last event."""
    assert [event.name for event in events if event.name in ("error", "done", "message_stop")] == ["error"]
    last = events[-1]
    assert last.name == "error"
    assert last.data["type"] == "error"
    assert last.data["error"]["type"] == kind
    assert last.data["request_id"]
    return str(last.data["error"]["message"])


def ask_for(http: httpx.Client, route: str, prompt: str, **fields: Any) -> list[Arrived]:
    if route == "/stream":
        return ask(http, "GET", route, params={"prompt": prompt, **fields})
    return ask(http, "POST", route, json=body_of(prompt, stream=True, **fields))
