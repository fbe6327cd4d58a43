"""A file that calls itself pure takes values and returns values: no disk, network, clock, chance or process."""

import ast
from collections.abc import Iterator

import pytest

from infra.function_files import LAMBDA_SRC

ROOT = LAMBDA_SRC.parent
FOLDERS = ("lambda_src", "infra", "emulator", "cli", "tools", "bench", "examples")

IMPURE_MODULES = {
    *("asyncio", "http.client", "http.server", "multiprocessing", "os", "queue", "random", "secrets"),
    *("select", "selectors", "shutil", "signal", "socket", "ssl", "subprocess", "tempfile", "threading", "time"),
    *("urllib.request", "uuid", "boto3", "httpx", "psutil"),
}
IMPURE_CALLS = {
    *("open", "print", "input", "now", "utcnow", "today", "iterdir", "glob", "rglob", "stat", "unlink", "mkdir"),
    *("is_file", "is_dir", "exists", "read_text", "read_bytes", "write_text", "write_bytes"),
}


def calls_itself_pure(tree: ast.Module) -> bool:
    words = (ast.get_docstring(tree) or "").replace(":", " ").replace(".", " ").replace(",", " ").lower().split()
    return "pure" in words


def impure_parts(tree: ast.Module) -> Iterator[str]:
    """The imports and calls of a file that are not pure."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in IMPURE_MODULES)
        elif isinstance(node, ast.ImportFrom) and node.module:
            full = {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
            yield from sorted(full & IMPURE_MODULES)
        elif isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in IMPURE_CALLS:
                yield f"{name}()"


def pure_files() -> dict[str, list[str]]:
    """Each file that calls itself pure, by its path, with what is impure about it."""
    paths = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
    trees = {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text()) for path in paths}
    return {name: list(impure_parts(tree)) for name, tree in trees.items() if calls_itself_pure(tree)}


def test_what_calls_itself_pure_is() -> None:
    found = pure_files()
    assert len(found) > 10
    assert {name: parts for name, parts in found.items() if parts} == {}


@pytest.mark.parametrize(
    "source",
    [
        "import os",
        "import time",
        "from random import choice",
        "from urllib import request",
        "from pathlib import Path\nPath('a').read_text()",
        "from datetime import UTC, datetime\ndatetime.now(UTC)",
        "open('a')",
    ],
)
def test_what_is_impure_is_found(source: str) -> None:
    assert len(list(impure_parts(ast.parse(source)))) == 1


def test_a_value_of_a_type_that_could_do_more_is_pure() -> None:
    assert list(impure_parts(ast.parse("from pathlib import PurePath\nPurePath('a') / 'b'"))) == []
