"""The composer's bar: how much the model thinks, and instructions with their model and what one begins with."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from emulator.demo import MODELS
from infra.thinking import thinking_table
from tests.browser.chat import Chat
from tests.browser.conftest import NewPage
from tests.browser.simulated import sent
from tests.browser.test_attaching import paste
from tests.conftest import Deployment

ADAPTIVE = {"type": "adaptive", "display": "summarized"}


def test_each_model_offers_the_levels_that_it_has(chat: Chat, config: dict[str, Any]) -> None:
    models = [*MODELS, "global.anthropic.claude-opus-5-5"]
    offered = {**config, "models": models, "thinking": thinking_table(models)}
    chat.page.route("**/config.json", lambda route: route.fulfill(json=offered))
    chat.page.reload()
    levels = chat.page.locator("[data-thinking] option")
    for model, off in {"Claude Haiku 5.5": True, "Claude Sonnet 5.5": True, "Claude Opus 5.5": False}.items():
        chat.page.get_by_label("Model").select_option(model)
        names = ["as usual", *(["off"] if off else []), "low", "medium", "high"]
        expect(levels).to_have_text([f"Thinking: {name}" for name in names])


@pytest.mark.parametrize(
    ("model", "level", "wanted"),
    [
        ("Claude Haiku 5.5", "as usual", {}),
        ("Claude Haiku 5.5", "off", {"thinking": {"type": "disabled"}}),
        ("Claude Sonnet 5.5", "off", {"thinking": {"type": "between_tools"}}),
        ("Claude Sonnet 5.5", "low", {"thinking": ADAPTIVE, "output_config": {"effort": "low"}}),
        ("Claude Haiku 5.5", "high", {"thinking": ADAPTIVE, "output_config": {"effort": "high"}}),
    ],
)
def test_a_level_is_asked_for_as_the_model_takes_it(
    chat: Chat, deployment: Deployment, model: str, level: str, wanted: dict[str, Any]
) -> None:
    chat.page.get_by_label("Model").select_option(model)
    chat.page.get_by_label("Thinking").select_option(f"Thinking: {level}")
    chat.ask("hello")
    body = sent(deployment)[-1]
    assert {name: body[name] for name in ("thinking", "output_config") if name in body} == wanted
    expect(chat.notice).to_be_hidden()


def test_the_level_belongs_to_the_conversation_and_to_new_ones(chat: Chat, deployment: Deployment) -> None:
    level = chat.page.get_by_label("Thinking")
    chat.page.get_by_label("Model").select_option("Claude Haiku 5.5")
    chat.ask("one")
    chat.page.get_by_role("button", name="New chat").first.click()
    level.select_option("Thinking: high")
    chat.ask("two")
    assert sent(deployment)[-1]["output_config"] == {"effort": "high"}
    chat.page.wait_for_timeout(800)
    chat.page.reload()
    expect(level).to_have_value("high")
    chat.history.get_by_text("one").click()
    expect(level).to_have_value("")
    chat.page.get_by_role("button", name="New chat").first.click()
    expect(level).to_have_value("high")


def test_a_second_model_that_is_no_longer_on_offer_leaves_no_hole(chat: Chat, config: dict[str, Any]) -> None:
    second = chat.page.locator("[data-second]")
    chat.expect_ready()
    second.select_option(config["models"][-1])
    chat.ask("hello")
    chat.page.wait_for_timeout(800)
    fewer = {**config, "models": config["models"][:-1]}
    chat.page.route("**/config.json", lambda route: route.fulfill(json=fewer))
    chat.page.reload()
    expect(second.locator("option")).to_have_count(len(fewer["models"]) + 1)
    expect(second.locator("option:checked")).to_have_text("and …")


def test_while_it_thinks_it_says_for_how_long(chat: Chat) -> None:
    chat.expect_ready()
    chat.page.evaluate(
        """() => {
        const event = (event) => new TextEncoder().encode(`data: ${JSON.stringify(event)}\\n\\n`);
        const gate = new Promise((open) => { window.letGo = open; });
        const stream = () => new ReadableStream({
            async start(line) {
                line.enqueue(event({ type: 'message_start', message: { usage: { input_tokens: 1 } } }));
                line.enqueue(event({ type: 'content_block_start', content_block: { type: 'thinking' } }));
                await gate;
                line.enqueue(event({ type: 'content_block_stop' }));
                line.enqueue(event({ type: 'content_block_delta', delta: { type: 'text_delta', text: 'Done.' } }));
                line.enqueue(event({ type: 'message_stop' }));
            },
        });
        const real = window.fetch;
        window.fetch = async (url, options) =>
            options?.method === 'POST' ? new Response(stream()) : real(url, options);
    }""".replace("\\\\", "\\")
    )
    chat.send("think")
    expect(chat.turn.locator("summary").first).to_have_text(re.compile(r"^Thinking… [2-9]\d* s$"))
    chat.page.evaluate("letGo()")
    expect(chat.answer).to_contain_text("Done.")
    expect(chat.turn.locator("summary").first).to_have_text(re.compile(r"^Thought for \d+ s$"))


def test_instructions_are_kept_under_a_name_with_a_model_and_starters(chat: Chat, deployment: Deployment) -> None:
    page = chat.page
    instructions = page.locator("[data-instructions]")
    expect(instructions).to_have_text("Instructions")
    instructions.click()
    page.get_by_label("Instructions for Claude").fill("You review code.")
    page.get_by_label("Name", exact=True).fill("Reviewer")
    page.get_by_role("dialog").get_by_label("Model").select_option("Claude Sonnet 5.5")
    page.get_by_label("Suggestions on the empty page").fill("Review this:\nIs it fast?")
    page.get_by_role("button", name="Use in this chat").click()
    expect(instructions).to_have_text("Reviewer")
    expect(page.locator("[data-model]")).to_have_value(re.compile("sonnet-5-5"))
    page.get_by_role("button", name="Review this:").click()
    expect(chat.prompt).to_be_focused()
    expect(chat.prompt).to_have_value("Review this:")
    chat.ask("hello")
    assert sent(deployment)[-1]["system"] == "You review code."
    assert deployment.simulator.requests[-1].model_id.endswith("claude-sonnet-5-5")
    page.wait_for_timeout(800)
    page.reload()
    expect(instructions).to_have_text("Reviewer")
    page.get_by_role("button", name="New chat").first.click()
    instructions.click()
    page.get_by_label("Saved instructions").select_option("None of them")
    expect(page.get_by_label("Instructions for Claude")).to_have_value("")
    page.get_by_role("button", name="Use in this chat").click()
    expect(instructions).to_have_text("Instructions")
    instructions.click()
    page.get_by_label("Saved instructions").select_option("Reviewer")
    expect(page.get_by_label("Instructions for Claude")).to_have_value("You review code.")
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    instructions.click()
    expect(page.get_by_label("Saved instructions").locator("option")).to_have_text(["None of them"])


def test_a_name_of_instructions_has_an_end(chat: Chat) -> None:
    chat.expect_ready()
    chat.page.get_by_role("button", name="Instructions").click()
    name = chat.page.locator("#instructions-name")
    name.focus()
    chat.page.keyboard.insert_text("a long name " * 20)
    assert len(name.input_value()) == 60


def test_an_empty_page_has_something_to_begin_with(chat: Chat) -> None:
    starters = chat.page.locator("[data-starters] button")
    expect(starters).to_have_count(4)
    first = starters.first.inner_text()
    starters.first.click()
    expect(chat.prompt).to_have_value(re.compile(re.escape(first)))
    expect(chat.prompt).to_be_focused()
    expect(chat.turns).to_have_count(0)


def test_on_a_phone_a_finger_finds_each_of_them(new_page: NewPage, page_url: str, api_key: str) -> None:
    page = new_page(viewport={"width": 320, "height": 700}, is_mobile=True, has_touch=True)
    page.add_init_script(f"sessionStorage.setItem('claude-stream.key', '{api_key}')")
    page.goto(page_url)
    chat = Chat(page)
    chat.expect_ready()
    paste(chat, "a line of a log\n" * 300)
    expect(page.locator("[data-composer] .file")).to_have_count(1)
    page.locator("[data-opener]").tap()
    page.locator("[data-instructions]").tap()
    expect(page.get_by_role("dialog")).to_be_visible()
    small = page.evaluate("""() => [...document.querySelectorAll(
        ':is(.composer, .starters, dialog) :is(button, select, input)')]
        .filter((one) => one.checkVisibility() && one.type !== 'file')
        .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
        .filter(([, { width, height }]) => Math.round(Math.min(width, height)) < 44)""")
    assert small == []
    assert page.evaluate("document.documentElement.scrollWidth") == 320
