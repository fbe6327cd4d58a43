"""docs/clients.md: every snippet, run as it stands there."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from local.demo import ROOT
from tests.conftest import KEY, Deployment

PAGE = (ROOT / "docs/clients.md").read_text()


def snippets(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


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


# All in one process: what takes time is importing the clients.
RUN_ALL = """
import contextlib, io, json, sys
said = []
for snippet in json.loads(sys.argv[3]):
    with contextlib.redirect_stdout(io.StringIO()) as output:
        exec(snippet, {"URL": sys.argv[1], "KEY": sys.argv[2]})
    said.append(output.getvalue())
print(json.dumps(said))
"""


def test_python(deployment: Deployment) -> None:
    programs = snippets("python")
    outputs = json.loads(run([sys.executable, "-c", RUN_ALL, deployment.url.url, KEY, json.dumps(programs)]))
    assert len(outputs) == 5
    for program, output in zip(programs, outputs, strict=True):
        assert "> hello" in output, program


@pytest.mark.skipif(not (ROOT / "node_modules/ai").is_dir(), reason="no node_modules/ai: run make setup")
@pytest.mark.parametrize("number", range(len(snippets("js"))))
def test_javascript(deployment: Deployment, number: int) -> None:
    program = snippets("js")[number]
    imports = "".join(line + "\n" for line in program.splitlines() if line.startswith("import "))
    rest = program.removeprefix(imports)
    declared = f"const URL = {json.dumps(deployment.url.url)}, KEY = {json.dumps(KEY)}\n"
    assert "> hello" in run(["node", "--input-type=module", "-e", imports + declared + rest])


def test_shell(deployment: Deployment, tmp_path: Path) -> None:
    (tmp_path / "extra-openai-models.yaml").write_text(snippets("yaml")[0].replace("$URL", deployment.url.url))
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    variables = {"URL": deployment.url.url, "KEY": KEY, "LLM_USER_PATH": str(tmp_path), "PATH": path}
    for snippet in snippets("sh"):
        assert "> hello" in run(["sh", "-ec", snippet], **variables)


def test_every_client_that_is_promised_is_there() -> None:
    titles = re.findall(r"^## (.+)$", PAGE, re.MULTILINE)
    assert len(titles) == 10
    assert len(snippets("js")) == 5
