"""`claude-stream chat`: a conversation in the terminal, with a line that can be edited and a history.

Owns the turns; answer.py prints, sources.py finds who answers.
"""

import sys
from argparse import Namespace
from contextlib import closing
from typing import Any

from prompt_toolkit import PromptSession
from prompt_toolkit.history import FileHistory, History, InMemoryHistory

from claude_stream.errors import ApiError
from cli import conversations
from cli.answer import Answer
from cli.failure import Failure
from cli.sources import Source, body_of, source_of

HELP = "Alt-Enter breaks a line, the up arrow brings back what you said; /new starts over, Ctrl-D ends."


def chat(arguments: Namespace) -> int:
    """Runs until the person ends it; returns the exit status."""
    try:
        identifier, messages = conversations.latest() if arguments.go_on else (None, [])
        session: PromptSession[str] = PromptSession(history=_history())
        print(HELP, file=sys.stderr)
        with source_of(arguments) as source:
            while (line := _read(session)) is not None:
                if line == "/new":
                    identifier, messages = None, []
                elif line:
                    messages = _turn(source, arguments, [*messages, {"role": "user", "content": line}])
                    identifier = conversations.keep("chat", identifier, messages) if messages else identifier
    except (Failure, ApiError) as error:
        print(f"chat: {error}", file=sys.stderr)
        return 1
    return 0


def _history() -> History:
    file = conversations.folder() / "said.txt"
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file.touch(mode=0o600)
    except OSError:
        return InMemoryHistory()  # no file can be written: the history ends with this chat
    return FileHistory(str(file))


def _read(session: "PromptSession[str]") -> str | None:
    """The line that was typed, empty after Ctrl-C; None at the end."""
    try:
        return session.prompt("> ").strip()
    except KeyboardInterrupt:
        return ""
    except EOFError:
        return None


def _turn(source: Source, arguments: Namespace, messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The messages with the answer added, or without the question if none came. Ctrl-C keeps the text so far."""
    answer = Answer()
    try:
        with closing(source.events(body_of(arguments, messages))) as events:
            for event in events:
                answer.show(event)
    except (Failure, ApiError) as error:
        answer.break_line()
        print(f"chat: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        pass
    answer.break_line()
    if not answer.text:
        return messages[:-1]
    return [*messages, {"role": "assistant", "content": answer.text}]
