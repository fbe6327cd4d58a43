"""How the list of conversations is ordered and marked, what a search shows, and where it leads."""

import time

from playwright.sync_api import Page, expect

from tests.browser.chat import Chat
from tests.browser.conftest import NewPage
from tests.browser.saved import DAY_MS, conversation, save
from tests.browser.simulated import answers


def test_a_title_has_the_whole_width_of_the_list(chat: Chat) -> None:
    title = "thirty letters are a title too"
    save(chat, conversation(title, "x"))
    chat.page.mouse.move(800, 400)
    assert chat.titles.evaluate("(title) => title.scrollWidth <= title.clientWidth")


def test_a_long_title_takes_two_lines_and_moves_nothing_under_the_pointer(chat: Chat) -> None:
    save(chat, conversation("a title of some sixty letters that the whole list has to show", "x"))
    whole = "(title) => title.scrollHeight <= title.clientHeight && title.getBoundingClientRect().height"
    height = chat.titles.evaluate(whole)
    assert height > 40
    chat.titles.hover()
    expect(chat.history.locator("[data-item-menu]")).to_have_css("opacity", "1")
    assert chat.titles.evaluate(whole) == height


def test_a_pinned_conversation_stands_at_the_top_until_it_is_unpinned(chat: Chat) -> None:
    now = int(time.time() * 1000)
    save(chat, conversation("old", "x", updated=now - 1000), conversation("new", "x", updated=now))
    expect(chat.titles).to_have_text(["new", "old"])
    chat.choose_for("old", "Pin")
    expect(chat.titles).to_have_text(["old", "new"])
    expect(chat.history.get_by_role("heading")).to_have_text(["Pinned", "Today"])
    chat.page.wait_for_timeout(500)
    chat.page.reload()
    expect(chat.titles).to_have_text(["old", "new"])
    chat.choose_for("old", "Unpin")
    expect(chat.titles).to_have_text(["new", "old"])


def test_older_conversations_stand_under_their_months(new_page: NewPage, page_url: str) -> None:
    page = new_page(timezone_id="Asia/Shanghai")
    page.clock.set_fixed_time("2026-11-26T04:00:00Z")
    page.goto(page_url)
    chat = Chat(page)
    times = {"now": 0, "Wednesday": 1, "Monday": 3, "early": 20, "October": 40, "last year": 400}
    thursday = 1_795_665_600_000
    save(chat, *(conversation(name, "x", updated=thursday - days * DAY_MS) for name, days in times.items()))
    expect(chat.history.get_by_role("heading")).to_have_text(
        ["Today", "Yesterday", "This week", "November", "October", "October 2025"]
    )
    expect(chat.titles).to_have_text(list(times))


def test_what_is_found_is_shown_with_the_words_around_it_and_leads_there(chat: Chat) -> None:
    texts = [f"Paragraph {number}.\n\n" * 30 for number in range(20)]
    texts[4] += "Then **the capybara** swam away."
    save(chat, conversation("animals", *texts), conversation("other", "nothing of the kind"))
    chat.page.get_by_role("searchbox").fill("CAPYBARA")
    expect(chat.titles).to_have_text(["animals"])
    hit = chat.history.locator("[data-hit]")
    expect(hit).to_contain_text("Then the capybara swam away.")
    expect(hit.locator("mark")).to_have_text("capybara")
    hit.click()
    place = chat.turns.get_by_text("the capybara").and_(chat.page.locator("strong"))
    expect(place).to_be_in_viewport()
    chat.page.wait_for_timeout(700)
    expect(place).to_be_in_viewport()
    marked = "[...CSS.highlights.get('found')].map((range) => range.toString())"
    assert chat.page.evaluate(marked) == ["capybara"]


def test_what_was_said_in_another_version_is_found_and_shown_there(chat: Chat) -> None:
    chat.ask("about capybaras")
    chat.prompt.press("ArrowUp")
    expect(chat.prompt).to_have_value("about capybaras")
    chat.prompt.fill("about herons")
    chat.prompt.press("Enter")
    expect(chat.turns.locator("[data-prompt]")).to_have_text("about herons")
    chat.expect_finished()
    chat.page.get_by_role("searchbox").fill("about capybaras")
    chat.history.locator("[data-hit]").click()
    expect(chat.turns.locator("[data-prompt]")).to_have_text("about capybaras")
    expect(chat.turns).to_have_count(1)


OLDER_PAGE = """async (conversation) => {
    const opening = indexedDB.open('claude-stream', 2);
    opening.onupgradeneeded = () => {
        opening.result.createObjectStore('conversations', { keyPath: 'id' });
        opening.result.createObjectStore('summaries', { keyPath: 'id' });
        opening.result.createObjectStore('draftFiles');
    };
    await new Promise((done) => { opening.onsuccess = done; });
    const writing = opening.result.transaction(['conversations', 'summaries'], 'readwrite');
    writing.objectStore('conversations').put(conversation);
    writing.objectStore('summaries').put({ id: 'old', title: 'old', updated: 1, text: 'about a heron' });
    await new Promise((done) => { writing.oncomplete = done; });
    opening.result.close();
}"""


def test_conversations_that_an_older_page_saved_are_found(page: Page, page_url: str) -> None:
    """Their texts stood in their summaries, which the list read; now they stand apart."""
    page.goto(f"{page_url}/icon.svg")
    page.evaluate(OLDER_PAGE, conversation("old", "about a heron"))
    page.goto(page_url)
    chat = Chat(page)
    page.get_by_role("searchbox").fill("heron")
    expect(chat.history.locator("[data-hit]")).to_contain_text("about a heron")
    expect(chat.titles).to_have_text(["old"])


def test_a_mark_shows_where_an_answer_runs_and_where_one_came_unseen(chat: Chat) -> None:
    answers(chat, "An answer that takes a while. " * 10)
    chat.send("one")
    chat.expect_growing()
    expect(chat.history.get_by_role("img", name="Claude is answering")).to_be_visible()
    chat.start_new()
    expect(chat.history.get_by_role("img", name="Claude is answering")).to_be_visible()
    expect(chat.history.get_by_role("img", name="New answer")).to_be_visible()
    expect(chat.history.get_by_role("img", name="Claude is answering")).to_have_count(0)
    chat.page.reload()
    expect(chat.history.get_by_role("img", name="New answer")).to_be_visible()
    chat.titles.get_by_text("one").click()
    expect(chat.history.get_by_role("img")).to_have_count(0)
    chat.page.wait_for_timeout(500)
    chat.page.reload()
    expect(chat.titles).to_have_count(1)
    expect(chat.history.get_by_role("img")).to_have_count(0)


def test_a_conversation_is_exported_from_its_menu(chat: Chat) -> None:
    save(chat, conversation("one", "**yes**"), conversation("two", "no"))
    with chat.page.expect_download() as markdown:
        chat.choose_for("one", "Export as Markdown")
    assert "**yes**" in markdown.value.path().read_text()


def test_on_a_phone_the_rows_and_their_menus_are_large_enough_for_a_finger(
    new_page: NewPage, page_url: str
) -> None:
    page = new_page(has_touch=True, is_mobile=True, viewport={"width": 390, "height": 800})
    page.goto(page_url)
    chat = Chat(page)
    save(chat, conversation("a title that is much longer than what a phone has room for", "x"))
    page.locator("[data-open-side]").tap()
    menu = chat.history.locator("[data-item-menu]")
    for control in (chat.titles, menu):
        box = control.bounding_box()
        assert box
        assert min(box["width"], box["height"]) > 43.9
    menu.tap()
    for button in page.locator("#item-menu button:visible").all():
        box = button.bounding_box()
        assert box
        assert box["height"] > 43.9
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
