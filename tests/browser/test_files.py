"""Pictures, PDFs and texts: by button, by paste, by drop; what they are by their bytes, small enough before they are sent."""

import base64
from typing import Any

from playwright.sync_api import FilePayload, Locator, expect

from tests.browser.chat import Chat
from tests.conftest import Deployment

PDF = b"%PDF-1.4\n%%EOF\n"

# Draws a picture of a given size in the page itself.
DRAW = """async ([width, height, type]) => {
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext('2d');
    const noise = context.createImageData(width, height);
    for (let i = 0; i < noise.data.length; i++) noise.data[i] = (i * 7919) % 251;
    context.putImageData(noise, 0, 0);
    const bytes = new Uint8Array(await (await canvas.convertToBlob({ type })).arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}"""
# Brings files as a paste or a drop would.
BRING = """([selector, kind, files]) => {
    const transfer = new DataTransfer();
    for (const [name, type, data] of files) {
        transfer.items.add(new File([Uint8Array.from(atob(data), (c) => c.charCodeAt(0))], name, { type }));
    }
    const Kind = kind === 'paste' ? ClipboardEvent : DragEvent;
    const how = { bubbles: true, cancelable: true, clipboardData: transfer, dataTransfer: transfer };
    document.querySelector(selector).dispatchEvent(new Kind(kind, how));
}"""


def picture(chat: Chat, width: int, height: int, kind: str = "image/png") -> str:
    drawn: str = chat.page.evaluate(DRAW, [width, height, kind])
    return drawn


def bring(chat: Chat, how: str, *files: tuple[str, str, str]) -> None:
    chat.page.evaluate(BRING, ["#prompt", how, [list(file) for file in files]])


def choose(chat: Chat, *files: tuple[str, str, bytes]) -> None:
    with chat.page.expect_file_chooser() as chooser:
        chat.page.get_by_role("button", name="Attach pictures or PDFs").click()
    chooser.value.set_files([FilePayload(name=name, mimeType=kind, buffer=data) for name, kind, data in files])


def content(deployment: Deployment) -> list[Any]:
    blocks: list[Any] = deployment.simulator.requests[-1].body["messages"][-1]["content"]
    return blocks


def test_a_pasted_picture_is_shown_and_sent(chat: Chat, deployment: Deployment) -> None:
    data = picture(chat, 8, 8)
    bring(chat, "paste", ("shot.png", "image/png", data))
    chip = chat.page.locator("[data-composer] .file")
    expect(chip).to_contain_text("shot.png")
    expect(chip.locator("img")).to_be_visible()
    chat.ask("What is this?")
    image, text = content(deployment)
    assert image == {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": data}}
    assert (text["type"], text["text"]) == ("text", "What is this?")
    expect(chat.turn.locator(".asked .file")).to_contain_text("shot.png")
    chat.page.wait_for_timeout(600)
    chat.page.reload()
    expect(chat.turn.locator(".asked .file img")).to_be_visible()


def test_a_picture_too_large_is_scaled_down(chat: Chat, deployment: Deployment) -> None:
    bring(chat, "drop", ("photo.jpg", "image/jpeg", picture(chat, 3000, 1500, "image/jpeg")))
    expect(chat.page.locator("[data-composer] .file")).to_be_visible()
    chat.ask("smaller")
    source = content(deployment)[0]["source"]
    size = """async (url) => {
        const bitmap = await createImageBitmap(Uint8Array.from(atob(url), (c) => c.charCodeAt(0)) && new Blob([
            Uint8Array.from(atob(url), (c) => c.charCodeAt(0))]));
        return [bitmap.width, bitmap.height];
    }"""
    assert chat.page.evaluate(size, source["data"]) == [1568, 784]


def test_a_pdf_chosen_by_the_button_is_sent_as_a_document(chat: Chat, deployment: Deployment) -> None:
    choose(chat, ("paper.pdf", "application/pdf", PDF))
    expect(chat.page.locator("[data-composer] .file")).to_contain_text("paper.pdf")
    chat.ask("Summarise it.")
    document = content(deployment)[0]
    assert (document["type"], document["title"]) == ("document", "paper.pdf")
    assert base64.b64decode(document["source"]["data"]) == PDF


def test_a_picture_without_text_can_be_sent_and_one_can_be_taken_out(chat: Chat, deployment: Deployment) -> None:
    data = picture(chat, 4, 4)
    bring(chat, "drop", ("a.png", "image/png", data), ("b.png", "image/png", data))
    chips = chat.page.locator("[data-composer] .file")
    expect(chips).to_have_count(2)
    chat.page.get_by_role("button", name="Remove a.png").click()
    expect(chips).to_have_text(["b.png"])
    chat.send_button.click()
    chat.expect_finished()
    assert [block["type"] for block in content(deployment)] == ["image"]


def test_what_cannot_be_sent_is_said_at_once(chat: Chat) -> None:
    notice = chat.page.locator("[data-draft-notice]")
    choose(chat, ("notes.bin", "application/octet-stream", b"x\0y"))
    expect(notice).to_contain_text("“notes.bin” was not attached: only pictures (PNG")
    choose(chat, ("big.pdf", "application/pdf", PDF + b"0" * 4_000_000))
    expect(notice).to_contain_text("“big.pdf” was not attached: a PDF may be at most 3.5 MB")
    choose(chat, ("broken.png", "image/png", b"no picture"))
    expect(notice).to_contain_text("cannot be read as a picture")
    choose(chat, *[(f"{n}.pdf", "application/pdf", PDF) for n in range(11)])
    expect(notice).to_contain_text("“10.pdf” was not attached: a message may have at most 10 files")


def test_a_file_that_cannot_be_sent_does_not_keep_the_others_out(chat: Chat) -> None:
    other, kind = b"\0x", "application/octet-stream"
    files = [("a.pdf", "application/pdf", PDF), ("b.heic", "image/heic", other), ("c.bin", kind, other)]
    choose(chat, *files, ("d.pdf", "application/pdf", PDF))
    expect(chat.page.locator("[data-composer] .file")).to_have_text(["a.pdf", "d.pdf"])
    expect(chat.page.locator("[data-draft-notice]")).to_contain_text("“b.heic” was not")
    expect(chat.page.locator("[data-draft-notice]")).to_contain_text("“c.bin” was not")


def test_text_that_comes_with_a_picture_of_itself_is_pasted_as_text(chat: Chat) -> None:
    """As spreadsheets copy. A paste by script inserts nothing, so the test checks that the browser may do it."""
    cells = """(picture) => {
        const transfer = new DataTransfer();
        transfer.setData('text/plain', 'a\tb');
        const bytes = Uint8Array.from(atob(picture), (c) => c.charCodeAt(0));
        transfer.items.add(new File([bytes], 'image.png', { type: 'image/png' }));
        const paste = new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData: transfer });
        return document.querySelector('#prompt').dispatchEvent(paste);
    }"""
    assert chat.page.evaluate(cells, picture(chat, 4, 4)) is True, "the browser was kept from pasting"
    expect(chat.page.locator("[data-composer] .file")).to_have_count(0)


def test_what_is_transparent_does_not_turn_black(chat: Chat, deployment: Deployment) -> None:
    """Noise, so that as a PNG it is too large and becomes a JPEG; its left half is transparent."""
    drawn = """async () => {
        const canvas = new OffscreenCanvas(2400, 1200);
        const context = canvas.getContext('2d');
        const noise = context.createImageData(1200, 1200);
        for (let i = 0; i < noise.data.length; i++) noise.data[i] = i % 4 === 3 ? 255 : Math.random() * 256;
        context.putImageData(noise, 1200, 0);
        const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/webp' })).arrayBuffer());
        return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
    }"""
    bring(chat, "drop", ("half.webp", "image/webp", chat.page.evaluate(drawn)))
    expect(chat.page.locator("[data-composer] .file")).to_be_visible()
    chat.ask("white?")
    source = content(deployment)[0]["source"]
    assert source["media_type"] == "image/jpeg"
    corner = """async (data) => {
        const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
        const bitmap = await createImageBitmap(new Blob([bytes]));
        const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
        context.drawImage(bitmap, 0, 0);
        return [...context.getImageData(5, 5, 1, 1).data];
    }"""
    assert min(chat.page.evaluate(corner, source["data"])) > 250


def test_a_picture_as_thin_as_a_line_is_taken(chat: Chat) -> None:
    bring(chat, "drop", ("line.png", "image/png", picture(chat, 1, 4000)))
    expect(chat.page.locator("[data-composer] .file")).to_have_text(["line.png"])


def test_a_file_that_is_still_being_read_stays_out_of_another_conversation(chat: Chat) -> None:
    chat.ask("one")
    chat.page.evaluate("""() => {
        const real = window.createImageBitmap;
        const gate = new Promise((open) => { window.letGo = open; });
        window.createImageBitmap = async (file) => {
            await gate;
            return real(file);
        };
    }""")
    bring(chat, "drop", ("late.png", "image/png", picture(chat, 4, 4)))
    chat.page.get_by_role("button", name="New chat").first.click()
    expect(chat.turns).to_have_count(0)
    chat.page.evaluate("letGo()")
    chat.page.wait_for_timeout(800)
    expect(chat.page.locator("[data-composer] .file")).to_have_count(0)


def test_more_than_the_function_takes_is_not_sent(chat: Chat, deployment: Deployment) -> None:
    before = len(deployment.simulator.requests)
    for name in ("a.pdf", "b.pdf"):
        choose(chat, (name, "application/pdf", PDF + b"0" * 3_000_000))
        expect(chat.page.locator("[data-composer] .file")).to_have_count(1 if name == "a.pdf" else 2)
    chat.send("both")
    expect(chat.page.locator("[data-draft-notice]")).to_contain_text(
        "this conversation comes to 7.6 MB; 5 MB can be sent"
    )
    expect(chat.prompt).to_have_value("both")
    assert len(deployment.simulator.requests) == before


def test_what_is_attached_to_an_edit_outlives_a_reload(chat: Chat) -> None:
    chat.ask("one")
    chat.page.get_by_role("button", name="Edit").click()
    choose(chat, ("paper.pdf", "application/pdf", PDF))
    attached = chat.page.locator("[data-composer] .file")
    expect(attached).to_have_count(1)
    chat.page.wait_for_timeout(300)
    chat.page.reload()
    expect(attached).to_contain_text("paper.pdf")
    expect(chat.send_button).to_be_enabled()
    chat.prompt.press("Enter")
    chat.expect_finished()
    expect(chat.turns.locator(".asked .file")).to_contain_text("paper.pdf")
    expect(attached).to_have_count(0)
    chat.page.reload()
    expect(chat.turns).to_have_count(1)
    expect(attached).to_have_count(0)


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


def hold_pictures(chat: Chat) -> None:
    """Pictures are read only once the page calls letGo()."""
    chat.page.evaluate("""() => {
        const real = window.createImageBitmap;
        const gate = new Promise((open) => { window.letGo = open; });
        window.createImageBitmap = async (file) => {
            await gate;
            return real(file);
        };
    }""")


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
