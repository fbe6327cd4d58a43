"""How the tests ask for answers that are kept, and look at what the table has of them."""

import re
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import httpx

from emulator.background import Background
from tests.conftest import KEY, Deploy, Deployment

PINGS = re.compile(rb'event: ping\ndata: {"type": ?"ping"}\n\n|: ping\n\n')


def keeping(deploy: Deploy, background: Background, **settings: Any) -> Deployment:
    """A function with a table that has been loaded: it takes longer than the function would wait for it."""
    deployment = deploy(with_table=True, **settings)
    background.run(deployment.simulator.dynamodb.items())
    return deployment


def new_id() -> str:
    return str(uuid.uuid4())


def ask(http: httpx.Client, answer_id: str, body: dict[str, Any], path: str = "/v1/messages") -> httpx.Response:
    return http.post(path, json={"stream": True, **body}, headers={"x-answer-id": answer_id})


def without_pings(response: httpx.Response) -> bytes:
    assert response.status_code == 200, response.text
    return PINGS.sub(b"", response.content)


def numbers(events: bytes) -> list[int]:
    """The events' ids; every event has to have one."""
    each = events.split(b"\n\n")[:-1]
    return [int(event.partition(b"\n")[0].removeprefix(b"id: ")) for event in each]


def items_of(background: Background, deployment: Deployment, answer_id: str) -> list[dict[str, Any]]:
    items = background.run(deployment.simulator.dynamodb.items())
    return [item for item in items if item["pk"].endswith(f"#{answer_id}")]


def is_ended(background: Background, deployment: Deployment, answer_id: str) -> bool:
    return any("state" in item for item in items_of(background, deployment, answer_id))


@contextmanager
def asked_meanwhile(
    deployment: Deployment, answer_id: str, body: dict[str, Any], path: str = "/v1/messages"
) -> Iterator[list[httpx.Response]]:
    """Asks in a thread; the list gets the response."""
    responses: list[httpx.Response] = []

    def run() -> None:
        client = httpx.Client(base_url=deployment.url.url, headers={"x-api-key": KEY}, timeout=120)
        with client as http, suppress(httpx.TransportError):  # the function may be killed
            responses.append(ask(http, answer_id, body, path))

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield responses
    finally:
        thread.join()
