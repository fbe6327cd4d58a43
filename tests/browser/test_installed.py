"""The page as an app: its manifest and icons, its history without a connection, its versions, its notifications."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from emulator.background import Background
from emulator.page import PageServer
from tests.asking import eventually
from tests.browser.chat import Chat
from tests.browser.conftest import NewPage, chromium
from tests.conftest import Deployment
from tests.places import WEB

READY = "navigator.serviceWorker.ready.then(({ active }) => active.state)"
KEPT = """async () => {
    const paths = {};
    for (const name of await caches.keys()) {
        const requests = await (await caches.open(name)).keys();
        paths[name] = requests.map(({ url }) => new URL(url).pathname);
    }
    return paths;
}"""


@pytest.fixture(scope="module")
def browser_path() -> str:
    return chromium()  # the whole one: the other shows no notifications


@pytest.fixture
def web(tmp_path: Path) -> Path:
    """A copy of the page, which may change."""
    return Path(shutil.copytree(WEB, tmp_path / "web"))


@pytest.fixture
def server(
    web: Path, background: Background, deployment: Deployment, config: dict[str, Any]
) -> Iterator[PageServer]:
    server = PageServer(web=web, config=config, function_url=deployment.url.url)
    background.run(server.start())
    yield server
    background.run(server.close())


@pytest.fixture
def installed(new_page: NewPage, server: PageServer, api_key: str) -> Chat:
    """Somebody whose browser has installed the page's service worker."""
    page = new_page(service_workers="allow", permissions=["notifications"])
    page.add_init_script(f"sessionStorage.setItem('claude-stream.key', '{api_key}')")
    page.goto(server.url)
    page.evaluate(READY)
    page.reload()
    chat = Chat(page)
    chat.expect_ready()
    return chat


def kept(page: Page) -> dict[str, list[str]]:
    found: dict[str, list[str]] = page.evaluate(KEPT)
    return found


def test_the_manifest_names_icons_of_the_size_that_they_have(page: Page, page_url: str) -> None:
    page.goto(page_url)
    link = page.locator("link[rel=manifest]").get_attribute("href")
    response = page.request.get(f"{page_url}/{link}")
    assert response.headers["content-type"] == "application/manifest+json"
    manifest = json.loads(response.body())
    assert (manifest["start_url"], manifest["scope"], manifest["display"]) == ("/", "/", "standalone")
    assert {icon.get("purpose", "any") for icon in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        picture = page.request.get(f"{page_url}/{icon['src']}").body()
        width, height = (int.from_bytes(picture[at : at + 4]) for at in (16, 20))
        assert picture.startswith(b"\x89PNG")
        assert f"{width}x{height}" == icon["sizes"]


def test_without_a_connection_the_page_opens_with_its_history(
    installed: Chat, server: PageServer, background: Background
) -> None:
    installed.ask("about rivers")
    installed.page.wait_for_timeout(1000)
    background.run(server.close())
    installed.page.reload()
    expect(installed.answer.get_by_role("blockquote")).to_have_text("about rivers")
    expect(installed.answer.locator("table")).to_be_visible()
    expect(installed.answer.locator(".hljs-keyword").first).to_be_visible()
    installed.page.get_by_role("searchbox").fill("rivers simulator")
    expect(installed.history.locator("[data-hit]")).to_be_visible()
    installed.choose("Settings")
    expect(installed.page.get_by_role("button", name="Back up all")).to_be_visible()
    expect(installed.page.locator("[data-trouble]")).to_be_hidden()


def test_the_service_worker_keeps_the_pages_files_and_nothing_of_the_api(installed: Chat) -> None:
    installed.ask("hello")
    for path in ("/v1/messages", "/v1/models", "/stream", "/healthz", "/elsewhere"):
        installed.page.evaluate("(path) => fetch(path).catch(() => {})", path)
    (paths,) = kept(installed.page).values()
    assert {"/", "/main.js", "/markdown/stream.js", "/vendor/markdown-it/markdown-it.js", "/config.json"} <= set(
        paths
    )
    assert [path for path in paths if not (WEB / path[1:]).exists()] == ["/config.json"]


def test_a_new_version_shows_at_once_and_takes_the_place_of_the_old_one(installed: Chat, web: Path) -> None:
    page = installed.page
    (before,) = kept(page)
    strings = web / "strings_en.js"
    strings.write_text(strings.read_text().replace("What is on your mind?", "What is new?"))
    page.reload()
    expect(page.get_by_role("heading", name="What is new?")).to_be_visible()
    page.evaluate("navigator.serviceWorker.getRegistration().then((one) => one.update())")
    assert eventually(lambda: len(kept(page)) == 2)
    url, context = page.url, page.context
    page.close()  # once no page of the old version is open, the browser lets the new one take its place

    def old_one_is_gone() -> bool:
        other = context.new_page()
        other.wait_for_timeout(2000)
        other.goto(url)
        names = kept(other)
        other.close()
        return before not in names

    assert eventually(old_one_is_gone)


def test_a_notification_says_that_an_answer_is_done_where_the_person_allows_it_and_is_elsewhere(
    installed: Chat,
) -> None:
    page = installed.page
    shown = """() => navigator.serviceWorker.ready.then((one) => one.getNotifications())
        .then((all) => all.map(({ title, body }) => [title, body]))"""
    elsewhere = "(hidden) => Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden })"
    page.evaluate(elsewhere, True)
    installed.ask("not wanted")
    assert page.evaluate(shown) == []
    installed.choose("Settings")
    page.get_by_label("Tell me when an answer is done").check()
    page.get_by_role("button", name="Close").click()
    page.evaluate(elsewhere, False)
    installed.ask("in sight")
    page.evaluate(elsewhere, True)
    installed.ask("wanted")
    assert eventually(lambda: page.evaluate(shown) == [["Claude has answered", "not wanted"]])
