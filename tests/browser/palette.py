"""The palette in a person's words."""

from playwright.sync_api import Locator, Route, expect

from tests.browser.chat import Chat


def options(chat: Chat, *, selected: bool | None = None) -> Locator:
    return chat.page.locator("#options").get_by_role("option", selected=selected)


def open_palette(chat: Chat, keys: str = "Control+k") -> Locator:
    """Its field."""
    chat.expect_ready()
    chat.prompt.press(keys)
    field = chat.page.get_by_role("combobox", name="Find anything")
    expect(field).to_be_focused()
    return field


def run_command(chat: Chat, words: str) -> None:
    """The only one that they name."""
    open_palette(chat)
    chat.page.keyboard.type(words)
    expect(options(chat)).to_have_count(1)
    chat.page.keyboard.press("Enter")


def open_before_it_comes(chat: Chat) -> Route:
    """Its part of the page is held back until the route goes on."""
    chat.expect_ready()
    held: list[Route] = []
    chat.page.route("**/view/palette.js", lambda route: held.append(route))  # noqa: PLW0108 (Playwright takes no builtin)
    with chat.page.expect_request("**/view/palette.js"):
        chat.prompt.press("Control+k")
    return held[0]
