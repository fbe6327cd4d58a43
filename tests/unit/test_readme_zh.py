"""README.zh-CN.md keeps step with README.md: the same sections, commands, names in tables, and links."""

import re

import pytest

from tests.places import ROOT

ENGLISH, CHINESE = ((ROOT / name).read_text() for name in ("README.md", "README.zh-CN.md"))
SECTIONS = {
    "Try it: two commands": "试一试：两条命令",  # noqa: RUF001 (Chinese has its own colon)
    "Use it": "使用",
    "Deploy": "部署",
    "Settings": "设置",
    "The function's settings": "函数的设置",
    "What can go wrong": "可能出的问题",
    "Limits and cost": "限制与费用",
    "How it compares": "与其他方案比较",
    "Read on": "继续阅读",
}


def parts(readme: str) -> list[str]:
    """The text before the first section, and each section with its title."""
    return re.split(r"^## ", readme, flags=re.MULTILINE)


def commands(text: str) -> list[str]:
    """The lines of its code blocks, less the comments, which are translated."""
    blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return [re.sub(r"\s+# .*", "", line) for block in blocks for line in block.splitlines()]


def rows(text: str) -> list[list[str]]:
    """What is named in code in each table row's first cell."""
    return [re.findall(r"`[^`]+`", row.split("|")[1]) for row in text.splitlines() if row.startswith("| ")][1:]


def links(text: str) -> list[str]:
    found = re.findall(r"\]\(([^)]+)\)", text)
    return sorted(link for link in found if not link.startswith("README"))


def test_the_sections_are_the_same() -> None:
    titles = [[part.partition("\n")[0] for part in parts(readme)[1:]] for readme in (ENGLISH, CHINESE)]
    assert titles == [list(SECTIONS), list(SECTIONS.values())]


@pytest.mark.parametrize("number", range(len(SECTIONS) + 1))
def test_a_section_has_the_same_commands_names_and_links(number: int) -> None:
    english, chinese = parts(ENGLISH)[number], parts(CHINESE)[number]
    assert commands(chinese) == commands(english)
    assert rows(chinese) == rows(english)
    assert links(chinese) == links(english)


def test_there_is_something_to_keep_in_step() -> None:
    assert len(commands(ENGLISH)) > 20
    assert len(rows(ENGLISH)) > 30
