"""Of two answers beside each other, each is asked again, goes on and is gone on with, by its own model."""

import pytest
from playwright.sync_api import expect

from emulator.aws.simulator import Pace
from emulator.background import Background
from tests.browser.chat import SOME_TEXT, Chat
from tests.browser.conftest import SHORT_WAITS
from tests.browser.pairs import (
    HAIKU,
    SONNET,
    ask_both,
    choose_second,
    column,
    columns,
    expect_both_finished,
    overload,
)
from tests.browser.simulated import sent
from tests.conftest import Deploy, Deployment
from tests.e2e.keeping import keeping


@pytest.fixture(scope="module")
def deployment(deploy: Deploy, background: Background) -> Deployment:
    """One that keeps answers, with a model that takes its time over a long one."""
    return keeping(deploy, background, variables=SHORT_WAITS, concurrency=8, pace=Pace(0, 60))


def last_model(deployment: Deployment) -> str:
    return deployment.simulator.requests[-1].model_id.rpartition(".")[2]


def test_each_of_two_is_asked_again_by_its_own_model(chat: Chat, deployment: Deployment) -> None:
    ask_both(chat, "/long 5")
    expect_both_finished(chat)
    for model, name in ((SONNET, "claude-sonnet-5-5"), (HAIKU, "claude-haiku-5-5")):
        asked = len(sent(deployment))
        column(chat, model).get_by_role("button", name="Answer again", exact=True).click()
        expect(column(chat, model).get_by_role("group", name="Versions")).to_be_hidden()  # it is on its way
        expect_both_finished(chat)
        expect(columns(chat)).to_have_count(2)
        assert len(sent(deployment)) == asked + 1
        assert last_model(deployment) == name
        assert len(sent(deployment)[-1]["messages"]) == 1
    expect(column(chat, SONNET).get_by_role("group", name="Versions")).to_contain_text("/ 4")


def test_where_the_second_fails_it_is_tried_again_in_its_place(chat: Chat, deployment: Deployment) -> None:
    overload(chat, "sonnet")
    ask_both(chat, "/long 5")
    expect_both_finished(chat)
    chat.page.unroute_all()
    column(chat, SONNET).get_by_role("button", name="Try again").click()
    expect_both_finished(chat)
    expect(columns(chat).last.locator("[data-answer]")).to_have_text(SOME_TEXT)
    assert last_model(deployment) == "claude-sonnet-5-5"
    chat.page.keyboard.press("Escape")
    expect(chat.turn.get_by_role("group", name="Versions")).to_have_text("1 / 2")  # what failed is gone


def test_where_both_are_stopped_the_second_goes_on_with_its_own_words(chat: Chat, deployment: Deployment) -> None:
    ask_both(chat, "/long 5000")
    for model in (HAIKU, SONNET):
        expect(column(chat, model).locator("[data-answer] > .text")).to_have_text(SOME_TEXT)
    chat.stop_button.click()
    expect_both_finished(chat)
    column(chat, SONNET).get_by_role("button", name="Continue").click()
    expect(chat.stop_button).to_be_visible()
    chat.stop_button.click()
    expect_both_finished(chat)
    assert last_model(deployment) == "claude-sonnet-5-5"
    said = sent(deployment)[-1]["messages"]
    assert [message["role"] for message in said] == ["user", "assistant", "user"]
    expect(column(chat, SONNET)).not_to_contain_text(HAIKU)


def test_going_on_with_one_asks_its_model_from_now_on_and_the_other_as_the_second(
    chat: Chat, deployment: Deployment
) -> None:
    ask_both(chat, "/long 5")
    expect_both_finished(chat)
    column(chat, SONNET).get_by_role("button", name="Go on with this one").click()
    expect(chat.page.get_by_role("combobox", name="Model").locator("option:checked")).to_have_text(SONNET)
    second = chat.page.get_by_role("combobox", name="Side by side").locator("option:checked")
    expect(second).to_have_text("and Haiku 5.5")
    chat.send("and on")
    expect(columns(chat).first).to_have_accessible_name(SONNET)
    expect(columns(chat).last).to_have_accessible_name(HAIKU)
    expect_both_finished(chat)


def test_two_that_are_asked_with_a_file_are_named_and_one_with_another_question_shows_it(chat: Chat) -> None:
    chat.expect_ready()
    chat.page.locator("[data-file-input]").set_input_files(
        {"name": "sales.csv", "mimeType": "text/csv", "buffer": b"a,b"}
    )
    expect(chat.page.locator("[data-composer] .file:not([aria-busy])")).to_have_count(1)
    ask_both(chat, "/long 5")
    expect_both_finished(chat)
    heads = chat.page.locator(".column [data-name]")
    expect(heads).to_have_text([HAIKU, SONNET])
    expect(chat.page.locator("[data-turn] [data-prompt]:visible")).to_have_count(1)
    choose_second(chat, "and …")
    chat.prompt.press("ArrowUp")
    chat.prompt.fill("/long 6")
    chat.prompt.press("Enter")
    expect(columns(chat)).to_have_count(0)
    chat.expect_finished()
    chat.button("Side by side").click()
    expect(chat.page.locator("[data-turn] [data-prompt]:visible")).to_have_text(["/long 6", "/long 5"])
