"""The page's files as the bucket holds them. Reads web/, and changes nothing there.

index.html stays at the root and is never cached; all it refers to lies under a folder named for the files' content,
so those can be cached for ever, and a browser never has modules of two versions at once.
"""

import hashlib
import re
from pathlib import Path

# What tools and people read, and browsers do not.
NOT_SERVED = ("*.d.ts", "**/*.d.ts", ".*")
_REFERENCE = re.compile(r'(?P<attribute>\b(?:href|src)=")(?P<file>[^"#?:]+)(?=")')


class MissingLibraries(Exception):
    """The page's libraries have not been copied to web/vendor/."""


def check_libraries(web: Path) -> None:
    if not (web / "vendor").is_dir():
        raise MissingLibraries("the page's libraries are missing from web/vendor: run make setup")


def version(web: Path) -> str:
    """A name for the content of everything that is served: a changed byte makes another one."""
    digest = hashlib.sha256()
    for file in sorted(web.rglob("*")):
        if file.is_file() and not file.name.endswith(".d.ts"):
            digest.update(
                f"{file.relative_to(web).as_posix()}\0{file.stat().st_size}\0".encode() + file.read_bytes()
            )
    return digest.hexdigest()[:12]


def refer_to(folder: str, html: str, web: Path) -> str:
    """`html` with each of its references to a file of the page pointing into `folder`."""

    def move(match: re.Match[str]) -> str:
        if not (web / match["file"]).is_file():
            return match[0]
        return f"{match['attribute']}/{folder}/{match['file']}"

    return _REFERENCE.sub(move, html)
