"""Two models on one prompt: their answers beside each other, while they come and afterwards."""

import pytest
from playwright.sync_api import Locator, expect

from emulator.aws.bedrock.answers import long_answer
from emulator.aws.simulator import Pace
from emulator.background import Background
from tests.asking import eventually
from tests.browser.chat import SOME_TEXT, THOUGHT, Chat, letters
from tests.browser.conftest import SHORT_WAITS
from tests.browser.pairs import (
    HAIKU,
    SONNET,
    ask_again_with,
    ask_both,
    choose_second,
    column,
    columns,
    expect_both_finished,
    overload,
)
from tests.browser.simulated import answers, sent
from tests.conftest import Deploy, Deployment
from tests.e2e.keeping import keeping

LONG = "/long 120"
WHOLE = letters("".join(long_answer(120)))


@pytest.fixture(scope="module")
def deployment(deploy: Deploy, background: Background) -> Deployment:
    """One that keeps answers, with a model that takes its time over a long one."""
    return keeping(deploy, background, variables=SHORT_WAITS, concurrency=8, pace=Pace(0, 60))


def left(one: Locator) -> float:
    box = one.bounding_box()
    assert box
    return box["x"]


def test_another_model_answers_beside_the_answer_that_is_there(chat: Chat) -> None:
    chat.ask("/long 5")
    before = chat.text()
    ask_again_with(chat, SONNET)
    old, new = column(chat, HAIKU), column(chat, SONNET)
    expect(new).to_contain_text(THOUGHT)
    expect(old.locator("[data-answer]")).to_have_text(before)
    assert left(old) < left(new)
    expect_both_finished(chat)
    chat.page.keyboard.press("Escape")
    expect(columns(chat)).to_have_count(0)
    expect(chat.answer).to_contain_text(THOUGHT)
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


def test_what_stands_beside_and_the_second_model_are_there_after_a_reload_until_they_are_closed(chat: Chat) -> None:
    ask_both(chat, "/long 5")
    expect_both_finished(chat)
    second = chat.page.get_by_role("combobox", name="Side by side").locator("option:checked")
    for count in (2, 0):
        chat.page.wait_for_timeout(1000)  # saved
        chat.page.reload()
        expect(chat.answer.first).to_contain_text(SOME_TEXT)
        expect(columns(chat)).to_have_count(count)
        expect(second).to_have_text("and Sonnet 5.5")
        chat.page.keyboard.press("Escape")
        expect(columns(chat)).to_have_count(0)


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
    overload(chat, "haiku")
    ask_both(chat, "/long 5")
    expect(column(chat, HAIKU).get_by_role("button", name="Try again")).to_be_visible()
    expect_both_finished(chat)
    column(chat, SONNET).get_by_role("button", name="Go on with this one").click()
    expect(columns(chat)).to_have_count(0)
    expect(chat.answer).to_contain_text(THOUGHT)


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
    expect(column(chat, SONNET)).to_contain_text(THOUGHT)


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
