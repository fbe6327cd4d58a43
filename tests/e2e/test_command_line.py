"""`make demo` and `claude-stream ask`, as a person runs them; chat and doctor have their own files."""

import atexit
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from emulator.aws.simulator import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY, AwsSimulator, Pace
from emulator.background import Background
from emulator.demo import ROOT
from tests.conftest import KEY, Deployment

CLI = [sys.executable, "-m", "cli"]
DEMO = [sys.executable, "-m", "emulator.demo"]
DATA_HOME = tempfile.mkdtemp(prefix="claude-stream-test-")  # nobody's own conversations
atexit.register(shutil.rmtree, DATA_HOME, ignore_errors=True)


def environment(**variables: str) -> dict[str, str]:
    """A shell without any AWS settings of its own."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "CLAUDE_"))}
    nowhere = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "XDG_DATA_HOME": DATA_HOME}
    return {**mine, **nowhere, "AWS_EC2_METADATA_DISABLED": "true", **variables}


def ask(*words: str, piped: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*CLI, "ask", *words],
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


@pytest.fixture(scope="module")
def bedrock(background: Background) -> Iterator[dict[str, str]]:
    """A Bedrock to call with one's own credentials: the variables that lead to it."""
    simulator = AwsSimulator(keys={}, pace=Pace(0, 0))
    background.run(simulator.start())
    yield {
        "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": simulator.url,
        "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
        "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
    }
    background.run(simulator.close())


class TestAsk:
    def test_answers_straight_from_bedrock_with_the_callers_credentials(self, bedrock: dict[str, str]) -> None:
        done = ask("你好", **bedrock)
        assert (done.returncode, done.stderr) == (0, "")
        assert "你好" in done.stdout
        assert done.stdout.endswith("\n")

    def test_answers_through_a_deployed_function(self, deployment: Deployment) -> None:
        done = ask("hello", "there", "--url", deployment.url.url, "--key", KEY)
        assert (done.returncode, done.stderr) == (0, "")
        assert "hello there" in done.stdout

    def test_answers_through_a_demo_of_its_own(self) -> None:
        done = ask("--demo", "--max-tokens", "5", "hello")
        assert done.returncode == 0
        assert done.stdout
        assert done.stderr == "ask: cut at 5 tokens; --max-tokens allows more\n"

    def test_puts_what_is_piped_in_behind_the_prompt(self, deployment: Deployment) -> None:
        ask("explain:", "--url", deployment.url.url, "--key", KEY, piped="the piped text\n")
        assert deployment.simulator.requests[-1].body["messages"][0]["content"] == "explain:\n\nthe piped text"

    def test_sends_model_and_system_prompt_and_limit(self, deployment: Deployment) -> None:
        ask(
            "hi",
            "-m",
            "claude-sonnet-5-5",
            "-s",
            "be brief",
            "--max-tokens",
            "7",
            "--url",
            deployment.url.url,
            "--key",
            KEY,
        )
        request = deployment.simulator.requests[-1]
        assert request.model_id.startswith("global.anthropic.claude-sonnet-5-5")
        assert (request.body["system"], request.body["max_tokens"]) == ("be brief", 7)

    def test_says_usage_and_times_on_standard_error(self, bedrock: dict[str, str]) -> None:
        done = ask("hello", "-u", **bedrock)
        assert re.search(r"^\d+ tokens in, \d+ out, stopped by end_turn; first token after \d+\.\d+ s", done.stderr)

    def test_prints_pieces_as_they_come(self, background: Background) -> None:
        with started(*CLI, "ask", "--demo", "/slow please") as process:
            assert process.stdout is not None
            first = process.stdout.read(1)
            assert first
            assert process.poll() is None, "the first piece has to be there before the answer is whole"
            process.send_signal(signal.SIGINT)
            _, complaint = process.communicate(timeout=60)
        assert process.returncode == 130
        assert complaint.strip() == "ask: stopped"

    @pytest.mark.parametrize(
        ("prompt", "sentence"),
        [
            ("/throttle", "throttling"),
            ("/denied", "denies access"),
            ("/notfound", "does not have"),
            ("/unavailable", "unavailable"),
            ("/cut", "cut off"),
            ("/throttle-midway", "throttling"),
        ],
    )
    def test_a_failure_is_one_sentence_and_status_1(
        self, bedrock: dict[str, str], prompt: str, sentence: str
    ) -> None:
        done = ask(prompt, **bedrock)
        assert done.returncode == 1
        assert sentence in done.stderr
        assert done.stderr.count("\n") == 1

    @pytest.mark.parametrize(
        ("words", "variables", "sentence"),
        [
            (["hi"], {}, "no AWS region is set"),
            (["hi"], {"AWS_REGION": REGION}, "No AWS credentials"),
            (["hi", "--url", "http://127.0.0.1:9"], {}, "needs the API key"),
            (["hi", "--url", "http://127.0.0.1:9", "--key", "k"], {}, "cannot be reached"),
            (["hi", "--url", "nonsense", "--key", "k"], {}, "is not an address"),
            ([], {"AWS_REGION": REGION}, "there is no question"),
            (["hi"], {"AWS_REGION": REGION, "AWS_PROFILE": "nobody"}, "profile (nobody)"),
            (["hi"], {"AWS_PROFILE": "nobody"}, "profile (nobody)"),
        ],
    )
    def test_what_is_missing_is_said(self, words: list[str], variables: dict[str, str], sentence: str) -> None:
        done = ask(*words, **variables)
        assert done.returncode == 1
        assert sentence in done.stderr
        assert done.stderr.count("\n") == 1

    def test_an_endpoint_for_every_service_is_taken_as_the_function_takes_it(self, bedrock: dict[str, str]) -> None:
        variables = {**bedrock, "AWS_ENDPOINT_URL": bedrock["AWS_ENDPOINT_URL_BEDROCK_RUNTIME"] + "/"}
        del variables["AWS_ENDPOINT_URL_BEDROCK_RUNTIME"]
        done = ask("你好", **variables)
        assert (done.returncode, done.stderr) == (0, "")

    def test_an_endpoint_that_is_no_address_is_said(self, bedrock: dict[str, str]) -> None:
        done = ask("hi", **{**bedrock, "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": "nonsense"})
        assert done.returncode == 1
        assert done.stderr == (
            "ask: AWS_ENDPOINT_URL_BEDROCK_RUNTIME has to begin with https:// or http://, found 'nonsense'\n"
        )

    def test_a_wrong_key_is_said(self, deployment: Deployment) -> None:
        done = ask("hi", "--url", deployment.url.url, "--key", "wrong")
        assert (done.returncode, done.stdout) == (1, "")
        assert "API key" in done.stderr

    def test_an_address_that_is_something_else_is_said(self, bedrock: dict[str, str]) -> None:
        done = ask("hi", "--url", bedrock["AWS_ENDPOINT_URL_BEDROCK_RUNTIME"], "--key", "k")
        assert done.returncode == 1
        assert "not as a claude-stream function does" in done.stderr


@pytest.mark.skipif(not (ROOT / "web/vendor").is_dir(), reason="the page's libraries are not there: make setup")
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
            children = processes_of(process.pid)
            process.send_signal(signal.SIGINT)
            rest, complaint = process.communicate(timeout=60)
        assert (page.status_code, answer.status_code) == (200, 200)
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
    """What the demo prints of itself, by its labels."""
    assert process.stdout is not None
    shown: dict[str, str] = {}
    until = time.monotonic() + 60
    while "Bedrock" not in shown and time.monotonic() < until:
        label, _, value = process.stdout.readline().strip().partition("  ")
        shown[label] = value.strip()
    return shown


def processes_of(parent: int) -> list[str]:
    children = Path(f"/proc/{parent}/task/{parent}/children")
    if not children.exists():  # not Linux
        return subprocess.run(
            ["pgrep", "-P", str(parent)], capture_output=True, text=True, check=False
        ).stdout.split()
    return children.read_text().split()
