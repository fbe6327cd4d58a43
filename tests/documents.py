"""The repository's Markdown: which documents there are, and where their links lead, as GitHub reads them."""

import re
from collections import Counter
from pathlib import Path
from urllib.parse import unquote

from tests.places import ROOT

FOLDERS = ("docs", "examples", "lambda_src", ".github")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.md"))])
CHINESE = ".zh-CN.md"
# Each English document with its Chinese translation.
TWINS = {path.with_name(path.name.replace(CHINESE, ".md")): path for path in DOCUMENTS if CHINESE in path.name}

_LINK = re.compile(r'\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"')
# A page of the repository on GitHub, seen from a document at its top (/OWNER/NAME/blob/main/README.md).
_WORKFLOW = re.compile(r"\.\./\.\./actions/workflows/([\w-]+\.yml)(?:/badge\.svg)?")


def prose(text: str) -> str:
    """The text without its fenced blocks."""
    return re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)


def links(text: str) -> list[str]:
    """Where the links and images of the text lead; a link in code does not count."""
    found = _LINK.findall(re.sub(r"`[^`\n]*`", "``", prose(text)))
    return [markdown or html for markdown, html in found]


def headings(text: str) -> list[str]:
    return re.findall(r"^#{1,6} (.+)$", prose(text), re.MULTILINE)


def anchors(text: str) -> set[str]:
    """GitHub's names for the text's headings: lower case, hyphens for spaces, no punctuation, repeats counted."""
    seen: Counter[str] = Counter()
    found = set()
    for heading in headings(text):
        shown = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading)
        name = re.sub(r"[^\w\- ]", "", shown.lower()).replace(" ", "-")
        found.add(f"{name}-{seen[name]}" if seen[name] else name)
        seen[name] += 1
    return found


def broken_links(document: Path, root: Path = ROOT) -> list[str]:
    """The document's links into the repository that lead to no file, or to no heading of a file."""
    inner = [link for link in links(document.read_text()) if not re.match(r"[a-z]+:", link)]
    return [link for link in inner if not _leads_somewhere(document, link, root)]


def _leads_somewhere(document: Path, link: str, root: Path) -> bool:
    if (workflow := _WORKFLOW.fullmatch(link)) and document.parent == root:
        return (root / ".github" / "workflows" / workflow[1]).exists()
    path, _, anchor = link.partition("#")
    target = document.parent / unquote(path) if path else document
    if not target.exists() or not target.resolve().is_relative_to(root):
        return False
    return not anchor or unquote(anchor) in anchors(target.read_text())
