"""No test requires that something is fast, and no time limit is so short that a busy machine reaches it.

The tests' sources are read. A test may require a least time: a slow machine only takes longer.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.places import ROOT

SHORTEST_LIMIT_SECONDS = 60
CLOCKS = {"monotonic", "perf_counter", "time", "now", "process_time"}
DURATIONS = {"at", "elapsed", "duration_ms", "total_seconds"}
WAITING = {"run", "communicate", "create_connection", "eventually", "join"}  # and all of httpx
WITHOUT_A_LIMIT_OF_ITS_OWN = {"get", "post", "head", "options", "request", "stream", "Client", "AsyncClient"}
IN_JAVASCRIPT = re.compile(r"(?:now\(\) ?- ?\w+|\b(?:elapsed|took)\b) ?<|\btimeout: ?\d{1,4}\b")

PYTHON = sorted((ROOT / "tests").rglob("*.py"))
JAVASCRIPT = sorted(path for path in (ROOT / "tests").rglob("*.js") if "node_modules" not in path.parts)


def name_of(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def is_duration(node: ast.expr) -> bool:
    """Whether it is a duration: `time.monotonic() - began`, `abs(now() - t)`, `call.elapsed`, `event.at`."""
    if isinstance(node, ast.Call):
        return name_of(node.func) in DURATIONS or (name_of(node.func) == "abs" and is_duration(node.args[0]))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub):
        calls = [each for each in ast.walk(node) if isinstance(each, ast.Call)]
        return any(name_of(call.func) in CLOCKS for call in calls) or any(map(is_duration, (node.left, node.right)))
    return isinstance(node, ast.Attribute) and node.attr in DURATIONS


def is_limited(node: ast.Compare) -> bool:
    """Whether it asks that a duration is less than something."""
    sides = [node.left, *node.comparators]
    return any(
        is_duration(left if isinstance(operator, ast.Lt | ast.LtE) else right)
        for left, operator, right in zip(sides, node.ops, sides[1:], strict=False)
        if isinstance(operator, ast.Lt | ast.LtE | ast.Gt | ast.GtE)
    )


def is_hurried(call: ast.Call) -> bool:
    """Whether it waits for less than SHORTEST_LIMIT_SECONDS, by its argument or by httpx's default of 5."""
    of_httpx = isinstance(call.func, ast.Attribute) and name_of(call.func.value) == "httpx"
    limits = [keyword.value for keyword in call.keywords if keyword.arg in ("timeout", "seconds")]
    if of_httpx and name_of(call.func) in WITHOUT_A_LIMIT_OF_ITS_OWN and not limits:
        return not any(keyword.arg is None for keyword in call.keywords)
    numbers = [limit.value for limit in limits if isinstance(limit, ast.Constant)]
    waits = of_httpx or name_of(call.func) in WAITING
    return waits and any(isinstance(number, int | float) and number < SHORTEST_LIMIT_SECONDS for number in numbers)


def found_in(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if (isinstance(node, ast.Compare) and is_limited(node)) or (
            isinstance(node, ast.Call) and is_hurried(node)
        ):
            yield f"line {node.lineno}: {ast.unparse(node)}"


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: path.name)
def test_no_python_test_is_against_the_clock(path: Path) -> None:
    assert list(found_in(path.read_text())) == []


@pytest.mark.parametrize("path", JAVASCRIPT, ids=lambda path: path.name)
def test_no_javascript_test_is_against_the_clock(path: Path) -> None:
    assert [line for line in path.read_text().splitlines() if IN_JAVASCRIPT.search(line)] == []


@pytest.mark.parametrize(
    "source",
    [
        "assert time.monotonic() - began < 5",
        "assert 5 > perf_counter() - began",
        "assert 0.3 <= time.monotonic() - began < LIMIT",
        "assert abs(created - time.time()) < 60",
        "assert (then - datetime.now(UTC)).total_seconds() < 5",
        "assert FIRST_WAIT <= pings[0].at < FIRST_WAIT + 0.5",
        "assert after.at - before.at < 0.5",
        "assert answer.elapsed < limit",
        "eventually(done, seconds=2)",
        "subprocess.run(command, timeout=30)",
        "httpx.get(url)",
        "httpx.Client(base_url=url, timeout=20)",
    ],
)
def test_what_is_against_the_clock_is_found(source: str) -> None:
    assert len(list(found_in(source))) == 1


@pytest.mark.parametrize(
    "source",
    [
        "assert time.monotonic() - began >= 0.6",
        "assert before <= created <= time.time()",
        "while not done and time.monotonic() < deadline: pass",
        "httpx.get(url, timeout=60, **options)",
        "eventually(done)",
    ],
)
def test_what_is_not_passes(source: str) -> None:
    assert list(found_in(source)) == []


@pytest.mark.parametrize(
    "line", ["assert.ok(performance.now() - began < 2000);", "ok(elapsed < 5)", "{ timeout: 500 }"]
)
def test_what_is_against_the_clock_is_found_in_javascript(line: str) -> None:
    assert IN_JAVASCRIPT.search(line)
