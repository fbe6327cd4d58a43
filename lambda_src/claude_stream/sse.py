"""The codec of server-sent events: values -> bytes. Pure.

https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
"""

import json

HEADERS = (("content-type", "text/event-stream; charset=utf-8"), ("x-accel-buffering", "no"))


# Made once: json.dumps makes one for each call that is not plain.
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def event(data: bytes, name: str | None = None) -> bytes:
    """One event. `data` is UTF-8 JSON; a line break is carried by one more data line."""
    if b"\n" in data or b"\r" in data:
        data = b"\ndata: ".join(data.splitlines())
    if name is None:
        return b"data: %b\n\n" % data
    return b"event: %b\ndata: %b\n\n" % (name.encode(), data)


def json_bytes(value: object) -> bytes:
    """Compact JSON in UTF-8, with other scripts as themselves rather than as escapes.

    A lone surrogate, which UTF-8 cannot hold, stays an escape (`\\ud83d`).
    """
    return _ENCODER.encode(value).encode("utf-8", "backslashreplace")


PING = event(b'{"type":"ping"}', "ping")
