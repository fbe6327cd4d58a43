"""What a command asks: the function that --url and --key name, that of a demo it starts, or else Bedrock itself."""

import json
import subprocess
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE
from typing import NamedTuple

from cli.failure import Failure

ROOT = Path(__file__).resolve().parent.parent


class Target(NamedTuple):
    """A function's URL, and an API key that the function accepts."""

    url: str
    key: str


@contextmanager
def target_of(arguments: Namespace) -> Iterator[Target | None]:
    """The function that the arguments name; None for Bedrock itself. A demo ends with the block."""
    if arguments.demo:
        with running_demo() as demo:
            yield demo
    elif arguments.url and not arguments.key:
        raise Failure("--url needs the API key too: --key KEY, or the variable CLAUDE_STREAM_KEY")
    else:
        yield Target(arguments.url, arguments.key) if arguments.url else None


@contextmanager
def running_demo() -> Iterator[Target]:
    """Starts the demo's command. It ends when its standard input does, so also when this process is killed."""
    command = [sys.executable, "-m", "emulator.demo", "--for-program"]
    with subprocess.Popen(command, cwd=ROOT, stdin=PIPE, stdout=PIPE, text=True, start_new_session=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        addresses = process.stdout.readline()
        if not addresses:
            raise Failure("the demo did not start; `make demo` shows why")
        try:
            yield Target(**json.loads(addresses))
        finally:
            process.stdin.close()
