"""Claude's events -> a stream of server-sent events: two formats, and the answer that is sent in one."""

import json
import logging
import time
from collections.abc import Iterator
from typing import Protocol

from claude_stream import sse
from claude_stream.bedrock.client import INTERVENED, Event, EventStream
from claude_stream.errors import ApiError, TimedOut
from claude_stream.metrics import Record

logger = logging.getLogger(__name__)

_TIME_IS_UP = "The time for this answer is up; what came so far is kept. Ask for the rest, or for less."
_METRICS = "amazon-bedrock-invocationMetrics"
INTERNAL_ERROR = "Something went wrong on the server's side. Ask again; its log has the place."


class Format(Protocol):
    """How an answer is written. Each gives server-sent events, or b"" where there is nothing to say."""

    ping: bytes

    def event(self, event: Event) -> bytes: ...

    def end(self, record: Record) -> bytes: ...

    def error(self, error: ApiError, request_id: str) -> bytes: ...


class _NamedEvents:
    """What both formats of our own say besides the answer, each as an event with its name."""

    ping = sse.PING

    def error(self, error: ApiError, request_id: str) -> bytes:
        return sse.event(sse.json_bytes(error.body(request_id)), "error")


class MessagesFormat(_NamedEvents):
    """The Anthropic API's own: every event as it came from Bedrock."""

    def event(self, event: Event) -> bytes:
        if _METRICS in event.data:  # on message_stop; Anthropic's API has no such thing
            kept = {name: value for name, value in event.data.items() if name != _METRICS}
            return sse.event(sse.json_bytes(kept), event.type)
        return sse.event(event.json, event.type)

    def end(self, record: Record) -> bytes:
        return b""


class TextFormat(_NamedEvents):
    """The text alone: each piece is `data: <JSON string>`, then `event: done` with stop_reason and usage."""

    def __init__(self) -> None:
        self._characters = WholeCharacters()

    def event(self, event: Event) -> bytes:
        if event.type != "content_block_delta":
            return b""
        delta = event.data.get("delta") or {}
        text = self._characters.add(delta.get("text") or "") if delta.get("type") == "text_delta" else ""
        return sse.event(sse.json_bytes(text)) if text else b""

    def end(self, record: Record) -> bytes:
        done: dict[str, object] = {"stop_reason": record.stop_reason, "usage": record.usage}
        if record.guardrail_intervened:
            done["guardrail_action"] = INTERVENED
        return sse.event(json.dumps(done).encode(), "done")


class WholeCharacters:
    """Text that comes in pieces, of which one may end in the first half of an emoji."""

    def __init__(self) -> None:
        self._held = ""

    def add(self, text: str) -> str:
        """Holds back the first half of a surrogate pair until the second comes: an emoji is never split."""
        text = self._held + text
        self._held = text[-1] if "\ud800" <= text[-1:] <= "\udbff" else ""
        whole = text.removesuffix(self._held)
        return whole.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


class AnswerStream:
    """The body of a streamed answer: events at once as they come, pings in silence, one error at most, a clean end.

    `deadline` is a time.monotonic() value; `close()` closes Bedrock's side too, whatever happened.
    """

    def __init__(
        self, events: EventStream, form: Format, record: Record, *, deadline: float, heartbeat: float
    ) -> None:
        self._events = events
        self._form = form
        self._record = record
        self._deadline = deadline
        self._heartbeat = heartbeat
        self._first: bytes | None = form.ping
        self._ping_due = 0.0

    def wait_for_first(self, seconds: float) -> None:
        """Waits for the first event, so that Bedrock's refusal can be the HTTP status; then it is raised here.

        When it is silent for longer, a ping goes first and the answer begins without it.
        """
        try:
            self._first = self._next(time.monotonic() + seconds)
        except TimeoutError:
            pass  # the ping stands for it
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
                piece = self._next_or_ping()
            yield self._form.end(self._record)
        except ApiError as error:
            yield self._error(error)
        except Exception:
            logger.exception("an answer could not be passed on")
            yield self._error(ApiError(INTERNAL_ERROR))

    def close(self) -> None:
        self._events.close()

    def _next_or_ping(self) -> bytes | None:
        # Counted from what was last sent, not from what came: of a model that thinks, text alone passes on nothing.
        try:
            return self._next(self._ping_due)
        except TimeoutError:
            return self._form.ping

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
        return self._form.event(event)

    def _error(self, error: ApiError) -> bytes:
        self._record.error_type = error.type
        return self._form.error(error, self._record.request_id)
