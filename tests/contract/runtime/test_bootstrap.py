"""The wrapper script, run as Lambda runs it: it tells Python where modules are, and costs no extra process."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.places import LAMBDA_SRC

Start = Callable[..., dict[str, str]]


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """Runs the bootstrap with an interpreter of that name; returns what the interpreter saw."""

    def start(python: str = "python3.14", **variables: str) -> dict[str, str]:
        interpreter = tmp_path / python
        interpreter.write_text('#!/bin/sh\nprintf "%s\\n" "pid=$$" "arguments=$*" "path=$PYTHONPATH"\n')
        interpreter.chmod(0o755)
        environment = {"PATH": "/nowhere", "LAMBDA_TASK_ROOT": "/var/task", **variables}
        command = [str(LAMBDA_SRC / "bootstrap"), str(interpreter), "/var/runtime/bootstrap.py"]
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
            output, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        seen = dict(line.split("=", 1) for line in output.splitlines())
        assert seen.pop("pid") == str(process.pid), "the bootstrap has to become the interpreter"
        return seen

    return start


def test_starts_the_runtime_in_its_own_process(start: Start) -> None:
    """It works without any program on PATH: the shell does all of it."""
    assert start()["arguments"] == "-m lambda_wsgi"


def test_modules_are_found_in_the_order_of_the_stock_runtime(start: Start) -> None:
    assert start()["path"].split(":") == [
        "/var/task",
        "/opt/python/lib/python3.14/site-packages",
        "/opt/python",
        "/var/runtime",
    ]


def test_what_is_on_the_path_already_stays_on_it(start: Start) -> None:
    assert start(PYTHONPATH="/mine:/yours")["path"].endswith(":/opt/python:/mine:/yours:/var/runtime")


@pytest.mark.parametrize("path", ["/var/runtime", "/mine:/var/runtime", "/var/runtime:/mine"])
def test_the_runtimes_folder_is_not_named_twice(start: Start, path: str) -> None:
    assert start(PYTHONPATH=path)["path"].endswith(f":/opt/python:{path}")


def test_the_runtimes_folder_is_where_lambda_says(start: Start) -> None:
    assert start(LAMBDA_RUNTIME_DIR="/elsewhere")["path"].endswith(":/opt/python:/elsewhere")


@pytest.mark.parametrize("python", ["python3", "python", "python3.", "pypy3.11"])
def test_an_interpreter_without_its_version_in_its_name_gets_no_guess(start: Start, python: str) -> None:
    assert start(python)["path"] == "/var/task:/opt/python:/var/runtime"


def test_without_a_task_root_it_is_where_the_bootstrap_is(start: Start) -> None:
    assert start(LAMBDA_TASK_ROOT="", PATH="/usr/bin:/bin")["path"].split(":")[0] == str(LAMBDA_SRC)
