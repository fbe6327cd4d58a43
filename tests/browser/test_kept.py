"""What a reload or a closed page leaves, and what happens where nothing can be kept."""

import re

from playwright.sync_api import FilePayload, expect

from tests.browser.chat import Chat, letters
from tests.browser.conftest import NewPage


def test_a_reload_brings_the_conversation_back(chat: Chat) -> None:
    chat.send("/slow stop")
    chat.expect_growing()
    chat.stop_button.click()
    chat.expect_finished()
    kept = chat.text()
    chat.page.wait_for_timeout(1000)
    chat.page.reload()
    expect(chat.turns).to_have_count(1)
    expect(chat.answer).to_have_text(kept)
    chat.ask("hello again")
    expect(chat.turns).to_have_count(2)


def test_an_answer_that_a_reload_broke_off_can_be_continued(chat: Chat) -> None:
    chat.send("/slow reload")
    chat.expect_growing()
    chat.page.wait_for_timeout(1500)
    chat.page.reload()
    expect(chat.notice).to_contain_text("Stopped")
    assert chat.text()
    expect(chat.button("Continue")).to_be_visible()


def test_what_is_typed_while_a_conversation_is_read_is_kept(chat: Chat) -> None:
    chat.ask("hello")
    chat.page.wait_for_timeout(1000)
    chat.page.add_init_script("""
        const gate = new Promise((open) => { window.letGo = open; });
        const get = IDBObjectStore.prototype.get;
        IDBObjectStore.prototype.get = function (key) {
            const request = get.call(this, key);
            const add = request.addEventListener.bind(request);
            request.addEventListener = (kind, listener) => add(kind, () => gate.then(listener));
            return request;
        };
    """)
    chat.page.reload()
    chat.prompt.fill("typed early")
    chat.page.evaluate("letGo()")
    expect(chat.turns).to_have_count(1)
    expect(chat.prompt).to_have_value("typed early")


def test_a_tab_that_keeps_the_database_from_opening_keeps_nobody_from_chatting(
    new_page: NewPage, page_url: str, api_key: str
) -> None:
    """That tab holds an older version of the database and does not let go."""
    holder = new_page()
    holder.goto(f"{page_url}/icon.svg")
    holder.evaluate("new Promise((done) => { indexedDB.open('claude-stream', 1).onsuccess = () => done(); })")
    page = holder.context.new_page()
    page.add_init_script(f"sessionStorage.setItem('claude-stream.key', '{api_key}')")
    page.goto(page_url)
    expect(page.locator("[data-toast]")).to_contain_text("keeps no history")
    chat = Chat(page)
    chat.ask("hello")
    expect(chat.answer.get_by_role("blockquote")).to_have_text("hello")


def test_a_draft_survives_a_reload_each_conversation_its_own(chat: Chat) -> None:
    chat.prompt.fill("not sent yet")
    chat.page.reload()
    expect(chat.prompt).to_have_value("not sent yet")
    chat.prompt.press("Enter")
    chat.expect_finished()
    chat.prompt.fill("a second thought")
    chat.page.wait_for_timeout(1000)
    chat.page.get_by_role("button", name="New chat").first.click()
    expect(chat.prompt).to_have_value("")
    chat.page.go_back()
    expect(chat.prompt).to_have_value("a second thought")


def test_the_files_of_a_draft_survive_a_reload(chat: Chat) -> None:
    chips = chat.page.locator("[data-composer] .file")
    chat.expect_ready()
    attach_pdf(chat, "paper.pdf")
    expect(chips).to_have_text(["paper.pdf"])
    chat.page.wait_for_timeout(500)
    chat.page.reload()
    expect(chips).to_have_text(["paper.pdf"])
    chat.ask("What is it?")
    expect(chips).to_have_count(0)
    chat.page.get_by_role("button", name="New chat").first.click()
    expect(chat.turns).to_have_count(0)
    chat.page.reload()
    expect(chat.send_button).to_be_visible()
    expect(chips).to_have_count(0)


def attach_pdf(chat: Chat, name: str) -> None:
    with chat.page.expect_file_chooser() as chooser:
        chat.page.get_by_role("button", name="Attach pictures or PDFs").click()
    chooser.value.set_files([FilePayload(name=name, mimeType="application/pdf", buffer=b"%PDF-1.4\n%%EOF\n")])


def test_what_came_last_before_the_page_is_closed_is_kept(chat: Chat) -> None:
    chat.send("/slow reload")
    chat.expect_growing()
    last_look = "() => { location.reload(); return document.querySelector('[data-answer]').textContent; }"
    for _ in range(2):
        expect(chat.answer).to_have_text(re.compile(r"(\S+\s+){3}"))
        seen = chat.page.evaluate(last_look)
        expect(chat.notice).to_contain_text("Stopped")
        assert letters(chat.text()).startswith(letters(seen))
        chat.button("Answer again").click()


def test_where_there_is_no_room_that_is_said_and_the_chat_goes_on(chat: Chat) -> None:
    full = "() => { throw new DOMException('full', 'QuotaExceededError'); }"
    chat.page.evaluate(f"() => {{ IDBObjectStore.prototype.put = {full}; }}")
    chat.ask("hello")
    expect(chat.page.locator("[data-toast]")).to_contain_text("could not keep")
    expect(chat.answer.get_by_role("blockquote")).to_have_text("hello")


def test_where_all_storage_is_blocked_the_chat_still_works(visitor: Chat, api_key: str) -> None:
    """As in Chromium with all cookies blocked: reading the storage throws."""
    visitor.page.add_init_script("""
        for (const name of ['localStorage', 'sessionStorage', 'indexedDB']) {
            Object.defineProperty(window, name, { get: () => { throw new DOMException('no', 'SecurityError'); } });
        }
    """)
    visitor.page.reload()
    visitor.give_key(api_key)
    expect(visitor.key).to_be_hidden()
    visitor.ask("hello")
    expect(visitor.answer.get_by_role("blockquote")).to_have_text("hello")


def test_without_a_place_to_keep_it_the_chat_still_works(chat: Chat) -> None:
    chat.page.add_init_script("Object.defineProperty(window, 'indexedDB', { value: undefined })")
    chat.page.reload()
    expect(chat.page.locator("[data-toast]")).to_contain_text("keeps no history")
    chat.ask("one")
    chat.page.get_by_role("button", name="New chat").first.click()
    expect(chat.turns).to_have_count(0)
    chat.ask("two")
    chat.history.get_by_text("one").click()
    expect(chat.answer.get_by_role("blockquote")).to_have_text("one")
    chat.choose_for("one", "Delete")
    expect(chat.titles).to_have_text(["two"])
