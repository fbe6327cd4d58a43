"""stripping.py: what is deployed is the repository's code, line by line, without what people read."""

import ast
import tokenize
from pathlib import Path
from textwrap import dedent
from types import CodeType

import pytest

from infra.function_files import LAMBDA_SRC, function_files
from infra.stripping import stripped

SOURCES = [path for path in function_files() if path.suffix == ".py"]


HOLDERS = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def code_of(source: str) -> object:
    """All that is compiled, but for docstrings, and for columns: a class ends where its docstring does."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, HOLDERS) and ast.get_docstring(node) is not None:
            is_all = len(node.body) == 1 and not isinstance(node, ast.Module)
            node.body[:1] = [ast.copy_location(ast.Pass(), node.body[0])] if is_all else []
    return parts_of(compile(tree, "module.py", "exec", dont_inherit=True))


def parts_of(value: object) -> object:
    if not isinstance(value, CodeType):
        return type(value), value
    bare = value.replace(co_linetable=b"", co_consts=())
    return bare, list(value.co_lines()), [parts_of(constant) for constant in value.co_consts]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(LAMBDA_SRC).as_posix())
def test_a_file_compiles_to_the_same_code_and_has_nothing_to_read(path: Path, tmp_path: Path) -> None:
    before, after = path.read_text(), stripped(path.read_text())
    assert code_of(after) == code_of(before)
    (tmp_path / "after.py").write_text(after)
    with tokenize.open(tmp_path / "after.py") as file:
        kinds = {token.type for token in tokenize.generate_tokens(file.readline)}
    assert tokenize.COMMENT not in kinds
    assert not any(ast.get_docstring(node) for node in ast.walk(ast.parse(after)) if isinstance(node, HOLDERS))


def test_other_code_is_not_the_same() -> None:
    """The comparison above would see what a mistake did."""
    assert code_of("def f():\n    return 1\n") != code_of("def f():\n    return 2\n")
    assert code_of("\nx = 1\n") != code_of("x = 1\n")


def test_lines_keep_their_numbers_and_strings_stay() -> None:
    before = '''\
        """A module
        of two lines."""

        x = "# no comment"  # 你好, a comment
        y = """
        # neither"""


        def empty():
            """你好"""


        class Error(Exception):
            """Says
            why."""  # behind

            z = 1
        '''
    after = '''\



        x = "# no comment"
        y = """
        # neither"""


        def empty():
            pass


        class Error(Exception):



            z = 1
        '''
    assert stripped(dedent(before)) == dedent(after)
