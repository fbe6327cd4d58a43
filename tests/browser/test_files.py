"""Pictures and PDFs: by button, by paste, by drop; small enough before they are sent."""

import base64
from typing import Any

from playwright.sync_api import FilePayload, expect

from tests.browser.chat import Chat
from tests.conftest import Deployment

PDF = b"%PDF-1.4\n%%EOF\n"

# A picture of so many pixels, drawn in the page itself.
DRAW = """async ([width, height, type]) => {
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext('2d');
    const noise = context.createImageData(width, height);
    for (let i = 0; i < noise.data.length; i++) noise.data[i] = (i * 7919) % 251;
    context.putImageData(noise, 0, 0);
    const bytes = new Uint8Array(await (await canvas.convertToBlob({ type })).arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}"""
# The files as a paste or a drop would bring them.
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


def test_a_picture_alone_can_be_sent_and_one_can_be_taken_out(chat: Chat, deployment: Deployment) -> None:
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
    choose(chat, ("notes.docx", "application/msword", b"x"))
    expect(notice).to_contain_text("“notes.docx” was not attached: only PNG")
    choose(chat, ("big.pdf", "application/pdf", b"0" * 4_000_000))
    expect(notice).to_contain_text("“big.pdf” was not attached: a PDF may have 3.5 MB")
    choose(chat, ("broken.png", "image/png", b"no picture"))
    expect(notice).to_contain_text("cannot be read as a picture")
    choose(chat, *[(f"{n}.pdf", "application/pdf", PDF) for n in range(11)])
    expect(notice).to_contain_text("“10.pdf” was not attached: there may be 10 files")


def test_more_than_the_function_takes_is_not_sent(chat: Chat, deployment: Deployment) -> None:
    before = len(deployment.simulator.requests)
    for name in ("a.pdf", "b.pdf"):
        choose(chat, (name, "application/pdf", PDF + b"0" * 3_000_000))
        expect(chat.page.locator("[data-composer] .file")).to_have_count(1 if name == "a.pdf" else 2)
    chat.send("both")
    expect(chat.page.locator("[data-draft-notice]")).to_contain_text(
        "this conversation has 7.6 MB; 5 MB can be sent"
    )
    expect(chat.prompt).to_have_value("both")
    assert len(deployment.simulator.requests) == before
