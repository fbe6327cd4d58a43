"""The documents are true where that can be held: names exist, settings are told of, links lead somewhere."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.places import ROOT

README = (ROOT / "README.md").read_text()
FOLDERS = ("docs", "examples", "lambda_src", "tests", ".github")
DOCUMENTS = [*ROOT.glob("*.md"), *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.md"))]


def variables_of_the_function() -> set[str]:
    """Every variable that settings.py, the only reader of them, asks for."""
    source = (ROOT / "lambda_src/claude_stream/settings.py").read_text()
    named = set(re.findall(r'read\.\w+\("([A-Z_]+)"', source))
    return named | {f"AWS_ENDPOINT_URL_{name}" for name in re.findall(r'_endpoint\(read, "(\w+)"', source)}


def test_every_variable_of_the_function_is_in_the_readme() -> None:
    assert len(variables_of_the_function()) >= 10
    missing = [name for name in variables_of_the_function() if f"`{name}`" not in README]
    assert not missing


def test_the_readme_names_no_variable_that_nothing_reads() -> None:
    table = README.split("## The function's settings")[1].split("## ")[0]
    told = set(re.findall(r"`([A-Z][A-Z_]{4,})`", table))
    assert told == variables_of_the_function()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_make_target_that_is_named_exists(document: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)(?:[A-Z]+=\S+ )?make ([a-z-]+)", document.read_text(), re.MULTILINE))
    assert named <= targets


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_no_address_has_other_scripts_in_it_raw(document: Path) -> None:
    """What AWS's front end makes of such bytes is unknown: `curl -G --data-urlencode` encodes them."""
    queries = re.findall(r"""[^\s"'`]*/[^\s"'`]*\?[^\s"'`]*=[^\s"'`]*""", document.read_text())
    assert [query for query in queries if not query.isascii()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_no_address_of_a_function_ends_in_a_slash(document: Path) -> None:
    """A path follows it: `$URL/stream`."""
    assert re.findall(r"\S*\.on\.aws/(?!\w)|\$\{?URL\}?/(?![\w$])", document.read_text()) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_into_the_repository_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", document.read_text())
    assert [link for link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", ["ARCHITECTURE.md", "tests/README.md"])
def test_every_file_that_a_map_names_exists(document: str) -> None:
    text = (ROOT / document).read_text()
    named = re.findall(r"`((?:lambda_src|emulator|cli|web|infra|tools|bench|tests)/[\w./-]*)`", text)
    assert len(named) > 10
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_folder_of_tests_is_on_their_map() -> None:
    text = (ROOT / "tests/README.md").read_text()
    tests = ROOT / "tests"
    folders = [path for path in (*tests.iterdir(), *(tests / "contract").iterdir()) if path.is_dir()]
    named = [path.relative_to(ROOT).as_posix() for path in folders if path.name != "__pycache__"]
    assert len(named) > 10
    assert [name for name in named if f"`{name}/`" not in text] == []


def test_every_fault_that_the_readme_names_is_played() -> None:
    from emulator.aws.bedrock.faults import FAULTS  # noqa: PLC0415

    named = re.findall(r"`(/[a-z-]+)(?: \d+)?`", README.split("faults on request")[1].split("\n\n")[0])
    assert len(named) > 8
    assert set(named) <= set(FAULTS)


def test_no_committed_text_has_a_path_of_a_machine() -> None:
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if tracked.returncode:
        pytest.skip("not a git checkout")
    for name in tracked.stdout.split("\0"):
        path = ROOT / name
        if name and path.is_file() and path != Path(__file__):
            found = re.search(rb"/(?:home|Users|work)/", path.read_bytes())
            assert not found, f"{name}: {found}"
