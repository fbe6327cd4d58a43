"""The frames of application/vnd.amazon.eventstream, decoded. Pure. Numbers are big-endian, checksums CRC-32.

A frame: 4 bytes of its length, 4 of its headers' length, the checksum of these 8; headers; payload; the checksum of
all before it.
https://docs.aws.amazon.com/lexv2/latest/dg/event-stream-encoding.html and, for the types of a header's value,
https://smithy.io/2.0/aws/amazon-eventstream.html
"""

import functools
from binascii import crc32
from collections.abc import Mapping
from struct import Struct
from typing import Any, NamedTuple

_PRELUDE = Struct(">III")  # the length, the headers' length, their checksum
_CHECKSUM = Struct(">I")
_MOST_HEADER_BYTES = 128 * 1024
_MOST_PAYLOAD_BYTES = 24 * 1024 * 1024
# The types of a header's value, by their number. Of the others, 0 is true and 1 is false.
_INTEGER_BYTES = {2: 1, 3: 2, 4: 4, 5: 8, 8: 8}  # byte, short, integer, long, and timestamp in milliseconds
_BYTES, _STRING, _UUID = 6, 7, 9


class BrokenFrame(Exception):
    """The bytes are no frame, or not as they were sent."""


class Frame(NamedTuple):
    """One message. A header's value is a bool, int, str or bytes. Frames with the same headers share them."""

    headers: Mapping[str, Any]
    payload: bytes


class Frames:
    """The frames of one stream, of whose bytes the pieces come one by one."""

    def __init__(self) -> None:
        self._data = bytearray()

    def next(self, piece: bytes = b"") -> Frame | None:
        """The next frame, now that `piece` has come; None while it is not whole.

        The lengths have a checksum of their own: they come first.
        """
        self._data += piece
        if len(self._data) < _PRELUDE.size:
            return None
        length, headers_length, checksum = _PRELUDE.unpack_from(self._data)
        if crc32(self._data[:8]) != checksum:
            raise BrokenFrame("the prelude is not as it was sent")
        payload_at = _PRELUDE.size + headers_length
        payload_length = length - _CHECKSUM.size - payload_at
        if headers_length > _MOST_HEADER_BYTES or not 0 <= payload_length <= _MOST_PAYLOAD_BYTES:
            raise BrokenFrame("its lengths are not a frame's")
        if len(self._data) < length:
            return None
        message = bytes(self._data[: length - _CHECKSUM.size])
        (checksum,) = _CHECKSUM.unpack_from(self._data, len(message))
        del self._data[:length]
        if crc32(message) != checksum:
            raise BrokenFrame("the message is not as it was sent")
        return Frame(_headers(message[_PRELUDE.size : payload_at]), message[payload_at:])


@functools.lru_cache(maxsize=4)  # all frames of an answer have the same, to the byte
def _headers(data: bytes) -> Mapping[str, Any]:
    """A header: its name behind 1 byte of length, 1 byte for the type, its value. No name stands twice."""
    headers: dict[str, Any] = {}
    at = 0
    try:
        while at < len(data):
            name, at = _sized(data, at, 1)
            if (text := name.decode()) in headers:
                raise BrokenFrame("a header stands twice")
            headers[text], at = _value(data, at + 1, data[at])
    except (IndexError, KeyError, UnicodeDecodeError) as error:
        raise BrokenFrame("a header cannot be read") from error
    if at > len(data):
        raise BrokenFrame("a header is longer than the headers")
    return headers


def _value(data: bytes, at: int, kind: int) -> tuple[Any, int]:
    """The value at `at`, and where the next header is."""
    if kind <= 1:
        return kind == 0, at
    if kind in (_BYTES, _STRING):
        value, end = _sized(data, at, 2)
        return (value.decode() if kind == _STRING else value), end
    if kind == _UUID:
        return data[at : at + 16], at + 16
    end = at + _INTEGER_BYTES[kind]
    return int.from_bytes(data[at:end], "big", signed=True), end


def _sized(data: bytes, at: int, width: int) -> tuple[bytes, int]:
    """What stands behind its own length, a number of `width` bytes."""
    begin = at + width
    end = begin + _integer(data[at:begin])
    return data[begin:end], end


def _integer(data: bytes) -> int:
    return int.from_bytes(data, "big")
