"""A file of code fits on a few screens, and the tests find the repository's files in one way."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.places import ROOT

MAX_LINES = 250
FOLDERS = ("lambda_src", "infra", "emulator", "cli", "tools", "bench", "web", "tests")
CODE = {".py", ".js", ".ts", ".sh", ".css", ".html", ""}  # a script may do without a suffix
NOT_OURS = {"__pycache__", "node_modules", "vendor", ".vendor.new"}

# Files of data, one item a line -> what they list.
DATA = {
    "web/style.css": "the page's looks",
    "web/index.html": "the page's elements",
}


def files_of_code() -> Iterator[Path]:
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*"):
            parts = set(path.relative_to(ROOT).parts)
            if path.is_file() and path.suffix in CODE and not path.name.startswith(".") and not parts & NOT_OURS:
                yield path


def too_long(paths: Iterator[Path]) -> set[str]:
    lengths = {path.relative_to(ROOT).as_posix(): len(path.read_text().splitlines()) for path in paths}
    assert len(lengths) > 300
    return {name for name, lines in lengths.items() if lines > MAX_LINES}


def test_no_file_of_code_is_longer_than_250_lines() -> None:
    found = too_long(files_of_code())
    assert found - set(DATA) == set(), "split it by topic; a file of data is named in DATA"
    assert set(DATA) <= found, "it is short enough now: take it out of DATA"


@pytest.mark.parametrize("name", FOLDERS)
def test_no_folder_of_code_goes_unread(name: str) -> None:
    assert [path for path in files_of_code() if path.is_relative_to(ROOT / name)]


def test_the_tests_find_the_repository_by_places_py() -> None:
    other_ways = re.compile(
        r"__file__\)(?:\.resolve\(\))?(?:\.parents\[[1-9]|(?:\.parent){2})"  # by counting folders
        r"|^from (?!tests\.places\b)[\w.]+ import [^\n]*\bROOT\b",
        re.MULTILINE,
    )
    sources = [path for path in (ROOT / "tests").rglob("*.py") if path != ROOT / "tests" / "places.py"]
    assert [path.name for path in sources if other_ways.search(path.read_text())] == []


def test_every_file_of_tests_begins_with_what_it_is_about() -> None:
    sources = [path for path in (ROOT / "tests").rglob("*.py") if path.read_text().strip()]
    assert [path.name for path in sources if not ast.get_docstring(ast.parse(path.read_text()))] == []
