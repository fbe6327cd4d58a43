"""Programs that the deployment's tests run: each in a process group of its own, which is ended completely."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

STOP_SECONDS = 1


@dataclass(frozen=True)
class Ran:
    """How a program ended, and what it printed; `out` is only its standard output."""

    status: int
    out: str
    said: str


def run(command: Sequence[str], *, cwd: Path, env: Mapping[str, str], seconds: float) -> Ran:
    """Runs the program to its end; TimeoutExpired, with what it printed, if it does not end in time."""
    with _process(command, cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        out, errors = process.communicate(timeout=seconds)
    return Ran(process.returncode, out, out + errors)


@contextlib.contextmanager
def running(command: Sequence[str], *, cwd: Path, env: Mapping[str, str], log: Path) -> Iterator[None]:
    """Runs the program while the block runs; its output goes to the file."""
    with log.open("w") as file, _process(command, cwd=cwd, env=env, stdout=file, stderr=subprocess.STDOUT):
        yield


@contextlib.contextmanager
def _process(
    command: Sequence[str], *, cwd: Path, env: Mapping[str, str], **streams: object
) -> Iterator["subprocess.Popen[str]"]:
    process: subprocess.Popen[str] = subprocess.Popen(  # type: ignore[call-overload]
        command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, text=True, start_new_session=True, **streams
    )
    try:
        yield process
    finally:
        _end(process)


def _end(process: "subprocess.Popen[str]") -> None:
    if process.poll() is None:
        _signal(process, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
    _signal(process, signal.SIGKILL)  # also what it has left behind in its group
    process.wait()
    for pipe in (process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()


def _signal(process: "subprocess.Popen[str]", number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS raises the latter for a group that ended
        os.killpg(process.pid, number)
