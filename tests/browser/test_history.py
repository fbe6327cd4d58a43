"""What stays: conversations in this browser, drafts, and what was being answered when the page was closed."""

import json
import re

from playwright.sync_api import FilePayload, expect

from tests.asking import eventually
from tests.browser.chat import Chat
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


def test_conversations_are_listed_opened_and_found(chat: Chat) -> None:
    chat.ask("about rivers")
    chat.page.get_by_role("button", name="New chat").first.click()
    expect(chat.turns).to_have_count(0)
    chat.ask("about mountains")
    expect(chat.history.locator("[data-open]")).to_have_text(["about mountains", "about rivers"])
    search = chat.page.get_by_role("searchbox")
    search.fill("RIVER simulator")
    expect(chat.history.locator("[data-open]")).to_have_text(["about rivers"])
    chat.history.get_by_text("about rivers").click()
    expect(chat.answer.get_by_role("blockquote")).to_have_text("about rivers")
    expect(chat.page).to_have_title("about rivers · claude-stream")
    search.fill("glaciers")
    expect(chat.history).to_have_text("Nothing found.")
    chat.page.go_back()
    expect(chat.answer.get_by_role("blockquote")).to_have_text("about mountains")


def test_an_answer_goes_on_while_one_looks_elsewhere(chat: Chat) -> None:
    chat.send("/slow here")
    chat.expect_growing()
    first = chat.text()
    chat.page.get_by_role("button", name="New chat").first.click()
    expect(chat.turns).to_have_count(0)
    chat.ask("elsewhere")
    chat.history.get_by_text("/slow here").click()
    chat.expect_growing()
    assert eventually(lambda: len(chat.text()) > len(first))


def test_a_conversation_is_renamed(chat: Chat) -> None:
    chat.ask("hello")
    chat.page.get_by_role("button", name="Rename").click()
    title = chat.page.get_by_label("New title")
    title.fill("A better name")
    title.press("Enter")
    expect(chat.history.locator("[data-open]")).to_have_text("A better name")
    chat.page.wait_for_timeout(500)
    chat.page.reload()
    expect(chat.history.locator("[data-open]")).to_have_text("A better name")
    expect(chat.page).to_have_title("A better name · claude-stream")


def test_a_title_that_is_being_written_outlives_an_answer_that_ends_meanwhile(chat: Chat) -> None:
    chat.send("/slow hello")
    chat.expect_growing()
    chat.page.get_by_role("button", name="Rename").click()
    title = chat.page.get_by_label("New title")
    title.fill("half a ti")
    chat.page.get_by_role("button", name="Stop", exact=True).dispatch_event("click")
    chat.expect_finished()
    expect(title).to_have_value("half a ti")
    title.press("Enter")
    expect(chat.history.locator("[data-open]")).to_have_text("half a ti")
    expect(chat.history.locator("[data-open]")).to_be_focused()


def test_a_conversation_is_deleted_and_brought_back(chat: Chat) -> None:
    chat.ask("hello")
    chat.page.get_by_role("button", name="Delete").click()
    expect(chat.turns).to_have_count(0)
    expect(chat.history.locator("[data-open]")).to_have_count(0)
    chat.page.get_by_role("button", name="Undo").click()
    expect(chat.turns).to_have_count(1)
    chat.page.get_by_role("button", name="Delete").click()
    chat.page.wait_for_timeout(500)
    chat.page.reload()
    expect(chat.history).to_contain_text("Conversations appear here")


def test_a_double_click_deletes_one_conversation(chat: Chat) -> None:
    for prompt in ("one", "two", "three"):
        chat.page.get_by_role("button", name="New chat").first.click()
        expect(chat.turns).to_have_count(0)
        chat.ask(prompt)
    last = chat.history.locator(".item").first
    last.hover()
    last.get_by_role("button", name="Delete").dblclick(delay=20)
    chat.page.wait_for_timeout(500)
    expect(chat.history.locator("[data-open]")).to_have_text(["two", "one"])


def test_all_that_has_just_been_deleted_comes_back(chat: Chat) -> None:
    chat.ask("one")
    chat.page.get_by_role("button", name="New chat").first.click()
    expect(chat.turns).to_have_count(0)
    chat.ask("two")
    for left in (1, 0):
        chat.page.get_by_role("button", name="Delete").first.click()
        expect(chat.history.locator("[data-open]")).to_have_count(left)
    expect(chat.page.locator("[data-toast]")).to_contain_text("was deleted too")
    chat.page.get_by_role("button", name="Undo").click()
    expect(chat.history.locator("[data-open]")).to_have_text(["two", "one"])


def test_undo_brings_back_an_edit_that_was_begun(chat: Chat) -> None:
    chat.ask("one")
    chat.page.get_by_role("button", name="Edit").click()
    expect(chat.prompt).to_have_value("one")  # drawn: what is filled in before would be drawn over
    chat.prompt.fill("one, but better")
    chat.page.get_by_role("button", name="Delete").click()
    expect(chat.prompt).to_have_value("")
    expect(chat.history).to_contain_text("Conversations appear here")
    assert chat.page.evaluate("Object.values(localStorage).includes('one, but better')") is False
    chat.page.get_by_role("button", name="Undo").click()
    expect(chat.prompt).to_have_value("one, but better")


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
    """It holds an older version of it and does not let go."""
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


def test_the_list_keeps_the_focus_while_it_changes(chat: Chat) -> None:
    chat.ask("one")
    chat.page.get_by_role("button", name="New chat").first.click()
    expect(chat.turns).to_have_count(0)
    chat.ask("two")
    item = chat.history.get_by_text("one")
    item.press("Enter")
    expect(chat.answer.get_by_role("blockquote")).to_have_text("one")
    expect(item).to_be_focused()


def test_a_conversation_is_exported(chat: Chat) -> None:
    chat.ask("hello")
    with chat.page.expect_download() as markdown:
        chat.choose("Export as Markdown")
    assert markdown.value.suggested_filename == "hello.md"
    text = markdown.value.path().read_text()
    assert text.startswith("# hello\n\n## You\n\nhello\n\n## Claude\n\nYou asked:")
    with chat.page.expect_download() as exported:
        chat.choose("Export as JSON")
    turn = json.loads(exported.value.path().read_text())["turns"][0]
    assert (turn["prompt"], turn["status"], turn["blocks"][0]["type"]) == ("hello", "done", "text")


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
    attach_pdf(chat, "paper.pdf")
    expect(chips).to_have_text(["paper.pdf"])
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


def test_a_conversation_deleted_while_it_is_answered_stays_deleted(chat: Chat) -> None:
    chat.send("/slow answer")
    chat.expect_growing()
    chat.page.get_by_role("button", name="Delete").click()
    expect(chat.turns).to_have_count(0)
    chat.page.wait_for_timeout(1000)
    expect(chat.history.locator("[data-open]")).to_have_count(0)
    chat.page.reload()
    expect(chat.history).to_contain_text("Conversations appear here")


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


def letters(text: str) -> str:
    return re.sub(r"\W+", "", text)


def test_another_tab_sees_what_is_said_and_adds_to_it(chat: Chat) -> None:
    chat.ask("one")
    with chat.page.context.expect_page() as opened:
        chat.page.evaluate("window.open(location.href)")
    other = Chat(opened.value)
    expect(other.turns).to_have_count(1)
    other.ask("two")
    expect(chat.turns.locator("[data-prompt]")).to_have_text(["one", "two"])
    chat.ask("three")
    expect(other.turns.locator("[data-prompt]")).to_have_text(["one", "two", "three"])
    chat.page.get_by_role("button", name="Rename").click()
    chat.page.get_by_label("New title").fill("Numbers")
    chat.page.get_by_label("New title").press("Enter")
    expect(other.history.locator("[data-open]")).to_have_text(["Numbers"])
    chat.page.get_by_role("button", name="Delete").click()
    expect(other.history.locator("[data-open]")).to_have_count(0)


def test_where_there_is_no_room_that_is_said_and_the_chat_goes_on(chat: Chat) -> None:
    full = "() => { throw new DOMException('full', 'QuotaExceededError'); }"
    chat.page.evaluate(f"() => {{ IDBObjectStore.prototype.put = {full}; }}")
    chat.ask("hello")
    expect(chat.page.locator("[data-toast]")).to_contain_text("could not keep")
    expect(chat.answer.get_by_role("blockquote")).to_have_text("hello")


def test_where_all_storage_is_blocked_the_chat_still_works(visitor: Chat, api_key: str) -> None:
    """As Chromium has it with all cookies blocked: to look at the storage is to fail."""
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
    chat.page.get_by_role("button", name="Delete").last.click()
    expect(chat.history.locator("[data-open]")).to_have_text(["two"])
