"""A streamed answer that is kept: Claude's events on their way in, and the written ones on their way out."""

import time
from collections.abc import Iterator
from typing import Any

from claude_stream.answer_stream import AnswerStream
from claude_stream.answers.keeper import Keeper, StopAsked
from claude_stream.bedrock.event_stream import Event, EventStream
from claude_stream.errors import Conflicting
from claude_stream.outcome import CANCELLED, Outcome
from claude_stream.sse import json_bytes

_HIDDEN = ("thinking", "redacted_thinking")


class Cancelled(Conflicting):
    """An answer was cancelled before it had begun."""

    def __init__(self) -> None:
        super().__init__("The answer was cancelled before it began.")


class WatchedEvents:
    """Claude's events, with the keeper's work done while they are waited for.

    An event is looked at once it has been passed on. When a reader wants the answer to stop, Bedrock's stream is
    closed, and the events end like those of a whole answer, with the stop reason `cancelled`.
    """

    def __init__(self, events: EventStream, keeper: Keeper) -> None:
        self._events = events
        self._keeper = keeper
        self._outcome = Outcome()
        self._open_block: int | None = None
        self._is_hidden = False  # whether Claude has thought: tokens of which the stream shows less
        self._received_bytes = 0
        self._ending: Iterator[Event] | None = None
        self._passed: Event | None = None  # not looked at yet
        self._state = "failed"

    @property
    def dropped(self) -> list[str]:
        return self._events.dropped

    @property
    def state(self) -> str:
        self._look()
        return self._state

    @property
    def usage(self) -> dict[str, Any]:
        self._look()
        return self._outcome.usage

    def next(self, until: float) -> Event | None:
        """The next event, None after the last. TimeoutError at `until`; then it can be called again."""
        while self._ending is None:
            try:
                self._keeper.step()
            except StopAsked:
                self._stop()
                break
            # After the last event there is nothing to wait for but the connection's next use.
            slice_end = until if self.state == "done" else min(until, self._keeper.due)
            try:
                event = self._events.next(slice_end)
            except TimeoutError:
                if time.monotonic() >= until:
                    raise
            else:
                self._passed = event
                return event
        assert self._ending is not None
        ending = next(self._ending, None)
        if ending:
            self._outcome.observe(ending)
        return ending

    def close(self) -> None:
        self._events.close()

    def _look(self) -> None:
        event, self._passed = self._passed, None
        if event is None:
            return
        if event.type == "content_block_delta":
            delta = event.data.get("delta") or {}
            texts = (value for name, value in delta.items() if isinstance(value, str) and name != "type")
            self._received_bytes += sum(len(text.encode("utf-8", "surrogatepass")) for text in texts)
            return
        self._outcome.observe(event)
        if event.type == "content_block_start":
            self._open_block = event.data.get("index")
            self._is_hidden |= (event.data.get("content_block") or {}).get("type") in _HIDDEN
        elif event.type == "content_block_stop":
            self._open_block = None
        elif event.type == "message_stop":
            self._state = "done"

    def _stop(self) -> None:
        self._events.close()
        if self.state == "done":
            self._ending = iter(())
            return
        self._state = CANCELLED
        if not self._outcome.usage:
            self._ending = iter(())
            raise Cancelled
        self._ending = iter(list(self._last_events()))

    def _last_events(self) -> Iterator[Event]:
        if self._open_block is not None:
            yield _event("content_block_stop", index=self._open_block)
        # Bedrock did not say how many tokens it wrote. A token has at least a byte, so they are no more than this;
        # of thoughts that were not shown nothing is known.
        written = {} if self._is_hidden else {"usage": {"output_tokens": self._received_bytes}}
        yield _event("message_delta", delta={"stop_reason": CANCELLED, "stop_sequence": None}, **written)
        yield _event("message_stop")


class KeptAnswer:
    """The body of an answer that is kept: each event has an `id:`, its number from 1 on.

    When the server stops asking for it, since its client has gone, the answer is kept to its end.
    """

    def __init__(self, stream: AnswerStream, ping: bytes, events: WatchedEvents, keeper: Keeper) -> None:
        self._stream = stream
        self._pieces = iter(stream)
        self._ping = ping
        self._events = events
        self._keeper = keeper
        self._number = 0
        self._sent = b""  # and not kept yet

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            self._sent = self._numbered(piece)
            yield self._sent
            self._keep()

    def close(self) -> None:
        try:
            self._keep()  # the one at which the client went
            for piece in self._pieces:
                self._sent = self._numbered(piece)
                self._keep()
        finally:
            self._stream.close()
            self._keeper.end(self._events.state, self._events.usage)

    def _keep(self) -> None:
        """Keeps what was sent last: the client need not wait for that."""
        if self._sent and self._sent != self._ping:
            self._keeper.add(self._sent)
        self._sent = b""

    def _numbered(self, piece: bytes) -> bytes:
        if piece == self._ping or not piece:
            return piece
        self._number += 1
        end = piece.find(b"\n\n") + 2
        event = b"id: %d\n%b" % (self._number, piece[:end])
        return event if end == len(piece) else event + self._numbered(piece[end:])


def _event(kind: str, **fields: object) -> Event:
    data = {"type": kind, **fields}
    return Event(kind, data, json_bytes(data))
