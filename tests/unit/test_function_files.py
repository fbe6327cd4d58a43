"""function_files.py: which files of lambda_src/ are deployed, and the zip that is deployed and released."""

import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from infra.compiling import RUNTIME_VERSION, find_runtime_python
from infra.function_files import LAMBDA_SRC, function_files, function_zip, unpack_function


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


def test_it_has_what_a_python_compiles_of_them(source: Path, tmp_path: Path) -> None:
    folder = tmp_path / "task"
    unpack_function(folder, source, sys.executable)
    (compiled,) = folder.rglob("pkg/__pycache__/a.*")
    assert runs(folder) == ("1", str(compiled))


def test_a_source_that_was_changed_since_is_what_runs(source: Path, tmp_path: Path) -> None:
    folder = tmp_path / "task"
    unpack_function(folder, source, sys.executable)
    (folder / "pkg" / "a.py").write_text("print(2)\n")
    assert runs(folder) == ("2", "")


def runs(folder: Path) -> tuple[str, str]:
    """What `pkg.a` prints, and the compiled file that it came from."""
    command = [sys.executable, "-B", "-v", "-c", "import pkg.a"]
    run = subprocess.run(command, check=True, capture_output=True, text=True, cwd=folder)
    found = re.findall(r"# code object from '(.*pkg.__pycache__.a\..*\.pyc)'", run.stderr)
    return run.stdout.strip(), "".join(found)


def test_equal_files_make_equal_compiled_modules(source: Path) -> None:
    (source / "pkg" / "a.py").write_text("x in {'one', 'two', 'three'}\n")
    assert function_zip(source, sys.executable) == function_zip(source, sys.executable)


def test_the_python_that_compiles_is_the_functions_own_or_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 11, 0))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_runtime_python() is None
    python = tmp_path / "python3.14"
    python.write_text("#!/bin/sh\nexit 127\n")  # a version manager's, without that version
    python.chmod(0o755)
    assert find_runtime_python() is None
    python.write_text("#!/bin/sh\n")
    assert find_runtime_python() == str(python)


def test_the_version_is_that_of_the_functions_runtime() -> None:
    stack = (LAMBDA_SRC.parent / "infra" / "streaming_api.py").read_text()
    assert re.findall(r"Runtime\.PYTHON_(\d+_\d+)", stack) == ["{}_{}".format(*RUNTIME_VERSION)]


def test_the_released_zip_has_no_manual() -> None:
    assert [name for name in opened(function_zip()).namelist() if not name.endswith(".py")] == ["bootstrap"]
