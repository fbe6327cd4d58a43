"""From the click on Send to the first word on the page, at a round trip of 100 ms: `python -m bench.first_word`.

With one address, and with two: then the browser opens a connection to the other, and sends a preflight first. The
page is new each time, with its key, as the first message of a visit is the one that waits. There is no TLS on this
machine; in AWS a new connection costs one round trip more for it.
"""

import statistics
import sys
from typing import NamedTuple

from playwright.sync_api import Browser, sync_playwright

from bench.chromium import KEY, chromium
from bench.line import Line
from emulator.aws.simulator import Pace
from emulator.background import Background
from emulator.cdn import ApiOrigin
from emulator.demo import ROOT, Demo, demo_page_config
from emulator.page import PageServer
from infra.page_config import OWN_ORIGIN

ROUND_TRIP_SECONDS = 0.1
TIMES = 9
TYPING_MS = 1500

_CLICK = """() => new Promise((done) => {
    const turns = document.querySelector('[data-turns]');
    const began = performance.now();
    new MutationObserver((_, observer) => {
        if (![...turns.querySelectorAll('[data-answer]')].some((answer) => answer.textContent.trim())) return;
        observer.disconnect();
        done(performance.now() - began);
    }).observe(turns, { childList: true, subtree: true, characterData: true });
    document.querySelector('[data-send]').click();
})"""


class Figures(NamedTuple):
    """Of one way: milliseconds from click to first word, and what the browser sent for the messages."""

    milliseconds: list[float]
    preflights: int

    @property
    def median(self) -> float:
        return statistics.median(self.milliseconds)


def measure(browser: Browser, background: Background, demo: Demo, *, times: int = TIMES) -> dict[str, Figures]:
    web, url = ROOT / "web", demo.function_url.url
    to_function = Line(url, ROUND_TRIP_SECONDS)
    background.run(to_function.start())
    pages = {
        "two addresses": PageServer(
            web=web, config=demo_page_config(to_function.url), function_url=to_function.url
        ),
        "one address": PageServer(web=web, config=demo_page_config(OWN_ORIGIN), api=ApiOrigin(url)),
    }
    figures = {}
    for name, page in pages.items():
        background.run(page.start())
        line = Line(page.url, ROUND_TRIP_SECONDS)
        background.run(line.start())
        to_function.requests.clear()
        waits = [_first_word(browser, line.url) for _ in range(times)]
        requests = [*line.requests, *to_function.requests]
        figures[name] = Figures(waits, sum(request.startswith("OPTIONS") for request in requests))
        background.run(line.close())
        background.run(page.close())
    background.run(to_function.close())
    return figures


def _first_word(browser: Browser, url: str) -> float:
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script(f"sessionStorage.setItem('claude-stream.key', '{KEY}')")
    page.goto(url)
    page.wait_for_load_state("networkidle")
    page.get_by_label("Your message").fill("Hello")
    page.wait_for_timeout(TYPING_MS)  # nobody types faster than what draws the turns comes
    page.wait_for_selector("[data-send]:enabled")
    found = float(page.evaluate(_CLICK))
    context.close()
    return found


def table(figures: dict[str, Figures]) -> str:
    before, after = figures["two addresses"], figures["one address"]
    lines = [
        "| click to first word at a round trip of 100 ms | two addresses | one address | ratio |",
        "|---|--:|--:|--:|",
        f"| median of {len(after.milliseconds)}, ms | {before.median:.0f} | {after.median:.0f} | "
        f"{before.median / after.median:.2f} |",
        f"| preflights a visit | {before.preflights / len(before.milliseconds):.1f} | "
        f"{after.preflights / len(after.milliseconds):.1f} | |",
    ]
    return "\n".join(lines)


def main() -> None:
    with Background() as background, sync_playwright() as playwright:
        demo = Demo(key=KEY, pace=Pace(first_event_seconds=0, pieces_per_second=50))
        background.run(demo.__aenter__())
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--headless", "--no-sandbox"])
        print(table(measure(browser, background, demo, times=2 if "--quick" in sys.argv else TIMES)))
        browser.close()
        background.run(demo.__aexit__(None, None, None))


if __name__ == "__main__":
    main()
