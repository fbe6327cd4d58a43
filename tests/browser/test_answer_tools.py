"""What one can do with an answer: see who wrote it, ask another model, copy it; and what folds and opens large."""

import json
import re

from playwright.sync_api import Locator, expect

from tests.asking import eventually
from tests.browser.chat import Chat
from tests.browser.long import answer_by_hand
from tests.browser.simulated import answers, sent
from tests.conftest import Deployment

TABLE = 'See:\n\n| name | note |\n|---|--:|\n| a, b | "x" |\n| `-5` | =1+1 |\n\nand **bold** words.'


def summary(chat: Chat) -> Locator:
    return chat.turn.locator("[data-summary]")


def clipboard(chat: Chat, kind: str = "text/plain") -> str:
    read = """async (kind) => {
        const [item] = await navigator.clipboard.read();
        return item?.types.includes(kind) ? (await item.getType(kind)).text() : '';
    }"""
    return str(chat.page.evaluate(read, kind))


def allow_copying(chat: Chat) -> None:
    chat.page.context.grant_permissions(["clipboard-read", "clipboard-write"])


def test_each_answer_names_its_model_and_its_time_in_one_line(chat: Chat) -> None:
    chat.ask("hello")
    expect(summary(chat)).to_have_text(re.compile(r"^Claude Haiku 5\.5 · \d+:\d\d [AP]M · [\d.]+ s$"))
    expect(chat.turn.locator("[data-figures]")).to_be_hidden()
    summary(chat).click()
    expect(chat.turn.locator("[data-figures]")).to_be_visible()
    chat.page.set_viewport_size({"width": 320, "height": 700})
    assert summary(chat).evaluate("(line) => line.clientHeight < 2 * parseFloat(getComputedStyle(line).lineHeight)")


def test_another_model_can_be_asked_the_same(chat: Chat, deployment: Deployment) -> None:
    chat.ask("hello")
    chat.button("Answer again with…").click()
    menu = chat.page.locator("[data-answer-menu]")
    expect(menu.get_by_role("button")).to_have_text(["Claude Sonnet 5.5"])
    expect(menu.get_by_role("button")).to_be_focused()
    menu.get_by_role("button").click()
    new = chat.page.get_by_role("region", name="Claude Sonnet 5.5")
    expect(new.get_by_role("group", name="Versions")).to_have_text("2 / 2")
    chat.expect_finished()
    expect(new.locator("[data-summary]")).to_contain_text("Claude Sonnet 5.5")
    assert deployment.simulator.requests[-1].model_id.endswith("claude-sonnet-5-5")
    expect(chat.page.get_by_label("Model", exact=True)).to_have_value(re.compile("haiku"))
    chat.ask("and on")
    assert sent(deployment)[-1]["messages"][0]["content"][0]["text"] == "hello"
    expect(summary(chat)).to_contain_text("Claude Haiku 5.5")


def test_where_two_models_wrote_an_answer_both_are_named(chat: Chat) -> None:
    chat.send("/slow go on")
    chat.expect_growing()
    chat.page.keyboard.press("Escape")
    chat.page.get_by_label("Model", exact=True).select_option("Claude Sonnet 5.5")
    chat.button("Continue").click()
    expect(chat.answer).to_contain_text("Begin a prompt with")
    chat.expect_finished()
    expect(summary(chat)).to_contain_text("Claude Haiku 5.5 and Claude Sonnet 5.5")


def test_an_answer_that_comes_in_one_burst_has_no_speed(chat: Chat) -> None:
    answer_by_hand(chat)
    chat.page.evaluate("end()")
    chat.expect_finished()
    expect(chat.turn.locator("[data-figures]")).to_contain_text("to the first word")
    expect(chat.turn.locator("[data-figures]")).not_to_contain_text("tokens/s")


def test_an_answer_can_be_copied_as_rich_text_too(chat: Chat) -> None:
    allow_copying(chat)
    answers(chat, TABLE)
    chat.ask("a table, please")
    chat.button("Copy as…").click()
    chat.page.locator("[data-answer-menu]").get_by_role("button", name="Copy as rich text").click()
    assert eventually(lambda: "<strong>bold</strong>" in clipboard(chat, "text/html"))
    html = clipboard(chat, "text/html")
    assert "<table" in html
    assert "button" not in html
    assert clipboard(chat) == TABLE


def test_a_table_can_be_copied_as_csv_that_runs_no_formula(chat: Chat) -> None:
    allow_copying(chat)
    answers(chat, TABLE)
    chat.ask("a table, please")
    chat.answer.locator(".wide").hover()
    chat.button("Copy the table as CSV").click()
    rows = ["name,note", '"a, b","""x"""', "-5,'=1+1"]
    assert eventually(lambda: clipboard(chat).splitlines() == rows)


def test_a_long_prompt_is_folded_until_it_is_asked_for(chat: Chat) -> None:
    prompt = chat.turn.locator("[data-prompt]")
    height = "(prompt) => prompt.clientHeight"
    chat.ask("\n".join(f"line {number}" for number in range(20)))
    assert prompt.evaluate(height) > 400
    chat.ask("\n".join(f"line {number}" for number in range(120)))
    assert prompt.evaluate(height) < 400
    button = chat.button("Show all 120 lines")
    expect(button).to_have_attribute("aria-expanded", "false")
    button.click()
    assert prompt.evaluate(height) > 2000
    chat.button("Show less").click()
    assert prompt.evaluate(height) < 400


def test_a_picture_that_was_sent_opens_large(chat: Chat) -> None:
    chat.page.evaluate("""async () => {
        const canvas = new OffscreenCanvas(400, 300);
        canvas.getContext('2d').fillRect(0, 0, 400, 300);
        const data = new DataTransfer();
        data.items.add(new File([await canvas.convertToBlob()], 'black.png', { type: 'image/png' }));
        const input = document.querySelector('[data-file-input]');
        input.files = data.files;
        input.dispatchEvent(new Event('change'));
    }""")
    expect(chat.page.locator("[data-composer] .file")).to_have_count(1)
    chat.ask("what is it?")
    dialog = chat.page.locator("[data-opened-file]")
    chat.turn.get_by_role("button", name=re.compile("Open black")).press("Enter")
    expect(dialog).to_be_visible()
    width = "(picture) => picture.clientWidth"
    assert eventually(lambda: dialog.get_by_role("img").evaluate(width) == 400)
    chat.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_a_text_that_was_sent_opens_and_a_message_can_be_copied(chat: Chat) -> None:
    chat.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    chat.page.locator("[data-file-input]").set_input_files(
        {"name": "cells.csv", "mimeType": "text/csv", "buffer": b"a,b\n<i>1</i>,2"}
    )
    expect(chat.page.locator("[data-composer] .file:not([aria-busy])")).to_have_count(1)
    chat.ask("what is it?")
    chat.button("Open cells.csv").click()
    dialog = chat.page.get_by_role("dialog", name="cells.csv")
    expect(dialog.locator("pre")).to_have_text("a,b\n<i>1</i>,2")
    expect(dialog.get_by_role("img")).to_be_hidden()
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()
    chat.turn.locator(".asked").hover()
    chat.button("Copy the message").click()
    expect(chat.button("Copy the message")).to_have_attribute("data-copied", "Copied")
    assert chat.page.evaluate("navigator.clipboard.readText()") == "what is it?"


def test_the_model_is_kept_with_the_answer(chat: Chat) -> None:
    chat.ask("hello")
    chat.page.get_by_label("Model", exact=True).select_option("Claude Sonnet 5.5")
    chat.page.wait_for_timeout(1000)
    chat.page.reload()
    expect(summary(chat)).to_contain_text("Claude Haiku 5.5")
    with chat.page.expect_download() as download:
        chat.choose("Export as JSON")
    (turn,) = json.loads(download.value.path().read_text())["turns"]
    assert "haiku" in turn["model"]
