"""A real Chromium, the real page served by local/page.py, and a function URL behind it.

To run these tests against another function URL, override `function_url` and `api_key`.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from local.background import Background
from local.page import PageServer
from tests.browser.chat import Chat
from tests.browser.messages_server import API_KEY, MessagesServer

ROOT = Path(__file__).parents[2]
FLAGS = [
    "--headless",
    "--no-sandbox",  # containers have no user namespaces; these tests open nothing but loopback
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def _chromium() -> str:
    recorded = ROOT / ".setup" / "browser-path"
    path = os.environ.get("CHROMIUM") or (recorded.read_text().strip() if recorded.exists() else "")
    if not Path(path).is_file():
        pytest.fail("no browser for the browser tests: run make setup", pytrace=False)
    return path


# Module scope, not session: Playwright's loop counts as running in this thread for as long as it lives,
# and would break the asyncio.run() of other tests.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def background() -> Iterator[Background]:
    with Background() as background:
        yield background


@pytest.fixture
def messages_server(background: Background) -> Iterator[MessagesServer]:
    server = MessagesServer()
    background.run(server.start())
    yield server
    background.run(server.close())


@pytest.fixture
def function_url(messages_server: MessagesServer) -> str:
    return messages_server.url + "/"


@pytest.fixture
def api_key() -> str:
    return API_KEY


@pytest.fixture
def page_url(background: Background, function_url: str) -> Iterator[str]:
    config = {
        "functionUrl": function_url,
        "model": "claude-haiku-5-5",
        "models": ["claude-haiku-5-5"],
        "maxTokens": 4096,
    }
    server = PageServer(web=ROOT / "web", config=config, function_url=function_url)
    background.run(server.start())
    yield server.url
    background.run(server.close())


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh tab. Fails the test on any uncaught error or breach of the page's own policy."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.set_default_timeout(10_000)
    breaches: list[str] = []

    def note_breach(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "Trusted" in message.text:
            breaches.append(message.text)

    page.on("console", note_breach)
    page.on("pageerror", lambda error: breaches.append(str(error)))
    yield page
    context.close()
    assert breaches == []


@pytest.fixture
def origins(page: Page) -> set[str]:
    """Fills with every origin that the page asks anything of."""
    seen: set[str] = set()

    def note(request: Request) -> None:
        scheme, _, rest = request.url.partition("//")
        seen.add(f"{scheme}//{rest.split('/')[0]}")

    page.on("request", note)
    return seen


@pytest.fixture
def visitor(page: Page, page_url: str) -> Chat:
    """Somebody who has just opened the page and has given no key."""
    page.goto(page_url)
    return Chat(page)


@pytest.fixture
def chat(visitor: Chat, api_key: str) -> Chat:
    """Somebody who has given the right key."""
    visitor.give_key(api_key)
    return visitor
