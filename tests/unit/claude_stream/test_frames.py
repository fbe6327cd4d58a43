"""frames.py: the frames of an event stream are those that botocore reads, however the stream is cut."""

import itertools
import struct
from binascii import crc32
from typing import Any

import pytest
from botocore.eventstream import EventStreamBuffer, ParserError
from hypothesis import given
from hypothesis import strategies as st

from claude_stream.bedrock.frames import BrokenFrame, Frame, Frames


def frame(headers: bytes, payload: bytes) -> bytes:
    prelude = struct.pack("!II", 16 + len(headers) + len(payload), len(headers))
    message = prelude + struct.pack("!I", crc32(prelude)) + headers + payload
    return message + struct.pack("!I", crc32(message))


def header(name: str, kind: int, value: bytes) -> bytes:
    return struct.pack("!B", len(name.encode())) + name.encode() + bytes([kind]) + value


def sized(value: bytes) -> bytes:
    return struct.pack("!H", len(value)) + value


def read(*pieces: bytes) -> list[Frame]:
    frames, found = Frames(), []
    for piece in pieces:
        one = frames.next(piece)
        while one is not None:
            found.append(one)
            one = frames.next()
    return found


def read_by_botocore(wire: bytes) -> list[tuple[dict[str, Any], bytes]]:
    buffer = EventStreamBuffer()
    buffer.add_data(wire)
    return [(message.headers, message.payload) for message in buffer]


def integers(kind: int, form: str, bits: int) -> st.SearchStrategy[tuple[int, bytes]]:
    numbers = st.integers(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    return numbers.map(lambda number: (kind, struct.pack(form, number)))


EVERY_KIND = st.one_of(
    st.sampled_from([(0, b""), (1, b"")]),
    integers(2, "!b", 8),
    integers(3, "!h", 16),
    integers(4, "!i", 32),
    integers(5, "!q", 64),
    st.binary(max_size=300).map(lambda value: (6, sized(value))),
    st.text(max_size=100).map(lambda value: (7, sized(value.encode()))),
    integers(8, "!q", 64),
    st.binary(min_size=16, max_size=16).map(lambda value: (9, value)),
)
NAMES = st.text(max_size=60).filter(lambda name: len(name.encode()) < 256)
HEADERS = st.dictionaries(NAMES, EVERY_KIND, max_size=6).map(
    lambda found: b"".join(header(name, *value) for name, value in found.items())
)
WIRES = st.lists(st.builds(frame, HEADERS, st.binary(max_size=200)), max_size=4).map(b"".join)


@given(wire=WIRES, data=st.data())
def test_any_frames_are_those_that_botocore_reads(wire: bytes, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, len(wire)), max_size=20)))
    pieces = [wire[start:end] for start, end in itertools.pairwise([0, *cuts, len(wire)])]
    assert read(*pieces) == read_by_botocore(wire)


def test_cut_in_two_at_every_byte_and_byte_by_byte() -> None:
    wire = frame(header(":message-type", 7, sized(b"event")) + header("n", 4, bytes(4)), b"{}") + frame(b"", b"")
    whole = [Frame({":message-type": "event", "n": 0}, b"{}"), Frame({}, b"")]
    assert all(read(wire[:at], wire[at:]) == whole for at in range(len(wire)))
    assert read(*(wire[at : at + 1] for at in range(len(wire)))) == whole


@given(wire=WIRES.filter(bool), data=st.data())
def test_a_bit_that_was_changed_on_the_way_is_seen(wire: bytes, data: st.DataObject) -> None:
    at, bit = data.draw(st.integers(0, len(wire) - 1)), data.draw(st.integers(0, 7))
    broken = bytearray(wire)
    broken[at] ^= 1 << bit
    with pytest.raises(BrokenFrame):
        read(bytes(broken))
    with pytest.raises(ParserError):
        read_by_botocore(bytes(broken))


def with_lengths(length: int, headers_length: int) -> bytes:
    prelude = struct.pack("!II", length, headers_length)
    return prelude + struct.pack("!I", crc32(prelude))


@pytest.mark.parametrize(
    "wire",
    [
        with_lengths(15, 0),
        with_lengths(20, 5),
        with_lengths(16 + 128 * 1024 + 1, 128 * 1024 + 1),
        with_lengths(16 + 24 * 1024 * 1024 + 1, 0),
    ],
)
def test_impossible_lengths_are_not_waited_for(wire: bytes) -> None:
    with pytest.raises(BrokenFrame, match="lengths"):
        read(wire)


@pytest.mark.parametrize(
    "headers",
    [
        header("a", 0, b"") + header("a", 0, b""),
        header("a", 10, b""),
        b"\x01\xff\x00",
        header("a", 7, sized(b"\xff")),
        b"\x05a",
        b"\x01a",
        header("a", 7, b"\x00\x09short"),
        header("a", 4, b"\x00\x00"),
        header("a", 9, b"short"),
    ],
    ids=["twice", "type", "name", "string", "name's length", "no type", "length", "integer", "uuid"],
)
def test_headers_that_cannot_be_read_are_an_error(headers: bytes) -> None:
    with pytest.raises(BrokenFrame, match="header"):
        read(frame(headers, b""))
