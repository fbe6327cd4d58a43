"""While a model is silent, pings are sent, until the deadline ends the answer with an error."""

import time

import pytest

from emulator.aws.simulator import Pace
from emulator.lambda_.function_url import Outcome
from tests.asking import SONNET, body_of, eventually, refusal
from tests.conftest import Deploy, Deployment
from tests.e2e.broken_answers import ask_for, how_it_ended
from tests.sse_reading import text_of

TIMEOUT_SECONDS, FIRST_WAIT_SECONDS, HEARTBEAT_SECONDS = 5, 0.3, 0.2
DEADLINE_SECONDS = TIMEOUT_SECONDS - 2


@pytest.fixture(scope="module")
def impatient(deploy: Deploy) -> Deployment:
    """A function that pings soon and has a short timeout."""
    variables = {"FIRST_EVENT_WAIT_SECONDS": str(FIRST_WAIT_SECONDS), "HEARTBEAT_SECONDS": str(HEARTBEAT_SECONDS)}
    deployment = deploy(variables=variables, timeout_seconds=TIMEOUT_SECONDS, pace=Pace(0, 12))
    deployment.http.get("/healthz").raise_for_status()
    return deployment


def ended_well(deployment: Deployment) -> None:
    """Asserts that it was not killed, left nothing open to Bedrock, and broke no rule."""
    assert eventually(lambda: deployment.url.invocations[-1].outcome)
    assert deployment.url.invocations[-1].outcome is Outcome.OK
    assert eventually(lambda: deployment.simulator.active == 0)
    assert deployment.url.breaches == []


@pytest.mark.parametrize(("route", "fault"), [("/stream", "/silent"), ("/v1/messages", "/hang")])
def test_silence_is_pinged_through_until_the_deadline(impatient: Deployment, route: str, fault: str) -> None:
    *pings, end = ask_for(impatient.http, route, fault)
    assert "time for this answer is up" in how_it_ended([*pings, end], "timeout_error")
    assert {ping.name for ping in pings} == {"ping"}
    assert {ping.data["type"] for ping in pings} == {"ping"}
    assert len(pings) >= 3
    earliest = [FIRST_WAIT_SECONDS + number * HEARTBEAT_SECONDS for number in range(len(pings))]
    assert all(ping.at >= at for ping, at in zip(pings, earliest, strict=True)), "none too early"
    assert end.at > DEADLINE_SECONDS - 0.3
    ended_well(impatient)


def test_an_answer_that_stalls_keeps_its_text_and_is_pinged_through(impatient: Deployment) -> None:
    events = ask_for(impatient.http, "/v1/messages", "/stall")
    how_it_ended(events, "timeout_error")
    assert text_of(events) == "You asked:\n\n>"
    assert [event.name for event in events].count("ping") >= 3
    assert events[-1].at > DEADLINE_SECONDS - 0.3
    ended_well(impatient)


def test_an_answer_longer_than_the_deadline_ends_with_an_error_too(impatient: Deployment) -> None:
    events = ask_for(impatient.http, "/stream", "/long 100")
    how_it_ended(events, "timeout_error")
    assert text_of(events).startswith("Rain came over")
    assert events[-1].at > DEADLINE_SECONDS - 0.3
    ended_well(impatient)


def test_thinking_is_silence_on_a_route_that_sends_only_text(impatient: Deployment) -> None:
    events = ask_for(impatient.http, "/stream", "Hello", model=SONNET)
    assert [event.name for event in events[:3]] == ["ping"] * 3
    ended_well(impatient)


def test_a_late_first_event_follows_the_pings(impatient: Deployment) -> None:
    events = ask_for(impatient.http, "/stream", "/silent 1.5", max_tokens=3)
    names = [event.name for event in events]
    assert names[0] == "ping"
    assert names[-4:] == ["message", "message", "message", "done"]


def test_a_whole_answer_that_is_late_is_504(impatient: Deployment) -> None:
    began = time.monotonic()
    response = impatient.http.post("/v1/messages", json=body_of("/hang"))
    assert "streamed" in refusal(response, 504, "timeout_error")
    assert time.monotonic() - began > DEADLINE_SECONDS - 0.3
    ended_well(impatient)


def test_a_client_that_leaves_holds_nothing_up(impatient: Deployment) -> None:
    with impatient.http.stream("GET", "/stream", params={"prompt": "/silent"}) as response:
        next(response.iter_raw())
        assert impatient.simulator.active == 1
    assert eventually(lambda: impatient.simulator.active == 0)
    assert eventually(lambda: impatient.url.invocations[-1].outcome)
    assert impatient.http.get("/healthz").status_code == 200
    assert impatient.url.breaches == []
