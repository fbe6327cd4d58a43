"""Talking with Claude: sending, stopping, continuing, asking again, and with which settings."""

import re

from playwright.sync_api import expect

from tests.asking import eventually
from tests.browser.chat import Chat
from tests.browser.simulated import sent
from tests.conftest import Deployment


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
    chat.ask("asked only here" + " word" * 4200)  # shorter prompts are not cached
    expect(figures).to_contain_text("tokens in")
    expect(figures).not_to_contain_text("from the cache")
    chat.ask("and on")
    expect(figures).to_contain_text(re.compile(r"\d+\sfrom\sthe\scache\s· about\s\$"))


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
    assert chat.text().removeprefix(kept).strip().startswith("You asked"), "the rest follows the text that was kept"
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


def test_the_system_prompt_goes_along_and_stays(chat: Chat, deployment: Deployment) -> None:
    chat.page.get_by_role("button", name="Instructions").click()
    chat.page.get_by_label("Instructions for Claude").fill("Answer briefly.")
    chat.page.get_by_role("button", name="Use in this chat").click()
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


def test_instructions_that_are_only_looked_at_change_nothing(chat: Chat, deployment: Deployment) -> None:
    instructions = chat.page.locator("[data-instructions]")
    chat.ask("without")
    chat.page.get_by_role("button", name="New chat").first.click()
    expect(chat.turns).to_have_count(0)
    instructions.click()
    chat.page.get_by_label("Instructions for Claude").fill("Answer briefly.")
    chat.page.get_by_role("button", name="Use in this chat").click()
    expect(instructions).to_have_text("Own instructions")
    chat.page.wait_for_timeout(1000)
    chat.history.get_by_text("without").click()
    expect(chat.turns).to_have_count(1)
    expect(instructions).to_have_text("Instructions")
    instructions.click()
    chat.page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    chat.page.get_by_role("button", name="New chat").first.click()
    expect(chat.turns).to_have_count(0)
    chat.ask("hello")
    assert sent(deployment)[-1]["system"] == "Answer briefly."
