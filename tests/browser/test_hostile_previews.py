"""Whatever a preview is made of: no script runs, no host is called, nothing opens, nobody is taken elsewhere."""

import socket
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import LIMIT_MS
from tests.browser.hostile_previews import HTML, MERMAID, SVG, filled

# Opens a preview of each text in turn, by the page's own modules; returns how many were drawn.
PREVIEW = """async ([language, texts]) => {
    const { codeView } = await import('/view/code.js');
    const { wordsIn } = await import('/view/words.js');
    await import('/strings_later.js'); // as it comes with a turn
    const words = wordsIn('en');
    document.querySelector('[data-scroller]').replaceChildren();
    for (const text of texts) {
        const { element, set } = codeView(language, words);
        document.querySelector('[data-scroller]').append(element);
        set(text);
        element.querySelector('[data-preview]').click();
        const caption = () => element.querySelector('[data-caption]')?.textContent ?? 'Drawing…';
        while (caption() === 'Drawing…') await new Promise((done) => setTimeout(done, 20));
    }
    return document.querySelectorAll('[aria-pressed=true]').length;
}"""

TARGETS = "a, area, button, input[type=submit], math"


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """The address of a host that nobody may call: whoever does so, even without a request, fails the test."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/leak"
        server.setblocking(False)
        with pytest.raises(BlockingIOError):
            server.accept()


@pytest.fixture
def page(browser: Browser, page_url: str) -> Iterator[Page]:
    """Here the policies are run into on purpose. What a script, a window or a way out does fails the test."""
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        context.set_default_timeout(LIMIT_MS)
        page = context.new_page()
        seen: list[str] = []
        page.on("dialog", lambda dialog: seen.append(f"dialog {dialog.message}"))
        page.on("download", lambda download: seen.append(f"download {download.url}"))
        context.on("page", lambda other: seen.append(f"window {other.url}"))
        page.goto(page_url)
        page.evaluate("window.messages = []; addEventListener('message', ({ data }) => messages.push(data))")
        yield page
        page.wait_for_timeout(1000)  # what waits for its moment
        assert seen == []
        assert page.evaluate("window.messages") == []
        assert page.evaluate("({}).polluted ?? null") is None
        assert page.url == f"{page_url}/"


def preview(page: Page, language: str, texts: list[str], elsewhere: str) -> int:
    drawn: int = page.evaluate(PREVIEW, [language, [filled(text, elsewhere=elsewhere) for text in texts]])
    return drawn


def test_there_are_enough_cases_and_no_two_alike() -> None:
    cases = [*HTML, *SVG, *MERMAID]
    assert len(set(cases)) == len(cases) >= 60


def test_html_is_shown_and_does_nothing_even_when_it_is_clicked(page: Page, elsewhere: str) -> None:
    assert preview(page, "html", HTML, elsewhere) == len(HTML)
    page.wait_for_timeout(500)
    shown = [frame for frame in page.frames if frame.url == "about:srcdoc"]
    assert len(shown) == len(HTML)
    for target in (one for frame in shown for one in frame.locator(TARGETS).all()):
        if target.is_visible():  # Ctrl asks for a tab, which no sandbox refuses
            target.click(modifiers=["Control"], force=True, no_wait_after=True)
        target.dispatch_event("click")
    page.wait_for_timeout(500)
    places = {frame.url.replace(page.url, "/") for frame in page.frames}
    assert places == {"/", "/preview/frame.html", "about:srcdoc"}


def test_a_picture_is_drawn_and_does_nothing(page: Page, elsewhere: str) -> None:
    assert preview(page, "svg", SVG, elsewhere) >= len(SVG) // 2
    assert len(page.frames) == 1
    heights = page.locator(".preview img").evaluate_all("(all) => all.map((one) => one.clientHeight)")
    assert max(heights) < 800


def test_a_diagram_is_drawn_and_does_nothing(page: Page, elsewhere: str) -> None:
    assert preview(page, "mermaid", MERMAID, elsewhere) >= len(MERMAID) // 2
    expect(page.locator("iframe")).to_have_count(0)
    expect(page.locator(".preview img").first).to_be_visible()
