"""A simulated AWS account, and `python -m tools.cloud` run against it: at a terminal, or without one."""

import contextlib
import json
import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from emulator.aws.account.simulator import Account, AccountSimulator
from emulator.aws.caller import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY
from emulator.background import Background
from infra.model_access import parse_model
from tests.places import ROOT

MODEL_IDS = json.loads((ROOT / "cdk.json").read_text())["context"]["stages"]["dev"]["models"]
MODELS = [parse_model(model_id).foundation_model for model_id in MODEL_IDS]
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
    "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
    "AWS_REGION": REGION,
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}
LONGEST_SECONDS = 50


@dataclass(frozen=True)
class Ran:
    status: int
    said: str


@contextlib.contextmanager
def simulated(account: Account, background: Background) -> Iterator[AccountSimulator]:
    simulator = AccountSimulator(account)
    background.run(simulator.start())
    try:
        yield simulator
    finally:
        background.run(simulator.close())


def shell_of(simulator: AccountSimulator) -> dict[str, str]:
    """The variables of a person whose AWS is the simulated account, and none of this process's own."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "CDK_"))}
    return mine | CREDENTIALS | {"AWS_ENDPOINT_URL": simulator.url}


def run(simulator: AccountSimulator, *words: str) -> Ran:
    """Runs `python -m tools.cloud WORDS` without a terminal: nobody answers its questions."""
    done = subprocess.run(
        _command(words),
        cwd=ROOT,
        env=shell_of(simulator),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LONGEST_SECONDS,
        check=False,
    )
    return Ran(done.returncode, done.stdout + done.stderr)


def run_in_terminal(simulator: AccountSimulator, *words: str, answers: Sequence[str]) -> Ran:
    """Runs the same in a terminal of its own, where each question ("Type ... to go on: ") gets the next answer."""
    screen, terminal = pty.openpty()
    process = subprocess.Popen(
        _command(words), cwd=ROOT, env=shell_of(simulator), stdin=terminal, stdout=terminal, stderr=terminal
    )
    os.close(terminal)
    try:
        output = _converse(screen, list(answers))
        return Ran(process.wait(LONGEST_SECONDS), output.replace("\r\n", "\n"))
    finally:
        process.kill()
        process.wait()
        os.close(screen)


def _converse(screen: int, answers: list[str]) -> str:
    output, answered, deadline = "", 0, time.monotonic() + LONGEST_SECONDS
    while select.select([screen], [], [], max(0, deadline - time.monotonic()))[0]:
        try:
            data = os.read(screen, 65536)
        except OSError:  # the program has ended, and its terminal with it
            return output
        if not data:
            return output
        output += data.decode(errors="replace")
        while output.count(" to go on: ") > answered:
            answered += 1
            os.write(screen, f"{answers.pop(0)}\n".encode())
    raise TimeoutError(f"the program does not end; it said:\n{output}")


def _command(words: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", "tools.cloud", *words]
