"""Texts and long pastes as files, what files are by their bytes, and files that are still being read."""

import base64

from playwright.sync_api import Locator, expect

from tests.browser.chat import Chat
from tests.browser.test_files import bring, choose, content, hold_pictures, picture
from tests.conftest import Deployment

TEXTS = {
    "program.py": "print('hi')\n",
    "notes.md": "# Notes\n\n- 你好\n",
    "cells.csv": "a,b\n1,2\n",
    "data.json": '{"a": [1, 2]}',
    "plain.txt": "plain",
    "app.log": "2026-11-26 ERROR it broke\n",
    "drawing.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
    "Makefile": "all:\n\techo hi\n",
}
ONE_PIXEL_GIF = bytes.fromhex("47494638396101000100800000000000ffffff")
FRAME = bytes.fromhex("21f90401000000002c00000000010001000002014400")


def attached(chat: Chat) -> Locator:
    return chat.page.locator("[data-composer] .file")


def test_text_of_every_kind_is_sent_as_a_document_with_its_name(chat: Chat, deployment: Deployment) -> None:
    choose(chat, *[(name, "application/octet-stream", text.encode()) for name, text in TEXTS.items()])
    expect(attached(chat)).to_have_text(list(TEXTS))
    chat.ask("Read them.")
    *documents, _ = content(deployment)
    assert documents == [
        {"type": "document", "title": name, "source": {"type": "text", "media_type": "text/plain", "data": text}}
        for name, text in TEXTS.items()
    ]
    chat.ask("And again?")
    assert deployment.simulator.requests[-1].body["messages"][0]["content"][:-1] == documents
    chat.page.reload()
    expect(chat.turns.first.locator(".asked .file")).to_have_text(list(TEXTS))


def test_after_a_file_has_been_chosen_one_can_say_what_it_is_for(chat: Chat) -> None:
    with chat.page.expect_file_chooser() as chooser:
        chat.page.get_by_role("button", name="Attach").click()
    chooser.value.set_files({"name": "cells.csv", "mimeType": "text/csv", "buffer": b"a,b\n1,2\n"})
    expect(chat.prompt).to_be_focused()
    expect(attached(chat)).to_have_text("cells.csv")


def test_a_picture_is_what_its_bytes_say(chat: Chat, deployment: Deployment) -> None:
    bring(chat, "drop", ("shot.png", "image/png", picture(chat, 8, 8, "image/webp")))
    expect(attached(chat)).to_have_count(1)
    bring(chat, "drop", ("photo.docx", "", picture(chat, 8, 8, "image/jpeg")))
    expect(attached(chat)).to_have_count(2)
    chat.ask("What is it?")
    assert [block["source"]["media_type"] for block in content(deployment)[:2]] == ["image/webp", "image/jpeg"]


def test_empty_and_broken_files_are_refused(chat: Chat) -> None:
    notice = chat.page.locator("[data-draft-notice]")
    for name in ("empty.pdf", "empty.png", "empty.txt"):
        choose(chat, (name, "", b""))
        expect(notice).to_have_text(f"“{name}” was not attached: it is empty.")
    choose(chat, ("blank.txt", "text/plain", b" \n"))
    expect(notice).to_have_text("“blank.txt” was not attached: it is empty.")
    choose(chat, ("cut.pdf", "application/pdf", b"%PDF-1.4\n1 0 obj"))
    expect(notice).to_contain_text("“cut.pdf” was not attached: it is no whole PDF")
    whole = base64.b64decode(picture(chat, 300, 300))
    choose(chat, ("cut.png", "image/png", whole[:200]))
    expect(notice).to_contain_text("“cut.png” was not attached: it cannot be read as a picture")
    choose(chat, ("long.log", "text/plain", b"x" * (1024 * 1024 + 1)))
    expect(notice).to_contain_text("“long.log” was not attached: a text may be at most 1 MB")
    expect(attached(chat)).to_have_count(0)


def test_what_has_to_be_saved_as_something_else_is_told_as_what(chat: Chat) -> None:
    notice = chat.page.locator("[data-draft-notice]")
    for name, instead in {"a.docx": "PDF", "b.xlsx": "CSV", "c.pptx": "PDF", "d.heic": "JPEG"}.items():
        choose(chat, (name, "", b"PK\x03\x04\0\0\0"))
        expect(notice).to_contain_text(f"“{name}” was not attached")
        expect(notice).to_contain_text(f"Save it as {instead}")


def test_a_moving_picture_is_said_to_be_sent_still(chat: Chat) -> None:
    notice = chat.page.locator("[data-draft-notice]")
    choose(chat, ("still.gif", "image/gif", ONE_PIXEL_GIF + FRAME + b";"))
    expect(attached(chat)).to_have_count(1)
    expect(notice).to_be_hidden()
    choose(chat, ("moving.gif", "image/gif", ONE_PIXEL_GIF + FRAME * 2 + b";"))
    expect(attached(chat)).to_have_count(2)
    expect(notice).to_have_text("“moving.gif” moves: Claude sees only its first picture.")


def paste(chat: Chat, text: str) -> None:
    chat.page.evaluate(
        """(text) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData('text/plain', text);
            const how = { bubbles: true, cancelable: true, clipboardData };
            document.querySelector('#prompt').dispatchEvent(new ClipboardEvent('paste', how));
        }""",
        text,
    )


def test_a_long_paste_becomes_a_file_that_can_be_put_back(chat: Chat, deployment: Deployment) -> None:
    long = "a line of a log\n" * 300
    chat.prompt.fill("What went wrong?")
    paste(chat, long)
    expect(attached(chat)).to_have_text(["Pasted text 1"])
    chat.page.get_by_role("button", name="Put Pasted text 1 into the message").click()
    expect(attached(chat)).to_have_count(0)
    expect(chat.prompt).to_have_value(f"What went wrong?\n\n{long}")
    chat.prompt.fill("What went wrong?")
    paste(chat, long)
    paste(chat, long)
    chat.page.get_by_role("button", name="Remove Pasted text 1").click()
    expect(attached(chat)).to_have_text(["Pasted text 2"])
    chat.ask("What went wrong?")
    document, text = content(deployment)
    assert (document["title"], document["source"]["data"]) == ("Pasted text 2", long)
    assert text["text"] == "What went wrong?"


def test_sending_waits_for_a_file_that_is_being_read(chat: Chat, deployment: Deployment) -> None:
    chat.expect_ready()
    hold_pictures(chat)
    bring(chat, "drop", ("large.png", "image/png", picture(chat, 4, 4)))
    expect(attached(chat)).to_have_attribute("aria-busy", "true")
    chat.send("What is this?")
    expect(chat.page.get_by_text("Sent when its files have been read.")).to_be_visible()
    expect(chat.turns).to_have_count(0)
    chat.page.evaluate("letGo()")
    expect(chat.turns).to_have_count(1)
    chat.expect_finished()
    assert [block["type"] for block in content(deployment)] == ["image", "text"]
    expect(attached(chat)).to_have_count(0)


def test_the_button_waits_too_and_a_picture_needs_no_words(chat: Chat, deployment: Deployment) -> None:
    chat.expect_ready()
    hold_pictures(chat)
    bring(chat, "drop", ("large.png", "image/png", picture(chat, 4, 4)))
    chat.send_button.dispatch_event("click")
    expect(chat.page.get_by_text("Sent when its files have been read.")).to_be_visible()
    chat.page.evaluate("letGo()")
    expect(chat.turns).to_have_count(1)
    chat.expect_finished()
    assert [block["type"] for block in content(deployment)] == ["image"]


def test_a_file_that_cannot_be_read_keeps_the_message_in_the_box(chat: Chat) -> None:
    chat.expect_ready()
    hold_pictures(chat)
    broken = base64.b64encode(base64.b64decode(picture(chat, 300, 300))[:200]).decode()
    bring(chat, "drop", ("broken.png", "image/png", broken))
    chat.send("What is this?")
    chat.page.evaluate("letGo()")
    expect(chat.page.locator("[data-draft-notice]")).to_contain_text("cannot be read as a picture")
    expect(chat.prompt).to_have_value("What is this?")
    chat.page.wait_for_timeout(300)
    expect(chat.turns).to_have_count(0)


def test_a_file_that_is_being_read_can_be_taken_out(chat: Chat, deployment: Deployment) -> None:
    chat.expect_ready()
    hold_pictures(chat)
    bring(chat, "drop", ("large.png", "image/png", picture(chat, 4, 4)))
    chat.page.get_by_role("button", name="Remove large.png").click()
    expect(attached(chat)).to_have_count(0)
    chat.ask("without")
    assert [block["type"] for block in content(deployment)] == ["text"]
    chat.page.evaluate("letGo()")
    chat.page.wait_for_timeout(300)
    expect(attached(chat)).to_have_count(0)


def test_a_file_that_comes_too_late_for_its_message_is_said(chat: Chat) -> None:
    chat.ask("one")
    hold_pictures(chat)
    bring(chat, "drop", ("late.png", "image/png", picture(chat, 4, 4)))
    chat.page.get_by_role("button", name="New chat").first.click()
    expect(chat.turns).to_have_count(0)
    chat.page.evaluate("letGo()")
    expect(chat.page.get_by_text("“late.png” was not attached: another message")).to_be_visible()
    expect(attached(chat)).to_have_count(0)
