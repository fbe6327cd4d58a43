"""How much is drawn in a frame, and when: elements are counted, no time is."""

from playwright.sync_api import expect

from tests.asking import eventually
from tests.browser.chat import Chat
from tests.browser.conftest import NewPage
from tests.browser.long import answer_by_hand, gap, many_turns, say
from tests.conftest import KEY

# Counts the elements that come into the conversation in each frame.
COUNT = """() => {
    window.madeInFrames = [];
    let made = 0;
    const count = (node) => 1 + (node.querySelectorAll?.('*').length ?? 0);
    new MutationObserver((records) => {
        for (const { addedNodes } of records) {
            for (const node of addedNodes) if (node.nodeType === 1) made += count(node);
        }
    }).observe(document.querySelector('[data-turns]'), { childList: true, subtree: true });
    const next = () => {
        if (made) window.madeInFrames.push(made);
        made = 0;
        requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
}"""


def test_what_a_person_does_is_drawn_with_the_next_frame(chat: Chat) -> None:
    answer_by_hand(chat)
    # Waiting for growth must not hold back the click: no timer comes to its end here.
    say(chat, "\n\nMore.")
    frames = chat.page.evaluate("""async () => {
        const soon = window.setTimeout;
        window.setTimeout = (act, wait, ...rest) => soon(act, wait > 5 ? 60_000 : wait, ...rest);
        for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
        say('\\n\\nMore.');
        document.querySelector('.side [data-new]').click();
        let frames = 0;
        while (document.querySelector('[data-turns]').childElementCount && frames < 60) {
            await new Promise(requestAnimationFrame);
            frames += 1;
        }
        return frames;
    }""")
    assert frames < 10


def test_five_hundred_turns_are_made_a_few_at_a_time_from_the_end_upwards(chat: Chat) -> None:
    many_turns(chat.page, 500)
    chat.page.evaluate(COUNT)
    chat.history.get_by_role("button", name="A long one", exact=True).click()
    expect(chat.turns).to_have_count(500)
    expect(chat.answer).to_contain_text("Answer 499.")
    assert eventually(lambda: gap(chat) < 2)
    for turn in (chat.turns.first, chat.turns.nth(250)):
        expect(turn).to_contain_text("Answer ")  # a search in the page finds it
    counts = chat.page.evaluate("madeInFrames")
    assert len(counts) > 25
    assert max(counts) < 2500  # the first frame has the five hundred places too
    assert gap(chat) < 2, "what is made above moves nothing"


def test_what_comes_into_sight_is_made_first(chat: Chat) -> None:
    many_turns(chat.page, 500)
    chat.history.get_by_role("button", name="A long one", exact=True).click()
    expect(chat.turns).to_have_count(500)
    counts = chat.page.evaluate("""async () => {
        document.querySelector('[data-scroller]').scrollTop = 0;
        const list = document.querySelector('[data-turns]');
        while (!list.firstElementChild.childElementCount) await new Promise(requestAnimationFrame);
        return [...list.children].filter((turn) => turn.childElementCount).length;
    }""")
    assert counts < 400


def test_a_click_during_the_opening_is_drawn_before_the_rest_is(chat: Chat) -> None:
    many_turns(chat.page, 500)
    expect(chat.history.locator("[data-open]")).to_be_visible()
    counts = chat.page.evaluate("""async () => {
        const frame = () => new Promise(requestAnimationFrame);
        const list = document.querySelector('[data-turns]');
        document.querySelector('[data-list] [data-open]').click();
        while (list.childElementCount < 500) await frame();
        document.querySelector('.side [data-new]').click();
        let made = 0;
        while (list.childElementCount) {
            made = [...list.children].filter((turn) => turn.childElementCount).length;
            await frame();
        }
        return made;
    }""")
    assert counts < 100


def test_a_long_answer_in_one_burst_is_drawn_in_steps(chat: Chat) -> None:
    answer_by_hand(chat)
    chat.page.evaluate(COUNT)
    section = "## A heading\n\nSome **words** with `code` and more.\n\n- one\n- two\n\n"
    count = 400_000 // len(section)
    chat.page.evaluate("([section, count]) => { say('\\n\\n' + section.repeat(count)); end(); }", [section, count])
    expect(chat.answer.locator("h3, h4")).to_have_count(count)
    counts = chat.page.evaluate("madeInFrames")
    assert len(counts) > 20
    assert max(counts) < 6000


def test_printing_does_not_wait_for_what_is_not_made_yet(new_page: NewPage, page_url: str) -> None:
    page = new_page()
    page.add_init_script(f"sessionStorage.setItem('claude-stream.key', '{KEY}')")
    page.goto(page_url)
    chat = Chat(page)
    expect(chat.prompt).to_be_focused()
    many_turns(page, 200)
    chat.history.get_by_role("button", name="A long one", exact=True).click()
    expect(chat.turns).to_have_count(200)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert chat.turns.first.text_content()


def test_a_piece_changes_the_text_and_nothing_around_it(chat: Chat) -> None:
    """An attribute that is written again is styled again, even where it says the same."""
    answer_by_hand(chat)
    expect(chat.page.get_by_role("log")).to_have_attribute("aria-live", "polite")  # what opens is drawn
    chat.page.evaluate("""() => {
        window.written = [];
        new MutationObserver((records) => {
            for (const { target, attributeName } of records) {
                if (!target.closest('.text')) window.written.push(`${attributeName} of ${target.className}`);
            }
        }).observe(document, { attributes: true, subtree: true });
    }""")
    for n in range(5):
        say(chat, f"\n\nPiece {n}.")
        expect(chat.answer).to_contain_text(f"Piece {n}.")
        assert eventually(lambda: gap(chat) < 2)
    assert chat.page.evaluate("written") == []
