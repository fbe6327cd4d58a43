"""What the README tells people to run, run as it stands there."""

import re
import subprocess
import sys

import pytest

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
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith('data: "')
    assert "event: done" in done.stdout


@pytest.mark.parametrize("snippet", snippets("python"))
def test_python(snippet: str, deployment: Deployment) -> None:
    program = f"URL, KEY = {deployment.url.url!r}, {KEY!r}\n{snippet}"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=False, cwd=ROOT
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "hello" in done.stdout


def test_the_readme_has_snippets_to_run() -> None:
    assert curl_commands()
    assert snippets("python")
