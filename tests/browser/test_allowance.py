"""What is left of a key's limits, of the model's context, and what was spent; titles by the cheapest model."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.browser.chat import Chat
from tests.browser.conftest import NewPage
from tests.browser.saved import conversation, save
from tests.browser.simulated import sent
from tests.conftest import Deployment

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


def test_what_is_left_is_exact_to_the_cent(chat: Chat) -> None:
    answer_usage(chat, [{**DAY, "remaining": 0.29}])
    chat.ask("hello")
    expect(chat.page.locator("[data-allowance]")).to_have_text("Left today: $0.29")


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


def test_a_meter_shows_how_much_of_the_context_is_used(chat: Chat) -> None:
    context = chat.page.locator("[data-context]")
    expect(context).to_be_hidden()
    long = conversation("long", "x")
    figures = {"first": 1, "writing": 1, "input": 1000, "output": 50_000, "cacheRead": 199_000, "cacheWrite": 0}
    long["turns"][0]["figures"] = {**figures, "cost": 1, "partial": False}
    save(chat, long)
    chat.titles.get_by_text("long").click()
    expect(context).to_have_text("Context: 25 % of 1,000,000 tokens")
    assert context.get_by_role("meter", name="Context in use").evaluate("(meter) => meter.value") == 0.25
    again = conversation("again", "y")
    again["turns"][0]["figures"] = long["turns"][0]["figures"] | {"context": 100_000}  # it was continued
    save(chat, again)
    chat.titles.get_by_text("again").click()
    expect(context).to_have_text("Context: 10 % of 1,000,000 tokens")


def test_what_was_spent_stands_by_day_and_by_month_with_what_is_left(chat: Chat) -> None:
    answer_usage(chat, [DAY])
    figures = {
        "first": 1,
        "writing": 1,
        "input": 900,
        "output": 100,
        "cacheRead": 0,
        "cacheWrite": 0,
        "partial": False,
    }
    november = 1_763_200_000_000
    days = {
        "a": (november, 0.5),
        "b": (november, 0.25),
        "c": (november - 86_400_000, 0.125),
        "d": (1_750_000_000_000, 1),
    }
    conversations = []
    for name, (created, usd) in days.items():
        one = conversation(name, "x", updated=created)
        one["turns"][0]["figures"] = {**figures, "cost": usd, **({"input": 39_000_000} if name == "d" else {})}
        conversations.append(one)
    save(chat, *conversations)
    chat.choose("Settings")
    rows = chat.page.locator("[data-spending] tr")
    expect(rows.get_by_role("cell").and_(chat.page.locator(":nth-child(2)"))).to_have_text(
        ["$0.75", "$0.13", "$1.00", "$0.88", "$1.00"]
    )
    expect(rows.get_by_role("rowheader")).to_have_text(
        ["Nov 15, 2025", "Nov 14, 2025", "Jun 15, 2025", "November 2025", "June 2025"]
    )
    expect(rows.first).to_contain_text("2,000 tokens")
    heights = rows.evaluate_all("(rows) => rows.map((row) => row.offsetHeight)")
    assert heights[3] > heights[2] == heights[4], "the months stand apart from the days"
    chat.page.set_viewport_size({"width": 320, "height": 640})
    assert chat.page.get_by_role("dialog").evaluate("(one) => one.scrollWidth <= one.clientWidth")


def test_a_model_names_conversations_only_where_the_person_allows_it(chat: Chat, deployment: Deployment) -> None:
    chat.ask("about rivers")
    before = len(sent(deployment))
    chat.choose("Settings")
    box = chat.page.get_by_label("Let a model name conversations")
    expect(box).not_to_be_checked()
    expect(chat.page.locator("[data-titles-hint]")).to_contain_text("to Claude Haiku 5.5: about $0.0")
    box.check()
    chat.page.get_by_role("button", name="Close").click()
    chat.start_new()
    chat.page.locator("[data-model]").select_option("Claude Sonnet 5.5")
    chat.ask("about mountains")
    expect(chat.titles.first).to_have_text("You asked:")  # the first line of what the simulated model answers
    naming, *others = [body for body in sent(deployment)[before:] if "You name conversations" in json.dumps(body)]
    assert others == []
    assert naming["max_tokens"] == 60
    assert "about mountains" in json.dumps(naming["messages"])
    chat.ask("and valleys")
    chat.page.wait_for_timeout(1000)
    assert len(sent(deployment)) == before + 3
