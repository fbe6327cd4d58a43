"""Markdown that says what was meant, in the page: what only a browser shows of it."""

from playwright.sync_api import expect

from tests.browser.chat import Chat
from tests.browser.simulated import answers


def test_a_nested_task_is_indented_and_in_the_ink_of_the_text(chat: Chat) -> None:
    answers(chat, "- [x] a\n  - [ ] b\n- plain\n")
    chat.ask("tasks?")
    outer, inner = chat.answer.locator("li.done"), chat.answer.locator("li.task")
    expect(inner).to_contain_text("b")
    left = "element => element.querySelector('.task').getBoundingClientRect().left"
    assert inner.evaluate(left) > outer.evaluate(left) + 10
    ink = "element => getComputedStyle(element).color"
    assert inner.evaluate(ink) == outer.evaluate(ink) == chat.answer.locator(".text").evaluate(ink)


def test_list_numbers_and_line_breaks_are_as_written(chat: Chat) -> None:
    answers(chat, "1. a\n3. b\n\n一\n二\n")
    chat.ask("numbers?")
    expect(chat.answer.locator("li").nth(1)).to_have_js_property("value", 3)
    assert chat.answer.locator("p").inner_text() == "一\n二"


def test_formulas_are_drawn_and_broken_ones_stay_as_written(chat: Chat) -> None:
    aligned = "$$\\begin{aligned}a\\tag{1}\\end{aligned}$$"
    answers(chat, f"so \\[x=1\\] holds, $\\ce{{H2O}}$ too\n\n{aligned}\n\nbroken: $\\frac{{1}}{{2$ x\n")
    chat.ask("formulas?")
    expect(chat.answer.locator("math")).to_have_count(3)
    expect(chat.answer.locator("math").nth(2)).to_contain_text("(1)")
    expect(chat.answer.locator("p").last).to_have_text("broken: $\\frac{1}{2$ x")


def test_blocks_of_code_are_coloured_whatever_stands_around_their_language(chat: Chat) -> None:
    answers(chat, "```{python}\nprint(1)\n```\n\n```js:a.js\nlet a = 1;\n```\n\n```hcl\na = 1\n```\n")
    chat.ask("code?")
    for number in (0, 1):
        expect(chat.answer.locator("figure").nth(number).locator("[class^=hljs]").first).to_be_visible()
    expect(chat.answer.locator("figure").nth(2)).to_contain_text("a = 1")
    expect(chat.answer.locator("figure").nth(2).locator("[class^=hljs]")).to_have_count(0)


def test_elements_in_a_line_are_elements_and_all_others_text(chat: Chat) -> None:
    answers(chat, "H<sub>2</sub>O <kbd>Esc</kbd> &eacute; <!-- hidden --> <b>x</b>\n")
    chat.ask("elements?")
    expect(chat.answer.locator("sub")).to_have_text("2")
    expect(chat.answer.locator("kbd")).to_have_text("Esc")
    expect(chat.answer.locator("p")).to_have_text("H2O Esc é <b>x</b>")
