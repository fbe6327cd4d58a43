"""What an hour with the page found wrong: what was cut, jumped, hid, or stayed in the way."""

import pytest
from playwright.sync_api import expect

from tests.browser.chat import Chat
from tests.browser.conftest import NewPage
from tests.browser.test_rows import opened

IN_SIGHT = """(element) => {
    const { left, top, bottom } = element.getBoundingClientRect();
    return [top + 1, bottom - 1].every((y) => element.contains(document.elementFromPoint(left + 9, y)));
}"""


def test_a_button_empties_the_search_while_there_is_text(chat: Chat) -> None:
    search, clear = chat.page.locator("[data-search]"), chat.page.get_by_role("button", name="Clear the search")
    expect(clear).to_be_hidden()
    search.fill("something")
    clear.click()
    expect(search).to_have_value("")
    expect(search).to_be_focused()
    expect(clear).to_be_hidden()


def test_close_and_what_became_of_a_wrong_file_are_in_sight(chat: Chat) -> None:
    chat.page.set_viewport_size({"width": 1280, "height": 500})
    chat.choose("Settings")
    assert chat.page.get_by_role("button", name="Close").evaluate(IN_SIGHT)
    wrong = {"name": "sales.csv", "mimeType": "text/csv", "buffer": b"a,b\n1,2\n"}
    chat.page.locator("[data-restore-file]").set_input_files(wrong)  # type: ignore[arg-type]
    report = chat.page.locator("[data-report]")
    expect(report).to_contain_text("Nothing was changed")
    expect(report).to_have_class("notice")
    assert report.evaluate(IN_SIGHT)


def test_the_opened_bar_folds_when_one_sends_or_scrolls(new_page: NewPage, page_url: str) -> None:
    chat = Chat(opened(new_page, page_url, 390))
    opener = chat.page.locator("[data-opener]")
    opener.click()
    expect(opener).to_have_attribute("aria-expanded", "true")
    chat.ask("/long 40")
    expect(opener).to_have_attribute("aria-expanded", "false")
    opener.click()
    chat.scroller.hover()
    chat.page.mouse.wheel(0, -200)
    expect(opener).to_have_attribute("aria-expanded", "false")


def test_page_up_and_down_in_the_message_box_scroll_the_conversation(chat: Chat) -> None:
    chat.ask("/long 300")
    before = chat.scroller.evaluate("(element) => element.scrollTop")
    to_end = chat.page.locator("[data-to-end]")
    chat.prompt.press("PageUp")
    expect(to_end).to_be_visible()
    assert chat.scroller.evaluate("(element) => element.scrollTop") < before
    expect(chat.prompt).to_be_focused()
    chat.prompt.press("PageDown")
    expect(to_end).to_be_hidden()


def test_where_nothing_scrolls_no_arrow_leads_to_the_end(chat: Chat) -> None:
    chat.ask("hello")
    chat.page.set_viewport_size({"width": 1280, "height": 2400})
    chat.scroller.evaluate("(element) => element.dispatchEvent(new Event('look'))")  # as a search's hit does
    expect(chat.page.locator("[data-to-end]")).to_be_hidden()
    chat.page.set_viewport_size({"width": 1280, "height": 320})
    expect(chat.page.locator("[data-to-end]")).to_be_visible()


@pytest.mark.parametrize("height", [400, 800])
def test_a_low_window_is_left_to_the_conversation(chat: Chat, height: int) -> None:
    chat.page.set_viewport_size({"width": 640, "height": height})
    chat.ask("hello")
    share = chat.scroller.evaluate("(element) => element.clientHeight / innerHeight")
    assert share > 0.6
    expect(chat.page.locator(".allowance")).to_be_visible(visible=height > 480)


def test_no_row_of_the_history_jumps_when_another_loses_the_focus(chat: Chat) -> None:
    chat.ask("the second")
    chat.start_new()
    chat.ask("a title of many words that takes two whole lines in the list of conversations")
    chat.titles.first.focus()
    tops = """(element) => new Promise((done) => {
        const seen = [];
        const look = () => {
            seen.push(element.getBoundingClientRect().top);
            if (seen.length > 6) done(seen);
            else requestAnimationFrame(look);
        };
        document.querySelector('#prompt').focus();
        look();
    })"""
    assert len(set(chat.titles.nth(1).evaluate(tops))) == 1


def test_wide_code_shows_that_it_goes_on(chat: Chat) -> None:
    chat.ask("hello")
    assert "gradient" in chat.answer.locator("pre").first.evaluate("(one) => getComputedStyle(one).backgroundImage")
