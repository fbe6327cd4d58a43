"""What a body gets that is not JSON, has the wrong shape or is too large.

Of every case: never a 502, never a breach of the Runtime API, and Bedrock is asked only if it has to be.
"""

import gzip
import json
from typing import Any

import httpx
import pytest

from tests.asking import body_of, model_calls, refusal, user
from tests.conftest import Deploy, Deployment
from tests.e2e.broken_answers import JSON, MIB

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
NO_MAX_TOKENS: list[object] = [0, -1, 1.5, 5.0, True, "5", None, [], 10**20]


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
