"""Imports point one way, and what is deployed stays small (DESIGN.md, "The house")."""

import ast
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.function_files import function_zip
from tests.places import LAMBDA_SRC, ROOT

OURS = {"claude_stream", "lambda_wsgi", "cli", "emulator", "infra", "tools", "tests", "bench"}


def sources(folder: str) -> Iterator[Path]:
    found = (ROOT / folder).rglob("*.py")
    return (path for path in found if "__pycache__" not in path.parts)


def imported_by(path: Path) -> set[str]:
    """The top-level packages that a file imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            names.add(node.module or "")
    return {name.partition(".")[0] for name in names}


def imports_of(folder: str) -> set[str]:
    files = list(sources(folder))
    assert files, f"{folder} has no Python"
    return set().union(*map(imported_by, files))


def test_the_runtime_imports_the_standard_library_alone() -> None:
    assert imports_of("lambda_src/lambda_wsgi") - sys.stdlib_module_names == {"lambda_wsgi"}


def test_the_application_knows_no_lambda_and_no_emulator() -> None:
    assert imports_of("lambda_src/claude_stream") & OURS == {"claude_stream"}


def test_an_example_imports_nothing_of_ours() -> None:
    """It runs under any WSGI server."""
    assert imports_of("examples") & OURS == set()


def test_the_infrastructure_imports_neither_runtime_nor_application() -> None:
    assert imports_of("infra") & OURS <= {"infra"}


@pytest.mark.parametrize("folder", ["lambda_src", "infra", "tools", "."])
def test_nothing_imports_the_emulator_but_itself_tests_and_bench(folder: str) -> None:
    files = (ROOT / folder).glob("*.py") if folder == "." else sources(folder)
    assert [path for path in files if imported_by(path) & {"cli", "emulator", "tests", "bench"}] == []


def test_the_emulator_and_the_command_line_do_not_know_each_other() -> None:
    assert imports_of("emulator") & OURS <= {"emulator", "infra"}
    assert imports_of("cli") & OURS == {"cli", "claude_stream", "infra", "tools"}


def test_the_emulator_knows_nothing_of_the_runtime() -> None:
    """Each holds the other to the Runtime API's contract, so they share no code."""
    assert "lambda_wsgi" not in imports_of("emulator")


def test_the_runtime_has_no_word_of_claude() -> None:
    """It serves any WSGI application, and could be a package of its own."""
    for path in [*sources("lambda_src/lambda_wsgi"), LAMBDA_SRC / "bootstrap"]:
        assert not re.search(r"claude|bedrock|anthropic", path.read_text(), re.IGNORECASE), path


def test_the_bootstrap_can_be_executed_where_it_is_deployed() -> None:
    bootstrap = LAMBDA_SRC / "bootstrap"
    assert os.access(bootstrap, os.X_OK)
    assert bootstrap.read_bytes().startswith(b"#!/bin/sh\n")
    assert b"\r" not in bootstrap.read_bytes()


def test_the_deployed_zip_is_under_60_kb() -> None:
    assert len(function_zip()) < 60_000
