"""What an answer costs the browser while it comes, in our page and the usual way: `python -m bench.browser`.

The same answer of 20,000 characters with code, tables and lists, at 300 pieces a second, goes

- through the whole page (the stream is parsed, stored, drawn and saved), and
- through `marked` and DOMPurify, drawn again as a whole with each piece, in the same page.

What a long conversation costs is in `long_chats.py`, and follows.

The answer comes in tenths, so that the cost of the last tenth can be compared with the first's. Times are the main
thread's CPU time by Chromium's own count, so that other work on the machine does not lengthen them.
"""

import json
import sys
from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from bench import long_chats
from bench.chromium import KEY, busy_seconds, chromium, open_page, stop_tracing
from emulator.aws.bedrock import answers
from emulator.background import Background
from emulator.demo import ROOT, Demo

LENGTH = 20_000
PIECES_PER_SECOND = 300
TENTHS = 10

TARGETS = {"busy_percent": 25, "longest_task_ms": 50, "last_to_first": 1.3}

_SECTION = """\
### Section {n}: what the river carries

Rain came over the hills before noon, and the *river* took the colour of slate. By evening the road was **dry** \
again, and somebody had left `lamp {n}` burning in the [window](https://example.com/{n}).

1. The first thing is where it comes from.
2. The second is **how fast** it goes:
   - at the bridge, slowly;
   - at the mill, not at all.
3. The third is nobody's business.

| place | speed | depth |
|---|--:|--:|
| bridge | 0.{n} m/s | 2.1 m |
| mill | 0.0 m/s | 3.4 m |
| mouth | 1.{n} m/s | 5.0 m |

```python
def carried(load: float, speed: float = 0.{n}) -> float:
    \"\"\"What arrives of a load that sets out.\"\"\"
    for stone in range(10):
        load -= stone * speed  # the river keeps its share
    return max(load, 0.0)
```

> Nobody steps into it twice, they say; most have not tried.

"""


def answer() -> str:
    """Markdown of LENGTH characters, alike from beginning to end."""
    text = "".join(_SECTION.format(n=n) for n in range(1, 100))
    return text[:LENGTH]


# The usual way: the whole answer is parsed, cleaned and set again with each piece.
_WHOLE = """async () => {
    const place = document.querySelector('[data-turns]').appendChild(document.createElement('div'));
    place.className = 'text';
    const scroller = document.querySelector('[data-scroller]');
    let text = '';
    window.write = (piece) => {
        text += piece;
        place.innerHTML = DOMPurify.sanitize(marked.parse(text));
        scroller.scrollTop = scroller.scrollHeight;
    };
}"""


def _ours(page: Page) -> None:
    page.get_by_label("Your message").press("Enter")
    page.wait_for_function("'write' in window")


def _whole(page: Page) -> None:
    page.add_script_tag(path=ROOT / "node_modules" / "dompurify" / "dist" / "purify.min.js")
    page.add_script_tag(path=ROOT / "node_modules" / "marked" / "lib" / "marked.umd.js")
    page.evaluate(_WHOLE)


def _measured(browser: Browser, page: Page, pieces: list[str]) -> dict[str, float]:
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
    size = len(pieces) // TENTHS
    page.evaluate("([pieces, speed]) => window.feed(pieces, speed)", [["Hello.\n\n"], PIECES_PER_SECOND])  # warm
    costs = []
    browser.start_tracing(page=page, categories=["toplevel"])
    for tenth in range(TENTHS):
        before = busy_seconds(devtools)
        part = pieces[tenth * size : (tenth + 1) * size]
        page.evaluate("([pieces, speed]) => window.feed(pieces, speed)", [part, PIECES_PER_SECOND])
        costs.append(busy_seconds(devtools) - before)
    tasks = stop_tracing(browser)
    return {
        "busy_percent": 100 * sum(costs) / (len(pieces) / PIECES_PER_SECOND),
        "longest_task_ms": max(tasks, key=lambda task: task.cpu).cpu,
        "longest_task_wall_ms": max(tasks, key=lambda task: task.wall).wall,
        "last_to_first": costs[-1] / costs[0],
        "cpu_ms_first_tenth": 1000 * costs[0],
        "cpu_ms_last_tenth": 1000 * costs[-1],
    }


def measure(browser: Browser, url: str, *, quick: bool = False) -> dict[str, dict[str, float]]:
    """The figures of both ways. `quick`: a fifth of the answer, to see that it works."""
    text = answer()
    pieces = answers.pieces(text[: LENGTH // 5] if quick else text)
    figures = {}
    for name, prepare in {"page": _ours, "marked + DOMPurify": _whole}.items():
        page = open_page(browser, url)
        prepare(page)
        figures[name] = _measured(browser, page, pieces)
        page.context.close()
    return figures


def reached(figures: Mapping[str, Mapping[str, float]]) -> dict[str, bool]:
    return {name: figures["page"][name] <= most for name, most in TARGETS.items()}


def table(figures: Mapping[str, Mapping[str, float]]) -> str:
    names = list(figures)
    rows = [["main thread, CPU while it comes, %", "busy_percent", "<= 25"]]
    rows += [["longest task, CPU ms", "longest_task_ms", "<= 50"]]
    rows += [["longest task by the clock, ms", "longest_task_wall_ms", ""]]
    rows += [["last tenth / first tenth", "last_to_first", "<= 1.3"]]
    rows += [["CPU of the first tenth, ms", "cpu_ms_first_tenth", ""]]
    rows += [["CPU of the last tenth, ms", "cpu_ms_last_tenth", ""]]
    lines = [f"| {LENGTH:,} characters at {PIECES_PER_SECOND} pieces/s | {' | '.join(names)} | target |"]
    lines += ["|---|" + "--:|" * len(names) + "---|"]
    for words, figure, target in rows:
        values = " | ".join(f"{figures[name][figure]:.1f}" for name in names)
        lines.append(f"| {words} | {values} | {target} |")
    return "\n".join(lines)


def main() -> None:
    figures: dict[str, Any]
    with Background() as background, sync_playwright() as playwright:
        demo = Demo(key=KEY)
        background.run(demo.__aenter__())
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--headless", "--no-sandbox"])
        quick = "--quick" in sys.argv
        figures = measure(browser, demo.page.url, quick=quick)
        long = long_chats.measure(browser, demo.page.url, quick=quick)
        browser.close()
        background.run(demo.__aexit__(None, None, None))
    if "--json" in sys.argv:
        print(json.dumps({"figures": figures, "reached": reached(figures), "long": long}, indent=2))
    else:
        print(table(figures))
        print(f"\n{long_chats.table(long)}")


if __name__ == "__main__":
    main()
