"""A real Chromium and the whole demo: the page, the emulated function URL with the real function, the simulator.

The simulator talks as fast as it can; a prompt that begins with /slow is for what has to be watched.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from emulator.background import Background
from emulator.demo import demo_page_config
from emulator.page import PageServer
from tests.browser.chat import Chat
from tests.conftest import KEY, Deploy, Deployment
from tests.places import ROOT, WEB

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
SHORT_WAITS = {"HEARTBEAT_SECONDS": "1", "FIRST_EVENT_WAIT_SECONDS": "4"}

LIMIT_MS = 60_000  # ends a wait that would never end; machines are busy when tests run in parallel

expect.set_options(timeout=LIMIT_MS)

NewPage = Callable[..., Page]


def chromium() -> str:
    recorded = ROOT / ".setup" / "browser-path"
    path = os.environ.get("CHROMIUM") or (recorded.read_text().strip() if recorded.exists() else "")
    if not Path(path).is_file():
        pytest.fail("no browser for the browser tests: run make setup", pytrace=False)
    return path


# Module scope, not session: Playwright's loop counts as running in this thread for as long as it lives,
# and would break the asyncio.run() of other tests.
@pytest.fixture(scope="module")
def browser_path() -> str:
    """Chromium without what a window needs, where there is one: two thirds of the CPU. It shows no notification."""
    shell = None if os.environ.get("CHROMIUM") else shutil.which("chromium-headless-shell")
    return shell or chromium()


@pytest.fixture(scope="module")
def browser(browser_path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def deployment(deploy: Deploy) -> Deployment:
    """The function with the demo's settings, but with a ping every second."""
    return deploy(variables=SHORT_WAITS, concurrency=4)


@pytest.fixture
def api_key() -> str:
    return KEY


@pytest.fixture
def config(deployment: Deployment) -> dict[str, Any]:
    """The page's config.json; a test may change it before it opens the page."""
    return demo_page_config(deployment.url.url, keep_answers_minutes=60 if deployment.has_table else 0)


@pytest.fixture
def page_url(background: Background, deployment: Deployment, config: dict[str, Any]) -> Iterator[str]:
    server = PageServer(web=WEB, config=config, function_url=deployment.url.url)
    background.run(server.start())
    yield server.url
    background.run(server.close())


@pytest.fixture
def new_page(browser: Browser) -> Iterator[NewPage]:
    """Makes fresh tabs. The test fails on any uncaught error or breach of the page's own policy in them."""
    contexts = []
    breaches: list[str] = []

    def note_breach(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "Trusted" in message.text:
            breaches.append(message.text)

    def make(**settings: Any) -> Page:
        # A service worker stands between the page and what tests put in the way of its requests.
        usual = {"viewport": {"width": 1280, "height": 800}, "service_workers": "block"}
        context = browser.new_context(**{**usual, **settings})
        context.set_default_timeout(LIMIT_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("console", note_breach)
        page.on("pageerror", lambda error: breaches.append(str(error)))
        return page

    yield make
    for context in contexts:
        context.close()
    assert breaches == []


@pytest.fixture
def page(new_page: NewPage) -> Page:
    return new_page()


@pytest.fixture
def origins(page: Page) -> set[str]:
    """A set that fills with every origin that the page sends a request to."""
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
def chat(page: Page, page_url: str, api_key: str) -> Chat:
    """Somebody who has given the right key before."""
    # not in the frame of a preview, which has no storage
    page.add_init_script(f"if (window === top) sessionStorage.setItem('claude-stream.key', '{api_key}')")
    page.goto(page_url)
    return Chat(page)
