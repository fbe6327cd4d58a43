"""`tools/test-pythons` says what is wrong before it installs or runs anything."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.places import ROOT


def run(**variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **variables}
    return subprocess.run(
        [ROOT / "tools" / "test-pythons"], env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture
def old_python(tmp_path: Path) -> str:
    """A program that says it is Python 3.9."""
    python = tmp_path / "python3.9"
    python.write_text("#!/bin/sh\necho 3.9\n")
    python.chmod(0o755)
    return str(python)


def test_a_python_that_is_not_there_is_named() -> None:
    ran = run(PYTHONS="/nowhere/python3.14")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == "test-pythons: PYTHONS names /nowhere/python3.14, which does not start as a Python.\n"


def test_a_python_that_is_too_old_is_named(old_python: str) -> None:
    ran = run(PYTHONS=old_python)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert (
        ran.stderr == f"test-pythons: PYTHONS names {old_python}, a Python 3.9: the function needs 3.11 to 3.14.\n"
    )


def test_no_python_at_all_says_how_to_name_one(tmp_path: Path) -> None:
    """The PATH has only the shell's tools."""
    for tool in ("dirname", "sh"):
        (tmp_path / tool).symlink_to(shutil.which(tool) or tool)
    ran = run(PYTHONS="", PATH=str(tmp_path))
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "name one with PYTHONS=/path/to/python3.14" in ran.stderr
