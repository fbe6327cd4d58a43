"""Tests that share something expensive run on one worker: pytest 9.2 lets the groups of xdist 3.8 be none."""

import os
import sys
from pathlib import Path

from tests.deploy.processes import run

TESTS = """
import os
from pathlib import Path

import pytest

@pytest.mark.xdist_group("shared")
@pytest.mark.parametrize("number", range(6))
def test_one(number):
    with Path("workers").open("a") as file:
        file.write(os.environ["PYTEST_XDIST_WORKER"] + "\\n")
"""


def test_a_group_runs_on_one_worker(tmp_path: Path) -> None:
    for name in ("test_a.py", "test_b.py"):
        (tmp_path / name).write_text(TESTS)
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadgroup"]
    ran = run(command, cwd=tmp_path, env={"PATH": os.environ["PATH"]}, seconds=120)
    assert ran.status == 0, ran.said
    workers = (tmp_path / "workers").read_text().split()
    assert len(workers) == 12
    assert len(set(workers)) == 1
