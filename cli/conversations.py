"""The last conversations of the command line, in a small SQLite file that only its owner can read."""

import json
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from cli.failure import Failure

Messages = list[dict[str, Any]]
KEPT_CONVERSATIONS = 20  # with their attachments


def folder() -> Path:
    """Where the command line keeps its files: https://specifications.freedesktop.org/basedir-spec/latest/"""
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share"
    return Path(base) / "claude-stream"


def latest() -> tuple[int | None, Messages]:
    """The id and the messages of the last conversation; None and [] if there is none yet."""
    with _table() as table:
        row = table.execute("SELECT id, messages FROM conversations ORDER BY id DESC LIMIT 1").fetchone()
    return (row[0], json.loads(row[1])) if row else (None, [])


def save(identifier: int | None, messages: Messages) -> int:
    """Replaces the conversation's messages, or begins a conversation; deletes old ones. Returns the id."""
    with _table() as table:
        cursor = table.execute(
            "INSERT OR REPLACE INTO conversations (id, messages) VALUES (?, ?)", (identifier, json.dumps(messages))
        )
        table.execute("DELETE FROM conversations WHERE id <= ?", ((cursor.lastrowid or 0) - KEPT_CONVERSATIONS,))
        return cursor.lastrowid or 0


def keep(command: str, identifier: int | None, messages: Messages) -> int | None:
    """Saves the conversation and returns its id. The answer is already printed, so a failure is only reported."""
    try:
        return save(identifier, messages)
    except Failure as error:
        print(f"{command}: {error}", file=sys.stderr)
        return identifier


@contextmanager
def _table() -> Iterator[sqlite3.Connection]:
    file = folder() / "conversations.db"
    try:
        folder().mkdir(parents=True, exist_ok=True, mode=0o700)
        file.touch(mode=0o600)
        with closing(sqlite3.connect(file)) as connection, connection:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS conversations (id INTEGER PRIMARY KEY, messages TEXT NOT NULL)"
            )
            yield connection
    except (OSError, sqlite3.Error) as error:
        raise Failure(
            f"conversations cannot be kept in {file} ({error}): set XDG_DATA_HOME to another place"
        ) from error
