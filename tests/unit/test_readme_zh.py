"""Each Chinese document matches its English one: the same commands, names in tables, links and sections."""

import re
from pathlib import Path

import pytest

from tests.documents import CHINESE, TWINS, headings, links, prose
from tests.places import ROOT

# GitHub shows README.md to everybody, so it has to lead to both languages.
SECTIONS = {
    "Try it": "试一试",
    "Use it": "使用",
    "Deploy": "部署",
    "Cost and limits": "费用与限制",
    "What can go wrong": "可能出的问题",
    "How it works": "工作原理",
    "Documentation": "文档",
    "Where it comes from": "缘起",
}
EACH_PAIR = pytest.mark.parametrize(("english", "chinese"), TWINS.items(), ids=[path.name for path in TWINS])


def parts(text: str) -> list[str]:
    """The text before the first section, and each section with its title."""
    return re.split(r"^## ", text, flags=re.MULTILINE)


def commands(text: str) -> list[str]:
    """The lines of the text's code blocks, without the comments, which are translated."""
    blocks = re.findall(r"^```\w*\n(.*?)^```|^ {4}(\S[^\n]*)$", text, re.MULTILINE | re.DOTALL)
    return [re.sub(r"\s+# .*", "", line) for block in blocks for line in "".join(block).splitlines()]


def rows(text: str) -> list[list[str]]:
    """The names in code in the first cell of each table row."""
    return [re.findall(r"`[^`]+`", row.split("|")[1]) for row in text.splitlines() if row.startswith("| ")][1:]


def targets(text: str) -> list[str]:
    """The files and pages that the text links to, in either language; headings are translated."""
    return sorted(link.partition("#")[0].replace(CHINESE, ".md") for link in links(text))


@EACH_PAIR
def test_a_section_has_the_same_commands_names_and_links(english: Path, chinese: Path) -> None:
    for of_english, of_chinese in zip(parts(english.read_text()), parts(chinese.read_text()), strict=True):
        assert commands(of_chinese) == commands(of_english)
        assert rows(of_chinese) == rows(of_english)
        assert targets(of_chinese) == targets(of_english)


@EACH_PAIR
def test_a_link_leads_to_the_readers_language_where_there_is_one(english: Path, chinese: Path) -> None:
    """Except for the link that changes the language."""
    there = {path.relative_to(ROOT).as_posix().removeprefix("docs/") for path in TWINS}
    for document, other in ((english, CHINESE), (chinese, ".md")):
        found = [
            link.partition("#")[0].removeprefix("../").removeprefix("docs/") for link in links(document.read_text())
        ]
        wrong = [
            link
            for link in found
            if link.replace(CHINESE, ".md") in there and is_chinese(link) != is_chinese(document.name)
        ]
        assert wrong == [english.name.replace(".md", other)]


def is_chinese(name: str) -> bool:
    return name.endswith(CHINESE)


@EACH_PAIR
def test_nothing_is_left_in_the_other_language(english: Path, chinese: Path) -> None:
    """No sentence of a Chinese document is left in English."""
    for line in prose(chinese.read_text()).splitlines():
        assert not re.search(r"(?:\b[a-z]{2,} ){6}", line), line


def test_the_sections_of_the_readme_are_the_same() -> None:
    assert [headings((ROOT / name).read_text())[1:] for name in ("README.md", "README.zh-CN.md")] == [
        list(SECTIONS),
        list(SECTIONS.values()),
    ]


def test_there_are_documents_in_both_languages() -> None:
    texts = [path.read_text() for path in TWINS]
    assert len(texts) >= 8
    assert sum(len(commands(text)) for text in texts) > 40
    assert sum(len(rows(text)) for text in texts) > 80
