"""Installs a client into a folder of its own, with the ordinary installer of its language."""

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import NamedTuple

from tests.places import ROOT

FOLDER = ROOT / ".setup/clients"
PINS = Path(__file__).parent / "pins.toml"
_INSTALLERS = ("npm", "pip", "go")
_MOST_SECONDS = 3600


class NotInstalled(Exception):
    """The installer failed; the message is what it said last."""


class Client(NamedTuple):
    """A client's name and its packages, all of one installer: `pip` and `["aider-chat==0.86.2"]`.

    `lacks` is what it does not do: "answer" if it shows no text as it comes, "turn", "tool".
    """

    name: str
    installer: str
    packages: list[str]
    lacks: list[str]

    @property
    def version(self) -> str:
        return self.packages[0].replace("==", "@").rpartition("@")[2].removeprefix("v")

    @property
    def folder(self) -> Path:
        return FOLDER / self.name

    @property
    def commands(self) -> Path:
        """The folder of the commands that it brings."""
        return self.folder / {"npm": "node_modules/.bin", "pip": "bin", "go": "go/bin"}[self.installer]


def clients() -> list[Client]:
    pins = tomllib.loads(PINS.read_text())
    return [
        Client(name, kind, pin[kind], pin.get("lacks", []))
        for name, pin in pins.items()
        for kind in _INSTALLERS
        if kind in pin
    ]


def install(client: Client) -> None:
    """Installs it unless these packages are there; NotInstalled if they cannot be."""
    done, wanted = client.folder / "installed", "\n".join(client.packages)
    if done.exists() and done.read_text() == wanted:
        return
    done.unlink(missing_ok=True)
    client.folder.mkdir(parents=True, exist_ok=True)
    for command in _commands(client):
        _run(command, client.folder)
    done.write_text(wanted)


def _commands(client: Client) -> list[list[str]]:
    match client.installer:
        case "npm":
            return [
                ["npm", "install", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", ".", *client.packages]
            ]
        case "go":
            return [["env", f"GOPATH={client.folder}/go", "go", "install", *client.packages]]
    pip = ["bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
    return [[sys.executable, "-m", "venv", "."], [*pip, *client.packages]]


def _run(command: list[str], folder: Path) -> None:
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=_MOST_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotInstalled(str(error)) from error
    if done.returncode:
        raise NotInstalled(_sentence(done.stderr))


def _sentence(stderr: str) -> str:
    """The line that says why: the first that names an error and more."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    return next((line for line in lines if "rror: " in line), lines[-1] if lines else "it said nothing")[:200]
