"""The commands of the READMEs and docs/, run as they are, with the address as we print it and as AWS gives it.

CloudFormation's FunctionUrl, which the Lambda console shows too, ends in a slash; ours does not.
"""

import base64
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from cli import conversations
from cli.__main__ import parser
from emulator.aws.simulator import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY, Pace
from tests.conftest import KEY, Deploy, Deployment
from tests.places import ROOT
from tests.snippets import blocks, commands, run_python, run_shell
from tools.cloud.options import parse

READMES = [(ROOT / name).read_text() for name in ("README.md", "README.zh-CN.md")]
MANUALS = [*READMES, *(path.read_text() for path in sorted((ROOT / "docs").glob("*.md")))]
COMMANDS = list(dict.fromkeys(command for manual in MANUALS for command in commands(manual)))
PROGRAMS = list(
    dict.fromkeys(block for readme in READMES for block in blocks(readme, "python"))
)  # tests/clients runs those of docs/
MAKEFILE = (ROOT / "Makefile").read_text()

# Commands that are not run here, with the reason. tests/deploy runs those of the Makefile that need an AWS account.
NOT_RUN = {
    r"(\w+=\S+ )?make demo\b": "runs until Ctrl-C; test_command_line.py starts it",
    r"make test$": "runs this test",
    r"KEY=\$\(make -s key\)$": "needs an AWS account; tests/deploy runs make key",
    r"URL=https://": "this test sets it",
    r"curl .*/v1/answers/\$\(cat id\)": "goes on with the command before; test_kept_answers.py asks the same",
    r"aws configure$": "a command of AWS's that asks questions",
}
# What a command prints, and what is typed into it.
PRINTED = {
    "/stream": "event: done",
    "/v1/usage": '"key":"default"',
    " doctor --client": "ANTHROPIC_BASE_URL",
    " doctor --url": "All is well.",
    " ask ": "",
    " chat": "hello",
}
TYPED = {" chat": "hello\n"}

AS_PRINTED, AS_AWS_GIVES_IT = "", "/"
FORMS = pytest.mark.parametrize("slash", [AS_PRINTED, AS_AWS_GIVES_IT], ids=["printed", "AWS's"])
PACED = Pace(first_event_seconds=0, pieces_per_second=200)  # doctor looks whether an answer comes in pieces
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def recipe(words: list[str]) -> str:
    """What `make …` would run, without the set-up; variables may stand before it."""
    words = words[words.index("make") :]
    command = [words[0], "-n", "--no-print-directory", *words[1:]]  # this test may itself be run by make
    would = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert would.returncode == 0, would.stderr
    return "\n".join(line for line in would.stdout.splitlines() if not line.startswith("tools/setup"))


def is_run(command: str) -> bool:
    """Whether the command is run here. A command for a stage in AWS is known by its recipe."""
    if any(re.match(pattern, command) for pattern in NOT_RUN):
        return False
    return not command.startswith("make ") or not re.search(
        rf"^{shlex.split(command)[1]}:.*(?:\n\t.*)*\$\(CLOUD\)", MAKEFILE, re.MULTILINE
    )


RUN = [command for command in COMMANDS if is_run(command)]
WITH_URL = [command for command in RUN if "$URL" in command]
WITHOUT_URL = [command for command in RUN if "$URL" not in command]


@pytest.fixture(scope="module")
def paced(deploy: Deploy) -> Deployment:
    return deploy(pace=PACED)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the commands run: this Python as .venv, files to attach, and a conversation to go on with."""
    (tmp_path / ".venv").symlink_to(sys.prefix)
    (tmp_path / "invoice.pdf").write_bytes(b"%PDF-1.4\n")
    (tmp_path / "photo.png").write_bytes(PNG)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    said = [("user", "hello"), ("assistant", "Hello.")]
    conversations.save(None, [{"role": role, "content": text} for role, text in said])
    return tmp_path


def run(command: str, paced: Deployment, slash: str, home: Path, **variables: str) -> None:
    """Runs the command with URL, KEY, and a Bedrock for commands without them; checks what it prints."""
    typed = next((text for part, text in TYPED.items() if part in command), "")
    done = run_shell(
        command,
        home=home,
        typed=typed,
        variables={
            "URL": f"{paced.url.url}{slash}",
            "KEY": KEY,
            "PYTHONPATH": str(ROOT),
            "XDG_DATA_HOME": str(home),
            "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": paced.simulator.url,
            "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
            "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
            "AWS_EC2_METADATA_DISABLED": "true",
            **variables,
        },
    )
    assert done.returncode == 0, done.stdout + done.stderr
    printed = [text for part, text in PRINTED.items() if part in command]
    assert len(printed) == 1, f"say in PRINTED what this prints: {command}"
    assert printed[0] in done.stdout
    assert done.stdout.strip()


@FORMS
@pytest.mark.parametrize("command", WITH_URL)
def test_a_command_for_a_function(command: str, slash: str, paced: Deployment, home: Path) -> None:
    run(command, paced, slash, home)
    assert paced.url.breaches == []


@pytest.mark.parametrize("command", WITHOUT_URL)
def test_a_command_of_this_machine(command: str, paced: Deployment, home: Path) -> None:
    if command.startswith("make "):
        words = shlex.split(command)
        variables = dict(word.split("=", 1) for word in words if "=" in word)
        run(recipe(words), paced, AS_PRINTED, home, **variables)
    else:
        run(command, paced, AS_PRINTED, home)


@FORMS
def test_the_programs(slash: str, deployment: Deployment) -> None:
    said = run_python(PROGRAMS, f"{deployment.url.url}{slash}", KEY, ROOT)
    assert ["hello" in text for text in said] == [True]


@pytest.mark.parametrize("command", [command for command in COMMANDS if re.match(r"(\w+=\S+ )*make ", command)])
def test_a_make_command_has_a_target(command: str) -> None:
    assert recipe(shlex.split(command))


@pytest.mark.parametrize("command", [command for command in COMMANDS if re.match("make (?!demo|test)", command)])
def test_a_verb_of_the_cloud_takes_the_arguments_that_it_is_given(command: str) -> None:
    """The program would pass unknown arguments on to the CDK."""
    line = recipe(shlex.split(command)).replace("\n", " ; ")
    assert "-m tools.cloud " not in line or parse(shlex.split(line.partition("-m tools.cloud ")[2])).more == []


def test_there_is_something_to_run() -> None:
    assert len(WITH_URL) >= 3
    assert len(WITHOUT_URL) >= 5
    assert len(PROGRAMS) == 1


# The first ten minutes on AWS


def first_ten_minutes() -> list[str]:
    """The commands of the first block of "Deploy", without their comments."""
    block = READMES[0].split("\n## Deploy\n")[1].split("```")[1]
    return [re.sub(r"\s+# .*", "", line) for line in block.strip().splitlines()]


def test_the_first_ten_minutes_on_aws_come_in_their_order() -> None:
    words = [
        "aws configure",
        "make preflight",
        "make deploy",
        "KEY=",
        "URL=",
        "curl ",
        ".venv/bin/claude-stream doctor",
    ]
    lines = first_ten_minutes()
    assert [line[: len(word)] for line, word in zip(lines, words, strict=True)] == words


def test_the_function_url_of_the_first_ten_minutes_is_printed_by_deploy_and_its_key_by_key() -> None:
    """The next commands use both as they are, in the same shell."""
    lines = first_ten_minutes()
    assert lines[3] == "KEY=$(make -s key)"
    assert all("$URL" in line and "$KEY" in line for line in lines[5:])


def test_doctor_takes_the_arguments_that_it_is_given() -> None:
    words = shlex.split(first_ten_minutes()[-1])[1:]
    assert parser().parse_args(words).url == "$URL"
