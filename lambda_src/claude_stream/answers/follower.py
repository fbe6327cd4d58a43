"""The body of a kept answer: the events that are kept, then those that still come, as its own client gets them."""

import time
from collections.abc import Iterator
from typing import Any

from claude_stream import sse
from claude_stream.answers.log import AnswerLog, Head, Part
from claude_stream.dialects import Dialect
from claude_stream.errors import ApiError, TimedOut, Unavailable
from claude_stream.sse import json_bytes
from claude_stream.table import TableUnavailable

POLL_SECONDS = 0.5
# A writer leaves a sign of life every second (keeper.py); a few may fail in a row.
_LONGEST_SILENCE_SECONDS = 15.0
_PING = b": ping\n\n"  # a comment: all clients skip it, whatever API they speak
_BROKEN_OFF = "The answer broke off: the function that wrote it has ended. What came before this is all there is."
_TIME_IS_UP = "The time for this request is up, and the answer goes on. Ask again for what follows the last event."
UNREADABLE = "What is kept of the answer cannot be read just now. Ask again in a moment."


class Follower:
    """Yields the events with numbers over `after`, and pings in the silence. An error is the last event."""

    def __init__(  # noqa: PLR0913 (each by its name)
        self,
        log: AnswerLog,
        head: Head,
        dialect: Dialect,
        *,
        after: int,
        deadline: float,
        heartbeat: float,
        request_id: str,
    ) -> None:
        self._log = log
        self._head = head
        self._dialect = dialect
        self._skipped = after
        self._deadline = deadline
        self._heartbeat = heartbeat
        self._request_id = request_id

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._events()
        except TableUnavailable:
            yield self._error(Unavailable(UNREADABLE))
        except ApiError as error:
            yield self._error(error)

    def _events(self) -> Iterator[bytes]:
        ping_due = time.monotonic() + self._heartbeat
        for part in self._parts():
            events = self._not_skipped(part.events) if part else b""
            if not events and time.monotonic() > ping_due:
                events = _PING
            if events:
                yield events
                ping_due = time.monotonic() + self._heartbeat

    def _parts(self) -> Iterator[Part | None]:
        """The parts up to the last one; None where there is no new one."""
        number, alive_at = 0, time.time()
        while True:
            parts = self._log.parts(self._head, number)
            for part in parts:
                number, alive_at = part.number, part.at or alive_at
                yield part
                if part.state:
                    return
            if parts:
                continue  # there may be more
            if time.time() - alive_at > _LONGEST_SILENCE_SECONDS:
                raise ApiError(_BROKEN_OFF)
            if time.monotonic() > self._deadline:
                raise TimedOut(_TIME_IS_UP)
            yield None
            time.sleep(POLL_SECONDS)

    def _not_skipped(self, events: bytes) -> bytes:
        if not self._skipped:
            return events
        each = events.split(b"\n\n")[:-1]
        kept = each[self._skipped :]
        self._skipped = max(0, self._skipped - len(each))
        return b"".join(event + b"\n\n" for event in kept)

    def _error(self, error: ApiError) -> bytes:
        return error_event(self._dialect.error(error, self._request_id))


def error_event(error: dict[str, Any]) -> bytes:
    """In any dialect: SDKs look for `error` in an event's data, not at its name."""
    return sse.event(json_bytes(error), "error")
