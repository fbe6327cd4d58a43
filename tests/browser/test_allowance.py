"""A key's limits on the page: what is left, and when a limit that is used up begins again."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.browser.chat import Chat
from tests.browser.conftest import NewPage

DAY = {"name": "usd_per_day", "limit": 5, "used": 1.25, "remaining": 3.756, "resets_at": "2026-11-28T00:00:00Z"}
MINUTE = {"name": "requests_per_minute", "limit": 5, "used": 1, "remaining": 4, "resets_at": "2026-11-27T00:01:00Z"}
TOKENS = {"name": "tokens_per_day", "limit": 9, "used": 1, "remaining": 12345, "resets_at": "2026-11-28T00:00:00Z"}


def answer_usage(chat: Chat, limits: list[dict[str, Any]]) -> None:
    """The function's answer to GET /v1/usage, of a key with these limits."""
    headers = {"access-control-allow-origin": "*", "access-control-allow-headers": "*"}

    def fulfil(route: Route) -> None:
        route.fulfill(json={"key": "alice", "limits": limits}, headers=headers)

    chat.page.route("**/v1/usage", fulfil)


def refuse(chat: Chat, retry_after: int | None) -> None:
    """Answers the next prompts as a key's limit does."""
    error = {
        "type": "error",
        "error": {"type": "rate_limit_error", "message": "The key alice may use 5 USD a day."},
    }
    headers = {"access-control-allow-origin": "*", "access-control-expose-headers": "*", "x-should-retry": "false"}
    if retry_after:
        headers["retry-after"] = str(retry_after)
    chat.page.route(
        "**/v1/messages", lambda route: route.fulfill(status=429, body=json.dumps(error), headers=headers)
    )


def test_what_is_left_of_the_day_is_shown_after_an_answer(chat: Chat) -> None:
    answer_usage(chat, [MINUTE, DAY, TOKENS])
    left = chat.page.locator("[data-allowance]")
    expect(left).to_be_hidden()
    chat.ask("hello")
    expect(left).to_have_text("Left today: $3.75 · Left today: 12,345 tokens")


def test_without_limits_nothing_is(chat: Chat) -> None:
    answer_usage(chat, [])
    chat.ask("hello")
    expect(chat.page.locator("[data-allowance]")).to_be_hidden()


def test_a_limit_that_is_used_up_says_when_it_begins_again(chat: Chat) -> None:
    answer_usage(chat, [DAY])
    refuse(chat, 36_000)
    chat.send("hello")
    expect(chat.notice).to_contain_text("What this key may use is used up for now.")
    expect(chat.notice).to_contain_text(re.compile(r"It begins again .*20\d\d.* \d+:\d\d"))
    expect(chat.button("Try again")).to_be_enabled()


@pytest.mark.parametrize(("retry_after", "text"), [(36_000, "限额将在20"), (None, "某项限额容不下这条消息")])
def test_in_chinese_too(new_page: NewPage, page_url: str, api_key: str, retry_after: int | None, text: str) -> None:
    page = new_page(locale="zh-CN")
    page.add_init_script(f"sessionStorage.setItem('claude-stream.key', '{api_key}')")
    page.goto(page_url)
    chat = Chat(page)
    chat.prompt = page.get_by_label("您的消息")
    answer_usage(chat, [DAY])
    refuse(chat, retry_after)
    chat.send("你好")
    expect(chat.notice).to_contain_text(text)
    expect(page.locator("[data-allowance]")).to_have_text("今天还剩 3.75 美元")
