"""What assistive technology reads aloud, and what axe finds in every state of the page."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chat import Chat
from tests.browser.conftest import NewPage
from tests.browser.test_files import BRING
from tests.conftest import KEY
from tests.places import ROOT

AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text()
Words = dict[str, str]
ENGLISH = {"prompt": "Your message", "more": "More", "settings": "Settings", "edit": "Edit", "close": "Close"}
CHINESE = {"prompt": "您的消息", "more": "更多", "settings": "设置", "edit": "修改", "close": "关闭"}


def violations(page: Page) -> list[str]:
    found = page.evaluate("async () => (await axe.run(document)).violations")
    return [f"{one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("language", "words"), [("en", ENGLISH), ("zh-CN", CHINESE)], ids=["en", "zh"])
def test_axe_finds_nothing_in_any_state(  # noqa: PLR0915 (one life of a page, from the key to offline)
    new_page: NewPage, page_url: str, theme: str, language: str, words: Words
) -> None:
    # Axe works by evaluating a string in the page, which its policy forbids; the policy has tests of its own.
    page = new_page(color_scheme=theme, locale=language, bypass_csp=True)
    page.add_init_script(AXE)
    limit = {"name": "usd_per_day", "limit": 5, "used": 1, "remaining": 4, "resets_at": "2026-11-28T00:00:00Z"}
    anywhere = {"access-control-allow-origin": "*", "access-control-allow-headers": "*"}
    page.route("**/v1/usage", lambda route: route.fulfill(json={"limits": [limit]}, headers=anywhere))
    page.route("**/config.json", lambda route: route.fulfill(body="{}"))
    page.goto(page_url)
    found: dict[str, list[str]] = {}

    def look(state: str) -> None:
        found.update({state: all_} if (all_ := violations(page)) else {})

    prompt = page.get_by_label(words["prompt"], exact=True)
    last = page.get_by_role("article").last
    expect(page.locator("[data-retry]")).to_be_visible()
    look("a broken config.json")
    page.unroute("**/config.json")
    page.locator("[data-retry]").click()
    expect(page.locator("[data-retry]")).to_be_hidden()
    look("asking for the key")
    page.evaluate(f"sessionStorage.setItem('claude-stream.key', '{KEY}')")
    page.reload()
    expect(prompt).to_be_focused()
    look("empty")
    for panel in ("instructions", "palette", "shortcuts"):
        page.evaluate(f"document.querySelector('[data-panel={panel}]').click()")
        expect(page.locator("dialog[open]")).to_be_visible()
        look(panel)
        page.keyboard.press("Escape")
        expect(page.locator("dialog[open]")).to_have_count(0)
    page.evaluate(BRING, ["#prompt", "paste", [["blank.txt", "", ""], ["cells.csv", "text/csv", "YSxi"]]])
    expect(page.locator("[data-draft-notice]")).to_be_visible()
    look("a file attached, another refused")
    prompt.fill("/slow growth")
    prompt.press("Enter")
    expect(last.locator("[data-answer]")).to_have_text(re.compile(r"\S"))
    look("answering")
    prompt.fill("next")
    page.locator("[data-send]").click()
    expect(page.locator("[data-held]")).to_be_visible()
    look("a message that waits")
    page.keyboard.press("Escape")
    expect(last).to_have_attribute("aria-busy", "false")
    expect(page.locator("[data-allowance]")).to_be_visible()
    look("stopped")
    prompt.fill("/throttle")
    prompt.press("Enter")
    expect(last.locator("[data-countdown]")).to_be_visible()
    look("throttled")
    page.locator("#menu").evaluate("(menu) => menu.showPopover()")
    look("menu")
    page.locator("[data-settings]").click()
    expect(page.locator("[data-spending] tr").first).to_be_visible()
    page.locator("[data-back-up]").click()
    expect(page.locator("[data-report]")).to_be_visible()
    look("settings, backed up")
    page.locator("[data-titles]").check()
    page.locator("[data-notify]").click()
    look("settings, notifications refused")
    page.keyboard.press("Escape")
    page.locator("[data-model]").select_option("Claude Sonnet 5.5")
    prompt.fill("你好" if language == "zh-CN" else "hello")
    prompt.press("Enter")
    expect(last.locator("pre")).to_be_visible()
    expect(last.locator(".hljs-keyword").first).to_be_visible()
    last.locator("summary").first.click()
    look("answered, thinking unfolded")
    last.locator("[data-again-with]").click()
    page.locator("[data-answer-menu] button").first.click()
    expect(page.locator(".pair > .turn")).to_be_visible()
    look("side by side, one answering")
    expect(page.locator("[data-stop]")).to_be_hidden()
    look("side by side")
    prompt.press("ArrowUp")
    look("editing")
    page.keyboard.press("Escape")
    page.locator("[data-item-menu]").first.click()
    look("a conversation's menu")
    page.locator("[data-item=rename]").click()
    expect(page.locator("[data-list] input")).to_be_focused()
    look("renaming")
    page.keyboard.press("Escape")
    page.locator("[data-search]").fill("growth")
    expect(page.locator("[data-hit]")).to_be_visible()
    look("searching")
    page.locator("[data-hit]").click()
    look("found")
    page.locator("[data-search]").fill("")
    page.locator("[data-item-menu]").first.click()
    page.locator("[data-item=remove]").click()
    expect(page.locator("[data-undo]")).to_be_visible()
    look("deleted")
    page.set_viewport_size({"width": 390, "height": 800})
    page.locator("[data-open-side]").click()
    look("history on a phone")
    page.context.set_offline(True)
    expect(page.locator("[data-offline]")).to_be_visible()
    look("offline")
    assert found == {}


def test_assistive_technology_hears_the_answer_politely(chat: Chat) -> None:
    log = chat.page.get_by_role("log", name="Conversation")
    expect(log).to_have_attribute("aria-live", "polite")
    chat.send("/slow hello")
    chat.expect_growing()
    expect(log.get_by_role("article")).to_have_attribute("aria-busy", "true")
    chat.stop_button.click()
    expect(log.get_by_role("article")).to_have_attribute("aria-busy", "false")
