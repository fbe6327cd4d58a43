"""The page in a person's words, for the browser tests: what one does, and where one looks."""

import re

from playwright.sync_api import Locator, Page, expect

SOME_TEXT = re.compile(r"\S")
THOUGHT = re.compile(r"Thought (about it|for \d+ s)")


class Chat:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.prompt = page.get_by_label("Your message")
        self.send_button = page.get_by_role("button", name="Send", exact=True)
        self.stop_button = page.get_by_role("button", name="Stop", exact=True)
        self.key = page.get_by_label("API key", exact=True)
        self.key_notice = page.locator("[data-key-notice]")
        self.turns = page.get_by_role("article")
        self.history = page.locator("[data-list]")
        self.scroller = page.locator("[data-scroller]")

    def give_key(self, key: str) -> None:
        self.key.fill(key)
        self.key.press("Enter")

    def send(self, text: str) -> None:
        self.prompt.fill(text)
        self.expect_ready()
        self.prompt.press("Enter")

    def ask(self, text: str) -> None:
        """Sends, and waits for the whole answer."""
        self.prompt.fill(text)
        # A page that has just been opened knows its conversation, and has drawn it.
        expect(self.send_button).to_be_enabled()
        expect(self.page.locator("[data-welcome]:not([hidden]), [data-turn]").first).to_be_visible()
        count = self.turns.count()
        self.prompt.press("Enter")
        expect(self.turns).to_have_count(count + 1)
        self.expect_finished()

    def expect_ready(self) -> None:
        """A page that has just been opened can send only once it knows the models."""
        expect(self.page.locator("[data-model] option").first).to_be_attached()

    def choose(self, item: str) -> None:
        """From the menu."""
        self.page.get_by_role("button", name="More").click()
        self.page.get_by_role("button", name=item).click()

    def choose_for(self, conversation: str, item: str) -> None:
        """From the menu of a conversation in the list."""
        self.item_menu(conversation).click()
        self.page.locator("#item-menu").get_by_role("button", name=item, exact=True).click()

    def item_menu(self, conversation: str) -> Locator:
        return self.history.get_by_role("button", name=f"Options: {conversation}", exact=True)

    def start_new(self) -> None:
        self.page.get_by_role("button", name="New chat").first.click()
        expect(self.turns).to_have_count(0)

    @property
    def titles(self) -> Locator:
        """In the list."""
        return self.history.locator("[data-open]")

    @property
    def turn(self) -> Locator:
        """The last prompt with its answer."""
        return self.turns.last

    @property
    def answer(self) -> Locator:
        return self.turn.locator("[data-answer]")

    @property
    def raw(self) -> Locator:
        """What stands as it was written, until Markdown has been loaded."""
        return self.turn.locator(".raw")

    @property
    def notice(self) -> Locator:
        return self.turn.locator("[data-notice]")

    def button(self, name: str) -> Locator:
        """One of those under the last turn."""
        return self.turn.get_by_role("button", name=name, exact=True)

    def text(self) -> str:
        return self.answer.text_content() or ""

    def expect_growing(self) -> None:
        expect(self.answer).to_have_text(SOME_TEXT)
        expect(self.turn).to_have_attribute("aria-busy", "true")

    def expect_finished(self) -> None:
        self.page.wait_for_timeout(150)  # an answer that has just been asked for is drawn by now
        expect(self.turn).to_have_attribute("aria-busy", "false")
        expect(self.raw).to_have_count(0)


def letters(text: str) -> str:
    return re.sub(r"\W+", "", text)


def in_another_tab(chat: Chat, *, close_first: bool = False) -> Chat:
    """The same conversation, with the key that the first tab has."""
    address, context = chat.page.url, chat.page.context
    key = chat.page.evaluate("sessionStorage.getItem('claude-stream.key')")
    if close_first:
        chat.page.close()
    other = Chat(context.new_page())
    other.page.add_init_script(f"sessionStorage.setItem('claude-stream.key', '{key}')")
    other.page.goto(address)
    return other
