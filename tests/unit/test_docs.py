"""The documents are true as far as tests can check: names exist, settings are documented, links lead somewhere."""

import argparse
import re
import subprocess
from pathlib import Path

import pytest

from claude_stream.errors import ApiError
from cli.__main__ import parser
from emulator.aws.bedrock.faults import FAULTS
from tests.documents import DOCUMENTS, TWINS, anchors, broken_links, headings, links
from tests.places import ROOT
from tests.snippets import blocks, is_for_a_shell

ROOMS = ["lambda_src/claude_stream", "lambda_src", "web", "web/state", "emulator", "tests"]
DOCS = ROOT / "docs"
READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]
EACH_DOCUMENT = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
EACH_README = pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)


def in_both_languages(name: str) -> pytest.MarkDecorator:
    """The document of that name and its Chinese twin, as `text`."""
    paths = [DOCS / name, TWINS[DOCS / name]]
    return pytest.mark.parametrize("text", [path.read_text() for path in paths], ids=[path.name for path in paths])


def first_cells(text: str) -> list[str]:
    """The first cell of each row of the text's tables, without their heads."""
    rows = re.findall(r"(?<=\n)\| ([^|]*[^|\s]) *\|.*", re.sub(r"(?m)^.*\n\|-.*$", "", text))
    return [str(row) for row in rows]


def named_in(cells: list[str]) -> list[str]:
    return [name for cell in cells for name in re.findall(r"`([^`]+)`", cell)]


def variables_of_the_function() -> set[str]:
    """Every variable that settings.py, the only reader of them, asks for."""
    source = (ROOT / "lambda_src/claude_stream/settings.py").read_text()
    named = set(re.findall(r'read\.\w+\("([A-Z_]+)"', source))
    return named | {f"AWS_ENDPOINT_URL_{name}" for name in re.findall(r'_endpoint\(read, "(\w+)"', source)}


@in_both_languages("variables.md")
def test_every_variable_of_the_function_is_documented_and_no_other(text: str) -> None:
    assert len(variables_of_the_function()) >= 10
    assert set(named_in(first_cells(text))) == variables_of_the_function()


@in_both_languages("errors.md")
def test_every_error_is_documented_and_no_other(text: str) -> None:
    """A row names a type and its statuses; an error that occurs only within a stream has no status."""
    errors: list[type[ApiError]] = [ApiError, *ApiError.__subclasses__()]
    raised = {(error.status, error.type) for error in errors}
    documented = {
        (int(status), kind)
        for cell in first_cells(text)
        for kind in named_in([cell])
        for status in re.findall(r"\b\d{3}\b", cell)
    }
    assert len(raised) >= 11
    assert documented == raised


@in_both_languages("command-line.md")
def test_every_option_of_ask_is_documented_and_no_other(text: str) -> None:
    (commands,) = (action for action in parser()._actions if isinstance(action, argparse._SubParsersAction))
    options = {option for action in commands.choices["ask"]._actions for option in action.option_strings}
    in_the_text = set(re.findall(r"`(-[\w-]+)`", text))
    assert set(named_in(first_cells(text))) <= options
    assert options - {"-h"} == in_the_text


@in_both_languages("demo.md")
def test_every_fault_is_documented_and_no_other(text: str) -> None:
    assert {name.split()[0] for name in named_in(first_cells(text))} == set(FAULTS)


@EACH_README
def test_a_readme_names_faults_that_are_played(readme: Path) -> None:
    named = re.findall(r"`(/[a-z-]+)`", readme.read_text().split("## ")[1])
    assert len(named) >= 2
    assert set(named) <= set(FAULTS)


@EACH_DOCUMENT
def test_every_make_target_that_is_named_exists(document: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)(?:[A-Z]+=\S+ )?make ([a-z-]+)", document.read_text(), re.MULTILINE))
    assert named <= targets


@EACH_DOCUMENT
def test_no_address_has_other_scripts_in_it_raw(document: Path) -> None:
    """How AWS's front end reads such bytes is unknown: `curl -G --data-urlencode` encodes them."""
    queries = re.findall(r"""[^\s"'`]*/[^\s"'`]*\?[^\s"'`]*=[^\s"'`]*""", document.read_text())
    assert [query for query in queries if not query.isascii()] == []


@EACH_DOCUMENT
def test_no_address_of_a_function_ends_in_a_slash(document: Path) -> None:
    """A path follows it: `$URL/stream`."""
    assert re.findall(r"\S*\.on\.aws/(?!\w)|\$\{?URL\}?/(?![\w$])", document.read_text()) == []


@EACH_DOCUMENT
def test_every_link_into_the_repository_leads_to_a_file_or_a_heading(document: Path) -> None:
    assert broken_links(document) == []


@pytest.mark.parametrize("document", [path for path in DOCUMENTS if path.name != "ARCHITECTURE.md"], ids=str)
def test_what_is_to_be_typed_can_be_read_by_a_shell(document: Path) -> None:
    """The blocks of ARCHITECTURE.md are drawings."""
    for block in filter(is_for_a_shell, blocks(document.read_text(), "")):
        read = subprocess.run(["sh", "-n"], input=block, capture_output=True, text=True, check=False)
        assert (read.returncode, read.stderr) == (0, ""), block


class TestLinks:
    """`broken_links` finds links that lead nowhere."""

    def broken(self, tmp_path: Path, text: str) -> list[str]:
        (tmp_path / "there.md").write_text("# There\n\n## Twice\n\n## Twice\n\n```\n# no heading\n```\n")
        (tmp_path / "page.md").write_text(text)
        return broken_links(tmp_path / "page.md", tmp_path)

    @pytest.mark.parametrize(
        "link",
        [
            *("gone.md", "there.md#gone", "#gone", "there.md#no-heading", "there.md#twice-2", "../outside.md"),
            "../../actions/workflows/gone.yml",
        ],
    )
    def test_one_that_leads_nowhere(self, tmp_path: Path, link: str) -> None:
        assert self.broken(tmp_path, f"# Page\n\n[a]({link})\n") == [link]
        assert self.broken(tmp_path, f'<a href="{link}">a</a>\n') == [link]

    def test_an_image_that_is_not_there(self, tmp_path: Path) -> None:
        assert self.broken(tmp_path, '![a](a.png)\n<img src="b.svg" width="5">\n') == ["a.png", "b.svg"]

    @pytest.mark.parametrize(
        "link", ["there.md", "there.md#there", "there.md#twice-1", "#a-page", "https://x.example/"]
    )
    def test_one_that_leads_somewhere(self, tmp_path: Path, link: str) -> None:
        assert self.broken(tmp_path, f"# A `page`!\n\n[a]({link})\n") == []

    def test_what_is_code_is_no_link(self, tmp_path: Path) -> None:
        assert self.broken(tmp_path, "`[a](gone.md)`\n```\n[b](gone.md)\n```\n") == []

    def test_a_heading_in_chinese_has_an_anchor(self) -> None:
        assert anchors("## `/stream`：文字随到随发\n") == {"stream文字随到随发"}  # noqa: RUF001 (Chinese has its own colon)


# The READMEs


@EACH_README
def test_the_first_screen_has_the_moving_picture_and_the_comparison(readme: Path) -> None:
    first = readme.read_text().split("\n## ")[0]
    assert first.index('src="docs/streaming.svg"') < first.index("|---|") < len(first)
    assert len(first.splitlines()) < 30


@EACH_README
def test_a_readme_is_short(readme: Path) -> None:
    """Longer text belongs into docs/."""
    assert len(readme.read_text().splitlines()) <= 140


@EACH_README
def test_the_contents_are_the_sections(readme: Path) -> None:
    text = readme.read_text()
    contents = next(part for part in text.split("\n\n") if part.startswith(("**Contents**", "**目录**")))
    assert re.findall(r"\[([^]]+)\]", contents) == headings(text)[1:]
    assert links(contents) == [f"#{title.lower().replace(' ', '-')}" for title in headings(text)[1:]]


@EACH_README
def test_the_index_has_every_document(readme: Path) -> None:
    """The Chinese index links to the Chinese document if there is one, and marks those links."""
    english = readme == ROOT / "README.md"
    index = readme.read_text().split("\n## Documentation\n" if english else "\n## 文档\n")[1].split("\n## ")[0]
    originals = {path for path in DOCUMENTS if path.parent in (ROOT, DOCS)} - set(TWINS.values()) - set(READMES)
    expected = originals if english else {TWINS.get(path, path) for path in originals}
    assert expected <= {(ROOT / link).resolve() for link in links(index)}
    marked = re.findall(r"\]\(([^)]+)\)（中文）", index)  # noqa: RUF001 (Chinese has its own brackets)
    assert sorted(marked) == sorted(link for link in links(index) if not english and "zh-CN" in link)


def test_a_text_that_names_the_article_says_where_it_is_explained() -> None:
    folders = ("bench", "cli", "docs", "emulator", "examples", "infra", "lambda_src", "tests", "tools")
    files = [
        path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in (".md", ".py", ".js")
    ]
    for path in {*files, *DOCUMENTS} - {Path(__file__)}:
        text = path.read_text().lower()
        assert not re.search(r"\bthe article\b", text) or re.search("where.it.comes.from|缘起", text), path


@pytest.mark.parametrize("document", ["ARCHITECTURE.md", "tests/README.md"])
def test_every_file_that_a_map_names_exists(document: str) -> None:
    """A map gives its whole path, or the path within a room."""
    named = re.findall(r"`([\w./-]+(?:\.(?:py|js|md|sh|json)|/))`", (ROOT / document).read_text())
    places = [ROOT, *(ROOT / room for room in ROOMS)]
    assert len(named) > 20
    assert [name for name in named if not any((place / name).exists() for place in places)] == []


def test_every_folder_of_tests_is_on_their_map() -> None:
    text = (ROOT / "tests/README.md").read_text()
    tests = ROOT / "tests"
    folders = [path for path in (*tests.iterdir(), *(tests / "contract").iterdir()) if path.is_dir()]
    named = [path.relative_to(ROOT).as_posix() for path in folders if path.name != "__pycache__"]
    assert len(named) > 10
    assert [name for name in named if f"`{name}/`" not in text] == []


def test_no_committed_text_has_a_path_of_a_machine() -> None:
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if tracked.returncode:
        pytest.skip("not a git checkout")
    for name in tracked.stdout.split("\0"):
        path = ROOT / name
        if name and path.is_file() and path != Path(__file__):
            found = re.search(rb"/(?:home|Users|work)/", path.read_bytes())
            assert not found, f"{name}: {found}"
