"""What is typed or pasted comes into the box that it is meant for."""

from playwright.sync_api import expect

from tests.browser.chat import Chat


def test_letters_go_into_the_message_box_wherever_one_has_clicked(chat: Chat) -> None:
    chat.ask("hello")
    chat.titles.first.click()
    expect(chat.prompt).not_to_be_focused()
    chat.page.keyboard.type("And why is that?")
    expect(chat.prompt).to_have_value("And why is that?")
    expect(chat.page.locator("dialog[open]")).to_have_count(0)


def test_letters_stay_in_the_field_that_has_the_focus_and_shortcuts_are_no_letters(chat: Chat) -> None:
    chat.ask("hello")
    search = chat.page.get_by_role("searchbox")
    search.press_sequentially("hel")
    expect(search).to_have_value("hel")
    copy = chat.button("Copy")
    for keys in ("Control+c", "Alt+x", "Space"):
        copy.press(keys)
        expect(copy).to_be_focused()
    expect(chat.prompt).to_have_value("")


def test_what_is_typed_before_a_sent_message_is_drawn_away_begins_the_next_one(chat: Chat) -> None:
    chat.expect_ready()
    chat.prompt.fill("hello")
    chat.page.evaluate(
        """() => {
            const real = window.requestAnimationFrame;
            const late = (draw) => setTimeout(() => real.call(window, draw), 500);
            window.requestAnimationFrame = (draw) =>
                typeof draw === 'function' ? late(draw) : real.call(window, draw);
        }"""
    )
    chat.prompt.press("Enter")
    chat.page.keyboard.type("and")
    expect(chat.turns).to_have_count(1)
    expect(chat.prompt).to_have_value("and")


def test_a_file_that_is_pasted_with_its_name_is_attached(chat: Chat) -> None:
    """As macOS copies it."""
    chat.prompt.evaluate(
        """(prompt) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData('text/plain', 'notes.md');
            clipboardData.items.add(new File(['# Notes'], 'notes.md', { type: 'text/markdown' }));
            prompt.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData }));
        }"""
    )
    expect(chat.page.locator("[data-composer] .file")).to_have_text("notes.md")
