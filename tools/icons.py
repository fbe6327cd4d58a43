"""Draws the page's icons from web/icon.svg: `.venv/bin/python -m tools.icons` (after make setup)."""

import re
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
MASKABLE_SCALE = 0.8  # of a maskable icon only a circle of this width is sure to be seen


def draw(browser: Browser, svg: str, pixels: int, name: str) -> None:
    page = browser.new_page(viewport={"width": pixels, "height": pixels})
    page.set_content(f"<style>body {{ margin: 0 }} svg {{ display: block; width: {pixels}px }}</style>{svg}")
    page.screenshot(path=WEB / f"icon-{name}.png", omit_background=True)
    page.close()


def maskable(svg: str) -> str:
    """The ground fills the square, and what stands on it is smaller."""
    ground = re.sub(r' rx="\d+"', "", svg)
    inset = 16 * (1 - MASKABLE_SCALE)
    return ground.replace("<path ", f'<path transform="translate({inset} {inset}) scale({MASKABLE_SCALE})" ')


def main() -> None:
    svg = (WEB / "icon.svg").read_text()
    path = (ROOT / ".setup" / "browser-path").read_text().strip()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--headless", "--no-sandbox", "--disable-gpu"]
        )
        draw(browser, svg, 192, "192")
        draw(browser, svg, 512, "512")
        draw(browser, maskable(svg), 512, "maskable")


if __name__ == "__main__":
    main()
