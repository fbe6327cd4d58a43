"""The page's files as the bucket holds them. Reads web/, and changes nothing there.

index.html stays at the root and is never cached; all it refers to lies under a folder named for the files' content,
so those can be cached for ever, and a browser never has modules of two versions at once.
"""

import hashlib
import json
import re
from pathlib import Path

# What tools and people read, and browsers do not.
NOT_SERVED = ("*.d.ts", "**/*.d.ts", ".*")
WORKER = "sw.js"
PREVIEW = "preview"  # the frame of previews: no service worker has a part in a frame without an origin
# What a page needs to open without a connection; libraries that no module of ours imports come when they are used.
_SHELL = (".css", ".js", ".svg", ".webmanifest")
_SHELL_LINE = "const SHELL = { version: '', folder: '', files: [''] };"
_IMPORTED = re.compile(r"^(?:import|export)\s[^;]*?from\s*['\"](\.[^'\"]+)['\"]", re.MULTILINE)
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


def worker(folder: str, web: Path) -> str:
    """The service worker, which keeps the page's files of this version. They lie in `folder`; '' is the root."""
    others = {web / "vendor", web / PREVIEW}
    own = {path for path in web.rglob("*") if path.suffix in _SHELL and not others & set(path.parents)}
    files = sorted(path.relative_to(web).as_posix() for path in _with_imports(own) if path.name != WORKER)
    shell = {"version": version(web), "folder": f"/{folder}" if folder else "", "files": files}
    source = (web / WORKER).read_text("utf-8")
    if _SHELL_LINE not in source:
        raise ValueError(f"expected the line {_SHELL_LINE!r} in {WORKER}, found none")
    return source.replace(_SHELL_LINE, f"const SHELL = {json.dumps(shell)};")


def _with_imports(modules: set[Path]) -> set[Path]:
    """The files, and all that they import when they are loaded."""
    found: set[Path] = set()
    waiting = list(modules)
    while waiting:
        module = waiting.pop()
        if module in found or not module.is_file():
            continue
        found.add(module)
        if module.suffix == ".js":
            names = _IMPORTED.findall(module.read_text("utf-8"))
            waiting += [(module.parent / name).resolve() for name in names]
    return found
