"""tools/release.py: there is a release only if tag, version and changelog agree; and the files of a release."""

import hashlib
import io
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.places import ROOT
from tools.release import Release, main, releases_of

CHANGELOG = """# Changelog

## Unreleased

- Not yet.

## 0.2.0 (2026-12-24)

- A stream.
- A `## heading` in a line.

## 0.1.0 (2026-11-27)

- Words.
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with one commit, at version 0.2.0."""
    root = tmp_path / "project"
    (root / "lambda_src" / "pkg").mkdir(parents=True)
    (root / "lambda_src" / "pkg" / "a.py").write_text("a = 1\n")
    (root / "lambda_src" / "pkg" / "README.md").write_text("A manual.\n")
    (root / "pyproject.toml").write_text('[project]\nname = "claude-stream"\nversion = "0.2.0"\n')
    (root / "CHANGELOG.md").write_text(CHANGELOG)
    git = ["git", "-c", "user.name=Tests", "-c", "user.email=tests@example.com", "-c", "commit.gpgsign=false"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "All of it"]):
        subprocess.run([*git, *words], cwd=root, check=True)
    (root / "left-over").write_text("not committed")
    return root


def test_the_changelog_is_split_at_its_releases(project: Path) -> None:
    assert releases_of(project) == [
        Release("0.2.0", "2026-12-24", "- A stream.\n- A `## heading` in a line.\n"),
        Release("0.1.0", "2026-11-27", "- Words.\n"),
    ]


def test_while_everything_is_unreleased_there_is_none(project: Path) -> None:
    (project / "CHANGELOG.md").write_text("# Changelog\n\n## Unreleased\n\n- Words.\n")
    assert releases_of(project) == []


class TestFiles:
    @pytest.fixture
    def folder(self, project: Path, tmp_path: Path) -> Path:
        assert main(["v0.2.0", str(tmp_path / "dist")], project) == 0
        return tmp_path / "dist"

    def test_the_source_is_what_was_committed(self, folder: Path) -> None:
        with tarfile.open(folder / "claude-stream-0.2.0.tar.gz") as archive:
            names = {member.name for member in archive if member.isfile()}
        expected = {"CHANGELOG.md", "pyproject.toml", "lambda_src/pkg/a.py", "lambda_src/pkg/README.md"}
        assert names == {f"claude-stream-0.2.0/{name}" for name in expected}

    def test_the_function_is_what_would_be_deployed(self, folder: Path) -> None:
        data = (folder / "claude-stream-0.2.0-function.zip").read_bytes()
        assert zipfile.ZipFile(io.BytesIO(data)).namelist() == ["pkg/a.py"]

    def test_the_sums_are_those_of_the_files(self, folder: Path) -> None:
        lines = (line.split("  ") for line in (folder / "SHA256SUMS").read_text().splitlines())
        sums = {name: digest for digest, name in lines}
        files = {path.name: path for path in folder.glob("claude-stream-*")}
        assert sums == {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()}
        assert len(sums) == 2

    def test_the_notes_are_the_changelogs_words(self, folder: Path) -> None:
        assert (folder / "notes.md").read_text() == "- A stream.\n- A `## heading` in a line.\n"


class TestRefusal:
    def refused(self, project: Path, tag: str, capsys: pytest.CaptureFixture[str]) -> str:
        folder = project / "dist"
        assert main([tag, str(folder)], project) == 1
        assert not folder.exists()
        return capsys.readouterr().err

    def test_of_a_tag_that_is_not_the_version(self, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
        sentence = self.refused(project, "v0.3.0", capsys)
        assert sentence == (
            "release: the tag is v0.3.0 and the version in pyproject.toml 0.2.0: one of them has to change\n"
        )

    @pytest.mark.parametrize(
        ("changelog", "found"), [("## Unreleased\n", "none"), ("## 0.1.0 (2026-11-27)\n", "0.1.0")]
    )
    def test_of_a_version_without_its_changelog(
        self, project: Path, changelog: str, found: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (project / "CHANGELOG.md").write_text(changelog)
        sentence = self.refused(project, "v0.2.0", capsys)
        assert sentence.startswith(f"release: the newest release in CHANGELOG.md is {found}: ")
        assert '"## 0.2.0 (YYYY-MM-DD)"' in sentence


def test_it_runs_before_anything_is_installed() -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); import tools.release"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
