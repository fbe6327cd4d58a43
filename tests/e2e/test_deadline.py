"""While a model is silent pings are sent, until the deadline ends the answer with an error."""

import time

import pytest

from emulator.aws.simulator import Pace
from emulator.lambda_.function_url import Outcome
from tests.asking import SONNET, body_of, eventually, refusal
from tests.conftest import Deploy, Deployment
from tests.e2e.broken_answers import ask_for, how_it_ended
from tests.sse_reading import text_of

TIMEOUT, FIRST_WAIT, HEARTBEAT = 5, 0.3, 0.2
OURS_ENDS = TIMEOUT - 2


@pytest.fixture(scope="module")
def impatient(deploy: Deploy) -> Deployment:
    """Pings soon, and has not long to live."""
    variables = {"FIRST_EVENT_WAIT_SECONDS": str(FIRST_WAIT), "HEARTBEAT_SECONDS": str(HEARTBEAT)}
    deployment = deploy(variables=variables, timeout_seconds=TIMEOUT, pace=Pace(0, 12))
    deployment.http.get("/healthz").raise_for_status()
    return deployment


def ended_well(deployment: Deployment) -> None:
    """Not killed, nothing left open towards Bedrock, no breach."""
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
    assert all(ping.at >= FIRST_WAIT + number * HEARTBEAT for number, ping in enumerate(pings)), "none too early"
    assert end.at > OURS_ENDS - 0.3
    ended_well(impatient)


def test_an_answer_that_stalls_keeps_its_text_and_is_pinged_through(impatient: Deployment) -> None:
    events = ask_for(impatient.http, "/v1/messages", "/stall")
    how_it_ended(events, "timeout_error")
    assert text_of(events) == "You asked:\n\n>"
    assert [event.name for event in events].count("ping") >= 3
    assert events[-1].at > OURS_ENDS - 0.3
    ended_well(impatient)


def test_an_answer_longer_than_the_deadline_ends_with_an_error_too(impatient: Deployment) -> None:
    events = ask_for(impatient.http, "/stream", "/long 100")
    how_it_ended(events, "timeout_error")
    assert text_of(events).startswith("Rain came over")
    assert events[-1].at > OURS_ENDS - 0.3
    ended_well(impatient)


def test_a_thinking_model_is_silence_to_who_gets_text_alone(impatient: Deployment) -> None:
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
    assert time.monotonic() - began > OURS_ENDS - 0.3
    ended_well(impatient)


def test_a_client_that_leaves_holds_nothing_up(impatient: Deployment) -> None:
    with impatient.http.stream("GET", "/stream", params={"prompt": "/silent"}) as response:
        next(response.iter_raw())
        assert impatient.simulator.active == 1
    assert eventually(lambda: impatient.simulator.active == 0)
    assert eventually(lambda: impatient.url.invocations[-1].outcome)
    assert impatient.http.get("/healthz").status_code == 200
    assert impatient.url.breaches == []
