"""What bad input gets: the issue's table, row by row, through the function URL.

Of every case here: never a 502, never a breach of the Runtime API, and Bedrock is asked only if it has to be.
"""

import gzip
import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from emulator.aws.simulator import AwsSimulator, Pace
from emulator.demo import MAX_TOKENS
from emulator.lambda_.function_url import Outcome
from tests.asking import (
    HAIKU,
    HAIKU_4_5,
    OF_HAIKU_4_5,
    SONNET,
    body_of,
    eventually,
    model_calls,
    refusal,
    secret_reads,
    user,
)
from tests.conftest import KEY, Deploy, Deployment
from tests.sse_reading import Arrived, ask, text_of

JSON = {"content-type": "application/json"}
MIB = 1024 * 1024


@pytest.fixture
def http(deployment: Deployment) -> Iterator[httpx.Client]:
    yield deployment.http
    assert deployment.url.breaches == []


@pytest.fixture
def bedrock_is_not_asked(deployment: Deployment) -> Iterator[None]:
    before = len(model_calls(deployment.simulator))
    yield
    assert len(model_calls(deployment.simulator)) == before


def keyless(deployment: Deployment, **headers: str) -> httpx.Client:
    return httpx.Client(base_url=deployment.url.url, headers=headers, timeout=120)


# No key, wrong key


@pytest.mark.parametrize(
    ("headers", "says"),
    [
        ({}, "x-api-key"),
        ({"x-api-key": ""}, "x-api-key"),
        ({"x-api-key": "wrong"}, "not a valid one"),
        ({"x-api-key": KEY[:-1]}, "not a valid one"),
        ({"x-api-key": KEY + "x"}, "not a valid one"),
        ({"x-api-key": KEY.upper()}, "not a valid one"),
        ({"authorization": "Bearer wrong"}, "not a valid one"),
        ({"authorization": f"Basic {KEY}"}, "x-api-key"),
        ({"authorization": KEY}, "x-api-key"),
        ({"x-api-key": "wrong", "authorization": f"Bearer {KEY}"}, "not a valid one"),  # x-api-key is what counts
    ],
)
@pytest.mark.usefixtures("bedrock_is_not_asked")
def test_without_a_valid_key_nothing_else_is_looked_at(
    deployment: Deployment, headers: dict[str, str], says: str
) -> None:
    with keyless(deployment, **headers) as client:
        for response in (
            client.get("/stream", params={"prompt": "Hello"}),
            client.get("/nowhere"),
            client.delete("/v1/messages"),
            client.post("/v1/messages", content=b"not JSON"),
            client.post("/v1/messages", content=b" " * (5 * MIB + 1), headers=JSON),
        ):
            assert says in refusal(response, 401, "authentication_error")
            assert response.headers["www-authenticate"] == "Bearer"
    assert deployment.url.breaches == []


@pytest.mark.usefixtures("bedrock_is_not_asked")
def test_a_key_in_the_url_is_no_key(deployment: Deployment, http: httpx.Client) -> None:
    with keyless(deployment) as client:
        for name in ("key", "api_key", "x-api-key"):
            response = client.get("/stream", params={"prompt": "Hello", name: KEY})
            refusal(response, 401, "authentication_error")
    response = http.get("/stream", params={"prompt": "Hello", "key": KEY})
    message = refusal(response, 400, "invalid_request_error")
    assert "key: unknown parameter" in message
    assert KEY not in message


@pytest.mark.parametrize(
    "headers",
    [
        {"X-API-KEY": KEY},
        {"authorization": f"Bearer {KEY}"},
        {"AUTHORIZATION": f"bearer   {KEY}"},
        {"x-api-key": KEY, "authorization": "Bearer wrong"},
    ],
)
def test_a_key_is_taken_from_either_header_in_any_spelling(deployment: Deployment, headers: dict[str, str]) -> None:
    with keyless(deployment, **headers) as client:
        assert client.get("/v1/models").status_code == 200


# Not JSON, JSON of the wrong shape


BODIES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "body: expected JSON"),
    "cut off": (b'{"messages": [', "line 1, column"),
    "words": (b"prompt=Hello", "body: expected JSON"),
    "a list": (b"[]", "body: expected a JSON object, found an array"),
    "a number": (b"7", "found a number"),
    "a text": (b'"Hello"', "found a string"),
    "true": (b"true", "found true or false"),
    "null": (b"null", "found null"),
    "a hundred thousand brackets": (b"[" * 100_000, "body: expected JSON"),
    "a hundred thousand objects": (b'{"a":' * 100_000, "body: expected JSON"),
    "NaN": (b'{"temperature": NaN}', "body: expected JSON"),
    "Infinity": (b'{"temperature": -Infinity}', "body: expected JSON"),
    "a number that is too large": (b'{"temperature": 1e999}', "body: a number in it is too large"),
    "a number of 5000 digits": (b'{"max_tokens": ' + b"9" * 5000 + b"}", "body: expected JSON"),
    "a number of 4000 digits": (b'{"max_tokens": ' + b"9" * 4000 + b"}", "max_tokens"),
    "not UTF-8": (b'{"system": "\xff"}', "body: expected UTF-8, found another byte at position 12"),
    "half a character": (b'{"system": "\xe4\xbd', "body: expected UTF-8"),
    "UTF-16": ('{"system": "a"}'.encode("utf-16"), "body: expected UTF-8"),
    "Latin-1": ('{"system": "Grüße"}'.encode("latin-1"), "body: expected UTF-8"),
}
FIELDS: list[tuple[str, object]] = [
    ("model", 5),
    ("model", None),
    ("model", ["claude-haiku-5-5"]),
    ("stream", "true"),
    ("stream", 1),
    ("stream", None),
]
NO_MAX_TOKENS: list[object] = [0, -1, 1.5, 5.0, True, "5", None, [], MAX_TOKENS + 1, 10**20]


@pytest.mark.parametrize("content_type", ["application/json", "application/octet-stream"])
@pytest.mark.parametrize("name", BODIES)
@pytest.mark.usefixtures("bedrock_is_not_asked")
def test_a_body_that_is_not_a_json_object(http: httpx.Client, name: str, content_type: str) -> None:
    content, says = BODIES[name]
    response = http.post("/v1/messages", content=content, headers={"content-type": content_type})
    message = refusal(response, 400, "invalid_request_error")
    assert says in message
    assert len(message) < 5000


@pytest.mark.parametrize(("field", "value"), [*FIELDS, *(("max_tokens", value) for value in NO_MAX_TOKENS)])
@pytest.mark.usefixtures("bedrock_is_not_asked")
def test_a_field_of_ours_with_a_wrong_value_is_named(http: httpx.Client, field: str, value: object) -> None:
    response = http.post("/v1/messages", json=body_of() | {field: value})
    assert refusal(response, 400, "invalid_request_error").startswith(f"{field}: ")


@pytest.mark.parametrize("content", [b"", b"[]", b"[" * 100_000, b'{"model": 5}', b"\xff"])
@pytest.mark.usefixtures("bedrock_is_not_asked")
def test_counting_tokens_takes_no_other_bodies(http: httpx.Client, content: bytes) -> None:
    refusal(http.post("/v1/messages/count_tokens", content=content), 400, "invalid_request_error")


def image(data: str) -> dict[str, object]:
    return {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": data}}


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({"messages": [user([image("no base64!")])]}, "messages.0.content.0.image.source.base64"),
        ({"messages": []}, "messages: at least one message"),
        ({"messages": "Hello"}, "messages: "),
        ({"messages": [user("")]}, "messages"),
        ({"temperature": 0.5}, "temperature"),
        ({"sampling": "greedy"}, "sampling: Extra inputs"),
        ({"messages": [user([{"type": "video"}])]}, "messages.0.content.0: Input tag 'video'"),
    ],
)
@pytest.mark.parametrize("stream", [True, False])
def test_what_only_bedrock_can_judge_is_refused_in_its_words(
    http: httpx.Client, fields: dict[str, Any], names: str, stream: bool
) -> None:
    response = http.post("/v1/messages", json=body_of(stream=stream, **fields))
    assert names in refusal(response, 400, "invalid_request_error")


def test_bedrocks_words_may_quote_half_a_character(http: httpx.Client) -> None:
    body = json.dumps(body_of(messages=[user([{"type": "\ud83d"}])]))
    response = http.post("/v1/messages", content=body, headers=JSON)
    assert "Input tag '\ud83d'" in refusal(response, 400, "invalid_request_error")


# What /stream is asked with


QUERIES = {
    "no prompt": ("", "prompt: "),
    "an empty prompt": ("prompt=", "prompt: "),
    "a blank prompt": ("prompt=%20%0A%E3%80%80", "prompt: "),
    "an unknown parameter": ("prompt=a&temperature=1", "temperature: unknown parameter"),
    "an unknown parameter that is not UTF-8": ("prompt=a&%FF=1", "expected percent-encoded UTF-8"),
    "a parameter twice": ("prompt=a&prompt=b", "prompt: expected once"),
    "a prompt that is not UTF-8": ("prompt=%FF%FE", "prompt: expected percent-encoded UTF-8"),
    "half a character": ("prompt=%E4%BD", "prompt: expected percent-encoded UTF-8"),
    "a surrogate": ("prompt=%ED%A0%BD", "prompt: expected percent-encoded UTF-8"),
    "a system that is not UTF-8": ("prompt=a&system=%C3", "system: expected percent-encoded UTF-8"),
    **{
        f"max_tokens={value}": (f"prompt=a&max_tokens={value}", "max_tokens: ")
        for value in ("", "0", "-1", "1.5", "many", "1e3", "0x10", "%D9%A3", "%C2%B2", MAX_TOKENS + 1, "9" * 4500)
    },
}


@pytest.mark.parametrize("name", QUERIES)
@pytest.mark.usefixtures("bedrock_is_not_asked")
def test_a_query_that_stream_cannot_use(http: httpx.Client, name: str) -> None:
    query, says = QUERIES[name]
    message = refusal(http.get(f"/stream?{query}"), 400, "invalid_request_error")
    assert message.startswith(says) or says in message
    if name.startswith("max_tokens"):
        assert str(MAX_TOKENS) in message


# Over the body limit


@pytest.mark.usefixtures("bedrock_is_not_asked")
def test_a_body_over_our_limit(http: httpx.Client) -> None:
    response = http.post("/v1/messages", content=b" " * (5 * MIB + 1), headers=JSON)
    message = refusal(response, 413, "request_too_large")
    assert str(5 * MIB) in message
    assert str(5 * MIB + 1) in message


@pytest.mark.usefixtures("bedrock_is_not_asked")
def test_a_compressed_body_is_told_to_come_uncompressed(http: httpx.Client) -> None:
    body = gzip.compress(json.dumps(body_of()).encode())
    for path in ("/v1/messages", "/v1/messages/count_tokens"):
        response = http.post(path, content=body, headers={**JSON, "content-encoding": "gzip"})
        message = refusal(response, 415, "invalid_request_error")
        assert message == "Content-Encoding: expected none, found gzip. Send the body uncompressed."


def test_a_byte_order_mark_is_skipped(http: httpx.Client) -> None:
    body = b"\xef\xbb\xbf" + json.dumps(body_of(max_tokens=5)).encode()
    assert http.post("/v1/messages", content=body, headers=JSON).status_code == 200


def test_a_stage_may_take_less_input(deploy: Deploy) -> None:
    small = deploy(variables={"MAX_INPUT_BYTES": "300"})
    assert small.http.post("/v1/messages", json=body_of("a" * 100, max_tokens=5)).status_code == 200
    assert small.http.get("/stream", params={"prompt": "a" * 100, "max_tokens": 5}).status_code == 200
    asked = len(model_calls(small.simulator))
    for response in (
        small.http.post("/v1/messages", json=body_of("a" * 300)),
        small.http.get("/stream", params={"prompt": "a" * 300}),
    ):
        message = refusal(response, 413, "request_too_large")
        assert "max_input_bytes, the limit of this service, is 300" in message
    chat = {"messages": [{"role": "user", "content": "a" * 300}]}
    assert small.http.post("/v1/chat/completions", json=chat).status_code == 413
    assert len(model_calls(small.simulator)) == asked


@pytest.mark.usefixtures("bedrock_is_not_asked")
def test_a_body_over_lambdas_limit_does_not_reach_us(deployment: Deployment, http: httpx.Client) -> None:
    before = len(deployment.url.invocations)
    assert http.post("/v1/messages", content=b" " * (6 * MIB), headers=JSON).status_code == 413
    assert len(deployment.url.invocations) == before


def test_a_body_at_our_limit_is_taken(http: httpx.Client) -> None:
    body = json.dumps(body_of(max_tokens=5)).encode()
    response = http.post("/v1/messages", content=body.ljust(5 * MIB), headers=JSON)
    assert response.status_code == 200


# Unknown route, wrong method


@pytest.mark.parametrize(
    "path", ["/", "/Stream", "/stream/x", "/v1", "/v1/message", "/v1/messages/batches", "/%ff", "/%00"]
)
@pytest.mark.usefixtures("bedrock_is_not_asked")
def test_an_unknown_route_lists_the_known_ones(http: httpx.Client, path: str) -> None:
    message = refusal(http.get(path), 404, "not_found_error")
    for known in ("/healthz", "/stream", "/v1/messages", "/v1/models"):
        assert known in message


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/healthz", "GET, HEAD"),
        ("POST", "/stream", "GET"),
        ("OPTIONS", "/stream", "GET"),  # not a preflight: those, Lambda answers
        ("GET", "/v1/messages", "POST"),
        ("PUT", "/v1/messages", "POST"),
        ("GET", "/v1/messages/count_tokens", "POST"),
        ("DELETE", "/v1/models", "GET"),
        ("PATCH", "/v1/models/claude-haiku-5-5", "GET"),
    ],
)
@pytest.mark.usefixtures("bedrock_is_not_asked")
def test_a_wrong_method_is_told_the_right_one(http: httpx.Client, method: str, path: str, allowed: str) -> None:
    response = http.request(method, path)
    message = refusal(response, 405, "invalid_request_error")
    assert response.headers["allow"] == allowed
    assert method in message


# A model that is not allowed


@pytest.mark.parametrize("name", ["claude-opus-5-5", "", "anthropic.claude-haiku-5-5", "\ud83d", "x" * 100_000])
@pytest.mark.usefixtures("bedrock_is_not_asked")
def test_a_model_that_is_not_allowed_is_told_which_are(http: httpx.Client, name: str) -> None:
    body = json.dumps(body_of(model=name))
    for path in ("/v1/messages", "/v1/messages/count_tokens"):
        message = refusal(http.post(path, content=body, headers=JSON), 404, "not_found_error")
        assert message.startswith("model: ")
        assert "claude-haiku-5-5, claude-sonnet-5-5" in message
        assert len(message) < 500


@pytest.mark.usefixtures("bedrock_is_not_asked")
def test_a_model_that_is_not_allowed_in_an_address(http: httpx.Client) -> None:
    for path in ("/stream?prompt=a&model=gpt", "/v1/models/gpt", "/v1/models/%ff"):
        message = refusal(http.get(path), 404, "not_found_error")
        assert "claude-haiku-5-5, claude-sonnet-5-5" in message


# Bedrock says no before the first event


NO = {
    "/invalid": (400, "invalid_request_error", None, "the prompt asked for this refusal"),
    "/denied": (403, "permission_error", None, "bedrock:InvokeModel"),
    "/notfound": (404, "not_found_error", None, HAIKU),
    "/throttle": (429, "rate_limit_error", "10", "Wait, then ask again"),
    "/unavailable": (503, "overloaded_error", "5", "Ask again in a moment"),
    "/overloaded": (529, "overloaded_error", "5", "Ask again in a moment"),
    "/error": (500, "api_error", None, "Ask again"),
}
# A 429 is the caller's to try again: SDKs do, and three tries of ours for each of theirs would be nine.
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


def test_keys_that_cannot_be_read(deploy: Deploy, unreachable: str) -> None:
    deployment = deploy(variables={"AWS_ENDPOINT_URL_SECRETS_MANAGER": unreachable})
    response = deployment.http.get("/v1/models")
    assert "API keys cannot be read" in refusal(response, 503, "overloaded_error")
    assert response.headers["retry-after"] == "5"
    assert deployment.http.get("/healthz").json() == {"status": "ok"}
    assert deployment.url.breaches == []


@pytest.fixture(scope="module")
def unreachable() -> str:
    return "http://127.0.0.1:9"


# Throttled, cut off, garbled midway


MIDWAY = {
    "/throttle-midway": ("rate_limit_error", "throttling"),
    "/cut": ("api_error", "cut off"),
    "/end": ("api_error", "cut off"),
    "/garbage": ("api_error", "cut off"),
    "/error-event": ("overloaded_error", "overloaded"),
}


def how_it_ended(events: list[Arrived], kind: str) -> str:
    """The message of the one error, which has to be the last event."""
    assert [event.name for event in events if event.name in ("error", "done", "message_stop")] == ["error"]
    last = events[-1]
    assert last.name == "error"
    assert last.data["type"] == "error"
    assert last.data["error"]["type"] == kind
    assert last.data["request_id"]
    return str(last.data["error"]["message"])


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


def ask_for(http: httpx.Client, route: str, prompt: str, **fields: Any) -> list[Arrived]:
    if route == "/stream":
        return ask(http, "GET", route, params={"prompt": prompt, **fields})
    return ask(http, "POST", route, json=body_of(prompt, stream=True, **fields))


# Silence, and the deadline


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


# A variable missing or malformed at start


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("API_KEY_SECRET_ARN", "", "is not set"),
        ("DEFAULT_MODEL", " ", "is not set"),
        ("ALLOWED_MODELS", "", "is not set"),
        ("ALLOWED_MODELS", SONNET, "has to begin with DEFAULT_MODEL"),
        ("MAX_TOKENS_LIMIT", "", "is not set"),
        ("MAX_TOKENS_LIMIT", "lots", "whole number"),
        ("HEARTBEAT_SECONDS", "0", "number of seconds"),
        ("FIRST_EVENT_WAIT_SECONDS", "soon", "number of seconds"),
        ("GUARDRAIL_ID", "gr-1", "both or neither"),
        ("GUARDRAIL_VERSION", "1", "both or neither"),
        ("AWS_REGION", "", "is not set"),
        ("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "ftp://bedrock", "has to begin with"),
        ("AWS_ENDPOINT_URL_SECRETS_MANAGER", "localhost:1", "has to begin with"),
    ],
)
def test_a_bad_variable_is_named_at_start(deploy: Deploy, variable: str, value: str, says: str) -> None:
    deployment = deploy(variables={variable: value})
    deployment.http.get("/healthz")
    assert len(deployment.url.init_errors) == 1
    message = deployment.url.init_errors[0]["errorMessage"]
    assert variable in message
    assert says in message
    assert deployment.url.breaches == []


# Rotation, and what the secret holds


def test_the_previous_key_is_still_accepted_after_a_rotation(deploy: Deploy) -> None:
    deployment = deploy()
    deployment.simulator.rotate({"default": "the-new-key"})
    for key in (KEY, "the-new-key"):
        assert deployment.http.get("/v1/models", headers={"x-api-key": key}).status_code == 200
    assert secret_reads(deployment.simulator) == 2, "one read of each version serves both"


def test_unknown_keys_do_not_make_us_read_the_secret_again_and_again(deploy: Deploy) -> None:
    deployment = deploy()
    for number in range(20):
        response = deployment.http.get("/v1/models", headers={"x-api-key": f"guess-{number}"})
        refusal(response, 401, "authentication_error")
    assert secret_reads(deployment.simulator) == 4, "the two versions, and once more for a key that may be new"


def test_a_malformed_secret_is_said_to_be_one(deploy: Deploy) -> None:
    deployment = deploy()
    deployment.simulator.rotate({"default": ""})
    message = refusal(deployment.http.get("/v1/models"), 500, "api_error")
    assert "API-key secret" in message
    assert deployment.url.breaches == []


def test_the_guardrail_goes_with_every_prompt(deploy: Deploy) -> None:
    deployment = deploy(variables={"GUARDRAIL_ID": "gr-1", "GUARDRAIL_VERSION": "7"})
    deployment.http.get("/stream", params={"prompt": "Hello"})
    deployment.http.post("/v1/messages", json=body_of())
    assert guardrails(deployment.simulator) == [("gr-1", "7")] * 2


def guardrails(simulator: AwsSimulator) -> list[tuple[str, str]]:
    names = ("x-amzn-bedrock-guardrailidentifier", "x-amzn-bedrock-guardrailversion")
    return [(call.headers[names[0]], call.headers[names[1]]) for call in model_calls(simulator)]
