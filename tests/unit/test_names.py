"""A value is named for what it is: no participle stands in for a noun (`said`, `told`, `kept`).

The rooms below follow this rule; tests read as sentences, and may use participles.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.function_files import LAMBDA_SRC

ROOT = LAMBDA_SRC.parent
ROOMS = ("infra", "bench", "lambda_src/lambda_wsgi")
PYTHON = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
JAVASCRIPT = sorted(path for path in (ROOT / "web").rglob("*.js") if "vendor" not in path.parts)
PARTICIPLES = {
    *(
        "asked",
        "begun",
        "came",
        "come",
        "done",
        "given",
        "gone",
        "had",
        "held",
        "heard",
        "kept",
        "known",
        "left",
        "made",
    ),
    *("said", "seen", "sent", "taken", "told"),
}


def names_in_python(source: str) -> Iterator[str]:
    """Every variable and argument."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg


def names_in_javascript(source: str) -> list[str]:
    return re.findall(r"\b(?:const|let) (\w+)", source)


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_python_values_have_nouns(path: Path) -> None:
    assert {name for name in names_in_python(path.read_text()) if name.strip("_") in PARTICIPLES} == set()


@pytest.mark.parametrize("path", JAVASCRIPT, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_javascript_values_have_nouns(path: Path) -> None:
    assert PARTICIPLES & set(names_in_javascript(path.read_text())) == set()


def test_a_participle_is_found() -> None:
    assert set(names_in_python("said = ask()\ndef tell(told): ...")) >= {"said", "told"}
    assert names_in_javascript("const said = ask();") == ["said"]
