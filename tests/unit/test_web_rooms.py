"""How the page's modules stand to each other."""

import re
from pathlib import Path

from local.demo import ROOT

WEB = ROOT / "web"
MODULES = sorted(path for path in WEB.rglob("*.js") if not path.is_relative_to(WEB / "vendor"))


def code_of(module: Path) -> str:
    """A module without its comments."""
    return re.sub(r"/\*[\s\S]*?\*/|(?<![:'\"\\])//[^\n]*", "", module.read_text())


def imported_by(module: Path) -> list[Path]:
    """The page's own modules that a module imports, at once or later."""
    names = re.findall(r"(?:\bfrom|\bimport)\s*\(?\s*'(\.[^']+)'", code_of(module))
    paths = [(module.parent / name).resolve() for name in names]
    return [path for path in paths if not path.is_relative_to(WEB / "vendor")]


def circles(graph: dict[Path, list[Path]]) -> list[list[str]]:
    """Each way from a module back to itself, as names, from the first module of it that is met."""
    found: list[list[str]] = []
    finished: set[Path] = set()

    def walk(module: Path, way: list[Path]) -> None:
        if module in way:
            found.append([path.relative_to(WEB).as_posix() for path in way[way.index(module) :]])
        elif module not in finished:
            for imported in graph[module]:
                walk(imported, [*way, module])
            finished.add(module)

    for module in graph:
        walk(module, [])
    return found


def test_every_import_leads_to_a_module() -> None:
    graph = {module: imported_by(module) for module in MODULES}
    assert sum(map(len, graph.values())) > 50
    assert {path for paths in graph.values() for path in paths} <= set(MODULES)


def test_no_module_imports_itself_by_way_of_others() -> None:
    assert circles({module: imported_by(module) for module in MODULES}) == []
