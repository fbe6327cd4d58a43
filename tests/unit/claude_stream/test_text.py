"""/stream's answer: only the text of Claude's events, and how it ended."""

import itertools
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_stream.bedrock.event_stream import Event
from claude_stream.dialects.text import Writer
from tests.sse_reading import Arrived, events_in


def event(data: dict[str, Any]) -> Event:
    return Event(data["type"], data, json.dumps(data).encode())


def text_delta(text: str) -> Event:
    return event({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}})


def pieces(*texts: str) -> list[str]:
    """What the text format makes of these deltas."""
    form = Writer("r")
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
    assert Writer("r").event(event(data)) == b""


def done_after(*events: dict[str, Any]) -> Arrived:
    writer = Writer("r")
    assert b"".join(writer.event(event(data)) for data in events) == b""
    (done,) = events_in([writer.end()])
    return done


def test_done_tells_why_and_how_much() -> None:
    done = done_after(
        {"type": "message_start", "message": {"usage": {"input_tokens": 1, "output_tokens": 1}}},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 2}},
        {"type": "message_stop"},
    )
    assert done == Arrived("done", {"stop_reason": "end_turn", "usage": {"input_tokens": 1, "output_tokens": 2}})


def test_done_tells_that_a_guardrail_intervened() -> None:
    done = done_after({"type": "message_stop", "amazon-bedrock-guardrailAction": "INTERVENED"})
    assert done.data == {"stop_reason": None, "usage": {}, "guardrail_action": "INTERVENED"}
