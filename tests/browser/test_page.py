"""The page in a real browser: what a person does with it, and what they then see."""

import re

from playwright.sync_api import Browser, Page, expect

from tests.browser.chat import Chat


def test_it_asks_for_the_key_once_and_keeps_it_for_the_tab(visitor: Chat, api_key: str) -> None:
    expect(visitor.key).to_be_focused()
    visitor.give_key(api_key)
    expect(visitor.key).to_be_hidden()
    expect(visitor.prompt).to_be_focused()
    visitor.page.reload()
    expect(visitor.prompt).to_be_focused()
    expect(visitor.key).to_be_hidden()
    assert api_key not in visitor.page.url
    assert visitor.page.evaluate("localStorage.length") == 0


def test_another_tab_has_no_key(chat: Chat, browser: Browser, page_url: str) -> None:
    with browser.new_page() as other:
        other.goto(page_url)
        expect(Chat(other).key).to_be_focused()


def test_a_forgotten_key_is_asked_for_again(chat: Chat) -> None:
    chat.page.get_by_role("button", name="Forget key").click()
    expect(chat.key).to_be_focused()
    assert chat.page.evaluate("sessionStorage.length") == 0


def test_the_answer_grows_before_it_is_complete(chat: Chat) -> None:
    chat.send("/slow growth")
    expect(chat.answer).to_have_text(re.compile(r"\S"))
    first = chat.text()
    expect(chat.turn).to_have_attribute("aria-busy", "true")
    expect(chat.answer).not_to_have_text(first)
    assert chat.text().startswith(first)
    expect(chat.turn).to_have_attribute("aria-busy", "true")


def test_a_complete_answer_ends_quietly(chat: Chat) -> None:
    chat.send("hello")
    chat.expect_finished()
    assert "> hello" in chat.text()
    expect(chat.notice).to_be_hidden()
    expect(chat.send_button).to_be_visible()
    expect(chat.prompt).to_have_value("")


def test_the_click_on_send_sends_too(chat: Chat) -> None:
    expect(chat.send_button).to_be_disabled()
    chat.prompt.fill("hello")
    chat.send_button.click()
    chat.expect_finished()
    assert "> hello" in chat.text()


def test_chinese_arrives_whole(chat: Chat) -> None:
    chat.send("你好")
    chat.expect_finished()
    assert "> 你好" in chat.text()
    assert "\ufffd" not in chat.text()


def test_stop_keeps_what_came_and_nothing_more_comes(chat: Chat) -> None:
    chat.send("/slow stop")
    expect(chat.answer).to_have_text(re.compile(r"\S"))
    chat.stop_button.click()
    chat.expect_finished()
    kept = chat.text()
    assert kept.strip()
    expect(chat.notice).to_have_text("Stopped.")
    expect(chat.prompt).to_be_focused()
    chat.page.wait_for_timeout(1200)
    assert chat.text() == kept


def test_one_can_go_on_after_a_stop(chat: Chat) -> None:
    chat.send("/slow stop")
    expect(chat.answer).to_have_text(re.compile(r"\S"))
    chat.stop_button.click()
    chat.send("hello again")
    chat.expect_finished()
    expect(chat.turns).to_have_count(2)
    assert "> hello again" in chat.text()


def test_a_wrong_key_is_asked_for_again_and_the_prompt_kept(visitor: Chat, api_key: str) -> None:
    visitor.give_key("wrong")
    visitor.send("keep me")
    expect(visitor.key).to_be_focused()
    expect(visitor.key_notice).to_contain_text("not accepted")
    expect(visitor.prompt).to_have_value("keep me")
    expect(visitor.turns).to_have_count(0)
    assert visitor.page.evaluate("sessionStorage.length") == 0
    visitor.give_key(api_key)
    visitor.prompt.press("Enter")
    visitor.expect_finished()
    assert "> keep me" in visitor.text()


def test_sending_without_a_key_asks_for_it_and_keeps_the_prompt(visitor: Chat) -> None:
    visitor.send("keep me")
    expect(visitor.key).to_be_focused()
    expect(visitor.key_notice).to_contain_text("Enter the key first")
    expect(visitor.prompt).to_have_value("keep me")


def test_a_key_that_no_header_can_carry_is_refused_at_once(visitor: Chat) -> None:
    visitor.give_key("密钥")
    expect(visitor.key_notice).to_contain_text("plain letters")
    expect(visitor.key).to_be_visible()


def test_a_refusal_says_what_to_do_and_gives_the_prompt_back(chat: Chat) -> None:
    chat.send("/throttle")
    expect(chat.notice).to_contain_text(re.compile("wait|again", re.IGNORECASE))
    chat.expect_finished()
    expect(chat.prompt).to_have_value("/throttle")


def test_shift_enter_breaks_the_line(chat: Chat) -> None:
    chat.prompt.fill("one")
    chat.prompt.press("Shift+Enter")
    chat.prompt.press_sequentially("two")
    expect(chat.prompt).to_have_value("one\ntwo")
    expect(chat.turns).to_have_count(0)


def test_an_empty_prompt_is_not_sent(chat: Chat) -> None:
    chat.send("  \n ")
    expect(chat.turns).to_have_count(0)


def test_the_enter_that_ends_a_composition_does_not_send(chat: Chat) -> None:
    """A real composition, through the browser's own input method interface."""
    devtools = chat.page.context.new_cdp_session(chat.page)
    chat.prompt.focus()
    devtools.send("Input.imeSetComposition", {"text": "你好", "selectionStart": 2, "selectionEnd": 2})
    chat.page.keyboard.press("Enter")
    expect(chat.turns).to_have_count(0)
    devtools.send("Input.insertText", {"text": "你好"})
    expect(chat.prompt).to_have_value(re.compile("你好"))
    chat.page.keyboard.press("Enter")
    expect(chat.turns).to_have_count(1)


def test_safaris_enter_after_a_composition_does_not_send(chat: Chat) -> None:
    chat.prompt.fill("你好")
    chat.prompt.dispatch_event("keydown", {"key": "Enter", "keyCode": 229, "bubbles": True, "cancelable": True})
    expect(chat.turns).to_have_count(0)
    chat.prompt.dispatch_event("keydown", {"key": "Enter", "keyCode": 13, "bubbles": True, "cancelable": True})
    expect(chat.turns).to_have_count(1)


def test_hostile_text_stays_text(chat: Chat) -> None:
    hostile = "<img src=x onerror=document.title='caught'><script>document.title='caught'</script>"
    chat.send(hostile)
    chat.expect_finished()
    expect(chat.turn.locator("[data-prompt]")).to_have_text(hostile)
    assert "<img src=x onerror=document.title" in chat.text()
    assert chat.turn.locator("img, script").count() == 0
    assert chat.page.title() == "claude-stream"


def test_it_asks_nothing_of_any_other_origin(
    page: Page, origins: set[str], page_url: str, function_url: str, api_key: str
) -> None:
    page.goto(page_url)
    chat = Chat(page)
    chat.give_key(api_key)
    chat.send("hello")
    chat.expect_finished()
    assert origins == {page_url, function_url.rstrip("/")}


def test_its_policy_is_in_force(browser: Browser, page_url: str) -> None:
    """In a tab of its own: the `page` fixture would fail on the breaches that are wanted here."""
    with browser.new_page() as page:
        page.goto(page_url)
        breaks = (
            "() => { try { document.body.innerHTML = '<b>x</b>'; return 'written'; } catch { return 'refused'; } }"
        )
        assert page.evaluate(breaks) == "refused"
        fetches = "fetch('http://127.0.0.1:9/', {mode: 'no-cors'}).catch(() => 0)"
        blocked = (
            "new Promise((done) => addEventListener('securitypolicyviolation', (e) => done(e.effectiveDirective)))"
        )
        assert page.evaluate(f"() => {{ const seen = {blocked}; {fetches}; return seen; }}") == "connect-src"


def test_assistive_technology_hears_the_answer_politely(chat: Chat) -> None:
    log = chat.page.get_by_role("log", name="Conversation")
    expect(log).to_have_attribute("aria-live", "polite")
    chat.send("/slow hello")
    expect(log.get_by_role("article")).to_have_attribute("aria-busy", "true")
    chat.stop_button.click()
    expect(log.get_by_role("article")).to_have_attribute("aria-busy", "false")


def test_it_fits_a_phone(visitor: Chat, api_key: str) -> None:
    sideways = (
        "() => [document.documentElement, document.querySelector('main')].map((e) => e.scrollWidth - e.clientWidth)"
    )
    visitor.page.set_viewport_size({"width": 360, "height": 640})
    assert visitor.page.evaluate(sideways) == [0, 0]
    visitor.give_key(api_key)
    visitor.send("hello " + "x" * 500)
    visitor.expect_finished()
    assert visitor.page.evaluate(sideways) == [0, 0]
    expect(visitor.send_button).to_be_in_viewport()


def test_the_end_stays_in_sight_unless_one_scrolls_up(chat: Chat) -> None:
    chat.page.set_viewport_size({"width": 800, "height": 480})
    chat.send("hello")
    chat.expect_finished()
    chat.page.wait_for_timeout(100)
    scroller = chat.page.locator("[data-scroller]")
    gap = "(element) => element.scrollHeight - element.scrollTop - element.clientHeight"
    assert scroller.evaluate(gap) < 2
    chat.send("/slow again")
    expect(chat.answer).to_have_text(re.compile(r"\S"))
    scroller.hover()
    chat.page.mouse.wheel(0, -400)
    chat.page.wait_for_timeout(1200)
    assert scroller.evaluate(gap) > 100
