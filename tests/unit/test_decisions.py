"""The decision records and ARCHITECTURE's rooms are true: files, dependencies, prices and sizes."""

import ast
import io
import json
import re
import zipfile
from pathlib import Path

import pytest

from infra.function_files import LAMBDA_SRC, function_zip

ROOT = LAMBDA_SRC.parent
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
ARCHITECTURE = ROOT / "ARCHITECTURE.md"
FOLDERS = "lambda_src|infra|emulator|cli|web|tools|tests|bench|docs|examples"


def text_of(number: int) -> str:
    return DECISIONS[number - 1].read_text()


def named_in(text: str) -> list[str]:
    """The code in backticks, without that in blocks."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))


def modules_in(text: str) -> set[str]:
    """File names such as `connection.py`, with or without their folder."""
    return {Path(name).name for name in named_in(text) if re.fullmatch(r"[\w./-]+\.(?:py|js)", name)}


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda path: path.stem)
def test_every_path_that_a_decision_names_exists(decision: Path) -> None:
    named = [name for name in named_in(decision.read_text()) if re.fullmatch(rf"(?:{FOLDERS})/[\w./-]*", name)]
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("document", [*DECISIONS, ARCHITECTURE], ids=lambda path: path.stem)
def test_every_module_that_is_named_exists(document: Path) -> None:
    folders = [ROOT / folder for folder in FOLDERS.split("|")]
    existing = {path.name for folder in folders for path in folder.rglob("*.*") if "vendor" not in path.parts}
    assert modules_in(document.read_text()) - existing == set()


def pinned() -> set[str]:
    """The names of all direct dependencies."""
    requirements = [*ROOT.glob("requirements*.txt"), *(ROOT / "tests").rglob("requirements*.txt")]
    names = {
        name.lower()
        for path in requirements
        for name in re.findall(r"^([\w.-]+)==", path.read_text(), re.MULTILINE)
    }
    packages = [ROOT / "package.json", ROOT / "tests" / "deploy" / "package.json"]
    for package in map(json.loads, (path.read_text() for path in packages)):
        names |= set(package.get("dependencies", {})) | set(package.get("devDependencies", {}))
    return names


def test_every_dependency_has_its_line() -> None:
    text = text_of(3).lower()
    assert len(pinned()) > 40
    assert [
        name for name in sorted(pinned()) if not re.search(rf"(?<![\w/-]){re.escape(name)}(?![\w-])", text)
    ] == []


def test_the_runtime_has_as_many_lines_as_decision_1_says() -> None:
    (stated,) = re.findall(r"about (\d+) lines of standard library", text_of(1))
    lines = sum(len(path.read_text().splitlines()) for path in (LAMBDA_SRC / "lambda_wsgi").glob("*.py"))
    assert abs(lines - int(stated)) <= 0.15 * int(stated)


def test_openais_api_is_as_large_a_part_of_the_zip_as_decision_4_says() -> None:
    assert "With the Responses API, over a third of the function's zip" in text_of(4)
    files = zipfile.ZipFile(io.BytesIO(function_zip())).infolist()
    part = sum(file.compress_size for file in files if "/openai_" in file.filename)
    assert 1 / 3 < part / sum(file.compress_size for file in files) < 0.5


def test_prices_for_the_cache_are_as_decision_5_counts_with() -> None:
    """Reading costs a tenth of the input's price or less, writing a quarter more."""
    prices = json.loads((ROOT / "cdk.json").read_text())["context"]["prices"]["usd_per_million_tokens"]
    for price in prices.values():
        assert price["cache_read"] <= price["input"] / 10 + 1e-9
        assert price["cache_write"] == pytest.approx(1.25 * price["input"])


def test_the_architecture_names_what_the_application_reads_of_lambda() -> None:
    """The application imports nothing of Lambda, and reads these keys of the environ; ARCHITECTURE names them."""
    strings = {
        node.value
        for path in (LAMBDA_SRC / "claude_stream").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    read = {value for value in strings if re.fullmatch(r"lambda\.\w+", value)}
    assert read
    assert read <= set(named_in(ARCHITECTURE.read_text()))


def test_every_folder_of_tests_is_in_the_architecture() -> None:
    (line,) = re.findall(r"^tests/ .*(?:\n  .*)*", ARCHITECTURE.read_text(), re.MULTILINE)
    folders = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir() and path.name[0] not in "._"}
    assert {name for name in folders if not re.search(rf"\b{name}\b", line)} == set()


def test_every_folder_of_the_repository_is_in_the_architecture() -> None:
    tracked = {path.name for path in ROOT.iterdir() if path.is_dir() and list(path.rglob("*.py"))}
    folders = {name for name in tracked if name[0] not in "._" and name != "node_modules"} | {".ci", ".github"}
    rooms = ARCHITECTURE.read_text().split("## The rooms of the house")[1].split("```")[1]
    missing = {name for name in folders if not re.search(rf"(?:^|, ){re.escape(name)}/[ ,]", rooms, re.MULTILINE)}
    assert missing == set()
