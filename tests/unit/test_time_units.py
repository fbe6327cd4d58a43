"""A constant that is a length of time says its unit: HEARTBEAT_SECONDS, OPEN_TIMEOUT_MS.

`tests/unit/test_web_rooms.py` checks the same for every number in the page.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.function_files import LAMBDA_SRC

ROOT = LAMBDA_SRC.parent
FOLDERS = ("lambda_src", "infra", "emulator", "cli", "tools", "bench", "examples", "tests")
FILES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))

# Calls that take a length of time, as their first or last argument, or as a keyword.
FIRST = {"sleep", "settimeout", "seconds"}
LAST = {"wait", "wait_for", "timeout"}
KEYWORDS = {"timeout", "seconds", "delay", "interval", "read_timeout", "connect_timeout"}
UNITS = ("SECONDS", "MS", "MINUTES", "HOURS", "DAYS")


def times_in(call: ast.Call) -> Iterator[ast.expr]:
    """The arguments that are a length of time."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if call.args and name in FIRST:
        yield call.args[0]
    elif call.args and name in LAST:
        yield call.args[-1]
    yield from (keyword.value for keyword in call.keywords if keyword.arg in KEYWORDS)


def names_in(value: ast.expr) -> Iterator[str]:
    """The names in a sum or a product, or the name that a value is."""
    if isinstance(value, ast.BinOp):
        yield from names_in(value.left)
        yield from names_in(value.right)
    elif isinstance(value, ast.Name):
        yield value.id
    elif isinstance(value, ast.Attribute):
        yield value.attr


def nameless_times(source: str) -> set[str]:
    """Constants that are used as a length of time, and whose names say no unit."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    names = {name for call in calls for value in times_in(call) for name in names_in(value)}
    return {name for name in names if name.isupper() and not name.endswith(UNITS)}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_time_says_its_unit(path: Path) -> None:
    assert nameless_times(path.read_text()) == set()


@pytest.mark.parametrize(
    "source",
    ["time.sleep(PAUSE)", "run(command, timeout=_PATIENCE)", "process.wait(2 * FREE)", "Duration.seconds(X)"],
)
def test_a_time_without_a_unit_is_found(source: str) -> None:
    assert len(nameless_times(source)) == 1
