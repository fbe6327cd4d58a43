"""The API key: asked for once, checked, kept where the person wants it, and nowhere else."""

import json

from playwright.sync_api import expect

from tests.browser.chat import Chat
from tests.browser.conftest import NewPage
from tests.conftest import Deployment

STORED = "(name) => [sessionStorage.getItem(name), localStorage.getItem(name)]"
NAME = "claude-stream.key"


def test_it_is_asked_for_once_and_kept_for_the_tab(
    visitor: Chat, api_key: str, new_page: NewPage, page_url: str
) -> None:
    expect(visitor.key).to_be_focused()
    visitor.give_key(api_key)
    expect(visitor.key).to_be_hidden()
    expect(visitor.prompt).to_be_focused()
    visitor.page.reload()
    expect(visitor.prompt).to_be_focused()
    expect(visitor.key).to_be_hidden()
    assert visitor.page.evaluate(STORED, NAME) == [api_key, None]
    other = visitor.page.context.new_page()
    other.goto(page_url)
    expect(Chat(other).key).to_be_focused()


def test_it_is_kept_on_the_device_if_the_person_ticks_that(visitor: Chat, api_key: str, page_url: str) -> None:
    visitor.page.get_by_label("Keep it on this device").check()
    visitor.give_key(api_key)
    expect(visitor.key).to_be_hidden()
    assert visitor.page.evaluate(STORED, NAME) == [None, api_key]
    other = visitor.page.context.new_page()
    other.goto(page_url)
    expect(Chat(other).prompt).to_be_focused()


def test_it_is_checked_without_asking_the_model(visitor: Chat, api_key: str, deployment: Deployment) -> None:
    operations = [request.operation for request in deployment.simulator.requests]
    visitor.give_key("wrong")
    expect(visitor.key_notice).to_contain_text("not accepted")
    assert visitor.page.evaluate(STORED, NAME) == [None, None]
    visitor.give_key(api_key)
    expect(visitor.key).to_be_hidden()
    new = deployment.simulator.requests[len(operations) :]
    assert {request.operation for request in new} <= {"GetSecretValue"}


def test_a_key_that_no_header_can_carry_is_refused_at_once(visitor: Chat) -> None:
    visitor.give_key("密钥")
    expect(visitor.key_notice).to_contain_text("plain letters")
    expect(visitor.key).to_be_visible()


def test_where_it_cannot_be_checked_that_is_said(visitor: Chat) -> None:
    visitor.page.route("**/v1/models", lambda route: route.abort())
    visitor.give_key("anything")
    expect(visitor.key_notice).to_contain_text("could not be checked: The server could not be reached")


def test_a_forgotten_key_is_asked_for_again(visitor: Chat, api_key: str) -> None:
    visitor.give_key(api_key)
    expect(visitor.key).to_be_hidden()
    visitor.choose("Forget key")
    expect(visitor.key).to_be_focused()
    assert visitor.page.evaluate(STORED, NAME) == [None, None]


def test_sending_without_a_key_asks_for_it_and_keeps_the_prompt(visitor: Chat) -> None:
    visitor.send("keep me")
    expect(visitor.key).to_be_focused()
    expect(visitor.key_notice).to_contain_text("Enter the key first")
    expect(visitor.prompt).to_have_value("keep me")


def test_a_key_that_has_been_taken_back_is_asked_for_again_and_the_prompt_kept(
    page_url: str, new_page: NewPage, api_key: str
) -> None:
    page = new_page()
    page.goto(page_url)
    page.evaluate("sessionStorage.setItem('claude-stream.key', 'old')")
    page.reload()
    chat = Chat(page)
    chat.send("keep me")
    expect(chat.key).to_be_focused()
    expect(chat.key_notice).to_contain_text("no longer accepted")
    expect(chat.prompt).to_have_value("keep me")
    expect(chat.turns).to_have_count(0)
    chat.give_key(api_key)
    expect(chat.key).to_be_hidden()
    chat.prompt.press("Enter")
    expect(chat.answer.get_by_role("blockquote")).to_have_text("keep me")


def test_a_prompt_refused_elsewhere_stays_in_its_own_conversation(chat: Chat) -> None:
    chat.ask("one")
    chat.page.evaluate("""() => {
        const real = window.fetch;
        const gate = new Promise((open) => { window.letGo = open; });
        window.fetch = async (...request) => {
            await gate;
            return real(...request);
        };
    }""")
    chat.page.evaluate("sessionStorage.setItem('claude-stream.key', 'old')")
    chat.send("secret")
    expect(chat.turns).to_have_count(2)
    chat.page.get_by_role("button", name="New chat").first.click()
    expect(chat.turns).to_have_count(0)
    chat.page.evaluate("letGo()")
    expect(chat.key).to_be_visible()
    expect(chat.prompt).to_have_value("")
    chat.history.get_by_text("one").click()
    expect(chat.turn.locator("[data-prompt]")).to_have_text("secret")
    expect(chat.button("Try again")).to_be_visible()


def test_it_is_in_no_address_no_log_no_history_and_no_export(visitor: Chat, api_key: str) -> None:
    said: list[str] = []
    addresses: list[str] = []
    visitor.page.on("console", lambda message: said.append(message.text))
    visitor.page.on("request", lambda request: addresses.append(request.url))
    visitor.give_key(api_key)
    expect(visitor.key).to_be_hidden()
    visitor.ask("hello")
    visitor.page.wait_for_timeout(600)
    with visitor.page.expect_download() as download:
        visitor.choose("Export as JSON")
    exported = download.value.path().read_text()
    assert json.loads(exported)["turns"]
    kept = visitor.page.evaluate(
        """async () => {
            const database = await new Promise((done) => {
                const request = indexedDB.open('claude-stream');
                request.onsuccess = () => done(request.result);
            });
            const all = await new Promise((done) => {
                const request = database.transaction('conversations').objectStore('conversations').getAll();
                request.onsuccess = () => done(request.result);
            });
            return JSON.stringify(all);
        }"""
    )
    assert "hello" in kept
    for text in [exported, kept, *said, *addresses, visitor.page.url]:
        assert api_key not in text
