"""The bench's child processes: started, asked what they used, and ended whatever happens."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parent.parent
STOP_SECONDS = 3
_CPU_CLOCK = 2  # of another process: CPUCLOCK_SCHED, beside its id in the clock's (clock_getcpuclockid)


@contextlib.contextmanager
def running(
    command: Sequence[str],
    environment: Mapping[str, str],
    *,
    stdout: int = subprocess.DEVNULL,
    folder: Path = ROOT,
) -> Iterator[subprocess.Popen[str]]:
    """The command as a process that does not outlive the block."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=stdout,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield process
    finally:
        _end(process)


@contextlib.contextmanager
def running_module(
    name: str, environment: Mapping[str, str], *arguments: str
) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """One of the bench's own programs, and what it said once it was ready."""
    with running([sys.executable, "-m", name, *arguments], environment, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"{name} did not start; run it by hand to see why")
        yield process, json.loads(line)


async def run_until_stopped(ready: Mapping[str, object]) -> None:
    """Runs in the child: prints `ready`, then waits for SIGTERM, or for its standard input to end."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    loop.add_reader(sys.stdin.fileno(), stop.set)
    print(json.dumps(ready), flush=True)
    await stop.wait()


def base_environment() -> dict[str, str]:
    """What every process gets; nothing of the caller's AWS settings."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def cpu_seconds(pids: Sequence[int]) -> float:
    """User and system time of the processes so far."""
    times = [psutil.Process(pid).cpu_times() for pid in pids]
    return float(sum(each.user + each.system for each in times))


def cpu_ms(pids: Sequence[int]) -> float:
    """The same in milliseconds: to the nanosecond on Linux, with threads that have ended."""
    try:
        return sum(time.clock_gettime_ns((~pid << 3) | _CPU_CLOCK) for pid in pids) / 1e6
    except OSError:  # not Linux
        return 1000 * cpu_seconds(pids)


def peak_memory_mb(pids: Sequence[int]) -> float:
    return sum(map(_peak_memory_mb, pids))


def _peak_memory_mb(pid: int) -> float:
    """The most that was resident; where the system does not keep that (macOS), what is resident now."""
    status = Path(f"/proc/{pid}/status")
    if status.exists():
        fields = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        return int(fields["VmHWM"].split()[0]) / 1024
    return float(psutil.Process(pid).memory_info().rss) / 2**20


def only_child(pid: int) -> int:
    (child,) = psutil.Process(pid).children()
    return int(child.pid)


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
