"""Makes docs/streaming.svg, the README's moving picture: .venv/bin/python -m tools.moving_picture.

It is a recording: the demo runs, a browser opens its page and asks, and what the page draws is written down with
the time of each frame. The picture shows these words at these times, in the page's own layout and colours. It needs
`make setup`.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tools.moving_picture.draw import draw

ROOT = Path(__file__).resolve().parent.parent.parent
RECORDER = (Path(__file__).parent / "record.js").read_text()
PROMPT = "What happens between my question and the first word?"
WIDTH, HEIGHT = 800, 560
# The first request to a function waits for its start; the picture shows what every later one sees.
WARM_UP = (
    "fetch('config.json').then(read => read.json())"
    ".then(({ functionUrl }) => fetch(new URL('healthz', new URL(functionUrl, location.href))))"
)


@contextmanager
def demo() -> Iterator[tuple[str, str]]:
    """The running demo's page and its API key."""
    command = [sys.executable, "-m", "emulator.demo", "--port", "0"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    said = ""
    with process:
        while "Ctrl-C" not in said:
            said += process.stdout.readline() or sys.exit("the demo did not start")
        try:
            yield re.findall(r"Page +(\S+)", said)[0], re.findall(r"API key +(\S+)", said)[0]
        finally:
            process.terminate()


def record(page: Page, url: str, key: str) -> dict[str, Any]:
    """What the page drew, and when: {"light": …, "dark": …}, each as `recorder.picture` has it."""
    page.add_init_script(f"sessionStorage.setItem('claude-stream.key', '{key}')")
    page.goto(url)
    page.wait_for_selector("[data-ready]")
    page.evaluate(WARM_UP)
    page.evaluate(RECORDER)
    page.fill("#prompt", PROMPT)
    page.wait_for_selector("[data-send]:enabled")
    page.evaluate("document.querySelector('[data-send]').click(); recorder.start()")
    page.wait_for_selector("article:last-child[aria-busy=false]", timeout=60_000)
    page.wait_for_timeout(1500)  # colours come a moment later
    page.evaluate("document.activeElement.blur()")
    taken = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_timeout(500)
        taken[scheme] = page.evaluate("recorder.picture()")
    return taken


def main() -> None:
    chromium = (ROOT / ".setup" / "browser-path").read_text().strip()
    with demo() as (url, key), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--headless", "--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, reduced_motion="reduce")
        taken = record(page, url, key)
        browser.close()
    (ROOT / "docs" / "streaming.svg").write_text(draw(taken, WIDTH, HEIGHT))


if __name__ == "__main__":
    main()
