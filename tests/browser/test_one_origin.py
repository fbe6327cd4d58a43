"""One address in a real browser: no preflight, and words that come one by one; and two, as a stage may have."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from bench.line import Line
from emulator.background import Background
from emulator.demo import demo_page_config
from emulator.page import PageServer
from tests.browser.chat import Chat
from tests.conftest import Deployment
from tests.one_origin import one_origin
from tests.places import WEB


@pytest.fixture
def together(background: Background, deployment: Deployment) -> Iterator[Line]:
    """The line to the page with the API behind it."""
    with one_origin(background, deployment) as url:
        line = Line(url, round_trip_seconds=0)
        background.run(line.start())
        yield line
        background.run(line.close())


@pytest.fixture
def to_function(background: Background, deployment: Deployment) -> Iterator[Line]:
    line = Line(deployment.url.url, round_trip_seconds=0)
    background.run(line.start())
    yield line
    background.run(line.close())


@pytest.fixture
def apart(background: Background, to_function: Line) -> Iterator[str]:
    """The page that calls the function at its own address."""
    server = PageServer(web=WEB, config=demo_page_config(to_function.url), function_url=to_function.url)
    background.run(server.start())
    yield server.url
    background.run(server.close())


def opened(page: Page, url: str, key: str) -> Chat:
    page.add_init_script(f"sessionStorage.setItem('claude-stream.key', '{key}')")
    page.goto(url)
    return Chat(page)


def to_api(requests: list[str]) -> list[str]:
    """Method and path of each request to the API."""
    return [request.removesuffix(" HTTP/1.1") for request in requests if " /v1/" in request]


def test_one_address_takes_no_preflight(page: Page, together: Line, api_key: str, origins: set[str]) -> None:
    chat = opened(page, together.url, api_key)
    chat.ask("/long 5")
    chat.ask("/long 5")
    asked = to_api(together.requests)
    assert asked.count("POST /v1/messages") == 2
    assert [request for request in together.requests if request.startswith("OPTIONS")] == []
    assert origins == {together.url}


def test_words_stream_on_one_address(page: Page, together: Line, api_key: str) -> None:
    chat = opened(page, together.url, api_key)
    chat.send("/slow please")
    chat.expect_growing()
    first = chat.text()
    expect(chat.answer).not_to_have_text(first)
    chat.expect_growing()
    chat.stop_button.click()


def test_a_key_is_checked_there_and_a_wrong_one_refused(page: Page, together: Line, api_key: str) -> None:
    page.goto(together.url)
    visitor = Chat(page)
    visitor.give_key("wrong")
    expect(visitor.key_notice).not_to_be_empty()
    visitor.give_key(api_key)
    visitor.ask("/long 3")
    assert "GET /v1/models" in to_api(together.requests)


def test_two_addresses_take_a_preflight(page: Page, apart: str, to_function: Line, api_key: str) -> None:
    chat = opened(page, apart, api_key)
    chat.ask("/long 5")
    asked = to_api(to_function.requests)
    assert asked.index("OPTIONS /v1/messages") < asked.index("POST /v1/messages")
