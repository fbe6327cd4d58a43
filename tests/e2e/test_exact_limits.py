"""64 requests at once, 8 environments, a limit with room for 10: to the micro-dollar, whatever goes wrong.

An answer that stalls keeps its reservation, so that exactly the reservations that fit are let through.
"""

import contextlib
import json
import os
import random
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from claude_stream.accounts.ceilings import ceiling_of
from claude_stream.accounts.prices import cost, worst
from claude_stream.bedrock.client import invoke_body
from emulator.accounts import table_environment
from emulator.aws.dynamodb import Fault
from emulator.background import Background
from tests.asking import HAIKU, body_of, eventually, model_calls
from tests.conftest import Deploy
from tests.keyed import Keyed

AT_ONCE, ENVIRONMENTS, ROOM = 64, 8, 10
STALLING, WHOLE = body_of("/stall", stream=True, max_tokens=500), body_of("Hello", max_tokens=500)


@pytest.fixture
def keyed(deploy: Deploy, background: Background) -> Keyed:
    each = AT_ONCE // ENVIRONMENTS
    variables = {"HEARTBEAT_SECONDS": "1"}
    deployment = deploy(
        with_table=True, concurrency=each, max_environments=ENVIRONMENTS, variables=variables, timeout_seconds=120
    )
    return Keyed(deployment, background)


def price(keyed: Keyed) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(table_environment(keyed.deployment.simulator, [HAIKU])["PRICES"])[HAIKU]
    return found


def most_of(keyed: Keyed, body: dict[str, Any]) -> int:
    """The most that a request can cost, in micro-dollars."""
    sent = {name: value for name, value in body.items() if name not in ("model", "stream")}
    ceiling = ceiling_of(invoke_body(sent, "", HAIKU), HAIKU)
    return worst(price(keyed), ceiling.input_tokens, ceiling.output_tokens, for_an_hour=False)


def limited(keyed: Keyed, room: int) -> dict[str, str]:
    return keyed.add("alice", micro_usd_per_day=room, micro_usd_per_month=10**9, requests_per_minute=10**6)


def spent(keyed: Keyed) -> int:
    return int(keyed.sums("alice").get("day", {}).get("micro_usd", 0))


@contextlib.contextmanager
def asked_at_once(keyed: Keyed, headers: dict[str, str], body: dict[str, Any]) -> Iterator[list[httpx.Response]]:
    """The responses, each as far as its head; they are closed at the block's end."""
    limits = httpx.Limits(max_connections=AT_ONCE)
    url = keyed.deployment.url.url
    with (
        contextlib.ExitStack() as stack,
        httpx.Client(base_url=url, headers=headers, timeout=120, limits=limits) as http,
        ThreadPoolExecutor(AT_ONCE) as pool,
    ):
        streams = [http.stream("POST", "/v1/messages", json=body) for _ in range(AT_ONCE)]
        responses = list(pool.map(lambda stream: stream.__enter__(), streams))
        for stream in streams:
            stack.push(stream)
        yield responses


def statuses(responses: list[httpx.Response]) -> list[int]:
    return sorted(response.status_code for response in responses)


def test_exactly_what_fits_is_let_through(keyed: Keyed) -> None:
    most = most_of(keyed, STALLING)
    room = ROOM * most + most - 1
    with asked_at_once(keyed, limited(keyed, room), STALLING) as responses:
        assert statuses(responses) == [200] * ROOM + [429] * (AT_ONCE - ROOM)
        assert spent(keyed) == ROOM * most
        assert len(model_calls(keyed.deployment.simulator)) == ROOM


def test_what_a_killed_environment_had_reserved_stays_spent(keyed: Keyed) -> None:
    most = most_of(keyed, STALLING)
    headers = limited(keyed, ROOM * most)
    with asked_at_once(keyed, headers, STALLING) as responses:
        assert statuses(responses) == [200] * ROOM + [429] * (AT_ONCE - ROOM)
        for pid in {call.pid for call in keyed.deployment.url.invocations if call.pid}:
            os.killpg(pid, signal.SIGKILL)
    with asked_at_once(keyed, headers, STALLING) as responses:
        assert statuses(responses) == [429] * AT_ONCE
    assert spent(keyed) == ROOM * most


def cost_of_all(keyed: Keyed, responses: list[httpx.Response]) -> int:
    """What Bedrock will bill, by the answers' own usage."""
    answers = [json.loads(response.read()) for response in responses if response.status_code == 200]
    return sum(cost(price(keyed), answer["usage"]) for answer in answers)


def test_whole_answers_are_settled_to_the_micro_dollar(keyed: Keyed) -> None:
    room = ROOM * most_of(keyed, WHOLE)
    with asked_at_once(keyed, limited(keyed, room), WHOLE) as responses:
        assert set(statuses(responses)) <= {200, 429}
        assert statuses(responses).count(200) >= ROOM
        billed = cost_of_all(keyed, responses)
    assert billed <= room
    assert eventually(lambda: spent(keyed) == billed), (spent(keyed), billed)


def given_up(keyed: Keyed) -> bool:
    """Whether a change was asked for in vain for five seconds: then what was reserved stays so."""
    return any("the table cannot be used" in line for line in keyed.deployment.url.logs)


@pytest.mark.parametrize(
    "faults",
    [[Fault.LOST_REPLY, Fault.LOST_CALL, Fault.FAILED], [Fault.THROTTLED, Fault.CONFLICT], [*Fault]],
    ids=["lost", "busy", "all"],
)
def test_no_fault_of_the_table_lets_more_be_spent(keyed: Keyed, faults: list[Fault]) -> None:
    chance = random.Random(7)
    keyed.dynamodb.fault = lambda _: chance.choice(faults) if chance.random() < 0.3 else None
    room = ROOM * most_of(keyed, WHOLE)
    with asked_at_once(keyed, limited(keyed, room), WHOLE) as responses:
        assert set(statuses(responses)) <= {200, 429, 503}
        billed = cost_of_all(keyed, responses)
    assert billed <= spent(keyed) <= room
    assert eventually(lambda: spent(keyed) == billed or given_up(keyed)), (spent(keyed), billed)
    assert billed <= spent(keyed) <= room
