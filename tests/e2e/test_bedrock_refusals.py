"""Bedrock refuses, cannot be reached, or breaks off midway: what the caller gets, and how often we ask."""

import httpx
import pytest

from emulator.lambda_.function_url import Outcome
from tests.asking import HAIKU, HAIKU_4_5, OF_HAIKU_4_5, body_of, eventually, model_calls, refusal
from tests.conftest import Deploy, Deployment
from tests.e2e.broken_answers import ask_for, how_it_ended
from tests.sse_reading import text_of

NO = {
    "/invalid": (400, "invalid_request_error", None, "the prompt asked for this refusal"),
    "/denied": (403, "permission_error", None, "bedrock:InvokeModel"),
    "/notfound": (404, "not_found_error", None, HAIKU),
    "/throttle": (429, "rate_limit_error", "10", "Wait, then ask again"),
    "/unavailable": (503, "overloaded_error", "5", "Ask again in a moment"),
    "/overloaded": (529, "overloaded_error", "5", "Ask again in a moment"),
    "/error": (500, "api_error", None, "Ask again"),
}
# The caller tries again after a 429: SDKs do, and three tries of ours for each of their three would be nine.
ATTEMPTS = {"/unavailable": 3, "/error": 3}


def refused(response: httpx.Response, fault: str) -> str:
    status, kind, retry_after, says = NO[fault]
    message = refusal(response, status, kind)
    assert says in message
    assert response.headers.get("retry-after") == retry_after
    assert "123456789012" not in message, "AWS's account number is no caller's business"
    return message


@pytest.mark.parametrize("fault", NO)
def test_bedrocks_no_keeps_its_status(deployment: Deployment, http: httpx.Client, fault: str) -> None:
    before = len(model_calls(deployment.simulator))
    refused(http.get("/stream", params={"prompt": fault}), fault)
    assert len(model_calls(deployment.simulator)) - before == ATTEMPTS.get(fault, 1)


@pytest.mark.parametrize("fault", ["/invalid", "/denied", "/notfound"])
@pytest.mark.parametrize("stream", [True, False])
def test_bedrocks_no_to_messages(http: httpx.Client, fault: str, stream: bool) -> None:
    refused(http.post("/v1/messages", json=body_of(fault, stream=stream)), fault)


def test_a_denial_names_the_action_that_is_missing(deploy: Deploy) -> None:
    http, model = deploy(variables=OF_HAIKU_4_5).http, {"model": HAIKU_4_5}
    streamed = http.post("/v1/messages", json=body_of("/denied", stream=True, **model))
    whole = http.post("/v1/messages", json=body_of("/denied", **model))
    counted = http.post("/v1/messages/count_tokens", json=body_of("/denied", **model))
    assert "bedrock:InvokeModelWithResponseStream on it" in refused(streamed, "/denied")
    assert "bedrock:InvokeModel on it" in refused(whole, "/denied")
    assert "bedrock:CountTokens on it" in refusal(counted, 403, "permission_error")


def test_two_failures_are_not_the_callers_business(deployment: Deployment, http: httpx.Client) -> None:
    for path, answer in (("/v1/messages", {"stream": True}), ("/v1/messages", {})):
        before = len(model_calls(deployment.simulator))
        response = http.post(path, json=body_of(f"/flaky 2 {answer}", **answer))
        assert response.status_code == 200
        assert len(model_calls(deployment.simulator)) - before == 3


@pytest.mark.parametrize("path", ["/stream?prompt=a", "/v1/models"])
def test_a_bedrock_that_is_not_there(deploy: Deploy, unreachable: str, path: str) -> None:
    deployment = deploy(variables={"AWS_ENDPOINT_URL_BEDROCK_RUNTIME": unreachable})
    response = deployment.http.get(path)
    if path == "/v1/models":
        assert response.status_code == 200  # what needs no Bedrock goes on
    else:
        assert "Bedrock in us-east-1 cannot be reached" in refusal(response, 503, "overloaded_error")
        assert response.headers["retry-after"] == "5"
    assert deployment.url.breaches == []


MIDWAY = {
    "/throttle-midway": ("rate_limit_error", "throttling"),
    "/cut": ("api_error", "cut off"),
    "/end": ("api_error", "cut off"),
    "/garbage": ("api_error", "cut off"),
    "/error-event": ("overloaded_error", "overloaded"),
}


@pytest.mark.parametrize("fault", MIDWAY)
@pytest.mark.parametrize("route", ["/stream", "/v1/messages"])
def test_broken_off_midway(deployment: Deployment, http: httpx.Client, fault: str, route: str) -> None:
    kind, says = MIDWAY[fault]
    before = len(model_calls(deployment.simulator))
    events = ask_for(http, route, fault)
    assert says in how_it_ended(events, kind)
    assert text_of(events) == "You asked:\n\n>", "the five pieces that came are kept"
    assert len(model_calls(deployment.simulator)) == before + 1, "a paid prompt is not sent twice"
    assert eventually(lambda: deployment.url.invocations[-1].outcome) is True
    assert deployment.url.invocations[-1].outcome is Outcome.OK
