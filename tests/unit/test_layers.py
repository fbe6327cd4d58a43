"""Imports point one way, and what is deployed stays small (ARCHITECTURE.md, "The rooms of the house")."""

import ast
import os
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from infra.function_files import function_zip
from tests.places import LAMBDA_SRC, ROOT

HOUSES = ("bench", "cli", "emulator", "examples", "infra", "lambda_src", "tests", "tools")
OURS = {"claude_stream", "lambda_wsgi", "cli", "emulator", "infra", "tools", "tests", "bench"}
CDK = {"aws_cdk", "cdk_nag", "constructs"}


def files_in(folder: str) -> Iterator[Path]:
    found = (ROOT / folder).rglob("*")
    return (path for path in found if path.is_file() and not {"__pycache__", "node_modules"} & set(path.parts))


def sources(folder: str) -> Iterator[Path]:
    return (path for path in files_in(folder) if path.suffix == ".py")


@cache
def modules_of(path: Path) -> frozenset[str]:
    """The modules that a file imports, anywhere in it; `from infra import cors` is infra and infra.cors."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            names |= {f"{node.module}", *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(names)


def imported_by(path: Path) -> set[str]:
    """The top-level packages that a file imports."""
    return {name.partition(".")[0] for name in modules_of(path)}


def imports_of(folder: str) -> set[str]:
    files = list(sources(folder))
    assert files, f"{folder} has no Python"
    return set().union(*map(imported_by, files))


def constructs() -> set[str]:
    """The modules of infra that load the CDK, directly or through others."""
    infra = {f"infra.{path.stem}": modules_of(path) for path in sources("infra") if path.parent.name == "infra"}
    found: set[str] = set()
    while new := {name for name, imports in infra.items() if imports & found or is_cdk(imports)} - found:
        found |= new
    return found


def is_cdk(imports: frozenset[str]) -> bool:
    return bool({name.partition(".")[0] for name in imports} & CDK)


def test_the_runtime_imports_only_the_standard_library() -> None:
    assert imports_of("lambda_src/lambda_wsgi") - sys.stdlib_module_names == {"lambda_wsgi"}


def test_the_application_knows_no_lambda_and_no_emulator() -> None:
    assert imports_of("lambda_src/claude_stream") & OURS == {"claude_stream"}


def test_an_example_imports_nothing_of_ours() -> None:
    """It runs under any WSGI server."""
    assert imports_of("examples") & OURS == set()


def test_the_infrastructure_imports_neither_runtime_nor_application() -> None:
    assert imports_of("infra") & OURS <= {"infra"}


@pytest.mark.parametrize("folder", ["lambda_src", "infra", "tools", "."])
def test_nothing_deployed_and_no_tool_needs_the_emulator_or_the_command_line(folder: str) -> None:
    """There is one exception: the tool that takes pictures of the demo's page starts the demo."""
    files = (ROOT / folder).glob("*.py") if folder == "." else sources(folder)
    found = [path for path in files if imported_by(path) & {"cli", "emulator", "tests", "bench"}]
    assert found == ([ROOT / "tools/screenshots.py"] if folder == "tools" else [])


def test_the_emulator_and_the_command_line_do_not_know_each_other() -> None:
    assert imports_of("emulator") & OURS == {"emulator", "infra"}
    assert imports_of("cli") & OURS == {"cli", "claude_stream", "infra", "tools"}


def test_of_the_tools_the_command_line_knows_only_the_preflight() -> None:
    found = {name for path in sources("cli") for name in modules_of(path) if name.startswith("tools.")}
    assert {name.split(".")[1] for name in found} == {"preflight"}


def test_of_the_application_the_tools_know_only_what_the_table_holds() -> None:
    """The commands that make keys and read sums share the key's form and the table's schema with the function."""
    shared = {"claude_stream.accounts.key_format", "claude_stream.accounts.schema"}
    found = {name for path in sources("tools") for name in modules_of(path) if name.startswith("claude_stream")}
    allowed = shared | {"claude_stream.accounts"}
    assert {name for name in found if name not in allowed and name.rpartition(".")[0] not in shared} == set()


@pytest.mark.parametrize("folder", ["cli", "emulator", "tools"])
def test_of_the_infrastructure_only_what_is_pure_is_known(folder: str) -> None:
    assert "infra.stack" in constructs()
    assert "infra.settings" not in constructs()
    assert [path for path in sources(folder) if modules_of(path) & constructs() or is_cdk(modules_of(path))] == []


def test_python_has_the_suffix_that_the_checks_look_for() -> None:
    """ruff, mypy and the tests above read *.py; a script without the suffix would escape them."""
    first_lines = {path: path.read_bytes().partition(b"\n")[0] for folder in HOUSES for path in files_in(folder)}
    python = [path for path, line in first_lines.items() if line.startswith(b"#!") and b"python" in line]
    assert [path for path in python if path.suffix != ".py"] == []


@pytest.mark.parametrize("folder", ["cli", "emulator", "tools"])
def test_a_file_is_one_idea_and_so_not_long(folder: str) -> None:
    assert [path for path in sources(folder) if len(path.read_text().splitlines()) > 250] == []


def test_the_emulator_knows_nothing_of_the_runtime() -> None:
    """Each tests that the other keeps the Runtime API's contract, so they share no code."""
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


def test_the_deployed_zip_is_under_120_kb_without_what_is_compiled() -> None:
    assert len(function_zip()) < 120_000
