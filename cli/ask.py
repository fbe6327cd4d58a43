"""`claude-stream ask`: one question, and the answer on the terminal as it comes.

Owns what is asked and how the answer is printed; where it comes from is sources'.
"""

import json
import sys
import time
from argparse import Namespace
from typing import Any

from claude_stream.errors import ApiError
from cli import conversations
from cli.attachments import block_of
from cli.sources import AskError, Body, Source, source_of


def ask(arguments: Namespace) -> int:
    """Prints the answer to standard output, and all else to standard error. The exit status."""
    answer = Answer()
    try:
        question = question_of(arguments)
        identifier, earlier = conversations.latest() if arguments.go_on else (None, [])
        if arguments.go_on and identifier is None:
            raise AskError("there is no conversation to continue yet")
        messages = [*earlier, question]
        with source_of(arguments) as source:
            _answer(source, body_of(arguments, messages), arguments, answer)
    except (AskError, ApiError) as error:
        answer.break_line()
        print(f"ask: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        answer.break_line()
        print("ask: stopped", file=sys.stderr)
        return 130
    answer.break_line()
    if answer.text:
        keep(identifier, [*messages, {"role": "assistant", "content": answer.text}])
    if answer.stop_reason == "max_tokens":
        print(f"ask: cut at {arguments.max_tokens} tokens; --max-tokens allows more", file=sys.stderr)
    if arguments.usage:
        print(answer.usage_line(), file=sys.stderr)
    return 0


def keep(identifier: int | None, messages: list[dict[str, Any]]) -> int | None:
    """Saves the conversation; its id. The answer has been given by now, so a failure is only said."""
    try:
        return conversations.save(identifier, messages)
    except AskError as error:
        print(f"ask: {error}", file=sys.stderr)
        return identifier


def _answer(source: Source, body: Body, arguments: Namespace, answer: "Answer") -> None:
    if arguments.json:
        message = source.message(body)
        print(json.dumps(message, ensure_ascii=False, indent=2))
        answer.take(message)
    elif arguments.no_stream:
        answer.show_whole(source.message(body))
    else:
        for event in source.events(body):
            answer.show(event)


def question_of(arguments: Namespace) -> dict[str, Any]:
    """The user's message: attachments before the text, as Claude reads them best."""
    attached = [block_of(name) for name in arguments.attach]
    prompt = read_prompt(arguments.prompt)
    return {"role": "user", "content": [*attached, {"type": "text", "text": prompt}] if attached else prompt}


def body_of(arguments: Namespace, messages: list[dict[str, Any]]) -> Body:
    body: Body = {"max_tokens": arguments.max_tokens, "messages": messages}
    return body | ({"system": arguments.system} if arguments.system else {})


def read_prompt(words: list[str]) -> str:
    """The prompt of the command line, and behind it what is piped in."""
    parts = [" ".join(words)]
    if not sys.stdin.isatty():
        try:
            parts.append(sys.stdin.read())
        except UnicodeDecodeError as error:
            raise AskError("what was piped in is not text in UTF-8") from error
    prompt = "\n\n".join(part.strip() for part in parts if part.strip())
    if not prompt:
        raise AskError('there is no question: say it, as in ask "你好", or pipe it in')
    return prompt


class Answer:
    """The answer as it is printed, and what is to be said about it at its end."""

    def __init__(self) -> None:
        self.stop_reason: str | None = None
        self.text = ""
        self._usage: dict[str, Any] = {}
        self._started = time.monotonic()
        self._first_at: float | None = None
        self._at_line_start = True

    def show(self, event: dict[str, Any]) -> None:
        """Prints the event's text, at once. AskError for an event that is an error."""
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
            raise AskError(event["error"]["message"])

    def show_whole(self, message: dict[str, Any]) -> None:
        """Prints a message that came whole."""
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
