"""A reload, a lost network, another tab, Stop: the answer goes on where it was, and the model is asked once."""

import re

import pytest
from playwright.sync_api import expect

from emulator.aws.simulator import Pace
from emulator.background import Background
from tests.asking import eventually
from tests.browser.chat import Chat, in_another_tab
from tests.browser.conftest import SHORT_WAITS
from tests.browser.simulated import sent
from tests.conftest import Deploy, Deployment
from tests.e2e.keeping import keeping

LONG = "/long 120"
_PACE = Pace(0, 20)
# Offline, Chromium lets a stream over loopback run on: this cuts it as a network would.
_BREAKING = """() => {
    const lines = [];
    const real = window.fetch;
    window.breakLines = () => lines.splice(0).forEach((line) => line.error(new TypeError('network error')));
    window.fetch = async (...request) => {
        const response = await real(...request);
        if (!response.headers.get('content-type')?.startsWith('text/event-stream')) return response;
        const reader = response.body.getReader();
        const body = new ReadableStream({
            start(line) { lines.push(line); },
            async pull(line) {
                const { done, value } = await reader.read();
                try { done ? line.close() : line.enqueue(value); } catch { /* it is broken */ }
            },
        });
        return new Response(body, response);
    };
}"""


@pytest.fixture(scope="module")
def deployment(deploy: Deploy, background: Background) -> Deployment:
    """One that keeps answers, with a model that takes its time."""
    deployment = keeping(deploy, background, variables=SHORT_WAITS, concurrency=8, pace=_PACE)
    deployment.http.get("/v1/models")
    return deployment


@pytest.fixture
def whole(chat: Chat) -> str:
    """The answer over a line that holds."""
    chat.ask(LONG)
    text = chat.text()
    chat.page.get_by_role("button", name="New chat").first.click()
    return text


def test_a_reload_midway_loses_nothing(chat: Chat, deployment: Deployment, whole: str) -> None:
    asked = len(sent(deployment))
    chat.send(LONG)
    chat.expect_growing()
    chat.page.wait_for_timeout(1000)
    chat.page.reload()
    expect(chat.answer).to_have_text(whole)
    chat.expect_finished()
    assert len(sent(deployment)) == asked + 1


def test_an_answer_that_is_read_again_has_not_the_times_of_the_reading(chat: Chat) -> None:
    chat.send(LONG)
    chat.expect_growing()
    chat.page.wait_for_timeout(1000)
    chat.page.reload()
    figures = chat.turn.locator("[data-figures]")
    expect(figures).to_have_text(re.compile(r"^\d+\stokens\sin,\s[\d,]+\sout\s· about\s"))
    expect(chat.turn.locator("[data-summary]")).to_have_text(re.compile(r"^Claude Haiku 5\.5 · \d+:\d\d [AP]M$"))


def test_a_network_that_comes_back_loses_nothing(chat: Chat, deployment: Deployment, whole: str) -> None:
    asked = len(sent(deployment))
    chat.page.evaluate(_BREAKING)
    chat.send(LONG)
    chat.expect_growing()
    chat.page.context.set_offline(True)
    chat.page.evaluate("breakLines()")
    expect(chat.turn.locator("[data-silent]")).to_have_text("Reconnecting…")
    chat.page.context.set_offline(False)
    expect(chat.answer).to_have_text(whole)
    chat.expect_finished()
    assert len(sent(deployment)) == asked + 1


def test_another_tab_shows_the_answer_as_it_comes(chat: Chat, deployment: Deployment, whole: str) -> None:
    asked = len(sent(deployment))
    chat.send(LONG)
    chat.expect_growing()
    chat.page.wait_for_timeout(1000)
    other = in_another_tab(chat)
    expect(other.answer).to_have_text(whole)
    expect(chat.answer).to_have_text(whole)
    other.expect_finished()
    assert len(sent(deployment)) == asked + 1


def test_a_tab_that_was_closed_finds_the_rest_of_its_answer(chat: Chat, deployment: Deployment, whole: str) -> None:
    asked = len(sent(deployment))
    chat.send(LONG)
    chat.expect_growing()
    chat.page.wait_for_timeout(1000)
    again = in_another_tab(chat, close_first=True)
    expect(again.answer).to_have_text(whole)
    assert len(sent(deployment)) == asked + 1


def test_stop_stops_the_model(chat: Chat, deployment: Deployment) -> None:
    chat.send("/long 5000")
    chat.expect_growing()
    with chat.page.expect_request("**/cancel"):
        chat.stop_button.click()
    chat.expect_finished()
    expect(chat.notice).to_contain_text(re.compile("Stopped"))
    assert eventually(lambda: deployment.simulator.active == 0)


def test_a_stop_while_offline_stops_the_model_when_the_network_is_back(chat: Chat, deployment: Deployment) -> None:
    chat.expect_ready()
    chat.page.evaluate(_BREAKING)
    chat.send("/long 5000")
    chat.expect_growing()
    chat.page.context.set_offline(True)
    chat.page.evaluate("breakLines()")
    expect(chat.turn).to_contain_text("Reconnecting")
    chat.stop_button.click()
    expect(chat.notice).to_contain_text("Stopped")
    with chat.page.expect_request("**/cancel"):
        chat.page.context.set_offline(False)
    assert eventually(lambda: deployment.simulator.active == 0)
