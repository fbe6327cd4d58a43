"""Which files of lambda_src/ are deployed, and the zip that they make.

The stack, the release and the benchmark all take the list from here, so that what is measured and released is what
is deployed.
"""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

LAMBDA_SRC = Path(__file__).resolve().parent.parent / "lambda_src"
# What Python caches and what people read: the function needs neither.
EXCLUDED = ("**/__pycache__", "**/*.pyc", "**/*.md")
# Zip has no dates before 1980. One date for every file: equal files make equal zips.
_DATE = (1980, 1, 1, 0, 0, 0)


def function_files(root: Path = LAMBDA_SRC) -> Iterator[Path]:
    """The deployed files under `root`, sorted, each as a path that begins with `root`."""
    for path in sorted(root.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts and path.suffix not in (".pyc", ".md"):
            yield path


def function_zip(root: Path = LAMBDA_SRC) -> bytes:
    """The deployment package. Files that can be executed stay so: Lambda refuses a bootstrap that cannot."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
        for path in function_files(root):
            entry = zipfile.ZipInfo(path.relative_to(root).as_posix(), _DATE)
            entry.external_attr = (0o755 if path.stat().st_mode & 0o100 else 0o644) << 16
            package.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED, 9)
    return packed.getvalue()
