"""How much the page loads before one can type."""

import gzip

from playwright.sync_api import Page, Response, expect

from tests.browser.chat import Chat

LIMIT_BYTES = 62 * 1024


def test_javascript_and_css_of_the_first_load_are_at_most_62_kb_gzipped(page: Page, page_url: str) -> None:
    responses: list[Response] = []
    page.on("response", lambda response: responses.append(response))  # noqa: PLW0108 (Playwright takes no builtin)
    page.goto(page_url)
    expect(Chat(page).key).to_be_focused()
    page.wait_for_load_state("networkidle")
    code = [one for one in responses if one.url.endswith((".js", ".css"))]
    sizes = {one.url.removeprefix(page_url): len(gzip.compress(one.body(), 6)) for one in code}
    assert len(sizes) > 20
    print(sum(sizes.values()), "bytes in", len(sizes), "files")
    assert sum(sizes.values()) <= LIMIT_BYTES, sizes
    assert not [url for url in sizes if "highlight" in url or "temml" in url], "these come when first needed"


def test_colours_and_formulas_come_when_first_needed(chat: Chat) -> None:
    asked: list[str] = []
    chat.page.on("request", lambda request: asked.append(request.url))
    chat.ask("hello")
    expect(chat.answer.locator(".hljs-keyword").first).to_be_visible()
    assert any(url.endswith("/highlight.js/python.js") for url in asked)
    assert not any("temml" in url for url in asked)
    chat.ask("$x^2$")
    expect(chat.answer.locator("math msup")).to_be_visible()
    assert any("temml" in url for url in asked)


def test_nothing_moves_while_the_page_comes(page: Page, page_url: str) -> None:
    page.goto(page_url)
    expect(Chat(page).key).to_be_focused()
    page.wait_for_load_state("networkidle")
    # The entries of the first paint come after those of everything that has moved.
    moved = """() => new Promise((done) => {
        const moves = [];
        const seen = new PerformanceObserver((list) => {
            moves.push(...list.getEntriesByType('layout-shift').map(({ value }) => value));
            if (list.getEntriesByType('paint').length) done(moves);
        });
        for (const type of ['layout-shift', 'paint']) seen.observe({ type, buffered: true });
    })"""
    assert page.evaluate(moved) == []
