"""The page in a person's words, for the browser tests: what one does, and where one looks."""

from playwright.sync_api import Locator, Page, expect


class Chat:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.prompt = page.get_by_label("Your message")
        self.send_button = page.get_by_role("button", name="Send")
        self.stop_button = page.get_by_role("button", name="Stop")
        self.key = page.get_by_label("API key")
        self.key_notice = page.locator("[data-key-notice]")
        self.turns = page.get_by_role("article")

    def give_key(self, key: str) -> None:
        self.key.fill(key)
        self.key.press("Enter")

    def send(self, text: str) -> None:
        self.prompt.fill(text)
        self.prompt.press("Enter")

    @property
    def turn(self) -> Locator:
        """The last prompt with its answer."""
        return self.turns.last

    @property
    def answer(self) -> Locator:
        return self.turn.locator("[data-answer]")

    @property
    def notice(self) -> Locator:
        return self.turn.locator("[data-notice]")

    def text(self) -> str:
        return self.answer.text_content() or ""

    def expect_finished(self) -> None:
        expect(self.turn).to_have_attribute("aria-busy", "false", timeout=15_000)
