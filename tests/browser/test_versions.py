"""An edited prompt and an answer asked for again keep what they replace."""

from playwright.sync_api import Locator, expect

from tests.browser.chat import THOUGHT, Chat
from tests.browser.long import PARAGRAPHS
from tests.browser.saved import conversation, save
from tests.browser.simulated import sent
from tests.conftest import Deployment

NEWER = 1_700_000_000_001


def top(button: Locator) -> float:
    box = button.bounding_box()
    assert box
    return box["y"]


def edit_first(chat: Chat, text: str) -> None:
    first = chat.turns.first
    first.hover()
    first.get_by_role("button", name="Edit").click()
    expect(chat.prompt).to_be_focused()
    chat.send(text)
    expect(chat.turns).to_have_count(1)
    chat.expect_finished()


def test_an_earlier_prompt_can_be_edited_and_what_followed_makes_room(chat: Chat) -> None:
    chat.ask("one")
    chat.ask("two")
    chat.prompt.fill("a draft")
    edit_first(chat, "another one")
    expect(chat.answer.get_by_role("blockquote")).to_have_text("another one")
    expect(chat.prompt).to_have_value("a draft")


def test_what_was_there_before_an_edit_can_be_brought_back(chat: Chat) -> None:
    chat.ask("one")
    chat.ask("two")
    edit_first(chat, "another one")
    versions = chat.turns.first.get_by_role("group", name="Versions")
    expect(versions).to_have_text("2 / 2")
    expect(chat.button("Next version")).to_be_disabled()
    chat.button("Previous version").click()
    expect(chat.turns.locator("[data-prompt]")).to_have_text(["one", "two"])
    expect(versions).to_have_text("1 / 2")
    expect(chat.turns.first.get_by_role("button", name="Next version")).to_be_focused()
    chat.page.wait_for_timeout(1000)
    chat.page.reload()
    expect(chat.turns.locator("[data-prompt]")).to_have_text(["one", "two"])
    chat.page.keyboard.press("Escape")
    chat.turns.first.get_by_role("button", name="Next version").press("Enter")
    expect(chat.turns.locator("[data-prompt]")).to_have_text(["another one"])


def test_one_stays_at_the_turn_whose_version_one_changes_whatever_follows_it(chat: Chat) -> None:
    """The way back stays under the mouse, in a thread that is too long to be drawn in one frame."""
    thread = conversation("a thread", *[PARAGRAPHS] * 12)
    edited = conversation("an edit", PARAGRAPHS)["turns"][0] | {"after": "a-thread-0", "created": NEWER}
    save(chat, thread | {"turns": [thread["turns"][0], edited], "aside": thread["turns"][1:]})
    chat.titles.first.click()
    older, newer = (
        chat.turns.nth(1).get_by_role("button", name=f"{name} version") for name in ("Previous", "Next")
    )
    older.click()
    expect(chat.turns).to_have_count(12)
    expect(newer).to_be_focused()
    for button, count in ((newer, 2), (older, 12)):
        before = top(older)
        button.press("Enter")
        expect(chat.turns).to_have_count(count)
        chat.expect_finished()
        expect(older).to_be_in_viewport()
        if count > 2:  # else the thread ends there
            assert abs(top(older) - before) < 2
    expect(newer).to_be_focused()


def test_an_answer_stays_when_another_is_asked_for(chat: Chat, deployment: Deployment) -> None:
    chat.ask("hello")
    chat.page.get_by_label("Model").select_option("Claude Sonnet 5.5")
    chat.button("Answer again").click()
    expect(chat.turn).to_have_attribute("aria-busy", "false")
    thought = chat.answer.get_by_text(THOUGHT)
    expect(thought).to_be_visible()
    chat.button("Previous version").click()
    expect(thought).to_be_hidden()
    expect(chat.answer.get_by_role("blockquote")).to_have_text("hello")
    chat.ask("and on")
    said = [message["content"][0]["text"] for message in sent(deployment)[-1]["messages"]]
    assert [said[0], said[2], len(said)] == ["hello", "and on", 3]


def test_while_an_answer_comes_no_other_version_takes_its_place(chat: Chat) -> None:
    versions = chat.turns.first.get_by_role("group", name="Versions")
    chat.ask("one")
    edit_first(chat, "two")
    expect(versions).to_have_text("2 / 2")
    chat.send("/slow three")
    chat.expect_growing()
    expect(versions).to_be_hidden()
    chat.page.keyboard.press("Escape")
    expect(versions).to_have_text("2 / 2")


def test_the_focus_never_falls_out_of_the_page(chat: Chat) -> None:
    chat.ask("hello")
    chat.button("Answer again").press("Enter")
    expect(chat.prompt).to_be_focused()
    chat.expect_finished()
    chat.item_menu("hello").press("Enter")
    chat.page.get_by_role("button", name="Delete", exact=True).press("Enter")
    expect(chat.prompt).to_be_focused()


def test_arrow_up_edits_the_last_prompt_and_escape_leaves_it(chat: Chat) -> None:
    chat.ask("one")
    chat.prompt.press("ArrowUp")
    expect(chat.prompt).to_have_value("one")
    chat.prompt.press("Escape")
    expect(chat.prompt).to_have_value("")
    expect(chat.turns).to_have_count(1)


def test_an_edit_that_was_begun_outlives_a_reload_and_another_conversation(chat: Chat) -> None:
    chat.ask("one")
    chat.prompt.fill("a draft")
    chat.page.get_by_role("button", name="Edit").click()
    expect(chat.prompt).to_have_value("one")  # drawn: what is filled in before would be drawn over
    chat.prompt.fill("one, but better")
    chat.page.reload()
    expect(chat.prompt).to_have_value("one, but better")
    expect(chat.page.get_by_text("You are editing an earlier message")).to_be_visible()
    chat.page.get_by_role("button", name="New chat").first.click()
    expect(chat.prompt).to_have_value("")
    chat.history.get_by_role("button", name="one", exact=True).click()
    expect(chat.prompt).to_have_value("one, but better")
    chat.prompt.press("Escape")
    expect(chat.prompt).to_have_value("a draft")
    chat.page.reload()
    expect(chat.prompt).to_have_value("a draft")
    expect(chat.turns).to_have_count(1)
    assert chat.page.evaluate("Object.values(localStorage).includes('one, but better')") is False


def test_an_earlier_answer_is_asked_again_and_what_followed_it_stays_with_the_old_one(chat: Chat) -> None:
    chat.ask("one")
    chat.ask("two")
    chat.turns.first.get_by_role("button", name="Answer again", exact=True).click()
    expect(chat.turns).to_have_count(1)
    chat.expect_finished()
    expect(chat.turn.get_by_role("group", name="Versions")).to_have_text("2 / 2")
    chat.button("Previous version").click()
    expect(chat.turns.locator("[data-prompt]")).to_have_text(["one", "two"])
