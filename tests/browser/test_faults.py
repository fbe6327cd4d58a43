"""Every fault, of the simulator and of the line, leads to a state that says what happened and lets one go on."""

import json
import os
import re
import signal
from typing import Any

import pytest
from playwright.sync_api import expect

from emulator.aws.bedrock.faults import FAULTS
from tests.browser.chat import Chat
from tests.browser.conftest import NewPage
from tests.conftest import Deploy, Deployment

REFUSED = {
    "/throttle": "Too many requests",
    "/daily": "A limit leaves no room",
    "/bare": "overloaded",
    "/denied": "not allowed to use this model",
    "/invalid": "did not accept this message",
    "/notfound": "not available here",
    "/unavailable": "overloaded",
    "/overloaded": "overloaded",
    "/error": "Something went wrong on the server",
    "/flaky": "overloaded",
    "/busy": "Too many requests",
    "/crowded": "overloaded",
}
BROKEN_OFF = {
    "/throttle-midway": "Too many requests",
    "/cut": "cut off",
    "/end": "cut off",
    "/garbage": "cut off",
    "/error-event": "overloaded",
}
SILENT = {"/stall", "/silent", "/hang"}
COMPLETE = {"/slow", "/long", "/surrogates", "/refuse", "/intervene", "/null-usage"}


def test_every_fault_of_the_simulator_is_tried_here() -> None:
    assert set(FAULTS) == {*REFUSED, *BROKEN_OFF, *SILENT, *COMPLETE}


def test_what_is_refused_says_why_and_can_be_tried_again(chat: Chat) -> None:
    for fault, sentence in REFUSED.items():
        chat.send(f"{fault} 9" if fault == "/flaky" else fault)
        expect(chat.turn.locator("[data-prompt]")).to_contain_text(fault)
        chat.expect_finished()
        expect(chat.notice).to_contain_text(sentence)
        expect(chat.button("Try again")).to_be_visible()
        expect(chat.button("Continue")).to_be_hidden()
    chat.ask("and on")
    expect(chat.answer.get_by_role("blockquote")).to_have_text("and on")


def test_what_breaks_off_keeps_what_came_and_can_be_continued(chat: Chat) -> None:
    for fault, sentence in BROKEN_OFF.items():
        chat.send(fault)
        expect(chat.turn.locator("[data-prompt]")).to_contain_text(fault)
        chat.expect_finished()
        expect(chat.notice).to_contain_text(sentence)
        expect(chat.answer).to_contain_text("You asked")
    chat.button("Continue").click()
    chat.expect_finished()
    expect(chat.answer).to_contain_text("Continue exactly where it ended")
    expect(chat.notice).to_be_hidden()
    expect(chat.turns).to_have_count(len(BROKEN_OFF))


def test_the_servers_own_words_are_there_for_who_runs_it(chat: Chat) -> None:
    chat.send("/denied")
    chat.notice.get_by_text("Details").click()
    expect(chat.notice.locator("[data-detail]")).to_contain_text("bedrock:InvokeModelWithResponseStream")


def test_throttling_counts_down_to_the_time_to_try_again(chat: Chat) -> None:
    chat.page.clock.install()
    chat.send("/throttle")
    again = chat.button("Try again")
    expect(chat.notice).to_contain_text(re.compile(r"try again in \d+ s"))
    expect(again).to_be_disabled()
    chat.page.clock.run_for(60_000)
    expect(chat.notice).to_contain_text("You can try again now.")
    expect(again).to_be_enabled()


def test_nothing_is_sent_twice_by_itself(chat: Chat, deployment: Deployment) -> None:
    """Not even when the time to wait is over."""
    chat.page.clock.install()
    posts: list[str] = []
    chat.page.on("request", lambda request: posts.append(request.method))
    chat.send("/throttle twice?")
    expect(chat.notice).to_contain_text("try again in")
    chat.page.clock.run_for(120_000)
    chat.page.wait_for_timeout(300)
    assert posts.count("POST") == 1


def test_while_nothing_comes_it_says_that_it_is_still_working(chat: Chat) -> None:
    chat.send("/silent 12")
    waiting = chat.turn.locator("[data-waiting]")
    expect(waiting).to_be_visible()
    expect(chat.turn.get_by_text("Still working…")).to_be_visible()
    chat.expect_finished()
    expect(chat.turn.get_by_text("Still working…")).to_be_hidden()
    expect(waiting).to_be_hidden()
    expect(chat.answer).to_contain_text("You asked")


@pytest.mark.parametrize("fault", sorted(SILENT - {"/silent"}))
def test_what_stays_silent_can_be_stopped(chat: Chat, fault: str) -> None:
    chat.send(fault)
    expect(chat.turn.get_by_text("Still working…")).to_be_visible()
    chat.stop_button.click()
    chat.expect_finished()
    expect(chat.button("Continue" if fault == "/stall" else "Try again")).to_be_visible()


def test_when_the_time_is_up_what_came_is_kept(
    deploy: Deploy, page_url: str, config: dict[str, Any], new_page: NewPage, api_key: str
) -> None:
    hasty = deploy(timeout_seconds=8)
    page = new_page(bypass_csp=True)  # config.json names another function than the page's policy
    page.add_init_script(f"sessionStorage.setItem('claude-stream.key', '{api_key}')")
    page.route("**/config.json", lambda route: route.fulfill(json={**config, "functionUrl": hasty.url.url}))
    page.goto(page_url)
    chat = Chat(page)
    chat.send("/stall")
    expect(chat.notice).to_contain_text("The time for this answer ran out")
    expect(chat.button("Continue")).to_be_visible()


def test_an_answer_that_met_its_limit_says_so_and_can_be_continued(chat: Chat, config: dict[str, Any]) -> None:
    chat.page.route("**/config.json", lambda route: route.fulfill(json={**config, "maxTokens": 20}))
    chat.page.reload()
    chat.ask("hello")
    expect(chat.notice).to_contain_text("length limit")
    expect(chat.button("Continue")).to_be_visible()


def test_a_refusal_of_claudes_is_said(chat: Chat) -> None:
    chat.ask("/refuse")
    expect(chat.answer).to_contain_text("I can't help with that one.")
    expect(chat.notice).to_contain_text("declined")


def test_an_answer_without_a_word_is_said(chat: Chat) -> None:
    events = [
        {"type": "message_start", "message": {"usage": {"input_tokens": 5}}},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 2}},
        {"type": "message_stop"},
    ]
    body = "".join(f"data: {json.dumps(event)}\n\n" for event in events)
    chat.page.route("**/v1/messages", lambda route: route.fulfill(content_type="text/event-stream", body=body))
    chat.ask("hello")
    expect(chat.notice).to_contain_text("Claude ended without a word.")


def test_a_time_that_no_calendar_has_breaks_nothing(chat: Chat) -> None:
    readable = {"access-control-allow-origin": "*", "access-control-expose-headers": "*"}
    headers = {**readable, "retry-after": "1" + 30 * "0"}
    chat.page.route("**/v1/messages", lambda route: route.fulfill(status=429, headers=headers))
    chat.ask("hello")
    expect(chat.notice).to_contain_text("Too many requests just now.")
    chat.ask("and on")


def test_a_line_that_breaks_keeps_what_came(chat: Chat, deployment: Deployment) -> None:
    """The function's process is killed, and with it the connection."""
    chat.send("/slow hello")
    chat.expect_growing()
    process = deployment.url.invocations[-1].pid
    assert process
    os.kill(process, signal.SIGKILL)
    expect(chat.notice).to_contain_text("cut off")
    assert chat.text()
    expect(chat.button("Continue")).to_be_visible()


def test_offline_is_said_and_what_one_sends_goes_when_the_network_is_back(chat: Chat) -> None:
    chat.page.context.set_offline(True)
    expect(chat.page.get_by_text("You are offline.")).to_be_visible()
    chat.send("later")
    expect(chat.page.get_by_text("Sent when you are back online.")).to_be_visible()
    expect(chat.turns).to_have_count(0)
    chat.page.context.set_offline(False)
    expect(chat.page.get_by_text("You are offline.")).to_be_hidden()
    expect(chat.answer.get_by_role("blockquote")).to_have_text("later")


def test_offline_nothing_is_asked_again(chat: Chat) -> None:
    chat.ask("hello")
    chat.page.context.set_offline(True)
    expect(chat.page.get_by_text("You are offline.")).to_be_visible()
    chat.button("Answer again").click()
    expect(chat.turn.get_by_role("group", name="Versions")).to_be_hidden()
    expect(chat.answer.get_by_role("blockquote")).to_have_text("hello")


def test_a_server_out_of_reach_is_said_and_the_prompt_can_be_tried_again(chat: Chat) -> None:
    chat.page.route("**/v1/messages", lambda route: route.abort())
    chat.send("hello")
    expect(chat.notice).to_contain_text("could not be reached")
    chat.page.unroute_all()
    chat.button("Try again").click()
    expect(chat.answer.get_by_role("blockquote")).to_have_text("hello")


def test_a_page_without_its_configuration_says_so(page: Any, page_url: str) -> None:
    page.route("**/config.json", lambda route: route.fulfill(status=404))
    page.goto(page_url)
    expect(page.locator("[data-trouble]")).to_contain_text("config.json")
    expect(Chat(page).send_button).to_be_disabled()


def test_its_policy_is_in_force(browser: Any, page_url: str) -> None:
    """In a tab of its own: the `page` fixture would fail on the breaches that are wanted here."""
    with browser.new_page() as page:
        page.goto(page_url)
        breaks = (
            "() => { try { document.body.innerHTML = '<b>x</b>'; return 'written'; } catch { return 'refused'; } }"
        )
        assert page.evaluate(breaks) == "refused"
        fetches = "fetch('http://127.0.0.1:9/', {mode: 'no-cors'}).catch(() => 0)"
        blocked = (
            "new Promise((done) => addEventListener('securitypolicyviolation', (e) => done(e.effectiveDirective)))"
        )
        assert page.evaluate(f"() => {{ const seen = {blocked}; {fetches}; return seen; }}") == "connect-src"


def test_it_asks_nothing_of_any_other_origin(
    visitor: Chat, origins: set[str], page_url: str, deployment: Deployment, api_key: str
) -> None:
    visitor.page.reload()
    visitor.give_key(api_key)
    expect(visitor.key).to_be_hidden()
    visitor.ask("hello")
    assert origins == {page_url, deployment.url.url.rstrip("/")}
