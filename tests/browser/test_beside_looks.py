"""Where two answers stand, and how much of them is seen."""

import pytest
from playwright.sync_api import expect

from tests.asking import eventually
from tests.browser.chat import Chat
from tests.browser.long import answer_by_hand, say
from tests.browser.pairs import HAIKU, SONNET, ask_again_with, ask_both, column, expect_both_finished


def test_on_a_narrow_screen_one_stands_under_the_other(chat: Chat) -> None:
    chat.page.set_viewport_size({"width": 390, "height": 800})
    ask_both(chat, "hello")
    expect_both_finished(chat)
    first, second = (column(chat, model).bounding_box() for model in (HAIKU, SONNET))
    assert first
    assert second
    assert first["y"] + first["height"] <= second["y"]
    assert first["x"] == second["x"]
    assert chat.scroller.evaluate("(scroller) => scroller.scrollWidth - scroller.clientWidth") == 0


def test_the_question_ends_where_the_pair_ends(chat: Chat) -> None:
    chat.page.set_viewport_size({"width": 2560, "height": 1300})
    ask_both(chat, "hello")
    expect_both_finished(chat)
    asked, second = chat.turns.locator("[data-prompt]").first.bounding_box(), column(chat, SONNET).bounding_box()
    assert asked
    assert second
    assert abs(asked["x"] + asked["width"] - second["x"] - second["width"]) <= 1


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_what_answers_beside_each_other_took_is_not_cut(chat: Chat, width: int) -> None:
    chat.page.set_viewport_size({"width": width, "height": 800})
    chat.ask("hello")
    ask_again_with(chat, SONNET)
    expect_both_finished(chat)
    chat.page.evaluate("document.querySelectorAll('[data-about]').forEach((one) => { one.open = true; })")
    for about in chat.page.locator("[data-about]").all():
        expect(about.locator("[data-figures]")).to_be_visible()
        summary, figures = about.locator("summary"), about.locator("[data-figures]")
        assert summary.evaluate("(summary) => summary.scrollWidth <= summary.clientWidth")
        assert figures.evaluate("(p) => p.clientWidth > 0.9 * p.closest('.tools').clientWidth")


def test_beside_a_long_answer_one_sees_where_the_new_one_begins(chat: Chat) -> None:
    answer_by_hand(chat)
    chat.page.evaluate("end()")
    chat.expect_finished()
    chat.page.evaluate("delete window.say")
    ask_again_with(chat, SONNET)
    assert eventually(lambda: chat.page.evaluate("'say' in window"))
    say(chat, "It begins.")
    new = column(chat, SONNET)
    begins = new.get_by_text("It begins.")
    expect(begins).to_be_in_viewport()
    for _ in range(5):
        say(chat, "\n\nIt goes on.")
    expect(new.get_by_text("It goes on.")).to_have_count(5)
    expect(begins).to_be_in_viewport()
