"""The events of one streamed answer: Bedrock's frames in, Claude's events out.

https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModelWithResponseStream.html
"""

import json
from binascii import a2b_base64
from collections.abc import Callable
from typing import Any, NamedTuple

from claude_stream.bedrock.connection import BrokenConnection
from claude_stream.bedrock.frames import BrokenFrame, Frame, Frames
from claude_stream.bedrock.refusals import AttemptedCall
from claude_stream.bedrock.refused_parts import Attempts
from claude_stream.bedrock.signing import AwsError, Call, NoCredentials

_DECODER = json.JSONDecoder()


class Event(NamedTuple):
    """One event of Claude's: `data` decoded, and `json` as the UTF-8 bytes received."""

    type: str
    data: dict[str, Any]
    json: bytes


class EventStream:
    """The events of one streamed answer. `start` makes a call of a body."""

    def __init__(self, start: Callable[[bytes], Call], attempts: Attempts, attempted: AttemptedCall) -> None:
        self._start = start
        self._attempts = attempts
        self._attempted = attempted
        self._begun = False
        self._stopped = False
        self._new_call()

    @property
    def dropped(self) -> list[str]:
        """What Bedrock refused of the request: complete with the first event."""
        return self._attempts.dropped

    def next(self, until: float) -> Event | None:
        """The next event, None after message_stop. TimeoutError at `until`; then it can be called again.

        Any other end is an ApiError: before the first event with Bedrock's status, later with the reason why the
        answer broke off.
        """
        if self._stopped:
            self._drain(until)
            return None
        while not self._begun:
            try:
                return self._first_event(until)
            except (AwsError, BrokenConnection, NoCredentials, BrokenFrame) as error:
                self._attempts.leave_out(error)
                self._call.close()
                self._new_call()
        try:
            return self._next_event(until)
        except (AwsError, BrokenConnection, NoCredentials, BrokenFrame) as error:
            raise self._attempted.api_error(error) from error

    def close(self) -> None:
        self._call.close()

    def _new_call(self) -> None:
        self._call = self._start(self._attempts.body)
        self._frames = Frames()

    def _first_event(self, until: float) -> Event:
        self._call.head(until)
        event = self._next_event(until)
        self._begun = True
        self._attempts.accepted()
        return event

    def _next_event(self, until: float) -> Event:
        frame = self._frames.next()
        while frame is None:
            piece = self._call.read_some(until)
            if not piece:
                raise BrokenConnection("the answer ended before the model had finished")
            frame = self._frames.next(piece)
        event = _event(frame)
        self._stopped = event.type == "message_stop"
        return event

    def _drain(self, until: float) -> None:
        """Reads the few bytes after the last event, so that the connection can serve the next request."""
        try:
            while self._call.read_some(until):
                pass
        except (BrokenConnection, TimeoutError):
            pass  # the answer is whole; the connection is simply not kept


def _event(frame: Frame) -> Event:
    headers = frame.headers
    if headers.get(":message-type") != "event":
        code = headers.get(":exception-type") or headers.get(":error-code") or ""
        raise AwsError(code[:1].upper() + code[1:] or "unnamed", _message_of(frame.payload))
    try:
        raw = a2b_base64(_decoded(frame.payload)["bytes"])
        data = _decoded(raw)
        event = Event(data["type"], data, raw)
    except (ValueError, KeyError, TypeError) as error:
        raise BrokenConnection("an event could not be read") from error
    if event.type == "error":
        failure = data.get("error") or {}
        raise AwsError(str(failure.get("type")), str(failure.get("message")))
    return event


def _decoded(data: bytes) -> Any:
    """What json.loads would find, by half its steps: it looks for the encoding, and twice for white space."""
    text = data.decode("utf-8", "surrogatepass").strip()
    value, end = _DECODER.raw_decode(text)
    if end != len(text):
        raise ValueError("more than one value")
    return value


def _message_of(payload: bytes) -> str:
    try:
        return str(json.loads(payload).get("message", ""))
    except (ValueError, AttributeError):
        return ""
