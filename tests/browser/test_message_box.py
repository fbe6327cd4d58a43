"""The message box and the keyboard: which key sends, which breaks the line, where the focus is."""

import re

from playwright.sync_api import expect

from tests.browser.chat import Chat


def test_the_skip_link_leads_to_the_message_box_and_nowhere_else(chat: Chat) -> None:
    chat.ask("hello")
    chat.page.get_by_text("Skip to the message box").press("Enter")
    expect(chat.prompt).to_be_focused()
    chat.page.wait_for_timeout(300)
    expect(chat.turns).to_have_count(1)


def test_the_message_box_has_the_focus_in_a_new_chat(chat: Chat) -> None:
    chat.ask("hello")
    chat.page.get_by_role("button", name="New chat").first.click()
    expect(chat.prompt).to_be_focused()


def test_what_is_sent_right_after_new_chat_belongs_to_it(chat: Chat) -> None:
    chat.ask("first")
    chat.page.get_by_role("button", name="New chat").first.evaluate("""(button) => {
        button.click();
        const prompt = document.querySelector('#prompt');
        prompt.value = 'second';
        prompt.dispatchEvent(new InputEvent('input'));
        prompt.form.requestSubmit();
    }""")
    expect(chat.turns).to_have_count(1)
    expect(chat.turn).to_contain_text("second")
    chat.expect_finished()
    expect(chat.history.get_by_role("listitem")).to_have_count(2)


def test_an_empty_prompt_is_not_sent(chat: Chat) -> None:
    chat.send("  \n ")
    expect(chat.turns).to_have_count(0)


def test_shift_enter_breaks_the_line(chat: Chat) -> None:
    chat.prompt.fill("one")
    chat.prompt.press("Shift+Enter")
    chat.prompt.press_sequentially("two")
    expect(chat.prompt).to_have_value("one\ntwo")
    expect(chat.turns).to_have_count(0)


def test_the_enter_that_ends_a_composition_does_not_send(chat: Chat) -> None:
    """A real composition, through the browser's own input method interface."""
    chat.expect_ready()
    devtools = chat.page.context.new_cdp_session(chat.page)
    chat.prompt.focus()
    devtools.send("Input.imeSetComposition", {"text": "你好", "selectionStart": 2, "selectionEnd": 2})
    chat.page.keyboard.press("Enter")
    expect(chat.turns).to_have_count(0)
    devtools.send("Input.insertText", {"text": "你好"})
    expect(chat.prompt).to_have_value(re.compile("你好"))
    chat.page.keyboard.press("Enter")
    expect(chat.turns).to_have_count(1)


def test_safaris_enter_after_a_composition_does_not_send(chat: Chat) -> None:
    chat.expect_ready()
    chat.prompt.fill("你好")
    chat.prompt.dispatch_event("keydown", {"key": "Enter", "keyCode": 229, "bubbles": True, "cancelable": True})
    expect(chat.turns).to_have_count(0)
    chat.prompt.dispatch_event("keydown", {"key": "Enter", "keyCode": 13, "bubbles": True, "cancelable": True})
    expect(chat.turns).to_have_count(1)


def test_the_keyboard_reaches_every_control(chat: Chat) -> None:
    chat.ask("hello")
    reached = set()
    chat.page.locator("body").press("Tab")
    for _ in range(40):
        label = "document.activeElement.ariaLabel ?? document.activeElement.textContent.trim()"
        reached.add(chat.page.evaluate(label))
        chat.page.keyboard.press("Tab")
    assert {"New chat", "Model", "More", "Edit", "Copy", "Answer again", "Options: hello"} <= reached
