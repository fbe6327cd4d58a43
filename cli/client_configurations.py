"""How each client is configured: the sections of docs/clients.md, which is the one place that says it."""

import re
from functools import cached_property
from typing import NamedTuple

from cli.target import ROOT

PAGE = ROOT / "docs/clients.md"
_SECTION = re.compile(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"`(~/[^`]+)`")


class Block(NamedTuple):
    """A fenced block. `file` is the last file of the person's home that the text before it names."""

    language: str
    text: str
    file: str | None


class Configuration:
    """A client's section: its title, its text in Markdown, and the blocks in it."""

    def __init__(self, title: str, text: str) -> None:
        self.title = title
        self.text = text.strip()

    @cached_property
    def blocks(self) -> list[Block]:
        found = []
        for block in _BLOCK.finditer(self.text):
            files = _FILE.findall(self.text, 0, block.start())
            found.append(Block(block[1], block[2], files[-1] if files else None))
        return found

    def filled_in(self, url: str) -> str:
        """The section with the function's address in it. A program's block begins with its names, URL and KEY."""
        text = _BLOCK.sub(lambda block: block[0].replace("\n", _names(block[1], url), 1), self.text)
        return f"## {self.title}\n\n{text}\n".replace("$URL", url)


def _names(language: str, url: str) -> str:
    """The end of a block's first line, and the line that gives a program its names."""
    return {
        "python": f'\nURL, KEY = "{url}", "$KEY"\n',
        "js": f'\nconst URL = "{url}", KEY = "$KEY"\n',
    }.get(language, "\n")


def configurations() -> dict[str, Configuration]:
    """Each client that has a configuration, by its title's anchor: `claude-code`."""
    sections = (Configuration(title, text) for title, text in _SECTION.findall(PAGE.read_text()))
    return {anchor(section.title): section for section in sections if section.blocks}


def anchor(title: str) -> str:
    """GitHub's name for a heading."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
