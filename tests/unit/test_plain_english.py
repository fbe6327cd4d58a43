"""The words that are not used here, because a plainer one says the same."""

import re
import subprocess

import pytest

from tests.places import ROOT

# What is not written, and what is instead.
PLAINER = {
    r"alone": "only",
    r"mend(?:s|ed|ing)?": "fix",
    r"of now": "current",
    r"so long": "how long, or as long",
    r"the one of": "the key, the answer: name it",
    r"goes out": "is sent",
    r"(?:is|are|was|were) told": "learns, or knows",
    r"hence|whence|thereof": "so, from where, of it",
    r"anew": "again",
    r"(?:has|have) not got": "does not have",
}
SUFFIXES = {".py", ".js", ".md", ".yml", ".yaml", ".toml", ".css", ".html", ".ts", ".sh", ".json", ".cfg", ""}
QUOTES_OTHERS = ("CHANGELOG.md", "package-lock.json", "tests/unit/test_plain_english.py", "tests/infra/snapshots/")


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    names = [name for name in listed.stdout.split("\0") if name and (ROOT / name).suffix in SUFFIXES]
    return [name for name in names if not any(part in name for part in (*QUOTES_OTHERS, ".zh-CN."))]


@pytest.mark.parametrize(("word", "instead"), PLAINER.items(), ids=PLAINER)
def test_a_plainer_word_says_it(word: str, instead: str) -> None:
    found = re.compile(rf"\b(?:{word})\b", re.IGNORECASE)
    lines = [
        f"{name}:{number}: {line.strip()[:80]}"
        for name in tracked()
        if (ROOT / name).is_file()
        for number, line in enumerate((ROOT / name).read_text(errors="replace").splitlines(), 1)
        if found.search(line)
    ]
    assert lines == [], f"write instead: {instead}"
