"""What the page makes of a line or a server that fails in ways which the real function never would."""

from playwright.sync_api import Page, Route, expect

from tests.browser.chat import Chat
from tests.browser.messages_server import MessagesServer


def test_a_stream_without_its_last_event_is_shown_as_cut_off(chat: Chat) -> None:
    chat.send("/end hello")
    expect(chat.notice).to_contain_text("cut off")
    assert chat.text()
    chat.expect_finished()


def test_a_stream_that_ends_before_its_first_word_gives_the_prompt_back(chat: Chat) -> None:
    chat.send("/nothing hello")
    expect(chat.notice).to_contain_text("cut off")
    expect(chat.prompt).to_have_value("/nothing hello")


def test_a_connection_that_breaks_keeps_what_came(chat: Chat) -> None:
    chat.send("/abort hello")
    expect(chat.notice).to_contain_text("cut off")
    assert chat.text()


def test_an_unreadable_event_is_said(chat: Chat) -> None:
    chat.send("/unreadable hello")
    expect(chat.notice).to_contain_text("unreadable")
    assert chat.text()


def test_an_error_midway_is_shown_under_what_came(chat: Chat) -> None:
    chat.send("/error-event hello")
    expect(chat.notice).to_have_text("Bedrock is busy: try again.")
    assert chat.text()


def test_an_error_body_that_is_not_ours_is_shown_by_its_status(chat: Chat) -> None:
    chat.send("/html hello")
    expect(chat.notice).to_contain_text("502")


def test_a_server_out_of_reach_is_a_sentence_and_the_prompt_comes_back(chat: Chat) -> None:
    chat.page.route("**/v1/messages", lambda route: route.abort())
    chat.send("hello")
    expect(chat.notice).to_contain_text("Could not reach")
    expect(chat.prompt).to_have_value("hello")
    chat.page.unroute_all()
    chat.prompt.press("Enter")
    chat.expect_finished()
    assert "> hello" in chat.text()


def test_a_new_draft_is_not_overwritten_by_the_failed_prompt(chat: Chat) -> None:
    held: list[Route] = []
    chat.page.route("**/v1/messages", lambda route: held.append(route))  # noqa: PLW0108 (Playwright takes no builtin)
    chat.send("first")
    chat.prompt.fill("second, already begun")
    held[0].abort()
    expect(chat.notice).to_contain_text("Could not reach")
    expect(chat.prompt).to_have_value("second, already begun")


def test_pings_show_nothing_and_the_page_goes_on_waiting(chat: Chat) -> None:
    chat.send("/pings hello")
    waiting = chat.turn.locator("[data-waiting]")
    expect(waiting).to_be_visible()
    chat.page.wait_for_timeout(500)
    expect(waiting).to_be_visible()
    expect(chat.notice).to_be_hidden()
    chat.expect_finished()
    expect(waiting).to_be_hidden()


def test_an_answer_that_met_its_limit_says_so(chat: Chat) -> None:
    chat.send("/limit hello")
    expect(chat.notice).to_contain_text("length limit")


def test_the_conversation_so_far_goes_along_without_failed_turns(
    chat: Chat, messages_server: MessagesServer
) -> None:
    for prompt in ("first", "/html", "second"):
        chat.send(prompt)
        chat.expect_finished()
    sent = messages_server.requests[-1]
    assert [message["role"] for message in sent["messages"]] == ["user", "assistant", "user"]
    assert [sent["messages"][0]["content"], sent["messages"][2]["content"]] == ["first", "second"]
    assert sent["messages"][1]["content"] == chat.turns.first.locator("[data-answer]").text_content()
    assert (sent["model"], sent["max_tokens"], sent["stream"]) == ("claude-haiku-5-5", 4096, True)


def test_nothing_is_sent_twice_by_itself(chat: Chat, messages_server: MessagesServer) -> None:
    chat.send("/throttle")
    chat.expect_finished()
    chat.page.wait_for_timeout(500)
    assert len(messages_server.requests) == 1


def test_a_page_without_its_configuration_says_so(page: Page, page_url: str) -> None:
    page.route("**/config.json", lambda route: route.fulfill(status=404))
    page.goto(page_url)
    expect(page.locator("[data-trouble]")).to_contain_text("config.json")
    expect(Chat(page).send_button).to_be_disabled()
