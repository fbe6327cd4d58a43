"""A WSGI environ -> what is asked of the model, without a server."""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from anthropic.types.message_create_params import MessageCreateParamsNonStreaming
from hypothesis import given
from hypothesis import strategies as st

from claude_stream.bedrock.compatibility import DROPPED_FIELDS, REFUSED_FIELDS, SAMPLING
from claude_stream.dialects import anthropic, text
from claude_stream.errors import InvalidRequest
from claude_stream.model_call import MaxTokens, ModelCall
from claude_stream.models import ModelCatalog
from claude_stream.request import Request
from tests.typed_values import values_of

HAIKU, SONNET = "global.anthropic.claude-haiku-5-5", "global.anthropic.claude-sonnet-5-5"
MODELS = ModelCatalog((HAIKU, SONNET))
LIMIT = 4096
LIMITS = MaxTokens(most=LIMIT, default=1000)
VERSION = {"anthropic_version": "bedrock-2023-05-31"}
# Anything that JSON can hold, half characters included.
TEXT = st.text(st.characters() | st.sampled_from("\ud83d\ude00"))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda children: st.lists(children) | st.dictionaries(TEXT, children),
    max_leaves=8,
)
OURS = {"model", "stream", "max_tokens", "anthropic_version"}
ADAPTED = {
    *("anthropic_beta", "cache_control", "context_management", "inference_geo", "output_format"),
    *(*DROPPED_FIELDS, *REFUSED_FIELDS, *SAMPLING),
}
NAMES = TEXT.filter(lambda name: name not in OURS | ADAPTED) | st.sampled_from(
    ["messages", "system", "tools", "metadata"]
)
BODIES = st.dictionaries(NAMES, JSON)


def posted(body: object, **headers: str) -> Request:
    content = json.dumps(body).encode()
    return Request(
        {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/v1/messages",
            "CONTENT_LENGTH": str(len(content)),
            "wsgi.input": io.BytesIO(content),
            **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
        }
    )


def asked(query: str) -> Request:
    return Request({"REQUEST_METHOD": "GET", "PATH_INFO": "/stream", "QUERY_STRING": query})


def messages(body: object, **headers: str) -> ModelCall:
    return anthropic.read(posted(body, **headers), MODELS, LIMITS)


@given(body=BODIES)
def test_any_body_is_passed_on_in_bedrocks_envelope(body: dict[str, Any]) -> None:
    call = messages(body)
    assert json.loads(call.body) == json.loads(json.dumps(body)) | VERSION
    assert (call.model_id, call.stream) == (HAIKU, False)


@given(body=BODIES, stream=st.booleans(), max_tokens=st.integers(1, LIMIT))
def test_less_model_and_stream(body: dict[str, Any], stream: bool, max_tokens: int) -> None:
    call = messages({"model": "claude-sonnet-5-5", "stream": stream, "max_tokens": max_tokens, **body})
    assert json.loads(call.body) == json.loads(json.dumps(body)) | VERSION | {"max_tokens": max_tokens}
    assert (call.model_id, call.stream) == (SONNET, stream)


@given(body=BODIES)
def test_a_count_is_of_the_same_body(body: dict[str, Any]) -> None:
    call = anthropic.read_count(posted({"model": SONNET, "max_tokens": 9, **body}), MODELS)
    assert json.loads(call.body) == json.loads(json.dumps(body)) | VERSION | {"max_tokens": 9}
    assert call.model_id == SONNET


def test_another_version_is_ours_to_say() -> None:
    assert json.loads(messages({"anthropic_version": "2023-06-01"}).body) == VERSION


@pytest.mark.parametrize(
    ("header", "betas"),
    [
        ("a", ["a", "from the body"]),
        (" a , b,,c ", ["a", "b", "c", "from the body"]),
        ("", ["from the body"]),
        (" , from the body", ["from the body"]),
    ],
)
def test_betas_of_the_header_and_of_the_body_are_joined(header: str, betas: list[str]) -> None:
    call = messages({"anthropic_beta": ["from the body"]}, anthropic_beta=header)
    assert json.loads(call.body)["anthropic_beta"] == betas


@pytest.mark.parametrize("betas", ["a", [1], {"a": 1}, [["a"]]])
def test_betas_of_the_body_are_a_list_of_strings(betas: object) -> None:
    with pytest.raises(InvalidRequest, match=r"^anthropic_beta: Input should be a valid list of strings$"):
        messages({"anthropic_beta": betas})


def test_a_count_sends_no_betas() -> None:
    body = {"anthropic_beta": ["context-1m-2025-08-07"], "context_management": {"edits": [{}]}}
    counted = anthropic.read_count(posted(body, anthropic_beta="effort-2025-11-24"), MODELS)
    assert json.loads(counted.body) == VERSION | {"max_tokens": 1}


@pytest.mark.parametrize(
    ("thinking", "max_tokens"),
    [
        (None, 1),
        ({"type": "disabled"}, 1),
        ({"type": "enabled", "budget_tokens": 2048}, 2049),
        ("bad", 1),
        ({"budget_tokens": "x"}, 1),
    ],
)
def test_a_count_needs_max_tokens_over_the_thinking_budget(thinking: object, max_tokens: int) -> None:
    body = {"thinking": thinking} if thinking else {}
    assert json.loads(anthropic.read_count(posted(body), MODELS).body)["max_tokens"] == max_tokens


@given(value=JSON.filter(lambda value: not isinstance(value, dict)))
def test_a_body_that_is_no_object(value: object) -> None:
    with pytest.raises(
        InvalidRequest, match=r"expected a JSON object, found (an array|a string|a number|null|true or false)"
    ):
        messages(value)


@given(value=JSON.filter(lambda value: not isinstance(value, bool)))
def test_stream_is_true_or_false(value: object) -> None:
    with pytest.raises(InvalidRequest, match=r"^stream: expected true or false, found"):
        messages({"stream": value})


@given(value=JSON.filter(lambda value: type(value) is not int or not 1 <= value <= 2**64))
def test_max_tokens_is_a_whole_number(value: object) -> None:
    with pytest.raises(InvalidRequest, match=rf"^max_tokens: .*{LIMIT}"):
        messages({"max_tokens": value})


@given(value=st.integers(LIMIT + 1, 2**64))
def test_max_tokens_over_the_limit_becomes_the_limit_and_is_named(value: int) -> None:
    for call in (messages({"max_tokens": value}), text.read(asked(f"prompt=a&max_tokens={value}"), MODELS, LIMITS)):
        assert json.loads(call.body)["max_tokens"] == LIMIT
        assert call.dropped == (f"max_tokens {value} -> {LIMIT}",)


@pytest.mark.parametrize(
    ("model", "most"),
    [
        (HAIKU, 100_000),
        ("us.anthropic.claude-haiku-4-5-20251001-v1:0", 64_000),
        ("us.anthropic.claude-opus-4-1-20250805-v1:0", 32_000),
        ("anthropic.claude-3-haiku-20240307-v1:0", 4096),
    ],
)
def test_max_tokens_over_what_the_model_has_becomes_that(model: str, most: int) -> None:
    catalog, limits = ModelCatalog((model,)), MaxTokens(most=100_000, default=50_000)
    call = anthropic.read(posted({"max_tokens": 128_000}), catalog, limits)
    assert json.loads(call.body)["max_tokens"] == most
    assert call.dropped == (f"max_tokens 128000 -> {most}",)
    assert json.loads(text.read(asked("prompt=a"), catalog, limits).body)["max_tokens"] == min(most, 50_000)


@pytest.mark.parametrize("depth", [100, *range(960, 1010), 10_000, 100_000])
def test_any_depth_is_passed_on_or_refused(depth: int) -> None:
    nested = b'{"messages":' + b"[" * depth + b"]" * depth + b"}"
    request = Request({"REQUEST_METHOD": "POST", "CONTENT_LENGTH": len(nested), "wsgi.input": io.BytesIO(nested)})
    understood(lambda: anthropic.read(request, MODELS, LIMITS))


def test_a_query_becomes_a_body() -> None:
    call = text.read(asked("prompt=%E4%BD%A0+a%2Bb&system=S&model=claude-sonnet-5-5&max_tokens=5"), MODELS, LIMITS)
    assert (call.model_id, call.stream) == (SONNET, True)
    assert json.loads(call.body) == VERSION | {
        "max_tokens": 5,
        "messages": [{"role": "user", "content": [{"type": "text", "text": "你 a+b"}]}],
        "system": "S",
    }


@given(query=st.text(st.sampled_from("promt=&%+;?#F09f8DA\x80é")))
def test_any_query_is_understood_or_refused(query: str) -> None:
    understood(lambda: text.read(asked("prompt=a&" + query), MODELS, LIMITS))
    understood(lambda: text.read(asked(query), MODELS, LIMITS))


def understood(parse: Callable[[], ModelCall]) -> None:
    try:
        parse().body.decode()
    except InvalidRequest as error:
        error.message.encode()  # no half characters in it


@given(asked=values_of(MessageCreateParamsNonStreaming), stream=st.booleans())
def test_whatever_the_sdks_types_allow_goes_to_bedrock_unchanged_or_is_named(
    asked: dict[str, Any], stream: bool
) -> None:
    if any(asked.get(name) for name in (*REFUSED_FIELDS, "inference_geo")):
        return
    call = messages(asked | {"model": HAIKU, "stream": stream})
    goes = json.loads(call.body)
    changed = {name for name in asked if name not in ("model", "stream") and goes.get(name) != asked[name]}
    named = {name.partition(".")[0].partition(" ")[0] for name in call.dropped}
    if "cache_control" in named:
        named |= {"messages", "system", "tools"}
    assert {name for name in changed if asked[name]} <= named
    assert goes.keys() - asked.keys() <= VERSION.keys() | {"anthropic_beta"}
    assert (call.model_id, call.stream) == (HAIKU, stream)


def test_a_byte_order_mark_is_skipped() -> None:
    content = b"\xef\xbb\xbf" + b'{"a": 1}'
    environ = {"REQUEST_METHOD": "POST", "CONTENT_LENGTH": str(len(content)), "wsgi.input": io.BytesIO(content)}
    assert Request(environ).json() == {"a": 1}
    two = b"\xef\xbb\xbf" + content
    with pytest.raises(InvalidRequest, match="expected JSON"):
        Request({**environ, "CONTENT_LENGTH": str(len(two)), "wsgi.input": io.BytesIO(two)}).json()
