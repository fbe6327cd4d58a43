"""Two answers side by side, as a person asks for them and finds them."""

import re

from playwright.sync_api import Locator, Route, expect

from tests.browser.chat import Chat

HAIKU, SONNET = "Claude Haiku 5.5", "Claude Sonnet 5.5"


def column(chat: Chat, model: str) -> Locator:
    return chat.page.get_by_role("region", name=re.compile(f"^{model}"))


def columns(chat: Chat) -> Locator:
    return chat.page.get_by_role("region", name=re.compile("^Claude"))


def ask_again_with(chat: Chat, model: str) -> None:
    chat.button("Answer again with…").click()
    chat.page.locator("[data-answer-menu]").get_by_role("button", name=model).click()


def choose_second(chat: Chat, model: str) -> None:
    opener = chat.page.locator("[data-opener]")
    if opener.is_visible():
        opener.click()
    chat.page.get_by_role("combobox", name="Side by side").select_option(model)


def ask_both(chat: Chat, text: str) -> None:
    chat.expect_ready()
    choose_second(chat, "and Sonnet 5.5")
    chat.send(text)
    expect(columns(chat)).to_have_count(2)


def expect_both_finished(chat: Chat) -> None:
    expect(chat.page.locator("[data-turn][aria-busy=true]")).to_have_count(0)
    expect(chat.stop_button).to_be_hidden()


def overload(chat: Chat, family: str) -> None:
    """A model of that family refuses from now on."""

    def refuse(route: Route) -> None:
        if family in (route.request.post_data or ""):
            route.fulfill(
                status=529, json={"type": "error", "error": {"type": "overloaded_error", "message": "No."}}
            )
        else:
            route.fallback()

    chat.page.route("**/v1/messages", refuse)
