"""Where the conversation stands while it grows."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.asking import eventually
from tests.browser.chat import Chat
from tests.browser.long import answer_by_hand, gap, say


def grows_by_a_paragraph(chat: Chat) -> None:
    count = chat.answer.locator("p").count()
    say(chat, "\n\nOne more.")
    expect(chat.answer.locator("p")).to_have_count(count + 1)


def wheel(chat: Chat) -> None:
    chat.scroller.hover()
    chat.page.mouse.wheel(0, -20)


def key(chat: Chat) -> None:
    chat.scroller.focus()
    chat.page.keyboard.press("ArrowUp")


def scrollbar(chat: Chat) -> None:
    chat.scroller.evaluate("(scroller) => { scroller.scrollTop -= 12; }")


@pytest.mark.parametrize("move", [wheel, key, scrollbar])
def test_one_move_upwards_wins_over_an_answer_that_grows(chat: Chat, move: Any) -> None:
    answer_by_hand(chat)
    move(chat)
    for _ in range(5):
        grows_by_a_paragraph(chat)
    assert gap(chat) > 100
    expect(chat.page.get_by_role("button", name="To the end")).to_be_visible()


def test_a_move_wins_in_the_frame_in_which_the_answer_grows(chat: Chat) -> None:
    answer_by_hand(chat)
    chat.scroller.evaluate("""async (scroller) => {
        scroller.dispatchEvent(new WheelEvent('wheel', { deltaY: -20 }));
        say('\\n\\nOne more.');
        for (let frame = 0; frame < 20; frame += 1) await new Promise(requestAnimationFrame);
    }""")
    expect(chat.answer.locator("p")).to_have_count(61)
    assert gap(chat) > 20


def test_it_follows_again_from_the_end_on(chat: Chat) -> None:
    answer_by_hand(chat)
    wheel(chat)
    assert eventually(lambda: gap(chat) > 10)
    chat.page.mouse.wheel(0, 2000)
    expect(chat.page.get_by_role("button", name="To the end")).to_be_hidden()
    for _ in range(5):
        grows_by_a_paragraph(chat)
    assert eventually(lambda: gap(chat) < 2)


def test_the_way_to_the_end_is_offered_only_away_from_it(chat: Chat) -> None:
    answer_by_hand(chat)
    chat.page.evaluate("end()")
    chat.expect_finished()
    to_end = chat.page.get_by_role("button", name="To the end")
    chat.scroller.evaluate(
        "(scroller) => scroller.dispatchEvent(new Event('look'))"
    )  # something found stands there
    chat.page.set_viewport_size({"width": 1280, "height": 700})
    chat.scroller.evaluate("(scroller) => { scroller.scrollTop = scroller.scrollHeight; }")
    expect(to_end).to_be_hidden()
    wheel(chat)
    expect(to_end).to_be_visible()


def test_the_end_key_leads_to_the_end_from_anywhere(chat: Chat) -> None:
    answer_by_hand(chat)
    say(chat, "\n\n" + "\n\n".join("words " * 30 for _ in range(60)))
    assert eventually(lambda: gap(chat) < 2)
    chat.scroller.focus()
    chat.page.keyboard.press("Home")
    assert eventually(lambda: chat.scroller.evaluate("(scroller) => scroller.scrollTop") == 0)
    chat.page.keyboard.press("End")
    for _ in range(5):
        grows_by_a_paragraph(chat)
    assert eventually(lambda: gap(chat) < 2)


def test_who_is_at_the_end_stays_there_whatever_grows_or_shrinks(chat: Chat) -> None:
    answer_by_hand(chat)
    chat.page.evaluate("end()")
    chat.expect_finished()

    def stays(change: str) -> None:
        assert eventually(lambda: gap(chat) < 2), change
        chat.page.wait_for_timeout(100)
        assert gap(chat) < 2, change

    chat.prompt.fill("\n".join("a line" for _ in range(10)))
    stays("ten lines in the message box")
    chat.prompt.fill("")
    stays("and none")
    chat.page.context.set_offline(True)
    expect(chat.page.locator("[data-offline]")).to_be_visible()
    stays("a notice")
    chat.page.context.set_offline(False)
    expect(chat.page.locator("[data-offline]")).to_be_hidden()
    stays("and none")
    for size in [(1280, 420), (390, 420), (390, 800), (1280, 800)]:  # a phone's keyboard takes half of the height
        chat.page.set_viewport_size({"width": size[0], "height": size[1]})
        stays(f"a window of {size}")


def test_who_reads_further_up_stays_there_too(chat: Chat) -> None:
    answer_by_hand(chat)
    chat.scroller.hover()
    chat.page.mouse.wheel(0, -600)
    assert eventually(lambda: gap(chat) > 500)
    top = chat.scroller.evaluate("(scroller) => scroller.scrollTop")
    chat.prompt.fill("\n".join("a line" for _ in range(10)))
    chat.page.wait_for_timeout(100)
    assert chat.scroller.evaluate("(scroller) => scroller.scrollTop") == top
