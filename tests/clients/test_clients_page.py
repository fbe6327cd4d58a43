"""docs/clients.md: every snippet of an SDK, run as it is, with the address as AWS gives it.

`make test-clients` installs and runs the programs and frameworks of its table; here the table is held to that.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cli.client_configurations import PAGE, configurations
from tests.conftest import KEY, Deployment
from tests.places import ROOT
from tests.real_clients.installing import clients
from tests.real_clients.running import program_of
from tests.snippets import run_python

SECTIONS = configurations()
CLIENTS = {client.name: client for client in clients()}


def blocks(language: str) -> list[str]:
    """The blocks of the SDKs' sections."""
    sections = [section for name, section in SECTIONS.items() if name not in CLIENTS]
    return [block.text for section in sections for block in section.blocks if block.language == language]


def run(command: list[str], **variables: str) -> str:
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def url(deployment: Deployment) -> str:
    """The address with the slash that AWS gives it; each client's own tests use it without."""
    return f"{deployment.url.url}/"


def test_python(url: str) -> None:
    programs = blocks("python")
    assert len(programs) == 6
    for program, output in zip(programs, run_python(programs, url, KEY, ROOT), strict=True):
        assert "> hello" in output, program


@pytest.mark.skipif(not (ROOT / "node_modules/ai").is_dir(), reason="no node_modules/ai: run make setup")
@pytest.mark.parametrize("number", range(len(blocks("js"))))
def test_javascript(url: str, number: int) -> None:
    program = blocks("js")[number]
    imports = "".join(line + "\n" for line in program.splitlines() if line.startswith("import "))
    rest = program.removeprefix(imports)
    declared = f"const URL = {json.dumps(url)}, KEY = {json.dumps(KEY)}\n"
    assert "> hello" in run(["node", "--input-type=module", "-e", imports + declared + rest])


def test_shell(url: str, tmp_path: Path) -> None:
    (tmp_path / "extra-openai-models.yaml").write_text(blocks("yaml")[0].replace("$URL", url))
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    variables = {"URL": url, "KEY": KEY, "LLM_USER_PATH": str(tmp_path), "PATH": path}
    for snippet in blocks("sh"):
        assert "> hello" in run(["sh", "-ec", snippet], **variables)


def test_every_sdk_that_is_promised_is_there() -> None:
    assert len(SECTIONS.keys() - CLIENTS.keys()) == 9
    assert len(blocks("js")) == 5


class TestTable:
    """The table of programs and frameworks."""

    ROWS = re.findall(r"^\| \[(.+?)\]\(#(.+?)\) \| (\S+) \|", PAGE.read_text(), re.MULTILINE)

    def test_has_what_make_test_clients_runs_in_its_order_and_version(self) -> None:
        versions = [(name, version) for _, name, version in self.ROWS]
        assert versions == [(client.name, client.version) for client in CLIENTS.values()]

    def test_names_each_client_as_its_section_does(self) -> None:
        assert [title for title, _, _ in self.ROWS] == [SECTIONS[name].title for name in CLIENTS]

    @pytest.mark.parametrize("name", CLIENTS)
    def test_has_only_clients_that_a_program_uses_as_a_person_would(self, name: str) -> None:
        assert program_of(CLIENTS[name]).read_text()
