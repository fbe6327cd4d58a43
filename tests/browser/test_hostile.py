"""Whatever a model writes, whole or cut anywhere: no script runs, no request leaves, nobody is taken elsewhere."""

from collections.abc import Sequence
from typing import Any

from playwright.sync_api import Dialog, FilePayload, Page, Request, expect

from tests.browser.chat import Chat
from tests.browser.conftest import NewPage
from tests.browser.hostile import CORPUS
from tests.browser.hostile_files import CASES, FILE

# Draws each case with the page's own modules: whole, character by character, and each beginning as if it
# were the whole. Returns what should not be there, looked for after each step and once more after a pause.
DRAW = """async (cases) => {
    const { createMarkdown } = await import('/markdown/stream.js');
    const { createTree } = await import('/view/tree.js');
    const { wordsIn } = await import('/view/words.js');
    const words = wordsIn('en');
    const elements = new Set(('P H3 H4 H5 H6 UL OL LI BLOCKQUOTE HR BR STRONG EM DEL CODE A SPAN '
        + 'TABLE THEAD TBODY TR TH TD DIV FIGURE FIGCAPTION BUTTON PRE SUB SUP KBD U MARK').split(' '));
    const ours = new RegExp('^(class|dir|language|align|start|value|href|target|rel|title|tabindex|type|aria-hidden'
        + '|hidden|aria-pressed|data-(language|copy-code|preview|text))$');
    const found = new Set();
    let steps = 0;
    const check = (root, source) => {
        steps++;
        for (const element of root.querySelectorAll('*')) {
            if (element.namespaceURI.endsWith('/MathML') || element.closest('svg')) continue;
            if (!elements.has(element.tagName)) found.add(`${element.tagName} from ${source}`);
            for (const { name, value } of element.attributes) {
                const allowed = ours.test(name) && (name !== 'href' || /^(https?|mailto):/.test(value));
                if (!allowed) found.add(`${name}=${value} from ${source}`);
            }
        }
        for (const element of root.querySelectorAll('math *')) {
            for (const { name } of element.attributes) {
                if (/^on|href|src|style|action/.test(name)) found.add(`${name} from ${source}`);
            }
        }
    };
    const stage = document.querySelector('[data-turns]');
    const fresh = () => {
        const root = stage.appendChild(document.createElement('div'));
        return [root, createTree(root, words), createMarkdown()];
    };
    for (const source of cases) {
        const [whole, drawWhole, parseWhole] = fresh();
        drawWhole(parseWhole(source, true));
        check(whole, source);
        const [grown, drawGrown, parseGrown] = fresh();
        for (let end = 1; end <= source.length; end++) {
            drawGrown(parseGrown(source.slice(0, end), end === source.length));
            check(grown, source);
            const [cut, drawCut, parseCut] = fresh();
            drawCut(parseCut(source.slice(0, end), true));
            check(cut, source);
            cut.remove();
        }
        await new Promise((done) => setTimeout(done));
    }
    await new Promise((done) => setTimeout(done, 500)); // colours and formulas come late
    check(stage, 'late drawing');
    return { found: [...found], steps };
}"""


def watched(page: Page) -> list[str]:
    """Fills with whatever a hostile answer should not have been able to do."""
    seen: list[str] = []

    def refuse(dialog: Dialog) -> None:
        seen.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def note(request: Request) -> None:
        if "elsewhere" in request.url:
            seen.append(f"request of {request.url}")

    page.on("dialog", refuse)
    page.on("request", note)
    page.on("popup", lambda popup: seen.append(f"popup {popup.url}"))
    page.on("framenavigated", lambda frame: seen.append(f"navigation to {frame.url}"))
    return seen


def draw(page: Page, cases: Sequence[str]) -> None:
    seen = watched(page)
    result: dict[str, Any] = page.evaluate(DRAW, cases)
    assert result["found"] == []
    assert result["steps"] > 2 * sum(map(len, cases))
    assert page.evaluate("window.ran") is None
    assert seen == []


def test_there_are_enough_cases_and_no_two_alike() -> None:
    assert len(set(CORPUS)) == len(CORPUS) >= 250


def test_nothing_hostile_survives_under_the_policy(visitor: Chat) -> None:
    """The `page` fixture fails the test on any breach of the policy: nothing may even be tried."""
    draw(visitor.page, CORPUS)


def test_nor_does_it_take_the_policy_to_stop_it(new_page: NewPage, page_url: str) -> None:
    page = new_page(bypass_csp=True)
    page.goto(page_url)
    draw(page, CORPUS[::5])


def test_what_a_person_writes_stays_text_too(chat: Chat) -> None:
    hostile = "<img src=x onerror=window.ran=1><script>window.ran=1</script> **bold**"
    seen = watched(chat.page)
    chat.ask(hostile)
    expect(chat.turn.locator("[data-prompt]")).to_have_text(hostile)
    expect(chat.history.locator("[data-open]")).to_contain_text("<img src=x")
    expect(chat.answer.get_by_role("blockquote")).to_contain_text("<img src=x onerror=window.ran=1>")
    assert chat.turn.locator("img:visible, script").count() == 0
    assert chat.page.evaluate("window.ran") is None
    assert [event for event in seen if not event.startswith("navigation") or "#" not in event] == []


def test_nor_does_anything_that_a_file_with_conversations_brings(chat: Chat) -> None:
    seen = watched(chat.page)
    asked: list[str] = []
    chat.page.on("request", lambda request: asked.append(request.url) if "/v1/" in request.url else None)
    chat.choose("Settings")
    with chat.page.expect_file_chooser() as chooser:
        chat.page.get_by_role("button", name="Restore or import…").click()
    chooser.value.set_files(FilePayload(name="a.json", mimeType="application/json", buffer=FILE.encode()))
    expect(chat.page.locator("[data-report]")).to_contain_text(f"Added: {len(CASES)}.")
    chat.page.get_by_role("button", name="Close").click()
    expect(chat.titles).to_have_count(len(CASES))
    for number in range(len(CASES)):
        chat.page.evaluate("(id) => { location.hash = id; }", f"h{number}")
        expect(chat.history.locator(f"[data-id=h{number}] [aria-current]")).to_be_attached()
        expect(chat.turns.first).to_be_attached()
    chat.page.wait_for_timeout(500)
    assert len(CASES) > 100
    assert chat.page.evaluate("window.ran") is None
    assert chat.page.evaluate("({}).title ?? ({}).hidden ?? null") is None
    assert asked == []
    assert [event for event in seen if not event.startswith("navigation") or "#" not in event] == []
