"""What a GitHub release carries: python -m tools.release TAG FOLDER.

Refuses a tag that does not agree with the version (pyproject.toml) and with the newest release in CHANGELOG.md.
Otherwise it puts into FOLDER the source as an archive, the function's zip, the SHA-256 of both, and the changelog's
text on this release as notes. Imports the standard library only, so that it runs before anything is installed.
"""

import argparse
import hashlib
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import NamedTuple

from infra.compiling import find_runtime_python
from infra.function_files import function_zip

ROOT = Path(__file__).resolve().parent.parent
# "## 0.1.0 (2026-11-27)"; "## Unreleased" may stand above it.
_HEADING = re.compile(r"^## (\d+\.\d+\.\d+) \((\d{4}-\d\d-\d\d)\)\n", re.MULTILINE)


class Disagreement(Exception):
    """Tag, version and changelog do not say the same; the message says what to do."""


class Release(NamedTuple):
    """One release in the changelog; `notes` is Markdown."""

    version: str
    date: str
    notes: str


def version_of(root: Path) -> str:
    return str(tomllib.loads((root / "pyproject.toml").read_text())["project"]["version"])


def releases_of(root: Path) -> list[Release]:
    """The changelog's releases, the newest first; none while everything is unreleased."""
    text = (root / "CHANGELOG.md").read_text()
    parts = _HEADING.split(text)[1:]
    return [
        Release(version, date, notes.strip() + "\n")
        for version, date, notes in zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    ]


def check(tag: str, root: Path) -> Release:
    """The release that `tag` names. Disagreement, when it is not the newest one or not the version."""
    version = version_of(root)
    if tag != f"v{version}":
        raise Disagreement(
            f"the tag is {tag} and the version in pyproject.toml {version}: one of them has to change"
        )
    newest = next(iter(releases_of(root)), None)
    if newest is None or newest.version != version:
        found = newest.version if newest else "none"
        raise Disagreement(
            f'the newest release in CHANGELOG.md is {found}: expected "## {version} (YYYY-MM-DD)", with its date'
        )
    return newest


def build(release: Release, folder: Path, root: Path) -> None:
    """Writes the release's files into `folder`, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"claude-stream-{release.version}"
    source = ["git", "archive", "--format=tar.gz", f"--prefix={name}/", "HEAD"]
    files = {
        f"{name}.tar.gz": subprocess.run(source, cwd=root, check=True, stdout=subprocess.PIPE).stdout,
        f"{name}-function.zip": function_zip(root / "lambda_src", find_runtime_python()),
    }
    for file, data in files.items():
        (folder / file).write_bytes(data)
    sums = [f"{hashlib.sha256(data).hexdigest()}  {file}\n" for file, data in files.items()]
    (folder / "SHA256SUMS").write_text("".join(sums))
    (folder / "notes.md").write_text(release.notes)


def main(words: list[str] | None = None, root: Path = ROOT) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.release", description="Builds a release's files.")
    parser.add_argument("tag", help="the tag, such as v0.1.0")
    parser.add_argument("folder", type=Path, help="where the files go")
    arguments = parser.parse_args(words)
    try:
        build(check(arguments.tag, root), arguments.folder, root)
    except Disagreement as error:
        print(f"release: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
