"""docs/clients.md: every snippet, run as it is, with the address as AWS gives it."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import KEY, Deployment
from tests.places import ROOT
from tests.snippets import blocks, run_python

PAGE = (ROOT / "docs/clients.md").read_text()


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
    programs = blocks(PAGE, "python")
    assert len(programs) == 6
    for program, output in zip(programs, run_python(programs, url, KEY, ROOT), strict=True):
        assert "> hello" in output, program


@pytest.mark.skipif(not (ROOT / "node_modules/ai").is_dir(), reason="no node_modules/ai: run make setup")
@pytest.mark.parametrize("number", range(len(blocks(PAGE, "js"))))
def test_javascript(url: str, number: int) -> None:
    program = blocks(PAGE, "js")[number]
    imports = "".join(line + "\n" for line in program.splitlines() if line.startswith("import "))
    rest = program.removeprefix(imports)
    declared = f"const URL = {json.dumps(url)}, KEY = {json.dumps(KEY)}\n"
    assert "> hello" in run(["node", "--input-type=module", "-e", imports + declared + rest])


def test_shell(url: str, tmp_path: Path) -> None:
    (tmp_path / "extra-openai-models.yaml").write_text(blocks(PAGE, "yaml")[0].replace("$URL", url))
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    variables = {"URL": url, "KEY": KEY, "LLM_USER_PATH": str(tmp_path), "PATH": path}
    for snippet in blocks(PAGE, "sh"):
        assert "> hello" in run(["sh", "-ec", snippet], **variables)


def test_every_client_that_is_promised_is_there() -> None:
    titles = re.findall(r"^## (.+)$", PAGE, re.MULTILINE)
    assert len(titles) == 14
    assert len(blocks(PAGE, "js")) == 5
