"""The files that run the public repository: workflows, templates, policies, and the version in one place."""

import importlib.util
import json
import os
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from tests.places import ROOT
from tools.release import releases_of, version_of

GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
FORMS = sorted(path for path in (GITHUB / "ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml")
PINNED = re.compile(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")


def name_of(path: Path) -> str:
    return path.name


def loaded(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text())
    return found


def jobs_of(workflow: Path) -> list[dict[str, Any]]:
    return list(loaded(workflow)["jobs"].values())


def commands_of(workflow: Path) -> list[list[str]]:
    steps = [step for job in jobs_of(workflow) for step in job.get("steps", [])]
    lines = [line for step in steps for line in step.get("run", "").splitlines()]
    return [shlex.split(line) for line in lines]


def can_be_run(words: list[str]) -> bool:
    match words:
        case ["gh", *_]:  # installed on GitHub's machines
            return True
        case ["python3", "-m", module, *_]:
            return importlib.util.find_spec(module) is not None
        case ["make", target, *_]:
            return bool(re.search(rf"^{re.escape(target)}:", (ROOT / "Makefile").read_text(), re.MULTILINE))
        case [file, *_]:
            return os.access(ROOT / file, os.X_OK)
    return False


class TestWorkflows:
    def test_there_are_three(self) -> None:
        assert [path.name for path in WORKFLOWS] == ["ci.yml", "clients.yml", "release.yml"]

    @pytest.mark.parametrize("workflow", WORKFLOWS, ids=name_of)
    def test_call_what_exists(self, workflow: Path) -> None:
        commands = commands_of(workflow)
        assert commands
        assert [words for words in commands if not can_be_run(words)] == []

    @pytest.mark.parametrize("workflow", WORKFLOWS, ids=name_of)
    def test_pin_actions_by_hash(self, workflow: Path) -> None:
        """A tag can be moved, a hash cannot."""
        used = re.findall(r"uses: (.+)", workflow.read_text())
        assert used
        assert [action for action in used if not (action.startswith("./") or PINNED.fullmatch(action))] == []

    @pytest.mark.parametrize("workflow", WORKFLOWS, ids=name_of)
    def test_call_workflows_of_ours_that_can_be_called(self, workflow: Path) -> None:
        for called in (job["uses"] for job in jobs_of(workflow) if "uses" in job):
            assert re.search(r"^  workflow_call:", (ROOT / called).read_text(), re.MULTILINE)

    @pytest.mark.parametrize("workflow", WORKFLOWS, ids=name_of)
    def test_may_read_and_nothing_else(self, workflow: Path) -> None:
        assert loaded(workflow)["permissions"] == {"contents": "read"}

    def test_only_the_job_that_releases_may_write(self) -> None:
        allowed = {
            f"{workflow.name} {name}": job["permissions"]
            for workflow in WORKFLOWS
            for name, job in loaded(workflow)["jobs"].items()
            if "permissions" in job
        }
        assert allowed == {"release.yml release": {"contents": "write"}}

    @pytest.mark.parametrize("workflow", WORKFLOWS, ids=name_of)
    def test_put_nothing_that_others_can_choose_into_a_shell(self, workflow: Path) -> None:
        """A branch or a tag may be called `$(command)`: it is passed in a variable."""
        assert [words for words in commands_of(workflow) if "${{" in " ".join(words)] == []

    @pytest.mark.parametrize("workflow", WORKFLOWS, ids=name_of)
    def test_leave_no_token_in_the_checkout(self, workflow: Path) -> None:
        steps = [step for job in jobs_of(workflow) for step in job.get("steps", [])]
        checkouts = [step for step in steps if step.get("uses", "").startswith("actions/checkout@")]
        assert checkouts
        assert all(step["with"]["persist-credentials"] is False for step in checkouts)

    def test_ci_runs_the_oldest_python_and_node_and_the_functions_python(self) -> None:
        matrix = jobs_of(GITHUB / "workflows" / "ci.yml")[0]["strategy"]["matrix"]["include"]
        oldest = json.loads((ROOT / "package.json").read_text())["engines"]["node"].removeprefix(">=")
        assert {"python": "3.11", "node": oldest} in matrix
        function = re.findall(r"Runtime\.PYTHON_(\d)_(\d+)", (ROOT / "infra/streaming_api.py").read_text())
        assert {".".join(version) for version in function} <= {item["python"] for item in matrix}


class TestVersion:
    def test_is_that_of_the_newest_release(self) -> None:
        """Before the first release there is nothing to compare it with."""
        assert version_of(ROOT) in {release.version for release in releases_of(ROOT)[:1]} or not releases_of(ROOT)

    def test_has_three_numbers(self) -> None:
        assert re.fullmatch(r"\d+\.\d+\.\d+", version_of(ROOT))

    def test_stands_in_one_place(self) -> None:
        """The description of the API has a separate version: that of its routes."""
        package, lock = (json.loads((ROOT / name).read_text()) for name in ("package.json", "package-lock.json"))
        assert "version" not in package
        assert "version" not in lock["packages"][""]
        version = re.compile(rf"__version__|[\"']v?{re.escape(version_of(ROOT))}[\"']")
        sources = [path for pattern in ("*/*.py", "*/*/*.py", "web/*.js") for path in ROOT.glob(pattern)]
        ours = [path for path in sources if path.relative_to(ROOT).parts[0] not in ("node_modules", "tests")]
        assert len(ours) > 50
        assert [path for path in ours if version.search(path.read_text())] == []

    def test_of_the_changelog_has_headings_that_can_be_read(self) -> None:
        headings = re.findall(r"^## (.+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
        released = [f"{release.version} ({release.date})" for release in releases_of(ROOT)]
        assert [heading for heading in headings if heading != "Unreleased"] == released
        assert headings.count("Unreleased") <= 1


class TestBadges:
    """Three badges, each of which repeats what a file of ours says; GitHub draws the first from the newest run."""

    @pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
    def test_are_three_that_no_other_site_serves(self, readme: str) -> None:
        badges = re.findall(r"\[!\[[^]]*\]\(([^)]+)\)\]\(([^)]+)\)", (ROOT / readme).read_text())
        assert badges == [
            ("../../actions/workflows/ci.yml/badge.svg", "../../actions/workflows/ci.yml"),
            ("docs/badges/python.svg", "pyproject.toml"),
            ("docs/badges/licence.svg", "LICENSE"),
        ]

    @pytest.mark.parametrize(("name", "field"), [("python", "requires-python"), ("licence", "license")])
    def test_say_what_the_project_says(self, name: str, field: str) -> None:
        value = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"][field].replace(">=", "≥ ")
        picture = ElementTree.parse(ROOT / "docs" / "badges" / f"{name}.svg")
        texts = [element.text for element in picture.iter("{http://www.w3.org/2000/svg}text")]
        assert [text.lower() for text in texts if text] == [name, value.lower()]


class TestIssueForms:
    def test_there_are_three(self) -> None:
        assert [path.stem for path in FORMS] == ["bug", "deployment", "feature"]

    @pytest.mark.parametrize("form", FORMS, ids=name_of)
    def test_are_as_github_reads_them(self, form: Path) -> None:
        read = loaded(form)
        assert set(read) <= {"name", "description", "labels", "title", "body"}
        assert read["name"]
        assert read["description"]
        fields = [field for field in read["body"] if field["type"] != "markdown"]
        assert {field["type"] for field in fields} <= {"textarea", "input", "dropdown", "checkboxes"}
        assert all(field["attributes"]["label"] for field in fields)
        assert len({field["id"] for field in fields}) == len(fields)
        assert all(field["attributes"]["options"] for field in fields if field["type"] == "dropdown")
        assert any(field.get("validations", {}).get("required") for field in fields)

    def test_of_a_deployment_asks_for_what_doctor_says(self) -> None:
        form = loaded(GITHUB / "ISSUE_TEMPLATE" / "deployment.yml")
        doctor = next(field for field in form["body"] if field.get("id") == "doctor")
        command = re.findall(r"`(.+?)`", doctor["attributes"]["description"])[0]
        manuals = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
        assert any(command in manual.read_text() for manual in manuals)


class TestDependabot:
    UPDATES: list[dict[str, Any]] = loaded(GITHUB / "dependabot.yml")["updates"]

    def folders(self, ecosystem: str) -> set[str]:
        updates = [update for update in self.UPDATES if update["package-ecosystem"] == ecosystem]
        return {folder for update in updates for folder in update.get("directories", [update.get("directory")])}

    @pytest.mark.parametrize(("ecosystem", "file"), [("pip", "requirements.txt"), ("npm", "package.json")])
    def test_sees_every_list_of_dependencies(self, ecosystem: str, file: str) -> None:
        """requirements-run.txt is read through requirements.txt."""
        patterns = [f"{folder}/{file}".lstrip("/") for folder in self.folders(ecosystem)]
        listed = {path for pattern in patterns for path in ROOT.glob(pattern)}
        folders = [ROOT, *(ROOT / "tests").iterdir(), *(ROOT / "examples").iterdir()]
        assert listed == {folder / file for folder in folders if (folder / file).exists()}

    def test_leaves_the_cdk_that_was_published_by_accident(self) -> None:
        ignored = [rule for update in self.UPDATES for rule in update.get("ignore", [])]
        assert {"dependency-name": "aws-cdk", "versions": ["3.0.0"]} in ignored

    def test_groups_what_it_finds(self) -> None:
        assert all(update["groups"] for update in self.UPDATES)


@pytest.mark.parametrize("name", ["SECURITY.md", "CODE_OF_CONDUCT.md"])
def test_reports_go_where_only_maintainers_see_them(name: str) -> None:
    text = (ROOT / name).read_text()
    assert "Report a vulnerability" in text
    assert not re.search(r"[\w.+-]+@[\w-]+\.\w+", text)  # no mail address, which somebody would have to own


class TestBlame:
    """`.git-blame-ignore-revs`: the commits that only moved or formatted lines."""

    LINES = (ROOT / ".git-blame-ignore-revs").read_text().splitlines()

    def test_names_whole_ids_each_under_what_it_did(self) -> None:
        ids = [number for number, line in enumerate(self.LINES) if line and not line.startswith("#")]
        assert ids
        assert [self.LINES[number] for number in ids if not re.fullmatch(r"[0-9a-f]{40}", self.LINES[number])] == []
        assert [self.LINES[number] for number in ids if not self.LINES[number - 1].startswith("# ")] == []

    def test_says_how_it_is_used(self) -> None:
        assert any("git config blame.ignoreRevsFile .git-blame-ignore-revs" in line for line in self.LINES)
