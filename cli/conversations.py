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
KEPT = 20  # with their attachments


def folder() -> Path:
    """Where the command line keeps its files: https://specifications.freedesktop.org/basedir-spec/latest/"""
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share"
    return Path(base) / "claude-stream"


def latest() -> tuple[int | None, Messages]:
    """The id and the messages of the last conversation; None and none when there is none yet."""
    with _table() as table:
        row = table.execute("SELECT id, messages FROM conversations ORDER BY id DESC LIMIT 1").fetchone()
    return (row[0], json.loads(row[1])) if row else (None, [])


def save(identifier: int | None, messages: Messages) -> int:
    """Puts the messages in the place of the conversation's, or begins one; returns its id. Old ones go."""
    with _table() as table:
        cursor = table.execute(
            "INSERT OR REPLACE INTO conversations (id, messages) VALUES (?, ?)", (identifier, json.dumps(messages))
        )
        table.execute("DELETE FROM conversations WHERE id <= ?", ((cursor.lastrowid or 0) - KEPT,))
        return cursor.lastrowid or 0


def keep(command: str, identifier: int | None, messages: Messages) -> int | None:
    """Saves the conversation; its id. The answer has been given by now, so `command` only reports a failure."""
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
