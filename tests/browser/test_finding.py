"""What was said is found by keys: from the search's field, in the list, and from the palette."""

from playwright.sync_api import expect

from tests.asking import eventually
from tests.browser.chat import Chat
from tests.browser.palette import open_before_it_comes, open_palette, options
from tests.browser.saved import conversation, save

MARKS = "() => CSS.highlights.get('found')?.size ?? 0"


def save_animals(chat: Chat) -> None:
    save(
        chat,
        conversation("first", "There is **an otter** here.", updated=1_700_000_000_003),
        conversation("second", "Another otter.", updated=1_700_000_000_002),
        conversation("third", "A heron.", updated=1_700_000_000_001),
    )


def test_enter_in_the_searchs_field_opens_what_was_found_first_and_its_marks_go_with_the_search(chat: Chat) -> None:
    save_animals(chat)
    search = chat.page.get_by_role("searchbox")
    search.fill("otter")
    expect(chat.history.locator("[data-hit]:visible")).to_have_count(2)
    search.press("Enter")
    expect(chat.answer).to_contain_text("an otter")
    expect(search).to_be_focused()
    assert eventually(lambda: chat.page.evaluate(MARKS) == 1)
    search.fill("")
    assert eventually(lambda: chat.page.evaluate(MARKS) == 0)


def test_arrows_lead_from_the_field_through_the_list_and_back(chat: Chat) -> None:
    save_animals(chat)
    search = chat.page.get_by_role("searchbox")
    search.press("ArrowDown")
    for title in ("first", "second"):
        expect(chat.titles.get_by_text(title)).to_be_focused()
        chat.page.keyboard.press("ArrowDown")
    expect(chat.titles.get_by_text("third")).to_be_focused()
    chat.page.keyboard.press("ArrowDown")
    expect(chat.titles.get_by_text("third")).to_be_focused()
    for _ in range(3):
        chat.page.keyboard.press("ArrowUp")
    expect(search).to_be_focused()


def test_the_palette_finds_what_was_said_and_leads_to_it(chat: Chat) -> None:
    save_animals(chat)
    open_palette(chat)
    chat.page.keyboard.type("heron")
    option = options(chat)
    expect(option).to_have_count(1)
    expect(option).to_contain_text("A heron.")
    expect(option.locator("mark")).to_have_text("heron")
    chat.page.keyboard.press("Enter")
    expect(chat.answer).to_contain_text("A heron.")
    assert eventually(lambda: chat.page.evaluate(MARKS) == 1)


def test_a_title_is_found_without_its_accents(chat: Chat) -> None:
    save(chat, conversation("one", "a", title="Café Ångström"), conversation("two", "b"))
    chat.page.get_by_role("searchbox").fill("cafe angstrom")
    expect(chat.titles).to_have_text("Café Ångström")
    open_palette(chat)
    chat.page.keyboard.type("cafe")
    expect(options(chat)).to_contain_text("Café Ångström")


def test_an_enter_that_comes_before_the_palette_counts(chat: Chat) -> None:
    held = open_before_it_comes(chat)
    chat.page.keyboard.type("sonnet 5.5")
    chat.page.keyboard.press("Enter")
    held.continue_()
    expect(chat.page.locator("dialog[open]")).to_have_count(0)
    expect(chat.page.locator("[data-model] option:checked")).to_have_text("Claude Sonnet 5.5")


def test_a_place_in_another_version_says_so_and_leads_back(chat: Chat) -> None:
    chat.ask("about an otter")
    chat.prompt.press("ArrowUp")
    chat.prompt.fill("about a heron")
    chat.prompt.press("Enter")
    expect(chat.turn.locator("[data-prompt]")).to_have_text("about a heron")
    chat.expect_finished()
    chat.page.wait_for_timeout(1000)  # saved
    search = chat.page.get_by_role("searchbox")
    search.fill("otter")
    expect(chat.history.locator("[data-hit]:visible")).to_have_count(1)
    search.press("Enter")
    expect(chat.turn.locator("[data-prompt]")).to_have_text("about an otter")
    notice = chat.page.locator("[data-toast]")
    expect(notice).to_contain_text("That stands in another version")
    notice.get_by_role("button", name="Undo").click()
    expect(chat.turn.locator("[data-prompt]")).to_have_text("about a heron")
    expect(notice).to_be_hidden()


def test_what_is_deleted_then_comes_back_alone(chat: Chat) -> None:
    """The notice on the other version has an Undo too, which is not the deleted conversation's."""
    here = conversation("here", "on herons", updated=1_700_000_000_001)
    otter = conversation("otter", "on otters")["turns"][0] | {"created": 1}
    save(chat, conversation("gone", "nothing"), here | {"aside": [otter]})
    search = chat.page.get_by_role("searchbox")
    search.fill("otters")
    expect(chat.titles).to_have_text(["here"])
    search.press("Enter")
    notice = chat.page.locator("[data-toast]")
    expect(notice).to_contain_text("That stands in another version")
    search.fill("")
    chat.choose_for("gone", "Delete")
    expect(notice).to_contain_text("Deleted: “gone”")
    notice.get_by_role("button", name="Undo").click()
    expect(chat.titles).to_have_text(["here", "gone"])
    expect(chat.answer).to_have_text("on otters")


def test_an_address_of_a_conversation_that_is_not_here_is_said(chat: Chat) -> None:
    chat.expect_ready()
    chat.page.evaluate("location.hash = '#00000000-0000-4000-8000-000000000000'")
    expect(chat.page.get_by_text("is not in this browser.")).to_be_visible()
    chat.prompt.fill("hello")
    expect(chat.send_button).to_be_enabled()


def test_while_a_rows_menu_is_open_the_list_keeps_its_order(chat: Chat) -> None:
    save_animals(chat)
    chat.ask("about something else")
    chat.item_menu("second").click()
    chat.page.evaluate("""async () => {
        const { openArchive } = await import('/storage/archive.js');
        const archive = openArchive();
        const third = await archive.read('third');
        await archive.save({ ...third, updated: Date.now() + 1000 });
    }""")
    chat.page.wait_for_timeout(300)
    expect(chat.titles).to_have_text(["about something else", "first", "second", "third"])
    chat.page.keyboard.press("Escape")
    expect(chat.titles.first).to_have_text("third")
