"""The encoder of AWS event-stream frames (`application/vnd.amazon.eventstream`).

A frame is: total length, length of the headers, CRC-32 of those two, headers, payload, CRC-32 of
everything before it. https://docs.aws.amazon.com/AmazonS3/latest/API/RESTSelectObjectAppendix.html
"""

import json
import random
import struct
from binascii import b2a_base64, crc32
from collections.abc import Mapping

CONTENT_TYPE = "application/vnd.amazon.eventstream"

_STRING = 7
_OVERHEAD_BYTES = 16  # two lengths and two checksums
_RANDOM = random.Random()  # not the shared one: this runs in a thread beside tests that watch that
_ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def frame(headers: Mapping[str, str], payload: bytes) -> bytes:
    return _frame(encode_headers(headers), payload)


def encode_headers(headers: Mapping[str, str]) -> bytes:
    return b"".join(_encode_header(name.encode(), value.encode()) for name, value in headers.items())


def chunk(event: Mapping[str, object]) -> bytes:
    """One model event as Bedrock sends it: its JSON in base64, padded so that its length says nothing.

    A lone surrogate, which UTF-8 cannot hold, is sent as its JSON escape (`\\ud83d`).
    """
    text = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    data = b2a_base64(text.encode("utf-8", "backslashreplace"), newline=False)
    padding = _ALPHABET[: _RANDOM.randrange(2, len(_ALPHABET))].encode()
    return _frame(_CHUNK_HEADERS, b'{"bytes":"%b","p":"%b"}' % (data, padding))


def exception(kind: str, message: str) -> bytes:
    """An exception in mid-stream; `kind` is the member's name, such as throttlingException."""
    headers = {":exception-type": kind, ":content-type": "application/json", ":message-type": "exception"}
    return frame(headers, json.dumps({"message": message}).encode())


def with_wrong_checksum(whole: bytes) -> bytes:
    return whole[:-4] + bytes(byte ^ 0xFF for byte in whole[-4:])


def _encode_header(name: bytes, value: bytes) -> bytes:
    return struct.pack("!B", len(name)) + name + struct.pack("!BH", _STRING, len(value)) + value


def _frame(headers: bytes, payload: bytes) -> bytes:
    lengths = struct.pack("!II", len(headers) + len(payload) + _OVERHEAD_BYTES, len(headers))
    body = b"%b%b%b%b" % (lengths, struct.pack("!I", crc32(lengths)), headers, payload)
    return body + struct.pack("!I", crc32(body))


_CHUNK_HEADERS = encode_headers(
    {":event-type": "chunk", ":content-type": "application/json", ":message-type": "event"}
)
