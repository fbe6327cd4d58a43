"""Fingers, narrow windows, and what moves there."""

import pytest
from playwright.sync_api import expect

from tests.browser.chat import Chat
from tests.browser.conftest import NewPage
from tests.browser.simulated import answers
from tests.conftest import KEY


@pytest.mark.parametrize("width", [320, 390, 768])
def test_a_finger_finds_targets_of_44_pixels(new_page: NewPage, page_url: str, width: int) -> None:
    page = new_page(has_touch=True, is_mobile=True, viewport={"width": width, "height": 800})
    page.goto(page_url)
    small = """() => [...document.querySelectorAll('button, select, summary, input:not([type=file])')]
        .filter((one) => one.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
        .map((one) => one.closest('label') ?? one)
        .filter((one) => !one.closest('svg, pre'))
        .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
        .filter(([, { width, height }]) => width && (height < 43.5 || width < 43.5))
        .map(([html, { width, height }]) => `${width} x ${height}: ${html}`)"""
    expect(page.locator("#key")).to_be_focused()
    assert page.evaluate(small) == []
    page.evaluate(f"sessionStorage.setItem('claude-stream.key', '{KEY}')")
    page.reload()
    chat = Chat(page)
    chat.prompt.fill("hello")
    expect(chat.send_button).to_be_enabled()
    chat.send_button.tap()
    expect(chat.answer.locator(".hljs-keyword").first).to_be_visible()
    chat.expect_finished()
    assert page.evaluate(small) == []
    page.get_by_role("button", name="Show history").tap()
    expect(chat.history).to_be_visible()
    expect(page.get_by_role("button", name="Hide history")).to_be_focused()  # not the search: no keyboard comes up
    assert page.evaluate(small) == []


def test_an_opened_bar_leaves_the_greeting_where_it_begins(new_page: NewPage, page_url: str) -> None:
    page = new_page(viewport={"width": 320, "height": 640})
    page.add_init_script(f"sessionStorage.setItem('claude-stream.key', '{KEY}')")
    page.goto(page_url)
    chat = Chat(page)
    chat.ask("/long 60")
    page.locator(".top").get_by_role("button", name="New chat").click()
    page.locator("[data-opener]").click()
    page.wait_for_timeout(300)
    assert chat.scroller.evaluate("(scroller) => scroller.scrollTop") == 0
    expect(page.get_by_role("heading", name="What is on your mind?")).to_be_in_viewport(ratio=1)
    starters = page.locator("[data-starters] button")
    for starter in starters.all():
        expect(starter).to_be_hidden()


@pytest.mark.parametrize(("height", "shown"), [(640, False), (900, True)])
def test_the_greeting_is_whole_or_gone(new_page: NewPage, page_url: str, height: int, shown: bool) -> None:
    page = new_page(viewport={"width": 320, "height": height})
    page.route("**/config.json", lambda route: route.fulfill(body="{}"))
    page.goto(page_url)
    expect(page.locator("[data-retry]")).to_be_visible()
    greeting = page.get_by_role("heading", name="What is on your mind?")
    expect(greeting).to_be_visible(visible=shown)
    if shown:
        expect(greeting).to_be_in_viewport(ratio=1)


def test_what_folds_keeps_its_mark_under_a_finger(new_page: NewPage, page_url: str) -> None:
    page = new_page(has_touch=True, is_mobile=True, viewport={"width": 390, "height": 800})
    page.add_init_script(f"sessionStorage.setItem('claude-stream.key', '{KEY}')")
    page.goto(page_url)
    chat = Chat(page)
    chat.prompt.fill("/throttle")
    expect(chat.send_button).to_be_enabled()
    chat.send_button.tap()
    expect(chat.notice.locator("summary")).to_have_css("display", "list-item")


def test_a_wide_table_scrolls_before_its_words_stand_one_below_the_other(chat: Chat) -> None:
    chat.page.set_viewport_size({"width": 390, "height": 800})
    cells = " | ".join("a few words that need some room" for _ in range(5))
    answers(chat, f"| {cells} |\n|{'---|' * 5}\n| {cells} |\n")
    chat.ask("a table")
    wide = chat.answer.locator(".wide")
    assert wide.evaluate("(element) => element.scrollWidth > element.clientWidth + 200")
    narrowest = "(element) => Math.min(...[...element.querySelectorAll('td')].map((cell) => cell.clientWidth))"
    assert wide.evaluate(narrowest) > 100
    assert "linear-gradient" in wide.evaluate("(element) => getComputedStyle(element).backgroundImage")
    assert chat.scroller.evaluate("(scroller) => scroller.scrollWidth - scroller.clientWidth") == 0


def test_the_drawer_moves_only_for_who_likes_that(new_page: NewPage, page_url: str) -> None:
    for motion in ("no-preference", "reduce"):
        page = new_page(reduced_motion=motion, viewport={"width": 390, "height": 800})
        page.goto(page_url)
        expect(page.locator("#key")).to_be_focused()
        page.evaluate(
            "document.querySelector('.side').addEventListener('transitionrun', () => { window.moves = true })"
        )
        page.get_by_role("button", name="Show history").click()
        expect(page.get_by_role("searchbox")).to_be_visible()
        page.wait_for_timeout(300)
        assert page.evaluate("window.moves ?? false") == (motion == "no-preference")
