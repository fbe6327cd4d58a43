"""Parts of the page that the network keeps back: what can be shown is shown, and they come later."""

from playwright.sync_api import expect

from tests.browser.chat import Chat


def keep_back(chat: Chat, *modules: str) -> None:
    for module in modules:
        chat.page.route(f"**/{module}", lambda route: route.abort())


def test_markdown_comes_when_the_network_is_back(chat: Chat) -> None:
    keep_back(chat, "markdown/stream.js")
    chat.send("hello")
    expect(chat.answer).to_contain_text("> hello")
    expect(chat.button("Copy")).to_be_visible()
    chat.page.unroute_all()
    chat.page.context.set_offline(True)
    chat.page.context.set_offline(False)
    expect(chat.answer.get_by_role("blockquote")).to_have_text("hello")


def test_the_history_comes_with_the_next_change(chat: Chat) -> None:
    keep_back(chat, "view/history_list.js")
    chat.ask("hello")
    expect(chat.titles).to_have_count(0)
    chat.page.unroute_all()
    chat.ask("hello again")
    expect(chat.titles).to_have_text(["hello"])


def test_a_click_on_what_cannot_be_loaded_says_so_and_the_next_one_works(chat: Chat) -> None:
    chat.ask("hello")
    keep_back(chat, "view/export.js")
    chat.choose("Export as Markdown")
    expect(chat.page.get_by_text("Part of this page could not be loaded.")).to_be_visible()
    chat.page.unroute_all()
    with chat.page.expect_download():
        chat.choose("Export as Markdown")


def test_a_reload_while_a_part_is_on_its_way_breaks_nothing(chat: Chat) -> None:
    """The browser ends the import, which is no error of the page's."""
    chat.page.route("**/view/history_list.js", lambda route: None)
    with chat.page.expect_request("**/view/history_list.js"):
        chat.send("hello")
    chat.page.unroute_all(behavior="ignoreErrors")
    chat.page.reload()
    expect(chat.titles).to_have_text(["hello"])
