"""What stands in rows: the bar, the ends of panels, files; on which side, in how many rows, and nothing cut."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.chat import Chat
from tests.browser.conftest import NewPage
from tests.browser.palette import open_palette, options
from tests.browser.test_attaching import paste
from tests.browser.test_files import bring
from tests.browser.test_looks import SIDEWAYS
from tests.conftest import KEY

ROWS = """(bar) => new Set([...bar.querySelectorAll('button, select')].filter((one) => one.checkVisibility())
    .map((one) => one.getBoundingClientRect()).map(({ top, bottom }) => Math.round((top + bottom) / 2))).size"""
RIGHT = "(element) => Math.round(element.getBoundingClientRect().right)"


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
@pytest.mark.parametrize("width", [320, 390, 640, 768, 960, 1280])
@pytest.mark.parametrize("locale", ["en", "zh-CN"])
def test_the_bar_has_one_row(new_page: NewPage, page_url: str, width: int, locale: str, touch: bool) -> None:
    page = opened(new_page, page_url, width, locale=locale, has_touch=touch, is_mobile=touch)
    bar, opener, choices = (page.locator(name) for name in (".bar", "[data-opener]", ".choices"))
    said = opener.locator("[data-chosen]")
    assert bar.evaluate(ROWS) == 1
    narrow = width not in (768, 1280)
    if narrow:
        expect(said).to_have_text("Claude Haiku 5.5")
        assert said.evaluate("(text) => text.clientHeight") < 30, "in one line"
        expect(choices).to_be_hidden()
        opener.click()
        expect(choices).to_be_visible()
    page.locator("[data-second]").select_option(index=2)
    page.locator("[data-thinking]").select_option("high")
    if narrow:
        opener.click()
        expect(choices).to_be_hidden()
        for chosen in ("Claude Haiku 5.5", "Sonnet 5.5", "high" if locale == "en" else "高"):
            expect(said).to_contain_text(chosen)
        assert edges(said)[1] <= edges(page.locator("[data-send]"))[0]
    assert bar.evaluate(ROWS) == 1
    assert page.evaluate(SIDEWAYS) == [0, 0]


LEFT_OF_WORDS = """(choices) => [...choices.children].filter((one) => one.checkVisibility()).map((one) => {
    const { left } = one.getBoundingClientRect();
    const { borderLeftWidth, paddingLeft } = getComputedStyle(one);
    const inset = one.matches('select') ? 4 : 0; // Chromium's, before the words of a select
    return Math.round(left + parseFloat(borderLeftWidth) + parseFloat(paddingLeft) + inset);
})"""


def test_the_opened_bars_words_begin_in_one_line_and_its_button_closes_it(new_page: NewPage, page_url: str) -> None:
    page = opened(new_page, page_url, 320)
    page.locator("[data-opener]").click()
    page.locator("[data-second]").select_option(index=2)
    page.locator("[data-thinking]").select_option("high")
    lefts = page.locator(".choices").evaluate(LEFT_OF_WORDS)
    assert len(lefts) == 4
    assert max(lefts) - min(lefts) <= 1, lefts
    page.get_by_role("button", name="Close", exact=True).click()
    expect(page.locator(".choices")).to_be_hidden()


@pytest.mark.parametrize(("width", "rows"), [(320, 4), (768, 2), (1280, 2), (2560, 2)])
def test_the_starters_stand_in_even_rows(new_page: NewPage, page_url: str, width: int, rows: int) -> None:
    starters = opened(new_page, page_url, width).locator("[data-starters]")
    expect(starters.get_by_role("button")).to_have_count(4)
    assert starters.evaluate(ROWS) == rows
    assert len({edges(one)[0] for one in starters.get_by_role("button").all()}) == 4 / rows


def test_in_the_opened_bar_no_choice_is_cut(new_page: NewPage, page_url: str) -> None:
    page = opened(new_page, page_url, 320)
    page.locator("[data-opener]").click()
    for select in page.locator(".choices select").all():
        # As wide as it would be if it had all the room there is.
        free = (
            "(select) => { select.style.maxWidth = 'none'; select.style.flex = 'none'; return select.clientWidth; }"
        )
        assert select.evaluate("(select) => select.clientWidth") == select.evaluate(free)


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("panel", ["settings", "instructions", "shortcuts"])
def test_each_panel_ends_on_the_right_and_opens_at_its_top(
    new_page: NewPage, page_url: str, panel: str, width: int
) -> None:
    page = opened(new_page, page_url, width, 640)
    page.evaluate(f"document.querySelector('[data-panel={panel}]').click()")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    assert dialog.locator(".solid").evaluate(RIGHT) == dialog.locator("form").evaluate(RIGHT)
    expect(dialog.get_by_role("heading").first).to_be_in_viewport()


def test_the_palettes_field_stays_where_it_is_when_nothing_is_found(chat: Chat) -> None:
    field = open_palette(chat)
    expect(options(chat).first).to_be_visible()
    chat.page.wait_for_timeout(500)  # it has moved to its place
    before = field.bounding_box()
    field.fill("nothing of the kind")
    nothing = chat.page.get_by_role("dialog").get_by_text("Nothing found.")
    expect(nothing).to_be_visible()
    assert field.bounding_box() == before
    below = nothing.bounding_box()
    assert before
    assert below
    assert before["y"] + before["height"] < below["y"]


def test_many_files_and_a_long_draft_leave_the_button_in_sight(new_page: NewPage, page_url: str) -> None:
    page = opened(new_page, page_url, 320, 640)
    chat = Chat(page)
    for _ in range(6):
        paste(chat, "a line of a log\n" * 300)
    expect(page.locator("[data-composer] .file")).to_have_count(6)
    chat.prompt.fill("a line\n" * 40)
    expect(chat.send_button).to_be_in_viewport(ratio=1)


def test_sent_files_stand_above_the_end_of_their_prompt(chat: Chat) -> None:
    chat.page.set_viewport_size({"width": 390, "height": 800})
    names = ("a-rather-long-name.txt", "another-rather-long-name.txt", "b.txt")
    bring(chat, "paste", *((name, "text/plain", "YSxi") for name in names))
    expect(chat.page.locator("[data-composer] .file")).to_have_count(3)
    chat.ask("What do they say, and how do they differ from each other?")
    right = chat.turn.locator("[data-prompt]").evaluate(RIGHT)
    assert chat.turn.locator(".file").last.evaluate(RIGHT) == right
