"""The page's rooms: which may import which, and the units in names."""

import re
from collections import Counter
from pathlib import Path

import pytest

from infra.page_config import page_config
from infra.prices import Price, PriceList
from tests.places import ROOT, WEB

MODULES = sorted(path for path in WEB.rglob("*.js") if not path.is_relative_to(WEB / "vendor"))
ROOMS = {path.name for path in WEB.iterdir() if path.is_dir() and path.name not in ("vendor", ".vendor.new")}

# Room -> the rooms that it may import, besides itself, the strings and the libraries.
MAY_IMPORT = {
    "state": set[str](),
    "markdown": set[str](),
    "api": {"state"},
    "storage": {"state"},
    "import": {"state"},
    "view": {"state", "markdown"},
    "preview": set[str](),
    "actions": {"state", "api", "storage", "import"},
}

UNITS = (
    *("MS", "BYTES", "PX", "CHARACTERS", "BLOCKS", "FILES", "FAILURES", "RATIO", "LEVELS", "SEARCHES", "TOKENS"),
    *("ROWS", "CONVERSATIONS", "FRAMES"),
)

# What a pure function does not use.
IMPURE = re.compile(r"Date\.|crypto\.|performance\.|navigator|localStorage|setTimeout|fetch\(|import\(|document\.")


def code_of(module: Path) -> str:
    """A module without its comments."""
    return re.sub(r"/\*[\s\S]*?\*/|(?<![:'\"\\])//[^\n]*", "", module.read_text())


def imported_by(module: Path) -> list[Path]:
    """The page's own modules that a module imports, at load or later."""
    names = re.findall(r"(?:\bfrom|\bimport)\s*\(?\s*'(\.[^']+)'", code_of(module))
    paths = [(module.parent / name).resolve() for name in names]
    return [path for path in paths if not path.is_relative_to(WEB / "vendor")]


def room_of(module: Path) -> str:
    """The module's folder in web/; '' for a file at the top."""
    parts = module.relative_to(WEB).parts
    return parts[0] if len(parts) > 1 else ""


def circles(graph: dict[Path, list[Path]]) -> list[list[str]]:
    """Each circle of imports, as names, beginning with the module that the walk meets first."""
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


def test_no_module_imports_itself_through_others() -> None:
    assert circles({module: imported_by(module) for module in MODULES}) == []


def test_rooms_import_one_way() -> None:
    assert set(MAY_IMPORT) == ROOMS
    wrong = [
        f"{module.relative_to(WEB)} imports {imported.relative_to(WEB)}"
        for module in MODULES
        for imported in imported_by(module)
        if (room := room_of(module)) and room_of(imported) not in {room, *MAY_IMPORT[room]}
        if not imported.name.startswith("strings")
    ]
    assert wrong == []


def test_every_room_is_explained() -> None:
    architecture = (ROOT / "ARCHITECTURE.md").read_text()
    assert [room for room in ROOMS if f"`web/{room}/`" not in architecture] == []


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_a_number_says_its_unit(module: Path) -> None:
    """A constant that is a number names its unit, and no time is written where it is used."""
    code = code_of(module)
    numbers = re.findall(r"^(?:export )?const ([A-Z][A-Z_]*) = [\d_.* ]+;", code, re.MULTILINE)
    assert [name for name in numbers if not name.endswith(UNITS)] == []
    assert re.findall(r"setTimeout\([^\n]*, [\d_]{2,}\)|^ *\}, [\d_]+\);", code, re.MULTILINE) == []


def waits_in(code: str) -> list[str]:
    """How long each setTimeout of a module waits, as the module writes it."""
    waits = []
    for call in re.finditer(r"setTimeout\(", code):
        depth, end = 1, call.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(code[end], 0)
            end += 1
        waits.append(code[call.end() : end - 1].rpartition(",")[2].strip())
    return waits


def test_every_wait_says_its_unit() -> None:
    waits = {wait for module in MODULES for wait in waits_in(code_of(module))}
    assert len(waits) > 5
    assert {wait for wait in waits if not re.fullmatch(r"\w*(?:_MS|Ms|[mM]illiseconds)", wait)} == set()


def test_no_two_files_have_one_name() -> None:
    """Nor do two functions, so that a search finds one."""
    functions = [
        name
        for module in MODULES
        for name in re.findall(r"^(?:export )?(?:async )?function\*? (\w+)", code_of(module), re.MULTILINE)
    ]
    names = [module.name for module in MODULES] + functions
    assert len(functions) > 100
    assert sorted(name for name, times in Counter(names).items() if times > 1) == []


def test_what_calls_itself_pure_is() -> None:
    pure = [module for module in MODULES if re.search(r"\bPure\b", module.read_text())]
    assert pure
    assert [module.name for module in pure if IMPURE.search(code_of(module))] == []


def fields_of(name: str) -> dict[str, bool]:
    """The fields of a type in api/types.d.ts, and whether each is required."""
    text = (WEB / "api" / "types.d.ts").read_text()
    found = re.search(rf"export type {name} = {{(.*?)}};", text, re.DOTALL)
    assert found
    return {field: not optional for field, optional in re.findall(r"(\w+)(\??):", found[1])}


def test_config_json_has_what_the_page_requires() -> None:
    prices = PriceList("2026-11-23", {"anthropic.claude-a-1": Price(1, 2)})
    config = page_config(
        function_url="https://f/", models=["anthropic.claude-a-1"], max_tokens=1, most_tokens=2, prices=prices
    )
    (band,) = config["prices"]["models"]["anthropic.claude-a-1"]
    parts = {"Config": config, "PriceTable": config["prices"], "Band": band}
    for name, sent in parts.items():
        required = {field for field, must in fields_of(name).items() if must}
        assert required <= set(sent) <= set(fields_of(name)), name
