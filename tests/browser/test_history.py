"""The list of conversations: opened, found, renamed, deleted, brought back, exported, shown in two tabs."""

import json
import re

from playwright.sync_api import expect

from tests.asking import eventually
from tests.browser.chat import Chat, in_another_tab


def test_conversations_are_listed_opened_and_found(chat: Chat) -> None:
    chat.ask("about rivers")
    chat.start_new()
    chat.ask("about mountains")
    expect(chat.titles).to_have_text(["about mountains", "about rivers"])
    search = chat.page.get_by_role("searchbox")
    search.fill("RIVER simulator")
    expect(chat.titles).to_have_text(["about rivers"])
    chat.titles.get_by_text("about rivers").click()
    expect(chat.answer.get_by_role("blockquote")).to_have_text("about rivers")
    expect(chat.page).to_have_title("about rivers · claude-stream")
    search.fill("glaciers")
    expect(chat.history).to_have_text("Nothing found.")
    chat.page.go_back()
    expect(chat.answer.get_by_role("blockquote")).to_have_text("about mountains")


def test_an_answer_goes_on_while_one_looks_elsewhere(chat: Chat) -> None:
    chat.send("/slow here")
    chat.expect_growing()
    first = chat.text()
    chat.start_new()
    chat.ask("elsewhere")
    chat.history.get_by_text("/slow here").click()
    chat.expect_growing()
    assert eventually(lambda: len(chat.text()) > len(first))


def test_a_conversation_is_renamed(chat: Chat) -> None:
    chat.ask("hello")
    chat.choose_for("hello", "Rename")
    title = chat.page.get_by_label("New title")
    title.fill("A better name")
    title.press("Enter")
    expect(chat.titles).to_have_text("A better name")
    chat.page.wait_for_timeout(500)
    chat.page.reload()
    expect(chat.titles).to_have_text("A better name")
    expect(chat.page).to_have_title("A better name · claude-stream")


def test_a_title_that_is_being_written_outlives_an_answer_that_ends_meanwhile(chat: Chat) -> None:
    chat.send("/slow hello")
    chat.expect_growing()
    chat.choose_for("/slow hello", "Rename")
    title = chat.page.get_by_label("New title")
    title.fill("half a ti")
    chat.page.get_by_role("button", name="Stop", exact=True).dispatch_event("click")
    chat.expect_finished()
    expect(title).to_have_value("half a ti")
    title.press("Enter")
    expect(chat.titles).to_have_text("half a ti")
    expect(chat.titles).to_be_focused()


def test_a_conversation_is_deleted_and_brought_back(chat: Chat) -> None:
    chat.ask("hello")
    chat.choose_for("hello", "Delete")
    expect(chat.turns).to_have_count(0)
    expect(chat.titles).to_have_count(0)
    chat.page.get_by_role("button", name="Undo").click()
    expect(chat.turns).to_have_count(1)
    chat.choose_for("hello", "Delete")
    chat.page.wait_for_timeout(500)
    chat.page.reload()
    expect(chat.history).to_contain_text("Conversations appear here")


def test_a_double_click_deletes_one_conversation(chat: Chat) -> None:
    for prompt in ("one", "two", "three"):
        chat.start_new()
        chat.ask(prompt)
    chat.item_menu("three").click()
    chat.page.locator("#item-menu").get_by_role("button", name="Delete").dblclick(delay=20)
    chat.page.wait_for_timeout(500)
    expect(chat.titles).to_have_text(["two", "one"])


def test_all_that_has_just_been_deleted_comes_back(chat: Chat) -> None:
    chat.ask("one")
    chat.start_new()
    chat.ask("two")
    for title, left in (("two", 1), ("one", 0)):
        chat.choose_for(title, "Delete")
        expect(chat.titles).to_have_count(left)
    expect(chat.page.locator("[data-toast]")).to_contain_text("Deleted too")
    chat.page.get_by_role("button", name="Undo").click()
    expect(chat.titles).to_have_text(["two", "one"])


def test_undo_brings_back_an_edit_that_was_begun(chat: Chat) -> None:
    chat.ask("one")
    chat.page.get_by_role("button", name="Edit").click()
    expect(chat.prompt).to_have_value("one")  # drawn: what is filled in before would be drawn over
    chat.prompt.fill("one, but better")
    chat.choose_for("one", "Delete")
    expect(chat.prompt).to_have_value("")
    expect(chat.history).to_contain_text("Conversations appear here")
    assert chat.page.evaluate("Object.values(localStorage).includes('one, but better')") is False
    chat.page.get_by_role("button", name="Undo").click()
    expect(chat.prompt).to_have_value("one, but better")


def test_the_list_keeps_the_focus_while_it_changes(chat: Chat) -> None:
    chat.ask("one")
    chat.start_new()
    chat.ask("two")
    item = chat.history.get_by_text("one")
    item.press("Enter")
    expect(chat.answer.get_by_role("blockquote")).to_have_text("one")
    expect(item).to_be_focused()


def test_a_conversation_is_exported(chat: Chat) -> None:
    chat.ask("hello")
    with chat.page.expect_download() as markdown:
        chat.choose("Export as Markdown")
    assert markdown.value.suggested_filename == "hello.md"
    text = markdown.value.path().read_text()
    assert re.match(r"# hello\n\n\*\d{4}-\d\d-\d\d\*\n\n## You\n\nhello\n\n## Claude Haiku 5.5\n\nYou asked:", text)
    with chat.page.expect_download() as exported:
        chat.choose("Export as JSON")
    turn = json.loads(exported.value.path().read_text())["turns"][0]
    assert (turn["prompt"], turn["status"], turn["blocks"][0]["type"]) == ("hello", "done", "text")


def test_a_conversation_deleted_while_it_is_answered_stays_deleted(chat: Chat) -> None:
    chat.send("/slow answer")
    chat.expect_growing()
    chat.choose_for("/slow answer", "Delete")
    expect(chat.turns).to_have_count(0)
    chat.page.wait_for_timeout(1000)
    expect(chat.titles).to_have_count(0)
    chat.page.reload()
    expect(chat.history).to_contain_text("Conversations appear here")


def test_another_tab_sees_what_is_said_and_adds_to_it(chat: Chat) -> None:
    chat.ask("one")
    other = in_another_tab(chat)
    expect(other.turns).to_have_count(1)
    other.ask("two")
    expect(chat.turns.locator("[data-prompt]")).to_have_text(["one", "two"])
    chat.ask("three")
    expect(other.turns.locator("[data-prompt]")).to_have_text(["one", "two", "three"])
    chat.choose_for("one", "Rename")
    chat.page.get_by_label("New title").fill("Numbers")
    chat.page.get_by_label("New title").press("Enter")
    expect(other.titles).to_have_text(["Numbers"])
    chat.choose_for("Numbers", "Delete")
    expect(other.titles).to_have_count(0)


def test_of_two_tabs_that_ask_at_once_neither_loses_its_answer(chat: Chat) -> None:
    chat.ask("one")
    other = in_another_tab(chat)
    expect(other.turns).to_have_count(1)
    chat.send("/slow first")
    chat.expect_growing()
    other.ask("second")
    said = other.text()
    chat.stop_button.click()
    chat.expect_finished()
    for tab in (chat, other):
        expect(tab.turn.get_by_role("group", name="Versions")).to_contain_text("/ 2")
    chat.page.wait_for_timeout(1000)  # saved
    chat.page.reload()
    prompt = chat.turn.locator("[data-prompt]")
    expect(chat.turn.get_by_role("group", name="Versions")).to_contain_text("/ 2")
    if prompt.inner_text() == "second":  # the tab that saved last says which of the two is shown
        chat.button("Previous version").click()
    expect(prompt).to_have_text("/slow first")
    chat.button("Next version").click()
    expect(prompt).to_have_text("second")
    expect(chat.answer).to_have_text(said)


def test_what_another_tab_does_to_a_conversation_while_it_is_answered_here_holds(chat: Chat) -> None:
    chat.send("/slow answer")
    chat.expect_growing()
    chat.page.wait_for_timeout(1000)  # saved
    other = in_another_tab(chat)
    other.choose_for("/slow answer", "Rename")
    other.page.get_by_label("New title").fill("Named")
    other.page.get_by_label("New title").press("Enter")
    other.choose_for("Named", "Pin")
    expect(chat.history.get_by_role("heading")).to_have_text("Pinned")
    chat.page.wait_for_timeout(1000)  # saved again, with more of the answer
    for tab in (chat, other):
        expect(tab.titles).to_have_text("Named")
        expect(tab.history.get_by_role("heading")).to_have_text("Pinned")
    other.choose_for("Named", "Delete")
    expect(chat.stop_button).to_be_hidden()
    chat.page.wait_for_timeout(1000)
    for tab in (chat, other):
        expect(tab.titles).to_have_count(0)
    other.page.get_by_role("button", name="Undo").click()
    for tab in (chat, other):
        expect(tab.titles).to_have_text("Named")


def test_what_another_tab_sends_leaves_the_draft_of_this_one(chat: Chat) -> None:
    chat.ask("one")
    other = in_another_tab(chat)
    expect(other.turns).to_have_count(1)
    for start in (lambda _: None, Chat.start_new):  # in one conversation, and in a new one each
        for tab in (chat, other):
            start(tab)
        chat.prompt.fill("not sent yet")
        other.ask("two")
        expect(chat.titles).to_have_text(other.titles.all_text_contents())
        chat.page.reload()
        expect(chat.prompt).to_have_value("not sent yet")
