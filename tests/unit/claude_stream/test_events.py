"""Claude's events -> server-sent events, in both formats."""

import itertools
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_stream.answer_stream import MessagesFormat, TextFormat
from claude_stream.bedrock.client import Event
from claude_stream.metrics import Record
from tests.sse_reading import Arrived, events_in


def event(data: dict[str, Any]) -> Event:
    return Event(data["type"], data, json.dumps(data).encode())


def text_delta(text: str) -> Event:
    return event({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}})


def pieces(*texts: str) -> list[str]:
    """What the text format makes of these deltas."""
    form = TextFormat()
    return [arrived.data for arrived in events_in([form.event(text_delta(text)) for text in texts])]


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        (["a", "", "b"], ["a", "b"]),
        (["\ud83d", "\ude00"], ["😀"]),
        (["a\ud83d", "\ude00b"], ["a", "😀b"]),
        (["\ud83d\ude00"], ["😀"]),
        (["\ud83d", "", "\ude00"], ["😀"]),
        (["\ud83d", "\ud83d", "\ude00"], ["\ufffd", "😀"]),
        (["\ude00"], ["\ufffd"]),
        (["a\ud83d", "b"], ["a", "\ufffdb"]),
        (["a", "\ud83d"], ["a"]),
    ],
)
def test_a_character_in_halves_is_put_together(said: list[str], heard: list[str]) -> None:
    assert pieces(*said) == heard


@given(text=st.text(), cuts=st.sets(st.integers(0, 40)))
def test_text_cut_anywhere_in_utf16_comes_whole(text: str, cuts: set[int]) -> None:
    units = text.encode("utf-16-le")
    ends = [0, *sorted(2 * cut for cut in cuts if 2 * cut < len(units)), len(units)]
    said = [units[a:b].decode("utf-16-le", "surrogatepass") for a, b in itertools.pairwise(ends)]
    heard = pieces(*said)
    assert "".join(heard) == text
    for piece in heard:
        piece.encode()


@pytest.mark.parametrize(
    "data",
    [
        {"type": "ping"},
        {"type": "message_start", "message": {}},
        {"type": "content_block_delta", "delta": {"type": "thinking_delta", "thinking": "Hm"}},
        {"type": "content_block_delta", "delta": {"type": "input_json_delta", "partial_json": "{"}},
        {"type": "content_block_delta"},
        {"type": "content_block_delta", "delta": {"type": "text_delta", "text": None}},
        {"type": "something new"},
    ],
)
def test_only_text_is_text(data: dict[str, Any]) -> None:
    assert TextFormat().event(event(data)) == b""


def test_done_tells_why_and_how_much() -> None:
    record = Record("N", "r")
    record.stop_reason, record.usage = "end_turn", {"input_tokens": 1, "output_tokens": 2}
    (done,) = events_in([TextFormat().end(record)])
    assert done == Arrived("done", {"stop_reason": "end_turn", "usage": {"input_tokens": 1, "output_tokens": 2}})


def test_done_tells_that_a_guardrail_intervened() -> None:
    record = Record("N", "r")
    record.observe(event({"type": "message_stop", "amazon-bedrock-guardrailAction": "INTERVENED"}))
    (done,) = events_in([TextFormat().end(record)])
    assert done.data == {"stop_reason": None, "usage": {}, "guardrail_action": "INTERVENED"}


@pytest.mark.parametrize(
    "data",
    [{"type": "ping"}, {"type": "message_start", "message": {"id": "你"}}, {"type": "something new", "a": [1]}],
)
def test_native_events_are_passed_on(data: dict[str, Any]) -> None:
    assert events_in([MessagesFormat().event(event(data))]) == [Arrived(data["type"], data)]


def test_native_events_are_passed_on_byte_for_byte() -> None:
    wire = MessagesFormat().event(Event("ping", {}, b'{ "type": "ping",  "x": 1.50 }'))
    assert wire == b'event: ping\ndata: { "type": "ping",  "x": 1.50 }\n\n'


def test_bedrocks_own_metrics_are_left_out() -> None:
    stop = event({"type": "message_stop", "amazon-bedrock-invocationMetrics": {"inputTokenCount": 1}})
    assert events_in([MessagesFormat().event(stop)]) == [Arrived("message_stop", {"type": "message_stop"})]
    assert MessagesFormat().end(Record("N", "r")) == b""


def test_what_bedrock_says_of_a_guardrail_is_kept() -> None:
    told = {"type": "message_stop", "amazon-bedrock-guardrailAction": "INTERVENED"}
    stop = event({**told, "amazon-bedrock-invocationMetrics": {"inputTokenCount": 1}})
    assert events_in([MessagesFormat().event(stop)]) == [Arrived("message_stop", told)]
