"""However Bedrock's stream is cut into pieces, its events are the same; a stream that breaks off is an error."""

import functools
import itertools
import socket
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claude_stream import errors
from claude_stream.bedrock.client import Bedrock
from claude_stream.bedrock.connection import Connection
from claude_stream.bedrock.event_stream import EventStream
from claude_stream.bedrock.signing import Service
from emulator.aws.bedrock import event_stream
from emulator.aws.simulator import REGION
from tests.contract.aws_calls.asking import BODY, HAIKU, service, soon

EVENTS: list[dict[str, object]] = [
    {"type": "message_start"},
    {"type": "content_block_delta", "delta": {"type": "text_delta", "text": "你好"}},
    {"type": "content_block_delta", "delta": {"type": "text_delta", "text": "😀"}},
    {"type": "message_stop"},
]
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.amazon.eventstream\r\nTransfer-Encoding: chunked\r\n\r\n"


@functools.cache
def wire_bytes(frames_per_chunk: int = 1) -> bytes:
    """The stream's bytes, the same each time despite the random padding, as Hypothesis repeats examples."""
    frames = [event_stream.chunk(event) for event in EVENTS]
    groups = [b"".join(frames[at : at + frames_per_chunk]) for at in range(0, len(frames), frames_per_chunk)]
    chunks = b"".join(b"%X;name=value\r\n%b\r\n" % (len(group), group) for group in groups)
    return HEAD + chunks + b"0\r\nx-trailer: t\r\n\r\n"


WIRE = wire_bytes()
LAST_BYTE_OF_THE_LAST_EVENT = WIRE.rindex(b"\r\n0\r\n") - 1


def read_in_pieces(pieces: list[bytes]) -> list[Any]:
    """The events of these pieces, with a TimeoutError after each piece."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        aws = service("http://bedrock.test")
        aws.endpoint.keep(Connection(ours))
        stream = Bedrock(aws, REGION).stream(HAIKU, BODY)
        read: list[Any] = []
        for piece in (b"", *pieces):
            theirs.sendall(piece)
            with suppress(TimeoutError):
                read_until_silence(stream, 0.0004, into=read)
        read_until_silence(stream, 60, into=read)  # the rest, on a slow machine
        stream.close()
        assert_kept(aws)
    return read


def read_until_silence(stream: EventStream, seconds: float, *, into: list[Any]) -> None:
    while (event := stream.next(soon(seconds))) is not None:
        into.append(event.data)


def assert_kept(aws: Service) -> None:
    connection = aws.endpoint.connection()
    assert connection.is_quiet()
    connection.close()


def test_whole() -> None:
    assert read_in_pieces([WIRE]) == EVENTS
    assert read_in_pieces([wire_bytes(frames_per_chunk=4)]) == EVENTS


def test_byte_by_byte() -> None:
    assert read_in_pieces([WIRE[at : at + 1] for at in range(len(WIRE))]) == EVENTS


def test_cut_in_two_at_every_place() -> None:
    for at in range(1, len(WIRE)):
        assert read_in_pieces([WIRE[:at], WIRE[at:]]) == EVENTS


@settings(max_examples=50, deadline=None)
@given(data=st.data(), frames_per_chunk=st.integers(1, 4))
def test_cut_at_random(data: st.DataObject, frames_per_chunk: int) -> None:
    wire = wire_bytes(frames_per_chunk)
    cuts = sorted(data.draw(st.sets(st.integers(1, len(wire) - 1), max_size=30)))
    pieces = [wire[start:end] for start, end in itertools.pairwise([0, *cuts, len(wire)])]
    assert read_in_pieces(pieces) == EVENTS


@settings(max_examples=100, deadline=None)
@given(end=st.integers(len(HEAD), LAST_BYTE_OF_THE_LAST_EVENT))
def test_cut_off_anywhere_is_an_error_never_a_short_answer(end: int) -> None:
    ours, theirs = socket.socketpair()
    aws = service("http://bedrock.test")
    aws.endpoint.keep(Connection(ours))
    stream = Bedrock(aws, REGION).stream(HAIKU, BODY)
    with pytest.raises(TimeoutError):
        stream.next(soon(0.001))
    theirs.sendall(WIRE[:end])
    theirs.close()
    with pytest.raises(errors.ApiError):
        list(iter(lambda: stream.next(soon()), None))
    stream.close()
