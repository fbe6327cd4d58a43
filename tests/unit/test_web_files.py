"""The page's files fit together: they preload what they import, and shared values agree."""

import re
from pathlib import Path

from claude_stream.settings import MOST_INPUT_BYTES
from emulator.demo import MODELS, demo_page_config
from infra.page_config import page_config
from infra.prices import Price, PriceList
from tests.places import WEB

IMPORTED = re.compile(r"^(?:import|export)\s[^;]*?from\s*['\"](\.[^'\"]+)['\"]", re.MULTILINE)


def imports(module: Path, seen: set[Path] | None = None) -> set[Path]:
    """All modules that a module imports, itself included."""
    seen = set() if seen is None else seen
    if module not in seen:
        seen.add(module)
        for name in IMPORTED.findall(module.read_text()):
            imports((module.parent / name).resolve(), seen)
    return seen


def test_what_is_preloaded_is_what_is_imported_at_first() -> None:
    html = (WEB / "index.html").read_text()
    preloaded = re.findall(r'rel="modulepreload" fetchpriority="low" href="([^"]+)"', html)
    imported = {path.relative_to(WEB).as_posix() for path in imports(WEB / "main.js")}
    assert sorted(preloaded) == sorted(imported - {"main.js"})


def test_only_the_view_and_the_frame_of_previews_touch_the_dom() -> None:
    others = [
        path
        for path in WEB.rglob("*.js")
        if not path.is_relative_to(WEB / "vendor")
        and path.parent.name not in ("view", "preview")
        and path.name != "early.js"
    ]
    assert len(others) > 15
    touching = re.compile(r"\bdocument\.|querySelector|createElement|HTMLElement|\.innerHTML")
    code = {path.name: re.sub(r"/\*[^]*?\*/".replace("[^]", r"[\s\S]"), "", path.read_text()) for path in others}
    assert [name for name, text in code.items() if touching.search(text)] == []


def test_nothing_parses_html() -> None:
    sinks = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|setHTML|createContextualFragment"
    )
    own = [path for path in WEB.rglob("*.js") if not path.is_relative_to(WEB / "vendor")]
    assert [path.name for path in own if sinks.search(path.read_text())] == []


def test_the_page_and_the_function_agree_on_the_largest_body() -> None:
    found = re.search(r"MAX_BODY_BYTES = ([\d* ]+);", (WEB / "api" / "client.js").read_text())
    assert found
    factors = [int(factor) for factor in found[1].split("*")]
    assert factors[0] * factors[1] * factors[2] == MOST_INPUT_BYTES


def test_the_demo_has_a_dated_price_for_every_model() -> None:
    prices = demo_page_config("http://127.0.0.1:1/")["prices"]
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", prices["date"])
    assert set(prices["models"]) == set(MODELS)
    for band in (band for bands in prices["models"].values() for band in bands):
        assert band["cacheRead"] < band["input"] < band["cacheWrite"] < band["output"]
    assert prices["models"]["global.anthropic.claude-haiku-5-5"][0]["promptUpTo"] == 100_000
    assert all("promptUpTo" not in bands[-1] for bands in prices["models"].values())


def test_a_model_without_a_price_and_a_geographic_profile_have_none() -> None:
    listed = PriceList("2026-11-23", {"anthropic.claude-a-1": Price(1, 2)})
    models = ["global.anthropic.claude-a-1", "us.anthropic.claude-a-1", "anthropic.claude-b-1"]
    config = page_config(function_url="https://f/", models=models, max_tokens=1, most_tokens=2, prices=listed)
    assert set(config["prices"]["models"]) == {"global.anthropic.claude-a-1"}
