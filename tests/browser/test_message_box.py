"""The message box and the keyboard: which key sends, which breaks the line, where the focus is."""

import os
import re
import signal

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.chat import Chat
from tests.browser.conftest import NewPage
from tests.conftest import Deployment


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


PHONE = {"viewport": {"width": 390, "height": 800}, "is_mobile": True, "has_touch": True}


@pytest.fixture
def phone(new_page: NewPage, page_url: str, api_key: str) -> Chat:
    page = new_page(**PHONE)
    page.add_init_script(f"sessionStorage.setItem('claude-stream.key', '{api_key}')")
    page.goto(page_url)
    return Chat(page)


def test_on_a_phone_enter_breaks_the_line_and_the_button_sends(phone: Chat) -> None:
    phone.prompt.fill("one")
    phone.prompt.press("End")
    phone.prompt.press("Enter")
    phone.prompt.press_sequentially("two")
    expect(phone.prompt).to_have_value("one\ntwo")
    expect(phone.prompt).to_have_attribute("enterkeyhint", "enter")
    phone.expect_ready()
    phone.send_button.tap()
    expect(phone.turn.locator("[data-prompt]")).to_have_text("one\ntwo")


@pytest.mark.parametrize("key", ["Control+Enter", "Meta+Enter"])
def test_with_control_or_command_enter_sends_everywhere(phone: Chat, chat: Chat, key: str) -> None:
    for one in (phone, chat):
        one.expect_ready()
        one.prompt.fill("hello")
        one.prompt.press(key)
        expect(one.turns).to_have_count(1)


# The first answer ends once the page calls letGo(); the next ones at once.
ENDS_LATER = """() => {
    const event = (event) => new TextEncoder().encode(`data: ${JSON.stringify(event)}\\n\\n`);
    const gate = new Promise((open) => { window.letGo = open; });
    const stream = () => new ReadableStream({
        async start(line) {
            line.enqueue(event({ type: 'message_start', message: { usage: { input_tokens: 1 } } }));
            line.enqueue(event({ type: 'content_block_delta', delta: { type: 'text_delta', text: 'An answer.' } }));
            await gate;
            line.enqueue(event({ type: 'message_stop' }));
        },
    });
    const real = window.fetch;
    window.fetch = async (url, options) =>
        options?.method === 'POST' ? new Response(stream()) : real(url, options);
}"""


def wait_behind(chat: Chat) -> Locator:
    """Asks, and sends a second message while the answer comes; returns the sentence that says that it waits."""
    chat.expect_ready()
    chat.page.evaluate(ENDS_LATER)
    chat.prompt.fill("first")
    chat.send_button.click()
    chat.expect_growing()
    chat.prompt.fill("and then?")
    chat.send_button.click()
    waits = chat.page.get_by_text("Sent when this answer has ended.")
    expect(waits).to_be_visible()
    expect(chat.prompt).to_have_value("and then?")
    return waits


def test_a_message_sent_while_an_answer_runs_waits_for_its_end(chat: Chat) -> None:
    waits = wait_behind(chat)
    expect(chat.turns).to_have_count(1)
    chat.page.evaluate("letGo()")
    expect(chat.turns).to_have_count(2)
    expect(chat.turn.locator("[data-prompt]")).to_have_text("and then?")
    expect(chat.prompt).to_have_value("")
    expect(waits).to_be_hidden()


def test_enter_holds_a_message_as_the_button_does(chat: Chat) -> None:
    waits = wait_behind(chat)
    chat.page.get_by_role("button", name="Don’t send yet").click()  # noqa: RUF001 (the page's own)
    expect(waits).to_be_hidden()
    expect(chat.prompt).to_be_focused()
    chat.prompt.press("Enter")
    expect(waits).to_be_visible()
    expect(chat.stop_button).to_be_visible()
    chat.page.evaluate("letGo()")
    expect(chat.turns).to_have_count(2)


def test_on_a_phone_the_button_holds_a_message_beside_stop(phone: Chat) -> None:
    wait_behind(phone)
    expect(phone.stop_button).to_be_visible()
    expect(phone.send_button).to_be_hidden()
    phone.page.evaluate("letGo()")
    expect(phone.turns).to_have_count(2)


def test_a_message_that_is_changed_no_longer_waits(chat: Chat) -> None:
    waits = wait_behind(chat)
    chat.prompt.press("End")
    chat.prompt.press_sequentially(" or not")
    expect(waits).to_be_hidden()
    chat.page.evaluate("letGo()")
    chat.expect_finished()
    chat.page.wait_for_timeout(300)
    expect(chat.turns).to_have_count(1)
    expect(chat.prompt).to_have_value("and then? or not")


@pytest.mark.parametrize("ending", ["a stop", "a failure"])
def test_a_message_that_waits_stays_where_the_answer_does_not_end_well(
    chat: Chat, deployment: Deployment, ending: str
) -> None:
    chat.send("/slow hello")
    chat.expect_growing()
    chat.prompt.fill("and then?")
    chat.prompt.press("Enter")
    expect(chat.page.get_by_text("Sent when this answer has ended.")).to_be_visible()
    if ending == "a stop":
        chat.stop_button.click()
    else:
        os.kill(deployment.url.invocations[-1].pid or 0, signal.SIGKILL)
    expect(chat.page.locator("[data-draft-notice]")).to_contain_text("Your message waits here")
    expect(chat.prompt).to_have_value("and then?")
    chat.page.wait_for_timeout(300)
    expect(chat.turns).to_have_count(1)


def test_a_message_that_waits_stays_in_its_own_conversation(chat: Chat) -> None:
    wait_behind(chat)
    chat.page.get_by_role("button", name="New chat").first.click()
    expect(chat.page.get_by_text("Your next message in “first” was not sent")).to_be_visible()
    expect(chat.prompt).to_have_value("")
    chat.history.get_by_text("first").click()
    expect(chat.prompt).to_have_value("and then?")
    chat.page.evaluate("letGo()")
    chat.expect_finished()
    expect(chat.turns).to_have_count(1)
