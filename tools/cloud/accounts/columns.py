"""Rows of text as a table for the terminal. Pure."""

import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime


def columns(heads: Sequence[str], rows: Sequence[Sequence[str]], *, right: frozenset[str] = frozenset()) -> str:
    """The rows under their heads; the columns named in `right` are aligned to the right."""
    table = [heads, *rows]
    widths = [max(map(_width, column)) for column in zip(*table, strict=True)]
    return "\n".join(
        "  ".join(
            _padded(cell, width, to_the_right=head in right)
            for cell, width, head in zip(row, widths, heads, strict=True)
        ).rstrip()
        for row in table
    )


def _padded(cell: str, width: int, *, to_the_right: bool) -> str:
    space = " " * (width - _width(cell))
    return space + cell if to_the_right else cell + space


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def moment_text(seconds: int) -> str:
    """`2026-11-27 06:40 UTC`, of seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
