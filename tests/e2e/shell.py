"""The programs of the command line, run as a person runs them: in a shell without AWS settings of its own."""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.places import ROOT

CLI = [sys.executable, "-m", "cli"]
DEMO = [sys.executable, "-m", "emulator.demo"]
DATA_HOME = tempfile.mkdtemp(prefix="claude-stream-test-")  # so that nobody's own conversations change
atexit.register(shutil.rmtree, DATA_HOME, ignore_errors=True)


def environment(**variables: str) -> dict[str, str]:
    """The variables of a shell without any AWS settings of its own."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "CLAUDE_"))}
    nowhere = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "XDG_DATA_HOME": DATA_HOME}
    return {**mine, **nowhere, "AWS_EC2_METADATA_DISABLED": "true", **variables}


def ask(*words: str, piped: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    return cli("ask", *words, piped=piped, **variables)


def cli(*words: str, piped: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*CLI, *words],
        cwd=ROOT,
        env=environment(**variables),
        input=piped,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def started(*command: str, **variables: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment(**variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def processes_of(parent: int) -> list[str]:
    children = Path(f"/proc/{parent}/task/{parent}/children")
    if not children.exists():  # not Linux
        return subprocess.run(
            ["pgrep", "-P", str(parent)], capture_output=True, text=True, check=False
        ).stdout.split()
    return children.read_text().split()


def eventually_gone(pids: list[str]) -> None:
    until = time.monotonic() + 60
    while left := [pid for pid in pids if Path(f"/proc/{pid}/cwd").exists()]:  # a zombie has none
        assert time.monotonic() < until, f"{left} outlived the program"
        time.sleep(0.02)
