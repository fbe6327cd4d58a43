"""What an address gets that no route has: an unknown path, method, query or model."""

import json

import httpx
import pytest

from emulator.demo import MAX_TOKENS
from tests.asking import body_of, refusal
from tests.e2e.broken_answers import JSON

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
        for value in ("", "0", "-1", "1.5", "many", "1e3", "0x10", "%D9%A3", "%C2%B2", "9" * 30, "9" * 4500)
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


@pytest.mark.parametrize("name", ["claude-opus-5-5", "", "anthropic.claude-haiku-5", "\ud83d", "x" * 100_000])
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
