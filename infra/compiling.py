"""Compiles the deployed modules. Lambda cannot keep what it compiles, so each cold start would compile them again.

It takes the function's own Python, whose bytecode no other version runs. Python compares the hash of the source
before it runs a compiled module (PEP 552, checked): one whose source was edited in the console, or that another
Python made, is not run.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

RUNTIME_VERSION = (3, 14)
NOT_COMPILED = (
    "no python{0}.{1} is found here, so the function is deployed without compiled modules, and each cold start "
    "compiles them: install Python {0}.{1}, or deploy from CI (docs/deploy-from-ci.md)"
).format(*RUNTIME_VERSION)
_DEPLOYED_TO = "/var/task"


def find_runtime_python() -> str | None:
    """The path of a Python of the function's version: this one, or one on PATH. None where there is none."""
    name = "python{}.{}".format(*RUNTIME_VERSION)
    if sys.version_info[:2] == RUNTIME_VERSION:
        return sys.executable
    found = shutil.which(name)
    return found if found and _starts(found) else None


def _starts(python: str) -> bool:
    """A version manager puts a program of that name on PATH even where that version is not installed."""
    return subprocess.run([python, "-c", ""], check=False, capture_output=True).returncode == 0


def compiled(sources: Mapping[str, str], python: str) -> dict[str, bytes]:
    """What `python` makes of the `sources`, which are by path; by path too (`pkg/__pycache__/a.cpython-314.pyc`).

    Equal sources give equal bytes.
    """
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for path, source in sources.items():
            file = root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(source, encoding="utf-8")
        command = [python, "-X", "no_debug_ranges", "-m", "compileall", "-q", "--invalidation-mode", "checked-hash"]
        places = ["-s", folder, "-p", _DEPLOYED_TO, folder]  # the paths in tracebacks
        environment = {**os.environ, "PYTHONHASHSEED": "0"}  # sets are written in the order of their hashes
        subprocess.run([*command, *places], check=True, env=environment)
        return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*.pyc"))}
