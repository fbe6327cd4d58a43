"""Any value, written as a server-sent event, is read back by an independent parser."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_stream import sse
from tests.sse_reading import Arrived, events_in

# Surrogates, and every kind of line end that a parser could trip over, among them.
TEXT = st.text(st.characters() | st.sampled_from("\r\n\u2028\u2029\x85\x0b\x0c\0\ud83d\ude00: "))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda children: st.lists(children) | st.dictionaries(TEXT, children),
    max_leaves=10,
)


@given(value=VALUES, name=st.sampled_from([None, "done", "message_start"]))
def test_any_value(value: Any, name: str | None) -> None:
    wire = sse.event(sse.json_bytes(value), name)
    (event,) = events_in([wire])
    # A pair of halves that stood as two characters comes back as the one character that it is.
    assert event == Arrived(name or "message", json.loads(json.dumps(value)))


@given(values=st.lists(VALUES, min_size=1), size=st.integers(1, 7))
def test_events_after_one_another_in_pieces_of_any_size(values: list[Any], size: int) -> None:
    wire = b"".join(sse.event(sse.json_bytes(value)) for value in values)
    events = events_in(wire[at : at + size] for at in range(0, len(wire), size))
    assert [event.data for event in events] == [json.loads(json.dumps(value)) for value in values]


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
def test_json_over_several_lines_is_still_one_event(line_end: bytes) -> None:
    (event,) = events_in([sse.event(b'{"a":' + line_end + b"1}" + line_end, "x")])
    assert event == Arrived("x", {"a": 1})


def test_other_scripts_are_themselves() -> None:
    assert sse.json_bytes({"a": "你好 😀"}) == '{"a":"你好 😀"}'.encode()


def test_half_a_character_stays_an_escape() -> None:
    assert sse.json_bytes("a\ud83d") == b'"a\\ud83d"'


def test_the_ping() -> None:
    assert events_in([sse.PING]) == [Arrived("ping", {"type": "ping"})]
