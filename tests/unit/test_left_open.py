"""A socket that a module of tests leaves open fails in that module."""

import os
import subprocess
import sys
from pathlib import Path

from tests.places import ROOT

CONFTEST = "from tests.left_open import *\n"
CARELESS = """
import socket

def test_leaves_a_socket_open():
    circle = [socket.socket()]
    circle.append(circle)
"""
INNOCENT = """
import gc

def test_collects_garbage():
    gc.collect()
"""


def test_the_module_that_left_it_open_is_blamed(tmp_path: Path) -> None:
    for name, text in {"conftest": CONFTEST, "test_a": CARELESS, "test_b": INNOCENT}.items():
        (tmp_path / f"{name}.py").write_text(text)
    ran = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-rA",
            "-W",
            "error",
            "-p",
            "no:randomly",
            "-p",
            "no:cacheprovider",
            ".",
        ],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "ERROR test_a.py::test_leaves_a_socket_open" in ran.stdout, ran.stdout
    assert "PASSED test_b.py::test_collects_garbage" in ran.stdout, ran.stdout
