"""What a long conversation costs in the browser: opening it, the next click, typing in it, and long answers.

`python -m bench.browser` runs this after its own figures. Latencies are by the clock, so other work on the
machine lengthens them; tasks are the main thread's CPU time.
"""

from collections.abc import Callable, Mapping
from typing import Any

from playwright.sync_api import Browser, Page

from bench.chromium import busy_seconds, open_page, stop_tracing

TURNS = 500
CHARACTERS_PER_SECOND = 12_000
PIECE_CHARACTERS = 40
LENGTH = 180_000
BLOCK_LENGTH = 60_000

_ANSWER = """\
### What the river carries

Rain came over the hills before noon, and the *river* took the colour of slate. The road was **dry** again.

1. The first thing is where it comes from.
2. The second is **how fast** it goes.

| place | speed |
|---|--:|
| bridge | 0.4 m/s |

```python
def carried(load: float) -> float:
    return max(load, 0.0)
```
"""

_KEEP = """async ([count, text]) => {
    const turns = Array.from({ length: count }, (_, n) => ({
        id: `t${n}`, after: n ? `t${n - 1}` : '', created: n, prompt: `What comes after ${n}?`, files: [],
        model: 'm', blocks: [{ type: 'text', text }], status: 'done', ending: 'end_turn', problem: null,
        figures: null, silent: false,
    }));
    const choices = { title: 'A long one', model: 'm', system: '' };
    const kept = { id: 'long', ...choices, created: 1, updated: 1, turns, aside: [] };
    const database = await new Promise((done) => {
        const request = indexedDB.open('claude-stream');
        request.onsuccess = () => done(request.result);
    });
    const writing = database.transaction(['conversations', 'summaries'], 'readwrite');
    writing.objectStore('conversations').put(kept);
    writing.objectStore('summaries').put({ id: 'long', title: 'A long one', updated: 1, text: '' });
    await new Promise((done) => { writing.oncomplete = done; });
    database.close();
}"""

# Counts from a click's own time, so that a click that waits for a task pays for it.
_TIMED = """() => {
    window.slowest = 0;
    new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) window.slowest = Math.max(window.slowest, duration);
    }).observe({ type: 'event', durationThreshold: 16 });
}"""


def _paragraph() -> str:
    return "The *river* carries what it `is` given, and **gives** back what it can. " * (BLOCK_LENGTH // 72)


def _list() -> str:
    return "".join(f"- item {n} is **nobody's** business\n" for n in range(BLOCK_LENGTH // 36))


def _table() -> str:
    rows = "".join(f"| bridge {n} | 0.{n} m/s | *2.1 m* |\n" for n in range(BLOCK_LENGTH // 36))
    return f"| place | speed | depth |\n|---|--:|--:|\n{rows}"


def _long_chat(browser: Browser, url: str, turns: int) -> Page:
    page = open_page(browser, url)
    page.set_default_timeout(120_000)  # only ends what hangs: the machine may be busy
    page.evaluate(_KEEP, [turns, _ANSWER])
    page.reload()
    page.locator("[data-list] [data-open]").first.wait_for()
    page.wait_for_selector("[data-model] option", state="attached")
    return page


def _opened(browser: Browser, url: str, turns: int) -> dict[str, float]:
    page = _long_chat(browser, url, turns)
    browser.start_tracing(page=page, categories=["toplevel"])
    shown = page.evaluate(
        """async (count) => {
            const began = performance.now();
            const last = () => document.querySelector('[data-turns]').lastElementChild;
            document.querySelector('[data-list] [data-open]').click();
            while (!last()?.querySelector('table')) await new Promise(requestAnimationFrame);
            return performance.now() - began;
        }"""
    )
    page.wait_for_function("(n) => document.querySelectorAll('[data-turns] table').length === n", arg=turns)
    page.wait_for_timeout(1000)
    tasks = stop_tracing(browser)
    page.evaluate(_TIMED)
    page.get_by_label("Your message").press_sequentially("What is typed in it", delay=60)
    page.wait_for_timeout(500)
    typed = page.evaluate("slowest")
    page.context.close()
    longest = max(task.cpu for task in tasks)
    return {"shown_ms": shown, "longest_task_ms": longest, "slowest_key_ms": typed}


def _next_click(browser: Browser, url: str, turns: int) -> float:
    """From the click on New chat, right after the opening, to an empty page."""
    page = _long_chat(browser, url, turns)
    waited = page.evaluate(
        """async () => {
            const list = document.querySelector('[data-turns]');
            document.querySelector('[data-list] [data-open]').click();
            while (!list.childElementCount) await new Promise(requestAnimationFrame);
            const began = performance.now();
            document.querySelector('.side [data-new]').click();
            while (list.childElementCount) await new Promise(requestAnimationFrame);
            return performance.now() - began;
        }"""
    )
    page.context.close()
    return float(waited)


def _answered(browser: Browser, url: str, text: str) -> dict[str, float]:
    page = open_page(browser, url)
    page.get_by_label("Your message").press("Enter")
    page.wait_for_function("'write' in window")
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
    speed = CHARACTERS_PER_SECOND // PIECE_CHARACTERS
    pieces = [text[at : at + PIECE_CHARACTERS] for at in range(0, len(text), PIECE_CHARACTERS)]
    page.evaluate("([pieces, speed]) => window.feed(pieces, speed)", [["Hello.\n\n"], speed])  # warm
    before = busy_seconds(devtools)
    browser.start_tracing(page=page, categories=["toplevel"])
    page.evaluate("([pieces, speed]) => window.feed(pieces, speed)", [pieces, speed])
    tasks = stop_tracing(browser)
    busy = 100 * (busy_seconds(devtools) - before) / (len(pieces) / speed)
    page.context.close()
    return {"busy_percent": busy, "longest_task_ms": max(task.cpu for task in tasks)}


def measure(browser: Browser, url: str, *, quick: bool = False) -> dict[str, dict[str, float]]:
    """The figures of each case. `quick`: a tenth of everything, to see that it works."""
    part = 10 if quick else 1
    turns = TURNS // part
    texts: dict[str, Callable[[], str]] = {
        f"{LENGTH:,} characters": lambda: _ANSWER * (LENGTH // len(_ANSWER)),
        "a paragraph": _paragraph,
        "a list": _list,
        "a table": _table,
    }
    figures = {"opened": _opened(browser, url, turns), "next click": {"ms": _next_click(browser, url, turns)}}
    for name, make in texts.items():
        text = make()
        figures[name] = _answered(browser, url, text[: len(text) // part])
    return figures


def table(figures: Mapping[str, Mapping[str, Any]]) -> str:
    opened = figures["opened"]
    lines = [f"| a conversation of {TURNS} turns | ms |", "|---|--:|"]
    lines += [f"| until its end is shown | {opened['shown_ms']:.0f} |"]
    lines += [f"| longest task while it opens, CPU | {opened['longest_task_ms']:.0f} |"]
    lines += [f"| a click right after the opening | {figures['next click']['ms']:.0f} |"]
    lines += [f"| slowest key while one types in it | {opened['slowest_key_ms']:.0f} |", ""]
    lines += [
        f"| at {CHARACTERS_PER_SECOND:,} characters/s | main thread, % | longest task, CPU ms |",
        "|---|--:|--:|",
    ]
    for name, one in figures.items():
        if "busy_percent" in one:
            lines.append(f"| {name} | {one['busy_percent']:.1f} | {one['longest_task_ms']:.0f} |")
    return "\n".join(lines)
