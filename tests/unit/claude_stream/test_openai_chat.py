"""Claude's answers in OpenAI's shapes: a whole message, its stream, errors, models."""

import itertools
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from httpx_sse import EventSource
from hypothesis import given
from hypothesis import strategies as st

from claude_stream.bedrock.event_stream import Event
from claude_stream.dialects.openai_chat.answers import Writer, completion, usage

Json = dict[str, Any]
COUNTED = {"input_tokens": 7, "cache_read_input_tokens": 100, "cache_creation_input_tokens": 20, "output_tokens": 3}


def message_of(*blocks: Json, stop_reason: str = "end_turn") -> Json:
    """A whole message, as Claude gives it."""
    head = {"id": "msg_bdrk_1", "type": "message", "role": "assistant", "model": "claude-haiku-5-5"}
    return {**head, "content": list(blocks), "stop_reason": stop_reason, "stop_sequence": None, "usage": COUNTED}


def text(said: str) -> Json:
    return {"type": "text", "text": said}


def call(name: str = "weather", **given: Any) -> Json:
    return {"type": "tool_use", "id": "toolu_1", "name": name, "input": given}


def test_a_whole_message() -> None:
    assert completion(message_of(text("Hel"), text("lo")), created=5, asked_for="asked") == {
        "id": "chatcmpl-bdrk_1",
        "object": "chat.completion",
        "created": 5,
        "model": "claude-haiku-5-5",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": "Hello", "refusal": None},
                "logprobs": None,
                "finish_reason": "stop",
            }
        ],
        "usage": usage(COUNTED),
    }


def test_tool_calls_and_thinking() -> None:
    thinking = {"type": "thinking", "thinking": "Hm.", "signature": "x"}
    said = completion(message_of(thinking, call(city="北京"), stop_reason="tool_use"), 5, "asked")["choices"][0]
    assert said["message"]["content"] is None
    assert said["message"]["reasoning_content"] == "Hm."
    function = {"name": "weather", "arguments": '{"city":"北京"}'}
    assert said["message"]["tool_calls"] == [{"id": "toolu_1", "type": "function", "function": function}]
    assert said["finish_reason"] == "tool_calls"


def test_cached_tokens_are_counted_among_the_prompts() -> None:
    assert usage(COUNTED) == {
        "prompt_tokens": 127,
        "completion_tokens": 3,
        "total_tokens": 130,
        "prompt_tokens_details": {"cached_tokens": 100, "cache_write_tokens": 20},
    }


@pytest.mark.parametrize(
    ("stop_reason", "finish_reason"),
    [
        ("end_turn", "stop"),
        ("stop_sequence", "stop"),
        ("max_tokens", "length"),
        ("model_context_window_exceeded", "length"),
        ("tool_use", "tool_calls"),
        ("refusal", "content_filter"),
        ("guardrail_intervened", "content_filter"),
        ("something new", "stop"),
    ],
)
def test_why_it_ended(stop_reason: str, finish_reason: str) -> None:
    message = message_of(text("a"), stop_reason=stop_reason)
    assert completion(message, 0, "asked")["choices"][0]["finish_reason"] == finish_reason
    assert from_stream(message, [])["choices"][0]["finish_reason"] == finish_reason


# The stream


def chunks_of(form: Writer, message: Json, cuts: list[int]) -> list[str]:
    """The data of the events that the format makes of the message, streamed in pieces."""
    pieces = [form.event(Event(data["type"], data, json.dumps(data).encode())) for data in events(message, cuts)]
    pieces.append(form.end())
    response = httpx.Response(200, headers={"content-type": "text/event-stream"}, content=iter(pieces))
    return [event.data for event in EventSource(response).iter_sse()]


def events(message: Json, cuts: list[int]) -> Iterator[Json]:
    """Claude's events of a message whose texts are cut at these places, in the middle of an emoji too."""
    yield {"type": "message_start", "message": message | {"content": [], "stop_reason": None}}
    for index, block in enumerate(message["content"]):
        kind, key = {"text": ("text_delta", "text"), "thinking": ("thinking_delta", "thinking")}.get(
            block["type"], ("input_json_delta", "partial_json")
        )
        empty: Json = {"input": {}} if block["type"] == "tool_use" else {key: ""}
        yield {"type": "content_block_start", "index": index, "content_block": block | empty}
        yield {"type": "ping"}
        whole = (
            block[key] if key in block else json.dumps(block["input"], ensure_ascii=False) if block["input"] else ""
        )
        for piece in cut(whole, cuts):
            yield {"type": "content_block_delta", "index": index, "delta": {"type": kind, key: piece}}
        yield {"type": "content_block_stop", "index": index}
    yield {"type": "message_delta", "delta": {"stop_reason": message["stop_reason"]}, "usage": message["usage"]}
    yield {"type": "message_stop"}


def cut(whole: str, cuts: list[int]) -> list[str]:
    units = whole.encode("utf-16-le")
    ends = [0, *sorted({2 * at for at in cuts if 2 * at < len(units)}), len(units)]
    return [units[a:b].decode("utf-16-le", "surrogatepass") for a, b in itertools.pairwise(ends)]


def from_stream(message: Json, cuts: list[int]) -> Json:
    """The completion that a client puts together from the stream."""
    *data, done = chunks_of(Writer(5, "asked", include_usage=True), message, cuts)
    assert done == "[DONE]"
    *chunks, counted = map(json.loads, data)
    assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}
    assert all(chunk["usage"] is None for chunk in chunks)
    assert counted["choices"] == []
    said: Json = {"role": "assistant", "content": None, "refusal": None}
    for chunk in chunks:
        add(said, chunk["choices"][0]["delta"])
    reasons = [chunk["choices"][0]["finish_reason"] for chunk in chunks]
    assert set(reasons[:-1]) == {None}
    choice = {"index": 0, "message": said, "logprobs": None, "finish_reason": reasons[-1]}
    return {**counted, "object": "chat.completion", "choices": [choice]}


def add(said: Json, delta: Json) -> None:
    for name in ("content", "reasoning_content"):
        if delta.get(name):
            said[name] = (said.get(name) or "") + delta[name]
    for part in delta.get("tool_calls", []):
        calls = said.setdefault("tool_calls", [])
        if part["index"] == len(calls):
            calls.append({"id": part["id"], "type": part["type"], "function": dict(part["function"])})
        else:
            calls[part["index"]]["function"]["arguments"] += part["function"]["arguments"]


def test_a_guardrail_that_intervened_is_a_content_filter() -> None:
    """Only the last event of the stream says so, behind the one with the stop reason."""
    intervention = {"amazon-bedrock-guardrailAction": "INTERVENED"}
    message = message_of(text("Blocked."))
    assert completion(message | intervention, 5, "asked")["choices"][0]["finish_reason"] == "content_filter"
    form, stop = Writer(5, "asked", include_usage=False), {"type": "message_stop", **intervention}
    pieces = [form.event(Event(data["type"], data, b"")) for data in [*events(message, []), stop]][:-2]
    last = form.event(Event("message_stop", stop, b""))
    assert b'"finish_reason":"content_filter"' in last
    assert not any(b'"finish_reason":"' in piece for piece in pieces)


def test_a_message_without_a_model_names_the_one_that_was_asked_for() -> None:
    message = {name: value for name, value in message_of(text("a")).items() if name != "model"}
    assert completion(message, 5, "asked")["model"] == "asked"
    assert from_stream(message, [])["model"] == "asked"


WORDS = st.text(st.characters(codec="utf-8"), max_size=12)
BLOCKS = st.one_of(
    st.builds(text, WORDS),
    st.builds(lambda said: {"type": "thinking", "thinking": said, "signature": "s"}, WORDS),
    st.builds(
        lambda given: call("weather", **given),
        st.dictionaries(st.text(max_size=3), WORDS | st.integers() | st.none(), max_size=2),
    ),
)


@given(blocks=st.lists(BLOCKS, max_size=4), cuts=st.lists(st.integers(0, 15)))
def test_translated_event_by_event_it_is_the_translated_message(blocks: list[Json], cuts: list[int]) -> None:
    message = message_of(*blocks)
    streamed, whole = from_stream(message, cuts), completion(message, 5, "asked")
    for answer in (streamed, whole):  # JSON in a string: white space in it is free
        for one in answer["choices"][0]["message"].get("tool_calls", []):
            one["function"]["arguments"] = json.loads(one["function"]["arguments"])
    assert streamed == whole


def test_usage_comes_only_where_it_is_asked_for() -> None:
    *data, done = chunks_of(Writer(5, "asked", include_usage=False), message_of(text("a")), [])
    assert done == "[DONE]"
    assert not any("usage" in json.loads(chunk) for chunk in data)


def test_the_first_chunk_says_who_speaks() -> None:
    first = json.loads(chunks_of(Writer(5, "asked", include_usage=False), message_of(text("a")), [])[0])
    assert first["choices"][0]["delta"] == {"role": "assistant", "content": ""}


def test_a_ping_is_no_event() -> None:
    response = httpx.Response(200, headers={"content-type": "text/event-stream"}, content=Writer.ping)
    assert list(EventSource(response).iter_sse()) == []
