"""An answer on the terminal: it is printed as it arrives, and a line at its end reports tokens and times."""

import sys
import time
from typing import Any

from cli.failure import Failure


class Answer:
    """An answer: `text` is what has been printed so far, `stop_reason` is set once the answer is complete."""

    def __init__(self) -> None:
        self.stop_reason: str | None = None
        self.text = ""
        self._usage: dict[str, Any] = {}
        self._started = time.monotonic()
        self._first_at: float | None = None
        self._at_line_start = True

    def show(self, event: dict[str, Any]) -> None:
        """Prints the event's text, at once. Failure for an event that is an error."""
        kind = event.get("type")
        if kind == "content_block_delta":
            self._first_at = self._first_at or time.monotonic()
            self._say(event["delta"].get("text", ""))
        elif kind == "message_start":
            self._count(event["message"].get("usage"))
        elif kind == "message_delta":
            self._count(event.get("usage"))
            self.stop_reason = event["delta"].get("stop_reason")
        elif kind == "error":
            raise Failure(event["error"]["message"])

    def show_whole(self, message: dict[str, Any]) -> None:
        """Prints a message that arrived whole."""
        self.take(message)
        self._print(self.text)

    def take(self, message: dict[str, Any]) -> None:
        self._count(message.get("usage"))
        self.stop_reason = message.get("stop_reason")
        self.text = "".join(block["text"] for block in message["content"] if block["type"] == "text")

    def break_line(self) -> None:
        """Ends the line that the answer stopped in."""
        if not self._at_line_start:
            self._print("\n")

    def usage_line(self) -> str:
        now = time.monotonic()
        first_at = self._first_at or now
        tokens = self._usage.get("output_tokens") or 0
        rate = f", {tokens / (now - first_at):.0f} tokens/s" if now > first_at else ""
        return (
            f"{self._usage.get('input_tokens') or 0} tokens in, {tokens} out, stopped by {self.stop_reason}; "
            f"first token after {first_at - self._started:.2f} s, all after {now - self._started:.2f} s{rate}"
        )

    def _count(self, usage: dict[str, Any] | None) -> None:
        """A later event may have null or 0 for what an earlier one counted."""
        self._usage |= {name: value for name, value in (usage or {}).items() if value or name not in self._usage}

    def _say(self, text: str) -> None:
        self.text += text
        self._print(text)

    def _print(self, text: str) -> None:
        if text:
            sys.stdout.write(text)
            sys.stdout.flush()
            self._at_line_start = text.endswith("\n")
