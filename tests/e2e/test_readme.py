"""What the README tells people to run, run as it stands there."""

import re
import shlex
import subprocess
import sys

import pytest

from local.__main__ import _parser
from local.demo import ROOT
from tests.conftest import KEY, Deployment

README = (ROOT / "README.md").read_text()


def snippets(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def curl_commands() -> list[str]:
    return [line for snippet in snippets("") for line in snippet.splitlines() if line.startswith("curl ")]


@pytest.mark.parametrize("command", curl_commands())
def test_curl(command: str, deployment: Deployment) -> None:
    done = subprocess.run(
        ["sh", "-c", f"{command} -sS --fail"],
        env={"PATH": "/usr/bin:/bin:/usr/local/bin:/opt/homebrew/bin", "URL": deployment.url.url, "KEY": KEY},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith('data: "')
    assert "event: done" in done.stdout


@pytest.mark.parametrize("snippet", snippets("python"))
def test_python(snippet: str, deployment: Deployment) -> None:
    program = f"URL, KEY = {deployment.url.url!r}, {KEY!r}\n{snippet}"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=False, cwd=ROOT
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "hello" in done.stdout


def first_ten_minutes() -> list[str]:
    """The commands of the first block of "Deploy", less their comments."""
    block = README.split("\n## Deploy\n")[1].split("```")[1]
    return [re.sub(r"\s+# .*", "", line) for line in block.strip().splitlines()]


def test_the_first_ten_minutes_on_aws_come_in_their_order() -> None:
    words = [
        "aws configure",
        "make preflight",
        "make deploy",
        "KEY=",
        "URL=",
        "curl ",
        ".venv/bin/python -m local doctor",
    ]
    commands = first_ten_minutes()
    assert [line[: len(word)] for line, word in zip(commands, words, strict=True)] == words


def test_the_function_url_of_the_first_ten_minutes_is_printed_by_deploy_and_its_key_by_key() -> None:
    """Both go into the commands below them as they are: the one after the other, in one shell."""
    commands = first_ten_minutes()
    assert commands[3] == "KEY=$(make -s key)"
    assert all("$URL" in line and "$KEY" in line for line in commands[5:])


@pytest.mark.parametrize(
    "command", [line for line in re.findall(r"^make [a-z-]+.*", README, re.MULTILINE) if "PROMPT" not in line]
)
def test_every_make_command_runs_something(command: str) -> None:
    """`make -n` says what it would run, which the program behind it then takes."""
    target = command.split()[1]
    would = subprocess.run(
        ["make", "-n", target], capture_output=True, text=True, timeout=30, check=False, cwd=ROOT
    )
    assert would.returncode == 0, would.stderr
    if "tools.cloud" in would.stdout:
        shown = subprocess.run(
            [sys.executable, "-m", "tools.cloud", target, "--help"],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
            cwd=ROOT,
        )
        assert shown.returncode == 0
        assert target in shown.stdout


def test_doctor_takes_the_arguments_that_it_is_given() -> None:
    words = shlex.split(first_ten_minutes()[-1])[3:]
    assert _parser().parse_args(words).url == "$URL"


def test_the_readme_has_snippets_to_run() -> None:
    assert curl_commands()
    assert snippets("python")
