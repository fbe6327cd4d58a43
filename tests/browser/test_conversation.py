"""Talking with Claude: what a person types, presses and clicks, and what they then see."""

import json
import re
from typing import Any

from playwright.sync_api import expect

from tests.asking import eventually
from tests.browser.chat import Chat
from tests.conftest import Deployment


def sent(deployment: Deployment) -> list[Any]:
    """The bodies that have reached the model, the last one last."""
    requests = deployment.simulator.requests
    return [request.body for request in requests if request.operation == "InvokeModelWithResponseStream"]


def test_the_answer_grows_before_it_is_complete(chat: Chat) -> None:
    chat.send("/slow growth")
    chat.expect_growing()
    first = chat.text().rstrip()
    expect(chat.answer).not_to_have_text(first)
    assert chat.text().startswith(first)
    expect(chat.turn).to_have_attribute("aria-busy", "true")


def test_a_complete_answer_ends_quietly(chat: Chat) -> None:
    chat.ask("hello")
    expect(chat.answer.get_by_role("blockquote")).to_have_text("hello")
    expect(chat.notice).to_be_hidden()
    expect(chat.send_button).to_be_visible()
    expect(chat.prompt).to_have_value("")
    expect(chat.prompt).to_be_focused()


def test_the_click_on_send_sends_too(chat: Chat) -> None:
    expect(chat.send_button).to_be_disabled()
    chat.prompt.fill("hello")
    chat.send_button.click()
    expect(chat.answer.get_by_role("blockquote")).to_have_text("hello")


def test_chinese_arrives_whole(chat: Chat) -> None:
    chat.ask("你好")
    expect(chat.answer.get_by_role("blockquote")).to_have_text("你好")
    assert "\ufffd" not in chat.text()


def test_the_next_prompt_takes_the_conversation_along(chat: Chat, deployment: Deployment) -> None:
    chat.ask("first")
    chat.ask("second")
    messages = sent(deployment)[-1]["messages"]
    assert [message["role"] for message in messages] == ["user", "assistant", "user"]
    said = [message["content"][0]["text"] for message in messages]
    assert [said[0], said[2]] == ["first", "second"]
    assert said[1].startswith("You asked:\n\n> first")


def test_the_next_prompt_reads_the_conversation_from_the_cache(chat: Chat) -> None:
    figures = chat.turn.locator("[data-figures]")
    chat.ask("asked here alone" + " word" * 4200)  # shorter prompts are not cached
    expect(figures).to_contain_text("tokens in")
    expect(figures).not_to_contain_text("from the cache")
    chat.ask("and on")
    expect(figures).to_contain_text(re.compile(r"\d+ from the cache · about \$"))


def test_stop_keeps_what_came_and_nothing_more_comes(chat: Chat) -> None:
    chat.send("/slow stop")
    chat.expect_growing()
    chat.stop_button.click()
    chat.expect_finished()
    kept = chat.text()
    expect(chat.notice).to_have_text(re.compile("Stopped."))
    expect(chat.prompt).to_be_focused()
    chat.page.wait_for_timeout(700)
    assert chat.text() == kept


def test_escape_stops(chat: Chat) -> None:
    chat.send("/slow stop")
    chat.expect_growing()
    chat.page.keyboard.press("Escape")
    chat.expect_finished()
    expect(chat.notice).to_contain_text("Stopped.")


def test_what_was_stopped_can_be_continued(chat: Chat, deployment: Deployment) -> None:
    chat.send("/slow go on")
    chat.expect_growing()
    chat.stop_button.click()
    chat.expect_finished()
    kept = chat.text().strip()
    chat.button("Continue").click()
    expect(chat.turn).to_have_attribute("aria-busy", "false")
    expect(chat.answer).to_contain_text("Begin a prompt with")
    assert chat.text().startswith(kept)
    assert chat.text().removeprefix(kept).strip().startswith("You asked"), "what came first, and then the rest"
    expect(chat.turns).to_have_count(1)
    roles = [message["role"] for message in sent(deployment)[-1]["messages"]]
    assert roles == ["user", "assistant", "user"]


def test_an_answer_can_be_asked_for_again(chat: Chat, deployment: Deployment) -> None:
    chat.ask("hello")
    before = len(sent(deployment))
    chat.button("Answer again").click()
    assert eventually(lambda: len(sent(deployment)) > before)
    chat.expect_finished()
    expect(chat.answer.get_by_role("blockquote")).to_have_text("hello")
    expect(chat.turns).to_have_count(1)
    (message,) = sent(deployment)[before]["messages"]
    assert message["content"][0]["text"] == "hello"


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


def test_an_answer_stays_when_another_is_asked_for(chat: Chat, deployment: Deployment) -> None:
    chat.ask("hello")
    chat.page.get_by_label("Model").select_option("Claude Sonnet 5.5")
    chat.button("Answer again").click()
    expect(chat.turn).to_have_attribute("aria-busy", "false")
    thought = chat.answer.get_by_text("Thought about it")
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
    chat.page.get_by_role("button", name="Delete").press("Enter")
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


def test_the_system_prompt_goes_along_and_stays(chat: Chat, deployment: Deployment) -> None:
    chat.choose("Settings")
    chat.page.get_by_label("Instructions for Claude").fill("Answer briefly.")
    chat.page.get_by_role("button", name="Close", exact=True).click()
    chat.ask("hello")
    assert sent(deployment)[-1]["system"] == "Answer briefly."
    chat.page.reload()
    chat.ask("hello again")
    assert sent(deployment)[-1]["system"] == "Answer briefly."


def test_another_model_is_asked_once_it_is_chosen(chat: Chat, deployment: Deployment) -> None:
    chat.page.get_by_label("Model").select_option("Claude Sonnet 5.5")
    chat.ask("hello")
    assert deployment.simulator.requests[-1].model_id.endswith("claude-sonnet-5-5")
    chat.page.reload()
    expect(chat.page.get_by_label("Model")).to_have_value("global.anthropic.claude-sonnet-5-5")


def test_thinking_is_folded_above_the_answer(chat: Chat) -> None:
    chat.page.get_by_label("Model").select_option("Claude Sonnet 5.5")
    chat.ask("hello")
    thought = chat.answer.locator("details")
    expect(thought.get_by_text("I repeat it")).to_be_hidden()
    thought.get_by_text("Thought about it").click()
    expect(thought.get_by_text("I repeat it")).to_be_visible()


def test_what_it_took_stands_under_the_answer(chat: Chat) -> None:
    chat.ask("what does it take?")
    figures = chat.turn.locator("[data-figures]")
    expect(figures).to_have_text(
        re.compile(r"^\d\.\d\d s to the first word · [\d,]+ tokens/s · \d+ tokens in, \d+ out · about \$0\.000\d+$")
    )
    expect(figures).to_have_attribute("title", re.compile("list prices of 2026-"))


def test_without_a_price_there_is_no_cost(config: dict[str, Any], chat: Chat) -> None:
    chat.page.route("**/config.json", lambda route: route.fulfill(body=json.dumps({**config, "prices": None})))
    chat.page.reload()
    chat.ask("hello")
    expect(chat.turn.locator("[data-figures]")).to_contain_text("tokens in")
    expect(chat.turn.locator("[data-figures]")).not_to_contain_text("$")


def test_an_answer_can_be_copied_as_markdown(chat: Chat) -> None:
    chat.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    chat.ask("hello")
    chat.button("Copy").click()
    copied = chat.page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("You asked:\n\n> hello")
    assert "**local simulator**" in copied
    chat.button("Copy code").click()
    assert chat.page.evaluate("navigator.clipboard.readText()").startswith("for event in stream:")


def test_what_cannot_be_copied_is_said(chat: Chat) -> None:
    chat.ask("hello")
    chat.page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    chat.page.evaluate("window.setTimeout = () => 0")  # which would take it away again
    chat.button("Copy").click()
    expect(chat.button("Copy")).to_have_attribute("data-copied", "Could not copy")
    expect(chat.page.get_by_role("status").filter(has_text="Could not copy")).to_have_count(1)


def test_the_second_click_of_a_double_click_neither_stops_nor_sends(chat: Chat) -> None:
    chat.prompt.fill("/slow twice")
    chat.send_button.dblclick(delay=20)
    chat.expect_growing()
    chat.prompt.fill("a draft")
    chat.stop_button.dblclick(delay=20)
    chat.expect_finished()
    chat.page.wait_for_timeout(300)
    expect(chat.turns).to_have_count(1)
    expect(chat.prompt).to_have_value("a draft")


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


def test_what_goes_on_with_another_model_says_so_and_counts_nothing_that_nobody_counted(
    chat: Chat, deployment: Deployment
) -> None:
    chat.send("/slow go on")
    chat.expect_growing()
    chat.page.keyboard.press("Escape")
    chat.page.get_by_label("Model").select_option("Claude Sonnet 5.5")
    chat.button("Continue").click()
    expect(chat.answer).to_contain_text("Begin a prompt with")
    chat.expect_finished()
    assert deployment.simulator.requests[-1].model_id.endswith("claude-sonnet-5-5")
    figures = chat.turn.locator("[data-figures]")
    expect(figures).to_contain_text("to the first word")
    expect(figures).not_to_contain_text("token")


def test_settings_that_are_only_looked_at_change_no_instructions(chat: Chat, deployment: Deployment) -> None:
    def settings(instructions: str | None = None) -> None:
        chat.choose("Settings")
        if instructions is not None:
            chat.page.get_by_label("Instructions for Claude").fill(instructions)
        chat.page.get_by_role("button", name="Close", exact=True).click()

    chat.ask("without")
    chat.page.get_by_role("button", name="New chat").first.click()
    expect(chat.turns).to_have_count(0)
    settings("Answer briefly.")
    chat.page.wait_for_timeout(1000)
    chat.history.get_by_text("without").click()
    expect(chat.turns).to_have_count(1)
    settings()
    chat.page.get_by_role("button", name="New chat").first.click()
    expect(chat.turns).to_have_count(0)
    chat.ask("hello")
    assert sent(deployment)[-1]["system"] == "Answer briefly."


def test_links_that_are_explained_below_become_links(chat: Chat) -> None:
    answers(chat, "See [the docs][1] and **“你好”**世界.\n\nMore.\n\n[1]: https://example.com/docs\n")
    chat.ask("sources?")
    expect(chat.answer.get_by_role("link", name="the docs")).to_have_attribute("href", "https://example.com/docs")
    expect(chat.answer.locator("strong")).to_have_text("“你好”")
    expect(chat.answer.locator("p")).to_have_count(2)


def answers(chat: Chat, text: str) -> None:
    """The next answers say this, three characters at a time."""
    chat.page.evaluate(
        """(text) => {
            const event = (event) => new TextEncoder().encode(`data: ${JSON.stringify(event)}\\n\\n`);
            const delta = (text) => ({ type: 'content_block_delta', delta: { type: 'text_delta', text } });
            const stream = () => new ReadableStream({
                async start(line) {
                    line.enqueue(event({ type: 'message_start', message: { usage: { input_tokens: 1 } } }));
                    for (const piece of text.match(/[^]{1,3}/g)) {
                        line.enqueue(event(delta(piece)));
                        await new Promise((done) => setTimeout(done, 30));
                    }
                    line.enqueue(event({ type: 'message_stop' }));
                },
            });
            const real = window.fetch;
            window.fetch = async (url, options) =>
                options?.method === 'POST' ? new Response(stream()) : real(url, options);
        }""",
        text,
    )


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
    chat.prompt.fill("你好")
    chat.prompt.dispatch_event("keydown", {"key": "Enter", "keyCode": 229, "bubbles": True, "cancelable": True})
    expect(chat.turns).to_have_count(0)
    chat.prompt.dispatch_event("keydown", {"key": "Enter", "keyCode": 13, "bubbles": True, "cancelable": True})
    expect(chat.turns).to_have_count(1)


def test_the_end_stays_in_sight_unless_one_scrolls_up(chat: Chat) -> None:
    chat.page.set_viewport_size({"width": 800, "height": 480})
    gap = "(element) => element.scrollHeight - element.scrollTop - element.clientHeight"
    chat.ask("hello")
    assert eventually(lambda: chat.scroller.evaluate(gap) < 2)
    chat.send("/slow again")
    chat.expect_growing()
    chat.scroller.hover()
    chat.page.mouse.wheel(0, -400)
    chat.page.wait_for_timeout(700)
    assert chat.scroller.evaluate(gap) > 100
    chat.page.get_by_role("button", name="To the end").click()
    assert eventually(lambda: chat.scroller.evaluate(gap) < 2)


def test_the_keyboard_alone_is_enough(chat: Chat) -> None:
    chat.ask("hello")
    reached = set()
    chat.page.locator("body").press("Tab")
    for _ in range(40):
        label = "document.activeElement.ariaLabel ?? document.activeElement.textContent.trim()"
        reached.add(chat.page.evaluate(label))
        chat.page.keyboard.press("Tab")
    assert {"New chat", "Model", "More", "Edit", "Copy", "Answer again", "Rename", "Delete"} <= reached
