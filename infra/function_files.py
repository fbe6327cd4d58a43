"""What is deployed of lambda_src/, and the zip that it makes.

The stack, the release and the benchmark all take the zip from here, so that what is measured and released is what
is deployed.
"""

import atexit
import io
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from infra.compiling import compiled, find_runtime_python
from infra.stripping import stripped

LAMBDA_SRC = Path(__file__).resolve().parent.parent / "lambda_src"
# Zip has no dates before 1980. One date for every file: equal files make equal zips.
_DATE = (1980, 1, 1, 0, 0, 0)


def function_files(root: Path = LAMBDA_SRC) -> Iterator[Path]:
    """The deployed files under `root`, sorted, each as a path that begins with `root`.

    Neither what Python caches nor what people read is among them.
    """
    for path in sorted(root.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts and path.suffix not in (".pyc", ".md"):
            yield path


def function_zip(root: Path = LAMBDA_SRC, python: str | None = None) -> bytes:
    """The deployment package: the code without comments and docstrings, and what `python` makes of it (decision 8).

    Files that can be executed stay so: Lambda refuses a bootstrap that cannot.
    """
    texts = {path: path.read_text(encoding="utf-8") for path in function_files(root)}
    names = {path: path.relative_to(root).as_posix() for path in texts}
    sources = {names[path]: stripped(text) for path, text in texts.items() if path.suffix == ".py"}
    contents = {names[path]: text.encode() for path, text in texts.items()}
    contents |= {name: source.encode() for name, source in sources.items()}
    contents |= compiled(sources, python) if python else {}
    executable = {names[path] for path in texts if path.stat().st_mode & 0o100}

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
        for name, content in contents.items():
            entry = zipfile.ZipInfo(name, _DATE)
            entry.external_attr = (0o755 if name in executable else 0o644) << 16
            package.writestr(entry, content, zipfile.ZIP_DEFLATED, 9)
    return packed.getvalue()


def function_package() -> Path:
    """The zip as a file, for as long as this process lives."""
    folder = Path(tempfile.mkdtemp(prefix="claude-stream-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    package = folder / "function.zip"
    package.write_bytes(function_zip(python=find_runtime_python()))
    return package


def unpack_function(folder: Path, root: Path = LAMBDA_SRC, python: str | None = None) -> None:
    """Lays the package out in `folder` as Lambda does: each file with the mode that the zip gives it."""
    with zipfile.ZipFile(io.BytesIO(function_zip(root, python))) as package:
        for entry in package.infolist():
            (folder / package.extract(entry, folder)).chmod(entry.external_attr >> 16)
