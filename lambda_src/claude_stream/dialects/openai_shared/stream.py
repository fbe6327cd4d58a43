"""What the writers of both of OpenAI's streams share."""

from collections.abc import Callable, Mapping
from typing import Any

from claude_stream.bedrock.event_stream import Event
from claude_stream.outcome import Outcome


class EventWriter:
    """Writes each event by the writer of its type, and keeps how the answer ends."""

    ping = b": ping\n\n"  # a comment: OpenAI's clients take every event for one of theirs

    def __init__(self) -> None:
        self._outcome = Outcome()
        self._writers: Mapping[str, Callable[[dict[str, Any]], bytes]] = {}

    def event(self, event: Event) -> bytes:
        if event.type != "content_block_delta":
            self._outcome.observe(event)
        write = self._writers.get(event.type)
        return write(event.data) if write else b""
