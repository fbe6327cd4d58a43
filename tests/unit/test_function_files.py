"""function_files.py: which files of lambda_src/ are deployed, and the zip that is deployed and released."""

import io
import zipfile
from pathlib import Path

import pytest

from infra.function_files import function_files, function_zip


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "pkg" / "__pycache__").mkdir(parents=True)
    for name in ("bootstrap", "pkg/b.py", "pkg/a.py", "pkg/README.md", "pkg/__pycache__/a.cpython-314.pyc"):
        (tmp_path / name).write_text(f"#!{name}\nprint(1)  # {name}\n")
    (tmp_path / "bootstrap").chmod(0o755)
    return tmp_path


def opened(data: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(data))


def test_code_is_deployed_and_neither_manuals_nor_caches(source: Path) -> None:
    names = [path.relative_to(source).as_posix() for path in function_files(source)]
    assert names == ["bootstrap", "pkg/a.py", "pkg/b.py"]


def test_the_zip_has_these_files_and_of_python_the_code_only(source: Path) -> None:
    package = opened(function_zip(source))
    assert {name: package.read(name).decode() for name in package.namelist()} == {
        "bootstrap": "#!bootstrap\nprint(1)  # bootstrap\n",
        "pkg/a.py": "\nprint(1)\n",
        "pkg/b.py": "\nprint(1)\n",
    }


def test_the_zip_keeps_executable_files_executable(source: Path) -> None:
    modes = {entry.filename: entry.external_attr >> 16 for entry in opened(function_zip(source)).infolist()}
    assert (modes["bootstrap"], modes["pkg/a.py"]) == (0o755, 0o644)


def test_equal_files_make_equal_zips(source: Path) -> None:
    before = function_zip(source)
    (source / "pkg" / "a.py").touch()
    assert function_zip(source) == before
    (source / "pkg" / "a.py").write_text("changed()")
    assert function_zip(source) != before


def test_the_released_zip_has_no_manual() -> None:
    assert [name for name in opened(function_zip()).namelist() if not name.endswith(".py")] == ["bootstrap"]
