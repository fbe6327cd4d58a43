"""`python -m emulator.demo`, for a person (`make demo`) and for a program."""

import json
import os
import shlex
import signal
import socket
import subprocess
import time
from pathlib import Path

import httpx
import pytest

from tests.e2e.shell import CLI, DEMO, environment, eventually_gone, processes_of, started
from tests.places import ROOT


class TestDemoForAProgram:
    """`python -m emulator.demo --for-program`, which `--demo` starts."""

    FOR_PROGRAM = (*DEMO, "--for-program")

    def test_says_where_it_is_in_one_line_of_json_and_ends_with_its_input(self) -> None:
        with subprocess.Popen(
            self.FOR_PROGRAM,
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout
            demo = json.loads(process.stdout.readline())
            answer = httpx.get(
                f"{demo['url']}/stream",
                params={"prompt": "hi", "max_tokens": "5"},
                headers={"x-api-key": demo["key"]},
                timeout=60,
            )
            assert answer.status_code == 200
            assert process.poll() is None
            rest, complaints = process.communicate(timeout=60)
        assert (process.returncode, rest, complaints) == (0, "", "")

    @pytest.mark.parametrize("redirection", ["</dev/null", "<README.md", "<&-"])
    def test_ends_at_once_where_its_input_has_ended(self, redirection: str) -> None:
        command = shlex.join(self.FOR_PROGRAM) + redirection
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=ROOT,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert set(json.loads(done.stdout)) == {"url", "key"}

    def test_ends_without_a_word_when_nobody_reads_its_addresses(self) -> None:
        """This happens when the program is killed while its demo starts."""
        reader, writer = os.pipe()
        os.close(reader)
        with subprocess.Popen(
            self.FOR_PROGRAM,
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=writer,
            stderr=subprocess.PIPE,
        ) as process:
            os.close(writer)
            assert process.stderr
            assert process.stderr.read() == b""
        assert process.returncode == 0

    @pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="looks for processes in /proc")
    def test_ends_when_the_program_is_killed(self) -> None:
        """SIGKILL leaves the program no time to end its demo."""
        with started(*CLI, "ask", "--demo", "/slow please") as process:
            assert process.stdout
            assert process.stdout.read(1), "the function runs, and is in the middle of its answer"
            (demo,) = processes_of(process.pid)
            functions = processes_of(int(demo))
            assert len(functions) == 1
            process.kill()
            process.wait(60)
            try:
                eventually_gone([demo, *functions])
            except AssertionError:
                os.kill(int(demo), signal.SIGTERM)
                raise
            _, complaints = process.communicate(timeout=60)
        assert complaints == ""


@pytest.mark.skipif(not (ROOT / "web/vendor").is_dir(), reason="the page's libraries are not there: make setup")
def limits_of(shown: dict[str, str], key: str) -> list[str]:
    """The names of the limits that a key of the demo has."""
    usage = httpx.get(f"{shown['Function URL']}/v1/usage", headers={"x-api-key": shown[key]}, timeout=60).json()
    return [limit["name"] for limit in usage["limits"]]


class TestDemo:
    def test_serves_page_and_function_and_stops_on_ctrl_c(self) -> None:
        with started(*DEMO, "--port", "0") as process:
            shown = addresses(process)
            page = httpx.get(shown["Page"], timeout=60)
            answer = httpx.get(
                f"{shown['Function URL']}/stream",
                params={"prompt": "你好", "max_tokens": "5"},
                headers={"x-api-key": shown["API key"]},
                timeout=60,
            )
            limits = {name: limits_of(shown, f"Key {name}") for name in ("limited", "free")}
            children = processes_of(process.pid)
            process.send_signal(signal.SIGINT)
            rest, complaint = process.communicate(timeout=60)
        assert (page.status_code, answer.status_code) == (200, 200)
        assert limits == {"limited": ["requests_per_minute", "usd_per_day"], "free": []}
        assert "event: done" in answer.text
        assert not shown["Function URL"].endswith("/")
        assert (process.returncode, complaint, rest.strip().splitlines()[-1]) == (0, "", "Stopped.")
        assert children, "the function ran in a process of its own"
        assert not [pid for pid in children if Path(f"/proc/{pid}").exists()]

    def test_says_when_its_port_is_taken(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            done = subprocess.run(
                [*DEMO, "--port", str(taken.getsockname()[1])],
                cwd=ROOT,
                env=environment(),
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
        assert done.returncode == 1
        assert "is taken" in done.stderr
        assert done.stderr.count("\n") == 1


def addresses(process: subprocess.Popen[str]) -> dict[str, str]:
    """The addresses that the demo prints, by their labels."""
    assert process.stdout is not None
    shown: dict[str, str] = {}
    until = time.monotonic() + 60
    while "Bedrock" not in shown and time.monotonic() < until:
        label, _, value = process.stdout.readline().strip().partition("  ")
        shown[label] = value.strip()
    return shown
