"""The bar under the message box: its rows, and nothing cut."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NewPage
from tests.browser.test_looks import SIDEWAYS
from tests.conftest import KEY

ROWS = """(bar) => new Set([...bar.querySelectorAll('button, select')].filter((one) => one.checkVisibility())
    .map((one) => one.getBoundingClientRect()).map(({ top, bottom }) => Math.round((top + bottom) / 2))).size"""


def opened(new_page: NewPage, page_url: str, width: int, height: int = 800, **settings: object) -> Page:
    page = new_page(viewport={"width": width, "height": height}, **settings)
    page.add_init_script(f"sessionStorage.setItem('claude-stream.key', '{KEY}')")
    page.goto(page_url)
    expect(page.locator("[data-model] option").first).to_be_attached()
    return page


def edges(one: Locator) -> tuple[float, float]:
    box = one.bounding_box()
    assert box
    return box["x"], box["x"] + box["width"]


@pytest.mark.parametrize("touch", [False, True], ids=["mouse", "touch"])
@pytest.mark.parametrize("width", [320, 390, 767, 768, 960, 1280])
@pytest.mark.parametrize("locale", ["en", "zh-CN"])
def test_the_bar_has_one_row(new_page: NewPage, page_url: str, width: int, locale: str, touch: bool) -> None:
    page = opened(new_page, page_url, width, locale=locale, has_touch=touch, is_mobile=touch)
    bar, opener, choices = (page.locator(name) for name in (".bar", "[data-opener]", ".choices"))
    assert bar.evaluate(ROWS) == 1
    narrow = width not in (768, 1280)
    if narrow:
        expect(opener).to_have_text("Claude Haiku 5.5")
        expect(choices).to_be_hidden()
        opener.click()
        expect(choices).to_be_visible()
    page.locator("[data-second]").select_option(index=2)
    page.locator("[data-thinking]").select_option("high")
    if narrow:
        opener.click()
        expect(choices).to_be_hidden()
        for chosen in ("Claude Haiku 5.5", "Sonnet 5.5", "high" if locale == "en" else "高"):
            expect(opener).to_contain_text(chosen)
        assert edges(opener.locator("span"))[1] <= edges(page.locator("[data-send]"))[0]
    assert bar.evaluate(ROWS) == 1
    assert page.evaluate(SIDEWAYS) == [0, 0]


def test_in_the_opened_bar_no_choice_is_cut(new_page: NewPage, page_url: str) -> None:
    page = opened(new_page, page_url, 320)
    page.locator("[data-opener]").click()
    for select in page.locator(".choices select").all():
        # As wide as it would be if it had all the room there is.
        free = (
            "(select) => { select.style.maxWidth = 'none'; select.style.flex = 'none'; return select.clientWidth; }"
        )
        assert select.evaluate("(select) => select.clientWidth") == select.evaluate(free)
