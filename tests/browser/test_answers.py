"""What the page shows of an answer: thoughts, figures, links, its end; and its copy."""

import json
import re
from typing import Any

from playwright.sync_api import expect

from tests.asking import eventually
from tests.browser.chat import THOUGHT, Chat
from tests.browser.simulated import answers
from tests.conftest import Deployment


def test_thinking_is_folded_above_the_answer(chat: Chat) -> None:
    chat.page.get_by_label("Model").select_option("Claude Sonnet 5.5")
    chat.ask("hello")
    thought = chat.answer.locator("details")
    expect(thought.get_by_text("I repeat it")).to_be_hidden()
    thought.get_by_text(THOUGHT).click()
    expect(thought.get_by_text("I repeat it")).to_be_visible()


def test_what_it_took_stands_under_the_answer(chat: Chat) -> None:
    chat.ask("what does it take?")
    figures = chat.turn.locator("[data-figures]")
    expect(figures).to_have_text(
        # An answer that comes in one burst has no speed (tests/web has the rule). Lines break at the dots only.
        re.compile(
            r"^\d\.\d\d\ss\sto\sthe\sfirst\sword(\s· [\d,]+\stokens/s)?"
            r"\s· \d+\stokens\sin,\s\d+\sout\s· about\s\$0\.000\d+$"
        )
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
    chat.page.evaluate("window.setTimeout = () => 0")  # else the message would be taken away again
    chat.button("Copy").click()
    expect(chat.button("Copy")).to_have_attribute("data-copied", "Could not copy")
    chat.button("Copy as…").click()
    expect(chat.page.locator("[data-copied]")).to_have_count(0)  # a menu is not covered by it
    expect(chat.page.get_by_role("status").filter(has_text="Could not copy")).to_have_count(1)


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


def test_links_that_are_explained_below_become_links(chat: Chat) -> None:
    answers(chat, "See [the docs][1] and **“你好”**世界.\n\nMore.\n\n[1]: https://example.com/docs\n")
    chat.ask("sources?")
    expect(chat.answer.get_by_role("link", name="the docs")).to_have_attribute("href", "https://example.com/docs")
    expect(chat.answer.locator("strong")).to_have_text("“你好”")
    expect(chat.answer.locator("p")).to_have_count(2)


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
