"""Pictures and PDFs: by button, by paste, by drop; small enough before they are sent."""

import base64
from typing import Any

from playwright.sync_api import FilePayload, expect

from tests.browser.chat import Chat
from tests.browser.simulated import sent
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
    hold_pictures(chat)
    bring(chat, "drop", ("late.png", "image/png", picture(chat, 4, 4)))
    chat.page.get_by_role("button", name="New chat").first.click()
    expect(chat.turns).to_have_count(0)
    chat.page.evaluate("letGo()")
    chat.page.wait_for_timeout(800)
    expect(chat.page.locator("[data-composer] .file")).to_have_count(0)


def test_more_than_the_function_takes_is_not_sent(chat: Chat, deployment: Deployment) -> None:
    before = len(sent(deployment))
    for name in ("a.pdf", "b.pdf"):
        choose(chat, (name, "application/pdf", PDF + b"0" * 3_000_000))
        expect(chat.page.locator("[data-composer] .file")).to_have_count(1 if name == "a.pdf" else 2)
    chat.send("both")
    expect(chat.page.locator("[data-draft-notice]")).to_contain_text(
        "this conversation comes to 7.6 MB; 5 MB can be sent"
    )
    expect(chat.prompt).to_have_value("both")
    assert len(sent(deployment)) == before


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
