"""`claude-stream doctor --client`: a client's section of docs/clients.md with the function's address in it."""

import subprocess
import sys

import pytest

from cli.client_configurations import PAGE, configurations
from tests.conftest import KEY
from tests.e2e.shell import environment
from tests.places import ROOT

URL = "https://abcdefgh.lambda-url.eu-west-1.on.aws"
KNOWN = configurations()


def doctor(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cli", "doctor", *words],
        cwd=ROOT,
        env=environment(CLAUDE_STREAM_KEY=KEY),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_prints_the_configuration_with_the_address_and_without_the_key() -> None:
    done = doctor("--client", "claude-code", "--url", f"{URL}/")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"ANTHROPIC_BASE_URL={URL}\nANTHROPIC_AUTH_TOKEN=$KEY\n" in done.stdout
    assert done.stdout.endswith("$KEY stands for an API key: `make key` prints one.\n")
    assert KEY not in done.stdout


def test_without_an_address_says_what_fills_it_in() -> None:
    done = doctor("--client", "codex")
    assert 'base_url = "$URL/v1"' in done.stdout
    assert "--url fills it in" in done.stdout


def test_names_the_clients_that_are_known_in_one_sentence() -> None:
    done = doctor("--client", "claude-cod", "--url", URL)
    assert (done.returncode, done.stdout) == (1, "")
    assert (
        done.stderr == f"doctor: 'claude-cod' is not a client that is known here; these are: {', '.join(KNOWN)}\n"
    )


@pytest.mark.parametrize("name", KNOWN)
def test_is_the_section_of_the_page(name: str) -> None:
    printed = KNOWN[name].filled_in(URL)
    assert "$URL" not in printed
    lines = [line for line in printed.splitlines() if not line.startswith(('URL, KEY = "', 'const URL = "'))]
    assert "\n".join(lines).replace(URL, "$URL") in PAGE.read_text()


def test_a_program_begins_with_its_names() -> None:
    assert f'```python\nURL, KEY = "{URL}", "$KEY"\nimport anthropic\n' in KNOWN[
        "anthropics-sdk-for-python"
    ].filled_in(URL)
    assert f'```js\nconst URL = "{URL}", KEY = "$KEY"\nimport OpenAI' in KNOWN[
        "openais-sdk-for-typescript"
    ].filled_in(URL)
