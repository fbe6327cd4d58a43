"""The clients for TypeScript (typescript/): one test here for each client there."""

import os
import re
import subprocess
from collections.abc import Iterator

import pytest

from emulator.aws.bedrock import answers
from tests.conftest import KEY, Deployment
from tests.places import ROOT

ALL = ROOT / "tests/clients/typescript.test.js"
SOURCES = sorted((ROOT / "tests/clients/typescript").glob("*.js"))
CLIENTS = ["@anthropic-ai/sdk", "openai", "openai's Responses", "Vercel's AI SDK", "eventsource-parser"]

pytestmark = pytest.mark.skipif(
    not (ROOT / "node_modules/ai").is_dir(), reason="no node_modules/ai: run make setup"
)


@pytest.fixture(scope="module")
def report(deployment: Deployment) -> Iterator[str]:
    """What Node's test runner prints, as TAP, for all clients in one process."""
    variables = {"URL": deployment.url.url, "KEY": KEY, "ANSWER": answers.answer("你好")}
    command = ["node", "--test-reporter=tap", str(ALL)]
    run = subprocess.run(
        command, env={**os.environ, **variables}, capture_output=True, text=True, timeout=280, check=False
    )
    yield run.stdout + run.stderr
    assert deployment.url.breaches == []


@pytest.mark.parametrize("client", CLIENTS)
def test_client(report: str, client: str) -> None:
    part = next((part for part in report.split("# Subtest: ") if part.startswith(client + "\n")), report)
    found = re.search(rf"^(not )?ok \d+ - {re.escape(client)}$", report, re.MULTILINE)
    assert found, report
    assert not found[1], report[report.index(part) :]


def test_every_client_of_the_files_is_listed() -> None:
    sources = "".join(source.read_text() for source in SOURCES)
    found = re.findall(r"""^describe\((['"])(.+)\1, """, sources, re.MULTILINE)
    assert {title for _, title in found} == set(CLIENTS)
