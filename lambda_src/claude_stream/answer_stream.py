"""The body of a streamed answer: Claude's events, as a dialect writes them, with pings in the silence."""

import time
from collections.abc import Iterator
from typing import Protocol

from claude_stream import log
from claude_stream.bedrock.event_stream import Event
from claude_stream.dialects import Writer
from claude_stream.errors import INTERNAL_ERROR, ApiError, TimedOut
from claude_stream.metrics import Record

_TIME_IS_UP = "The time for this answer is up; what came so far is kept. Ask for the rest, or for less."


class Events(Protocol):
    """Claude's events, as bedrock/event_stream.py has them."""

    def next(self, until: float) -> Event | None: ...

    def close(self) -> None: ...


class AnswerStream:
    """Yields each event as it arrives, pings while there is none, and one error at most, as the last.

    `deadline` is a time.monotonic() value; `close()` closes the call to Bedrock too.
    """

    def __init__(
        self,
        events: Events,
        writer: Writer,
        record: Record,
        *,
        deadline: float,
        heartbeat: float,
    ) -> None:
        self._events = events
        self._writer = writer
        self._record = record
        self._deadline = deadline
        self._heartbeat = heartbeat
        self._first: bytes | None = writer.ping
        self._ping_due = 0.0

    def wait_for_first(self, seconds: float) -> None:
        """Waits for the first event, so that Bedrock's refusal, raised here, can be the HTTP status.

        After `seconds` of silence the answer begins with a ping instead.
        """
        try:
            self._first = self._next(time.monotonic() + seconds)
        except TimeoutError:
            pass  # the answer begins with the ping
        except BaseException:
            self.close()
            raise

    def __iter__(self) -> Iterator[bytes]:
        self._ping_due = time.monotonic() + self._heartbeat
        try:
            piece = self._first
            while piece is not None:
                if piece:
                    yield piece
                    self._ping_due = time.monotonic() + self._heartbeat
                try:
                    # Since the last sent piece, not the last event: while a model thinks, /stream sends nothing.
                    piece = self._next(self._ping_due)
                except TimeoutError:
                    piece = self._writer.ping
            yield self._writer.end()
        except ApiError as error:
            yield self._error(error)
        except Exception as error:
            log.error("an answer could not be passed on", failure=error, request_id=self._record.request_id)
            yield self._error(ApiError(INTERNAL_ERROR))

    def close(self) -> None:
        self._events.close()

    def _next(self, until: float) -> bytes | None:
        """The next event in its format, None at the end. TimeoutError when there is none by `until`."""
        if time.monotonic() >= self._deadline:
            raise TimedOut(_TIME_IS_UP)
        try:
            event = self._events.next(min(until, self._deadline))
        except TimeoutError:
            if time.monotonic() >= self._deadline:
                raise TimedOut(_TIME_IS_UP) from None
            raise
        if event is None:
            return None
        self._record.observe(event)
        return self._writer.event(event)

    def _error(self, error: ApiError) -> bytes:
        self._record.failed(error)
        return self._writer.error(error)
