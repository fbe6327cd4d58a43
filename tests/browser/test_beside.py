"""Two models on one prompt: their answers beside each other, while they come and afterwards."""

import re

import pytest
from playwright.sync_api import Locator, Route, expect

from emulator.aws.bedrock.answers import long_answer
from emulator.aws.simulator import Pace
from emulator.background import Background
from tests.asking import eventually
from tests.browser.chat import SOME_TEXT, Chat, letters
from tests.browser.conftest import SHORT_WAITS
from tests.browser.long import answer_by_hand, say
from tests.browser.simulated import answers, sent
from tests.conftest import Deploy, Deployment
from tests.e2e.keeping import keeping

HAIKU, SONNET = "Claude Haiku 5.5", "Claude Sonnet 5.5"
LONG = "/long 120"
WHOLE = letters("".join(long_answer(120)))


@pytest.fixture(scope="module")
def deployment(deploy: Deploy, background: Background) -> Deployment:
    """One that keeps answers, with a model that takes its time over a long one."""
    return keeping(deploy, background, variables=SHORT_WAITS, concurrency=8, pace=Pace(0, 60))


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


def left(one: Locator) -> float:
    box = one.bounding_box()
    assert box
    return box["x"]


def test_another_model_answers_beside_the_answer_that_is_there(chat: Chat) -> None:
    chat.ask("/long 5")
    before = chat.text()
    ask_again_with(chat, SONNET)
    old, new = column(chat, HAIKU), column(chat, SONNET)
    expect(new).to_contain_text("Thought about it")
    expect(old.locator("[data-answer]")).to_have_text(before)
    assert left(old) < left(new)
    expect_both_finished(chat)
    chat.page.keyboard.press("Escape")
    expect(columns(chat)).to_have_count(0)
    expect(chat.answer).to_contain_text("Thought about it")
    expect(chat.turn.get_by_role("group", name="Versions")).to_have_text("2 / 2")


def test_it_is_opened_and_closed_beside_the_versions_and_one_goes_on_with_either(
    chat: Chat, deployment: Deployment
) -> None:
    chat.ask("/long 5")
    first = chat.text()
    ask_again_with(chat, SONNET)
    expect_both_finished(chat)
    column(chat, HAIKU).get_by_role("button", name="Close").click()
    toggle = chat.button("Side by side")
    expect(toggle).to_be_focused()
    toggle.press("Enter")
    expect(toggle).to_have_attribute("aria-pressed", "true")
    expect(toggle).to_be_focused()
    column(chat, HAIKU).get_by_role("button", name="Go on with this one").click()
    expect(columns(chat)).to_have_count(0)
    expect(chat.answer).to_have_text(first)
    expect(chat.prompt).to_be_focused()
    chat.ask("and on")
    said = sent(deployment)[-1]["messages"][1]["content"][0]["text"]
    assert letters(said) == letters(first)


def test_of_three_versions_each_side_steps_past_the_other(chat: Chat) -> None:
    for text in ("one", "two", "three"):
        answers(chat, text)
        if text == "one":
            chat.ask("hello")
        else:
            chat.button("Answer again").click()
            expect(chat.answer).to_have_text(text)
            chat.expect_finished()
    chat.button("Side by side").click()
    old, new = columns(chat).first, columns(chat).last
    expect(old.locator("[data-name]")).to_have_text(f"{HAIKU} · 2 / 3")
    old.get_by_role("button", name="Previous version").press("Enter")
    expect(old.locator("[data-answer]")).to_have_text("one")
    expect(old.get_by_role("button", name="Next version")).to_be_focused()
    new.get_by_role("button", name="Previous version").click()
    expect(new.locator("[data-answer]")).to_have_text("two")
    expect(new.get_by_role("button", name="Previous version")).to_be_disabled()
    expect(old.locator("[data-answer]")).to_have_text("one")


def test_two_models_answer_at_once_and_both_are_kept(chat: Chat, deployment: Deployment) -> None:
    asked = len(sent(deployment))
    ask_both(chat, LONG)
    for model in (HAIKU, SONNET):
        expect(column(chat, model).locator("[data-answer]")).to_have_text(SOME_TEXT)
    chat.page.wait_for_timeout(1000)  # saved
    chat.page.reload()
    expect(columns(chat)).to_have_count(2)
    expect_both_finished(chat)
    for model in (HAIKU, SONNET):
        assert letters(column(chat, model).locator("[data-answer] > .text").inner_text()) == WHOLE
    assert len(sent(deployment)) == asked + 2
    models = {request.model_id.rpartition(".")[2] for request in deployment.simulator.requests[-2:]}
    assert models == {"claude-haiku-5-5", "claude-sonnet-5-5"}


def test_stop_stops_both_and_what_was_to_be_sent_stays(chat: Chat, deployment: Deployment) -> None:
    ask_both(chat, "/long 5000")
    for model in (HAIKU, SONNET):
        expect(column(chat, model).locator("[data-answer]")).to_have_text(SOME_TEXT)
    chat.prompt.fill("next")
    chat.prompt.press("Enter")
    chat.stop_button.click()
    expect_both_finished(chat)
    expect(chat.page.locator("[data-notice]", has_text="Stopped")).to_have_count(2)
    expect(chat.prompt).to_have_value("next")
    assert eventually(lambda: deployment.simulator.active == 0)


def test_where_one_fails_the_other_one_answers(chat: Chat) -> None:
    overloaded = {"type": "error", "error": {"type": "overloaded_error", "message": "No."}}

    def refuse_haiku(route: Route) -> None:
        if "haiku" in (route.request.post_data or ""):
            route.fulfill(status=529, json=overloaded)
        else:
            route.fallback()

    chat.page.route("**/v1/messages", refuse_haiku)
    ask_both(chat, "/long 5")
    expect(column(chat, HAIKU).get_by_role("button", name="Try again")).to_be_visible()
    expect_both_finished(chat)
    column(chat, SONNET).get_by_role("button", name="Go on with this one").click()
    expect(columns(chat)).to_have_count(0)
    expect(chat.answer).to_contain_text("Thought about it")


def test_an_edit_or_a_new_message_closes_it_and_loses_nothing(chat: Chat) -> None:
    ask_both(chat, "/long 5")
    expect_both_finished(chat)
    choose_second(chat, "and …")
    chat.prompt.press("ArrowUp")
    expect(columns(chat)).to_have_count(2)
    chat.send("hello")
    expect(columns(chat)).to_have_count(0)
    chat.expect_finished()
    versions = chat.turn.get_by_role("group", name="Versions")
    expect(versions).to_have_text("3 / 3")
    chat.page.wait_for_timeout(1000)  # saved
    chat.page.reload()
    expect(versions).to_have_text("3 / 3")
    chat.button("Side by side").click()
    expect(column(chat, SONNET)).to_contain_text("Thought about it")


def test_on_a_narrow_screen_one_stands_under_the_other(chat: Chat) -> None:
    chat.page.set_viewport_size({"width": 390, "height": 800})
    ask_both(chat, "hello")
    expect_both_finished(chat)
    first, second = (column(chat, model).bounding_box() for model in (HAIKU, SONNET))
    assert first
    assert second
    assert first["y"] + first["height"] <= second["y"]
    assert first["x"] == second["x"]
    assert chat.scroller.evaluate("(scroller) => scroller.scrollWidth - scroller.clientWidth") == 0


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_what_answers_beside_each_other_took_is_not_cut(chat: Chat, width: int) -> None:
    chat.page.set_viewport_size({"width": width, "height": 800})
    chat.ask("hello")
    ask_again_with(chat, SONNET)
    expect_both_finished(chat)
    chat.page.evaluate("document.querySelectorAll('[data-about]').forEach((one) => { one.open = true; })")
    for about in chat.page.locator("[data-about]").all():
        expect(about.locator("[data-figures]")).to_be_visible()
        summary, figures = about.locator("summary"), about.locator("[data-figures]")
        assert summary.evaluate("(summary) => summary.scrollWidth <= summary.clientWidth")
        assert figures.evaluate("(p) => p.clientWidth > 0.9 * p.closest('.tools').clientWidth")


def test_beside_a_long_answer_one_sees_where_the_new_one_begins(chat: Chat) -> None:
    answer_by_hand(chat)
    chat.page.evaluate("end()")
    chat.expect_finished()
    chat.page.evaluate("delete window.say")
    ask_again_with(chat, SONNET)
    assert eventually(lambda: chat.page.evaluate("'say' in window"))
    say(chat, "It begins.")
    new = column(chat, SONNET)
    begins = new.get_by_text("It begins.")
    expect(begins).to_be_in_viewport()
    for _ in range(5):
        say(chat, "\n\nIt goes on.")
    expect(new.get_by_text("It goes on.")).to_have_count(5)
    expect(begins).to_be_in_viewport()


def test_where_it_cannot_be_loaded_that_is_said_and_the_next_click_works(chat: Chat) -> None:
    chat.page.route("**/view/pair.js", lambda route: route.abort())
    chat.ask("/long 5")
    chat.button("Answer again").click()
    chat.expect_finished()
    chat.button("Side by side").click()
    expect(chat.page.get_by_text("Part of this page could not be loaded.")).to_be_visible()
    chat.page.unroute_all()
    chat.button("Side by side").click()
    expect(columns(chat)).to_have_count(2)
