"""Languages, themes, paper, motion, sizes."""

import re

import pytest
from playwright.sync_api import expect

from tests.asking import eventually
from tests.browser.chat import Chat
from tests.browser.conftest import NewPage
from tests.browser.simulated import answers
from tests.conftest import KEY

SIDEWAYS = (
    "() => [document.documentElement, document.querySelector('main')].map((e) => e.scrollWidth - e.clientWidth)"
)
GROUND = "getComputedStyle(document.body).backgroundColor"
LIGHT, DARK = "rgb(250, 248, 244)", "rgb(28, 27, 25)"


def test_the_language_is_the_browsers_until_another_is_chosen(new_page: NewPage, page_url: str) -> None:
    page = new_page(locale="zh-TW")
    page.goto(page_url)
    expect(page.get_by_text("想聊点什么？")).to_be_visible()  # noqa: RUF001
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    page.get_by_role("button", name="更多").click()
    page.get_by_role("button", name="设置").click()
    page.get_by_label("语言").select_option("English")
    expect(page.get_by_text("What is on your mind?")).to_be_visible()
    page.reload()
    expect(page.get_by_text("What is on your mind?")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_what_stands_already_changes_its_language_too(chat: Chat) -> None:
    chat.ask("/refuse")
    chat.choose("Settings")
    chat.page.get_by_label("Language").select_option("简体中文")
    chat.page.keyboard.press("Escape")
    expect(chat.notice).to_have_text(re.compile("Claude 拒绝回答此问题"))
    expect(chat.turn.locator("[data-figures]")).to_contain_text("首字")
    expect(chat.answer).to_have_text("I can't help with that one.")


def test_the_theme_is_the_systems_until_another_is_chosen(new_page: NewPage, page_url: str) -> None:
    page = new_page(color_scheme="dark")
    page.goto(page_url)
    assert page.evaluate(GROUND) == DARK
    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="Settings").click()
    page.get_by_label("Theme").select_option("Light")
    # Not by wait_for_function: between its looks it would need eval, which the CSP forbids.
    assert eventually(lambda: page.evaluate(GROUND) == LIGHT)
    page.reload(wait_until="commit")
    page.wait_for_selector("body")
    assert page.evaluate(GROUND) == LIGHT


@pytest.mark.parametrize("width", [320, 390, 768, 1280, 2560])
def test_it_fits_from_phone_to_wide_screen(chat: Chat, width: int) -> None:
    chat.page.set_viewport_size({"width": width, "height": 700})
    chat.ask("hello " + "x" * 500)
    assert chat.page.evaluate(SIDEWAYS) == [0, 0]
    expect(chat.send_button).to_be_in_viewport()


def test_on_a_phone_the_history_lies_over_the_conversation_until_one_is_opened(chat: Chat) -> None:
    chat.ask("hello")
    chat.page.set_viewport_size({"width": 390, "height": 700})
    expect(chat.history).to_be_hidden()
    chat.page.get_by_role("button", name="Show history").click()
    chat.history.get_by_text("hello").click()
    expect(chat.history).to_be_hidden()
    expect(chat.turns).to_have_count(1)


def test_on_a_phone_a_deletion_in_the_history_can_be_undone_there(chat: Chat) -> None:
    chat.ask("hello")
    chat.page.set_viewport_size({"width": 390, "height": 700})
    chat.page.get_by_role("button", name="Show history").click()
    chat.choose_for("hello", "Delete")
    expect(chat.history).to_contain_text("Conversations appear here")
    chat.page.get_by_role("button", name="Undo").click()
    expect(chat.history.locator("[data-open]")).to_have_text("hello")
    chat.page.get_by_role("button", name="Hide history").click()
    expect(chat.turns).to_have_count(1)


def test_what_a_notice_says_begins_with_what_was_done_and_can_be_closed(chat: Chat) -> None:
    chat.ask("hello")
    chat.choose_for("hello", "Delete")
    toast = chat.page.locator("[data-toast]")
    expect(toast.locator("[data-toast-text]")).to_have_text("Deleted: “hello”")
    toast.get_by_role("button", name="Close").click()
    expect(toast).to_be_hidden()
    expect(chat.prompt).to_be_focused()
    expect(chat.titles).to_have_count(0)


def test_on_a_phone_the_history_closes_by_a_touch_beside_it_or_escape(chat: Chat) -> None:
    chat.page.set_viewport_size({"width": 390, "height": 700})
    opener = chat.page.get_by_role("button", name="Show history")
    opener.click()
    expect(chat.page.get_by_role("searchbox")).to_be_focused()
    assert chat.page.evaluate("document.querySelector('[data-main]').inert")
    chat.page.mouse.click(370, 300)
    expect(chat.history).to_be_hidden()
    expect(opener).to_be_focused()
    opener.click()
    chat.page.keyboard.press("Escape")
    expect(chat.history).to_be_hidden()
    assert not chat.page.evaluate("document.querySelector('[data-main]').inert")


@pytest.mark.parametrize("width", [959, 960])
def test_the_history_lies_over_the_conversation_or_beside_it(chat: Chat, width: int) -> None:
    chat.page.set_viewport_size({"width": width, "height": 700})
    chat.page.reload()
    expect(chat.prompt).to_be_focused()
    expect(chat.history).to_be_visible(visible=width >= 960)


def test_escape_in_the_search_stops_no_answer(chat: Chat) -> None:
    chat.send("/slow hello")
    chat.expect_growing()
    search = chat.page.get_by_role("searchbox")
    search.fill("rivers")
    search.press("Escape")
    expect(search).to_have_value("")
    chat.page.wait_for_timeout(300)
    expect(chat.turn).to_have_attribute("aria-busy", "true")


def test_arabic_runs_from_right_to_left(chat: Chat) -> None:
    chat.ask("مرحبا بالعالم")
    for place in (chat.turn.locator("[data-prompt]"), chat.answer.get_by_role("blockquote")):
        assert place.evaluate("(element) => getComputedStyle(element).direction") == "rtl"
    first = chat.answer.locator("p").first
    assert first.evaluate("(element) => getComputedStyle(element).direction") == "ltr"


def test_with_the_systems_few_colours_the_focus_and_the_waiting_still_show(
    new_page: NewPage, page_url: str
) -> None:
    page = new_page(forced_colors="active")
    page.add_init_script(f"sessionStorage.setItem('claude-stream.key', '{KEY}')")
    page.goto(page_url)
    chat = Chat(page)
    composer = page.locator("[data-composer]")
    expect(chat.prompt).to_be_focused()
    assert composer.evaluate("(element) => getComputedStyle(element).outlineStyle") == "solid"
    chat.send("/silent 30")
    dot = chat.turn.locator("[data-waiting] i").first
    ground = "(element) => getComputedStyle(element).backgroundColor"
    assert dot.evaluate(ground) != page.locator("body").evaluate(ground)


def test_on_paper_nothing_is_cut_off_at_the_side(chat: Chat) -> None:
    chat.ask("hello")
    chat.page.emulate_media(media="print")
    wide = chat.answer.locator(".wide").first
    assert wide.evaluate("(element) => getComputedStyle(element).overflowX") == "visible"


def test_on_paper_there_is_the_conversation_and_nothing_else(chat: Chat) -> None:
    chat.ask("hello")
    chat.page.emulate_media(media="print")
    for selector in ("[data-side]", ".top", ".bottom", "[data-tools]"):
        expect(chat.page.locator(selector).first).to_be_hidden()
    expect(chat.turn.locator("[data-prompt]")).to_be_visible()
    clipped = "(main) => getComputedStyle(main).overflowY + main.scrollHeight === 'visible' + main.clientHeight"
    assert chat.scroller.evaluate(clipped)


def test_who_wants_no_motion_gets_none(new_page: NewPage, page_url: str) -> None:
    page = new_page(reduced_motion="reduce")
    page.add_init_script(f"sessionStorage.setItem('claude-stream.key', '{KEY}')")
    page.goto(page_url)
    chat = Chat(page)
    chat.send("/slow growth")
    chat.expect_growing()
    assert page.evaluate("document.getAnimations().length") == 0


def test_the_history_stays_closed_or_open_as_it_was_left(chat: Chat) -> None:
    chat.page.get_by_role("button", name="Hide history").click()
    expect(chat.history).to_be_hidden()
    chat.page.reload()
    expect(chat.prompt).to_be_focused()
    expect(chat.history).to_be_hidden()
    chat.page.get_by_role("button", name="Show history").click()
    chat.page.reload()
    expect(chat.prompt).to_be_focused()
    expect(chat.history).to_be_visible()


def test_the_first_visit_shows_one_card(visitor: Chat) -> None:
    expect(visitor.key).to_be_focused()
    gap = """() => document.querySelector('[data-composer]').getBoundingClientRect().top
        - document.querySelector('[data-key-form]').getBoundingClientRect().bottom"""
    assert abs(visitor.page.evaluate(gap)) < 1


def test_a_notice_has_no_empty_lines(chat: Chat) -> None:
    chat.ask("/throttle")
    height = """(notice) => {
        const style = getComputedStyle(notice);
        const lines = notice.clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom);
        return lines / parseFloat(style.lineHeight);
    }"""
    text = chat.notice.evaluate(height)
    assert text < 2 + 1  # a line, and the details' own


def test_chinese_emphasis_is_not_slanted(chat: Chat) -> None:
    answers(chat, "*重点* and **外*内*面** and *English*.")
    chat.ask("emphasis")
    expect(chat.answer.locator("em")).to_have_count(3)
    style = "(all) => all.map((one) => getComputedStyle(one).fontStyle + getComputedStyle(one).textEmphasisStyle)"
    assert chat.answer.locator("em").evaluate_all(style) == ["normaldot", "normaldot", "italicnone"]
