"""Runs a client's program in a home of its own, configured as docs/clients.md says, and keeps what it printed."""

import contextlib
import os
import shutil
import signal
import subprocess
from pathlib import Path

from cli.client_configurations import Configuration
from tests.real_clients.installing import Client

PROGRAMS = Path(__file__).parent / "programs"
FIRST, SECOND = "What is a river?", "And what is a lake?"
SECRET = "The lamp is green"  # what the tool answers: nobody can say it without the tool
_MOST_SECONDS = 600
_PYTHON_HEAD = 'import os\n\nURL, KEY = os.environ["URL"], os.environ["KEY"]\n'


def program_of(client: Client) -> Path:
    (program,) = PROGRAMS.glob(client.name.replace("-", "_") + ".*")
    return program


def run(client: Client, configuration: Configuration, url: str, key: str) -> tuple[int | None, str]:
    """The program's exit status, None if it did not end, and what it printed.

    It finds the questions in FIRST and SECOND, and notes.txt for a tool.
    """
    work, home = client.folder / "work", client.folder / "home"
    for folder in (work, home):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
    (work / "notes.txt").write_text(f"{SECRET}.\n")
    variables = _configure(configuration, home, work, {"URL": url, "KEY": key})
    program = Path(shutil.copy(program_of(client), work / ("program" + program_of(client).suffix)))
    interpreter = [f"{client.commands}/python"] if program.suffix == ".py" else ["sh", "-eu"]
    with (client.folder / "output.txt").open("w+") as output:
        process = subprocess.Popen(
            [*interpreter, str(program)],
            cwd=work,
            env=variables | {"PATH": f"{client.commands}:{os.environ['PATH']}"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            status: int | None = process.wait(_MOST_SECONDS)
        except subprocess.TimeoutExpired:
            status = None
        finally:
            _end_group(process)
        output.seek(0)
        return status, output.read()


def _configure(configuration: Configuration, home: Path, work: Path, named: dict[str, str]) -> dict[str, str]:
    """Writes the files that the page says into `home`; returns the variables that it says, and ours."""
    variables = {"HOME": str(home), "LANG": "C.UTF-8", "FIRST": FIRST, "SECOND": SECOND, **named}
    python = [block.text for block in configuration.blocks if block.language == "python"]
    (work / "configuration.py").write_text("\n".join([_PYTHON_HEAD, *python]))
    for block in configuration.blocks:
        text = block.text
        for name, value in named.items():
            text = text.replace(f"${name}", value)
        if block.language == "env":
            variables |= dict(line.split("=", 1) for line in text.splitlines())
        elif block.language not in ("python", "sh") and block.file:
            file = home / block.file.removeprefix("~/")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
    return variables


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """Ends what the program has left running, its own processes only."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
