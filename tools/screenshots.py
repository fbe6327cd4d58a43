"""Takes the pictures in docs/ of the demo's page: `.venv/bin/python -m tools.screenshots` (after make setup)."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from emulator.aws.simulator import Pace
from emulator.background import Background
from emulator.demo import ROOT, Demo

KEY = "demo"
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}


def open_page(browser: Browser, url: str, *, key: bool = True, **settings: Any) -> Page:
    page = browser.new_context(**{"viewport": DESKTOP, "reduced_motion": "reduce", **settings}).new_page()
    if key:
        page.add_init_script(f"sessionStorage.setItem('claude-stream.key', '{KEY}')")
    page.goto(url)
    page.wait_for_selector("[data-ready]" if key else "#key:focus")
    page.wait_for_timeout(300)
    return page


def send(page: Page, prompt: str, *, seconds: float | None = None) -> None:
    """Waits `seconds`, or without them until the answer is complete."""
    page.fill("#prompt", prompt)
    page.wait_for_selector("[data-send]:enabled")
    turns = page.locator("article").count()
    page.press("#prompt", "Enter")
    page.wait_for_function("(count) => document.querySelectorAll('article').length > count", arg=turns)
    page.mouse.move(700, 5)
    if seconds is None:
        finish(page)
    else:
        page.wait_for_timeout(round(1000 * seconds))


def finish(page: Page) -> None:
    page.wait_for_timeout(300)
    page.wait_for_selector("article:last-child[aria-busy=false]", timeout=60_000)
    page.wait_for_timeout(700)  # colours come a moment later


def take(browser: Browser, url: str, docs: Path) -> None:
    page = open_page(browser, url)
    for prompt in ("Explain CRDTs to a child", "Plan a week in Kyoto"):
        send(page, prompt)
        page.click("[data-side] [data-new]")
    send(page, "What happens between my question and the first word?", seconds=3.6)
    page.screenshot(path=docs / "page.png")
    page.wait_for_selector("article:last-child[aria-busy=false]")

    page = open_page(browser, url, color_scheme="dark")
    page.select_option("[data-model]", "Claude Sonnet 5.5")
    send(page, "What happens between my question and the first word?")
    page.click("article:last-child [data-regenerate]")
    finish(page)
    page.screenshot(path=docs / "page-dark.png")

    page = open_page(browser, url, color_scheme="dark", locale="zh-CN", viewport=PHONE)
    send(page, "从提问到第一个字之间发生了什么？")  # noqa: RUF001
    page.screenshot(path=docs / "page-phone-zh.png")

    page = open_page(browser, url)
    send(page, "/cut What happens between my question and the first word?")
    send(page, "/throttle And now?")
    page.screenshot(path=docs / "page-errors.png")

    page = open_page(browser, url, key=False)
    page.screenshot(path=docs / "page-key.png")


def has_chinese_font() -> bool:
    fc_list = shutil.which("fc-list")
    if not fc_list:
        return True  # nobody knows
    listed = subprocess.run([fc_list, ":lang=zh", "family"], capture_output=True, text=True, check=True)
    return bool(listed.stdout.strip())


def main() -> None:
    if not has_chinese_font():
        raise SystemExit("Chinese letters would be boxes: install a font for them, fonts-wqy-microhei.")
    chromium = (ROOT / ".setup" / "browser-path").read_text().strip()
    with Background() as background, sync_playwright() as playwright:
        demo = Demo(key=KEY, pace=Pace(0.2, 45))
        background.run(demo.__aenter__())
        browser = playwright.chromium.launch(executable_path=chromium, args=["--headless", "--no-sandbox"])
        take(browser, demo.page.url, ROOT / "docs")
        browser.close()
        background.run(demo.__aexit__(None, None, None))


if __name__ == "__main__":
    main()
