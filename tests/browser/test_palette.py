"""The palette and the list of shortcuts: opened by keys and from the menu, loaded when first used."""

import pytest
from playwright.sync_api import expect

from tests.browser.chat import Chat
from tests.browser.palette import open_before_it_comes, open_palette, options, run_command


@pytest.fixture
def asked(chat: Chat) -> list[str]:
    """The addresses that the page asks for from here on."""
    chat.expect_ready()
    addresses: list[str] = []
    chat.page.on("request", lambda request: addresses.append(request.url))
    return addresses


@pytest.mark.parametrize("keys", ["Control+k", "Meta+k"])
def test_the_palette_opens_by_keys_and_finds_models(chat: Chat, asked: list[str], keys: str) -> None:
    palette = open_palette(chat, keys)
    palette.fill("sonnet 5.5")
    expect(options(chat)).to_have_count(1)
    assert any(url.endswith("/view/palette.js") for url in asked)
    palette.press("Enter")
    expect(palette).to_be_hidden()
    expect(chat.page.locator("[data-model] option:checked")).to_have_text("Claude Sonnet 5.5")
    expect(chat.prompt).to_be_focused()


def test_the_palette_finds_conversations(chat: Chat) -> None:
    chat.ask("one about whales")
    chat.page.get_by_role("button", name="New chat").first.click()
    chat.ask("another about cheese")
    run_command(chat, "whales")
    expect(chat.turn.locator("[data-prompt]")).to_have_text("one about whales")


def test_the_palette_is_walked_by_arrows_and_left_by_escape(chat: Chat) -> None:
    chat.expect_ready()
    chat.prompt.press("Control+k")
    selected = options(chat, selected=True)
    expect(selected).to_have_count(1)
    first = selected.inner_text()
    chat.page.keyboard.press("ArrowDown")
    expect(selected).not_to_have_text(first)
    chat.page.keyboard.press("ArrowUp")
    chat.page.keyboard.press("ArrowUp")
    expect(options(chat).last).to_have_attribute("aria-selected", "true")
    chat.page.keyboard.type("nothing of that name")
    expect(chat.page.get_by_text("Nothing found.")).to_be_visible()
    chat.page.keyboard.press("Enter")
    expect(chat.page.get_by_role("combobox", name="Find anything")).to_have_value("nothing of that name")
    chat.page.keyboard.press("Escape")
    expect(chat.page.locator("dialog[open]")).to_have_count(0)
    expect(chat.prompt).to_be_focused()


def test_the_palettes_commands_do_what_they_say(chat: Chat) -> None:
    chat.ask("hello")
    run_command(chat, "settings")
    expect(chat.page.get_by_label("Language")).to_be_visible()
    chat.page.keyboard.press("Escape")
    expect(chat.page.locator("dialog[open]")).to_have_count(0)
    run_command(chat, "thinking high")
    expect(chat.page.locator("[data-thinking]")).to_have_value("high")
    run_command(chat, "search conv")
    expect(chat.page.get_by_role("searchbox")).to_be_focused()
    run_command(chat, "answer again")
    expect(chat.turn.get_by_role("group", name="Versions")).to_have_text("2 / 2")
    run_command(chat, "new chat")
    expect(chat.turns).to_have_count(0)


def test_a_question_mark_lists_the_shortcuts_where_no_text_is_typed(chat: Chat, asked: list[str]) -> None:
    chat.prompt.press("?")
    chat.page.wait_for_timeout(300)
    expect(chat.page.locator("dialog[open]")).to_have_count(0)
    chat.page.get_by_role("button", name="More").focus()
    assert not any(url.endswith("/view/shortcuts.js") for url in asked)
    chat.page.keyboard.press("?")
    listed = chat.page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(listed).to_contain_text("Ctrl + K")
    listed.get_by_role("button", name="Close").click()
    expect(chat.page.locator("dialog[open]")).to_have_count(0)
    chat.choose("Keyboard shortcuts")
    expect(listed).to_be_visible()


def test_what_is_typed_while_the_palette_comes_is_in_its_field(chat: Chat) -> None:
    held = open_before_it_comes(chat)
    chat.page.keyboard.type("sonnet 5.5")
    palette = chat.page.get_by_role("dialog", name="Find anything").get_by_role("combobox", name="Find anything")
    expect(palette).to_have_value("sonnet 5.5")
    held.continue_()
    expect(options(chat)).to_have_count(1)
    chat.page.keyboard.press("Enter")
    expect(chat.page.locator("[data-model] option:checked")).to_have_text("Claude Sonnet 5.5")
    expect(chat.prompt).to_have_value("")


def test_the_palette_that_is_left_before_it_has_come_stays_away(chat: Chat) -> None:
    held = open_before_it_comes(chat)
    chat.page.keyboard.press("Escape")
    expect(chat.prompt).to_be_focused()
    with chat.page.expect_response("**/view/palette.js"):
        held.continue_()
    chat.page.wait_for_timeout(300)
    expect(chat.page.get_by_text("Part of this page could not be loaded.")).to_be_hidden()
    expect(chat.page.locator("dialog[open]")).to_have_count(0)


def test_a_panel_that_cannot_be_loaded_is_said(chat: Chat) -> None:
    chat.expect_ready()
    chat.page.route("**/view/palette.js", lambda route: route.abort())
    chat.prompt.press("Control+k")
    expect(chat.page.get_by_text("Part of this page could not be loaded.")).to_be_visible()
    expect(chat.page.locator("dialog[open]")).to_have_count(0)
    expect(chat.prompt).to_be_focused()
