"""How an answer ended: the reason, the tokens, and whether a guardrail replaced it."""

from collections.abc import Mapping
from typing import Any

from claude_stream.bedrock.event_stream import Event

INTERVENED = "INTERVENED"
CANCELLED = "cancelled"  # the stop reason of an answer that a reader has stopped (answers/)


class Outcome:
    """An answer's end, from its events as they come or from the whole answer."""

    def __init__(self) -> None:
        self.stop_reason: str | None = None
        self.usage: dict[str, Any] = {}
        self.guardrail_intervened = False

    def observe(self, event: Event) -> None:
        """Reads what an event of a stream says of the end."""
        if event.type == "message_start":
            self._count(event.data["message"].get("usage"))
        elif event.type == "message_delta":
            self._count(event.data.get("usage"))
            self._end(event.data.get("delta") or {})
            if self.stop_reason == CANCELLED and not event.data.get("usage"):
                self.usage.pop("output_tokens", None)  # what the beginning said is not what was used
        elif event.type == "message_stop":
            self.guardrail_intervened |= _intervened(event.data)

    def observe_whole(self, message: Mapping[str, Any]) -> None:
        """Reads what a whole message says of its end."""
        self._count(message.get("usage"))
        self._end(message)

    def _end(self, end: Mapping[str, Any]) -> None:
        self.stop_reason = end.get("stop_reason")
        self.guardrail_intervened = _intervened(end)

    def _count(self, usage: Mapping[str, Any] | None) -> None:
        """A later event repeats some of the numbers, and may have null or 0 for one that was counted before."""
        for name, value in (usage or {}).items():
            if value or name not in self.usage:
                self.usage[name] = value


def _intervened(end: Mapping[str, Any]) -> bool:
    """Whether a guardrail intervened: a whole message says so, or a stream's message_stop.

    Some streams say it as the stop reason instead: https://github.com/langchain-ai/langchain-aws/issues/937
    """
    return (
        end.get("amazon-bedrock-guardrailAction") == INTERVENED or end.get("stop_reason") == "guardrail_intervened"
    )
