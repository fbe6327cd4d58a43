"""config.json: late, broken or without a field, and what a person does before it has come."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.chat import Chat
from tests.browser.test_key import NAME, STORED

BROKEN: dict[str, Any] = {
    "no object": "null",
    "a list": "[]",
    "no JSON": "<!doctype html>",
    "nothing": "{}",
    "no models": {"models": None},
    "an empty list of models": {"models": []},
    "models of another kind": {"models": "global.anthropic.claude-haiku-5-5"},
    "no default model": {"model": None},
    "no address": {"functionUrl": None},
    "an address that is none": {"functionUrl": "not an address"},
    "no limit": {"maxTokens": None},
}


@pytest.fixture
def late(page: Page, config: dict[str, Any]) -> Callable[[], None]:
    """config.json comes only once this is called."""
    waiting: list[Route] = []
    page.route("**/config.json", lambda route: waiting.append(route))  # noqa: PLW0108 (Playwright takes no builtin)

    def come() -> None:
        while waiting:
            waiting.pop().fulfill(json=config)

    return come


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_one_is_said_and_read_again_when_asked(
    page: Page, page_url: str, api_key: str, config: dict[str, Any], what: str
) -> None:
    wrong = BROKEN[what]
    body = wrong if isinstance(wrong, str) else None
    answer: dict[str, Any] = (
        {"body": body} if body else {"json": {k: v for k, v in (config | wrong).items() if v is not None}}
    )
    page.route("**/config.json", lambda route: route.fulfill(content_type="application/json", **answer))
    page.add_init_script(f"sessionStorage.setItem('claude-stream.key', '{api_key}')")
    page.goto(page_url)
    page.set_viewport_size({"width": 390, "height": 800})
    trouble = page.locator("[data-trouble]")
    expect(trouble).to_contain_text("config.json")
    expect(trouble).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("button", name="Retry")).to_be_in_viewport(ratio=1)
    if not body:
        expect(trouble).to_contain_text(f"“{next(iter(wrong))}”")
    retry = page.get_by_role("button", name="Retry")
    retry.click()
    expect(trouble).to_be_visible()
    page.unroute_all()
    retry.click()
    expect(trouble).to_be_hidden()
    expect(retry).to_be_hidden()
    chat = Chat(page)
    chat.ask("hello")
    expect(chat.answer.get_by_role("blockquote")).to_have_text("hello")


def test_who_has_tried_again_by_keyboard_is_asked_for_the_key(page: Page, page_url: str) -> None:
    page.route("**/config.json", lambda route: route.fulfill(body="{}"))
    page.goto(page_url)
    retry = page.get_by_role("button", name="Retry")
    expect(retry).to_be_visible()
    page.unroute_all()
    retry.press("Enter")
    expect(retry).to_be_hidden()
    expect(Chat(page).key).to_be_focused()


def test_it_is_asked_for_once_and_before_the_modules_have_come(page: Page, page_url: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(page_url)))
    page.goto(page_url)
    Chat(page).expect_ready()
    assert asked.count("/config.json") == 1
    assert asked.index("/config.json") < asked.index("/main.js")


def test_a_key_pressed_before_it_has_come_is_checked_once_it_is_there(
    page: Page, page_url: str, api_key: str, late: Callable[[], None]
) -> None:
    page.goto(page_url)
    chat = Chat(page)
    chat.give_key(api_key)
    expect(page.get_by_role("button", name="Checking…")).to_be_visible()
    late()
    expect(chat.key).to_be_hidden()
    assert page.evaluate(STORED, NAME) == [api_key, None]


def test_a_wrong_key_pressed_before_it_has_come_is_refused_once_it_is_there(
    page: Page, page_url: str, late: Callable[[], None]
) -> None:
    page.goto(page_url)
    chat = Chat(page)
    chat.give_key("wrong")
    expect(page.get_by_role("button", name="Checking…")).to_be_visible()
    late()
    expect(chat.key_notice).to_contain_text("not accepted")


@pytest.mark.parametrize("how", ["Enter", "the button"])
def test_a_message_sent_before_it_has_come_is_sent_once_it_is_there(
    page: Page, page_url: str, api_key: str, late: Callable[[], None], how: str
) -> None:
    page.add_init_script(f"sessionStorage.setItem('claude-stream.key', '{api_key}')")
    page.goto(page_url)
    chat = Chat(page)
    chat.prompt.fill("early")
    if how == "Enter":
        chat.prompt.press("Enter")
    else:
        expect(chat.send_button).not_to_have_attribute("disabled", "")
        chat.send_button.dispatch_event("click")
    expect(page.get_by_text("Sent when this page is ready.")).to_be_visible()
    expect(chat.prompt).to_have_value("early")
    late()
    expect(chat.answer.get_by_role("blockquote")).to_have_text("early")
    expect(chat.prompt).to_have_value("")


def test_a_message_sent_before_its_conversation_has_come_is_sent_in_it(chat: Chat) -> None:
    chat.ask("first")
    chat.page.wait_for_timeout(800)
    chat.page.reload()
    chat.prompt.fill("second")
    chat.prompt.press("Enter")
    expect(chat.turns).to_have_count(2)
    expect(chat.turn.locator("[data-prompt]")).to_have_text("second")
