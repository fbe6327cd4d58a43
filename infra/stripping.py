"""Python source without its comments and docstrings: a third of a package's size, none of what it does. Pure.

Each line keeps its number, so that the places in a log are those of the repository.
"""

import ast
import io
import tokenize
from collections.abc import Iterator
from typing import NamedTuple


class _Part(NamedTuple):
    """A part of the source: lines count from 1, columns are in characters, and the end is behind the part."""

    start: tuple[int, int]
    end: tuple[int, int]
    instead: str = ""


def stripped(source: str) -> str:
    lines = source.split("\n")
    for part in sorted([*_comments(source), *_docstrings(source, lines)], reverse=True):
        (first, begin), (last, end) = part.start, part.end
        rest = lines[last - 1][end:]
        lines[first - 1 : last] = [lines[first - 1][:begin] + part.instead, *[""] * (last - first)]
        lines[last - 1] += rest
    return "\n".join(line.rstrip() for line in lines).rstrip("\n") + "\n"


def _comments(source: str) -> Iterator[_Part]:
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield _Part(token.start, token.end)


def _docstrings(source: str, lines: list[str]) -> Iterator[_Part]:
    """Where it is all that a body has, `pass` stands in its place."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if ast.get_docstring(node, clean=False) is None:
            continue
        docstring = node.body[0]
        assert docstring.end_lineno is not None
        assert docstring.end_col_offset is not None
        is_all = len(node.body) == 1 and not isinstance(node, ast.Module)
        # ast counts columns in UTF-8 bytes.
        end = len(lines[docstring.end_lineno - 1].encode()[: docstring.end_col_offset].decode())
        yield _Part((docstring.lineno, docstring.col_offset), (docstring.end_lineno, end), "pass" if is_all else "")
