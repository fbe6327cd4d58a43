"""Previews of code: what a block of SVG, Mermaid or HTML draws, by a click and not before."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.chat import Chat
from tests.browser.conftest import NewPage
from tests.browser.long import answer_by_hand, say
from tests.browser.test_accessibility import AXE, violations
from tests.conftest import KEY

PICTURE = "<svg viewBox='0 0 40 20'><rect width='40' height='20' fill='teal'/></svg>"
DIAGRAM = "flowchart LR\n  A[Ask] --> B{Answer?}\n  B --> C[你好 & goodbye]"
PAGE = """<head><meta charset=utf-8><style>body > h1 { color: rgb(1, 2, 3) }</style></head>
<h1>Hello</h1><svg><rect id=r width=9 height=9 /><use href='#r' /></svg>
<script>document.body.append('ran')</script>"""


def fence(language: str, text: str) -> str:
    return f"```{language}\n{text}\n```"


def answered(chat: Chat, *blocks: tuple[str, str]) -> None:
    """An answer with these blocks of code is there."""
    answer_by_hand(chat)
    say(chat, "".join(f"\n\n{fence(language, text)}" for language, text in blocks))
    chat.page.evaluate("end()")
    chat.expect_finished()


def buttons(chat: Chat) -> Locator:
    return chat.answer.get_by_role("button", name="Preview", exact=True)


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_a_starter_of_the_demo_leads_to_drawings_of_each_kind(
    new_page: NewPage, page_url: str, locale: str
) -> None:
    page = new_page(locale=locale)
    page.add_init_script(f"if (window === top) sessionStorage.setItem('claude-stream.key', '{KEY}')")
    page.goto(page_url)
    chat = Chat(page)
    page.locator("[data-starters] button").last.click()
    expect(page.locator("#prompt")).not_to_have_value("")
    page.keyboard.type("the moon")
    page.keyboard.press("Enter")
    expect(chat.turns).to_have_count(1)
    chat.expect_finished()
    previews = chat.answer.locator("[data-preview]:visible")
    expect(previews).to_have_count(3)
    for index in range(3):
        previews.nth(index).click()
    pictures = chat.answer.locator(".preview img")
    expect(pictures).to_have_count(2)
    for index in range(2):
        expect(pictures.nth(index)).to_have_js_property("complete", value=True)
        assert pictures.nth(index).evaluate("(picture) => picture.naturalWidth > 100")
    card = page.frame_locator(".preview iframe").frame_locator("iframe").locator(".card")
    expect(card).to_be_visible()


def test_the_drawing_takes_the_place_of_its_code_until_the_next_click(chat: Chat) -> None:
    answered(chat, ("svg", PICTURE), ("xml", f"<?xml version='1.0'?>\n{PICTURE}"), ("mermaid", DIAGRAM))
    expect(buttons(chat)).to_have_count(3)
    for index in range(3):
        block = chat.answer.locator(".code").nth(index)
        button, code, picture = block.locator("[data-preview]"), block.locator("pre"), block.get_by_role("img")
        button.click()
        expect(picture).to_be_visible()
        assert picture.evaluate("(picture) => picture.naturalWidth > 20 && picture.clientHeight < 600")
        expect(block).to_contain_text("it runs no scripts and reaches no network")
        expect(code).to_be_hidden()
        expect(button).to_have_attribute("aria-pressed", "true")
        button.click()
        expect(picture).to_have_count(0)
        expect(code).to_be_visible()
        expect(button).to_have_attribute("aria-pressed", "false")
    expect(chat.page.locator("iframe")).to_have_count(0)


def test_a_drawing_opens_large_and_on_the_ground_it_had(new_page: NewPage, page_url: str) -> None:
    page = new_page(color_scheme="dark")
    page.add_init_script(f"if (window === top) sessionStorage.setItem('claude-stream.key', '{KEY}')")
    page.goto(page_url)
    chat = Chat(page)
    answered(chat, ("svg", PICTURE))
    buttons(chat).click()
    dialog = page.locator("[data-opened-file]")
    chat.button("Open Preview").press("Enter")
    expect(dialog).to_be_visible()
    expect(dialog).to_have_css("color-scheme", "light")
    assert dialog.get_by_role("img").evaluate("(picture) => picture.clientWidth > 0.9 * innerWidth")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(chat.button("Open Preview")).to_be_focused()


def test_html_is_shown_as_it_was_meant_but_for_its_scripts(chat: Chat) -> None:
    answered(chat, ("html", PAGE))
    buttons(chat).click()
    outer = chat.answer.frame_locator("iframe")
    expect(chat.answer.locator("iframe")).to_have_attribute("sandbox", "allow-scripts")
    expect(outer.locator("iframe")).to_have_attribute("sandbox", "")
    inner = outer.frame_locator("iframe")
    expect(inner.get_by_role("heading", name="Hello")).to_have_css("color", "rgb(1, 2, 3)")
    expect(inner.locator("use")).to_have_attribute("href", "#r")
    expect(inner.locator("body")).not_to_contain_text("ran")
    buttons(chat).click()
    expect(chat.page.locator("iframe")).to_have_count(0)


def test_what_cannot_be_drawn_is_said_and_the_code_stays(chat: Chat) -> None:
    answered(chat, ("svg", "<svg><rect></svg>"), ("mermaid", "flowchart LR\n  A --> --> B"))
    for index in range(2):
        block = chat.answer.locator(".code").nth(index)
        block.locator("[data-preview]").click()
        expect(block.locator(".preview")).to_have_text("This cannot be drawn: it has a mistake, or is too large.")
        expect(block.locator("pre")).to_be_visible()
        expect(block.locator("[data-preview]")).to_have_attribute("aria-pressed", "false")


def test_nothing_is_offered_while_a_block_grows_and_nothing_loaded_before_a_click(chat: Chat) -> None:
    asked: list[str] = []
    chat.page.on("request", lambda request: asked.append(request.url))
    answer_by_hand(chat)
    others = f"{fence('python', 'print()')}\n\n{fence('xml', '<feed/>')}"
    say(chat, f"\n\n{others}\n\n{fence('svg', PICTURE)[:-4]}")
    expect(chat.answer.locator("pre").last).to_contain_text("viewBox")
    expect(buttons(chat)).to_have_count(0)
    say(chat, "\n```\n\nDone.")
    expect(buttons(chat)).to_have_count(1)
    chat.page.evaluate("end()")
    chat.expect_finished()
    assert not [url for url in asked if re.search("preview|mermaid", url)]


def test_what_the_network_keeps_back_is_said_and_the_next_click_draws(chat: Chat) -> None:
    answered(chat, ("mermaid", DIAGRAM))
    preview = chat.answer.locator(".preview")
    chat.page.route("**/mermaid.js", lambda route: route.abort())
    buttons(chat).click()
    expect(preview).to_contain_text("Part of this page could not be loaded.")
    chat.page.unroute_all()
    chat.page.route("**/frame.html", lambda route: route.abort())
    buttons(chat).click()
    expect(preview).to_contain_text("Drawing…")
    expect(preview).to_contain_text("Part of this page could not be loaded.")
    chat.page.unroute_all()
    buttons(chat).click()
    expect(preview.get_by_role("img")).to_be_visible()


def test_a_diagram_follows_the_theme_and_axe_finds_nothing(new_page: NewPage, page_url: str) -> None:
    page = new_page(color_scheme="dark", bypass_csp=True)
    page.add_init_script(f"if (window === top) sessionStorage.setItem('claude-stream.key', '{KEY}')")
    page.goto(page_url)
    chat = Chat(page)
    answered(chat, ("mermaid", DIAGRAM), ("html", PAGE))
    for button in buttons(chat).all():
        button.click()
    expect(chat.answer.get_by_role("img", name="Preview")).to_be_visible()
    drawn = chat.answer.get_by_role("img").get_attribute("src") or ""
    assert "%23ccc" in drawn, "which is what Mermaid writes in on dark ground"
    ground = "(paper) => getComputedStyle(paper).backgroundColor"
    papers = chat.answer.locator("[data-paper]")
    assert papers.first.evaluate(ground) == "rgb(39, 37, 34)"
    assert papers.last.evaluate(ground) == "rgb(255, 255, 255)"
    page.evaluate(AXE)
    assert violations(page) == []
