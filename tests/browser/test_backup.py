"""All conversations as one file, and back; the exports of other chats; what becomes of a broken file."""

import io
import json
import re
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Locator, expect

from tests.browser.chat import Chat
from tests.browser.conftest import NewPage
from tests.browser.saved import SAVE, conversation, save
from tests.conftest import KEY

PERSONAL = {"preferences": {"language": "zh-CN", "theme": "dark"}}
NOW = int(time.time() * 1000)
MANY = 120
FULL_AFTER = """(puts) => {
    const put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = function (...values) {
        if ((puts -= 1) < 0) throw new DOMException('full', 'QuotaExceededError');
        return put.apply(this, values);
    };
}"""
EACH_BYTES = 50_000


@pytest.fixture
def other(new_page: NewPage, page_url: str) -> Chat:
    """The same page in another browser."""
    page = new_page()
    page.goto(page_url)
    return Chat(page)


def report(chat: Chat) -> Locator:
    return chat.page.locator("[data-report]")


def back_up(chat: Chat) -> Path:
    chat.choose("Settings")
    with chat.page.expect_download() as download:
        chat.page.get_by_role("button", name="Back up all").click()
    expect(report(chat)).to_contain_text("Conversations in the file")
    chat.page.get_by_role("button", name="Close").click()
    return download.value.path()


def restore(chat: Chat, file: Path | FilePayload) -> None:
    if not chat.page.locator("dialog.settings").is_visible():
        chat.choose("Settings")
    with chat.page.expect_file_chooser() as chooser:
        chat.page.get_by_role("button", name="Restore or import…").click()
    chooser.value.set_files(file)


def payload(content: str | bytes, name: str = "conversations.json") -> FilePayload:
    data = content.encode() if isinstance(content, str) else content
    return FilePayload(name=name, mimeType="application/octet-stream", buffer=data)


def kept(chat: Chat) -> list[dict[str, Any]]:
    """All conversations, as the archive has them."""
    read = """async () => {
        const { openArchive } = await import('/storage/archive.js');
        return (await openArchive().database()).getAll('conversations');
    }"""
    found: list[dict[str, Any]] = chat.page.evaluate(read)
    return sorted(found, key=lambda one: str(one["id"]))


def test_a_back_up_brings_everything_into_another_browser(chat: Chat, other: Chat) -> None:
    picture = {"name": "a.png", "mediaType": "image/png", "data": "iVBORw0KGgo="}
    one = conversation("one", "**yes**", updated=NOW, pinned=True)
    one["turns"][0]["files"] = [picture, {"name": "a.csv", "mediaType": "text/plain", "data": "a,b\r\n1,é\n"}]
    save(chat, one, conversation("two", "no", updated=NOW - 1))
    before = kept(chat)
    restore(other, back_up(chat))
    expect(report(other)).to_have_text("Added: 2. Brought up to date: 0. Already here: 0. Newer here: 0.")
    expect(other.titles).to_have_text(["one", "two"])
    assert kept(other) == before
    restore(other, back_up(chat))
    expect(report(other)).to_have_text("Added: 0. Brought up to date: 0. Already here: 2. Newer here: 0.")
    assert kept(other) == before


def keep_instructions(chat: Chat, name: str, text: str) -> None:
    chat.page.get_by_role("button", name="Instructions", exact=True).click()
    chat.page.get_by_label("Instructions for Claude").fill(text)
    chat.page.get_by_label("Name").fill(name)
    chat.page.get_by_role("button", name="Use in this chat").click()


def test_a_back_up_brings_choices_instructions_and_drafts_but_not_the_key(chat: Chat, other: Chat) -> None:
    save(chat, conversation("one", "yes", updated=NOW))
    keep_instructions(chat, "Analyst", "Be brief.")
    chat.prompt.fill("a new one")
    chat.titles.first.click()
    expect(chat.turns).to_have_count(1)
    chat.prompt.fill("a follow-up")
    file = back_up(chat)
    assert KEY not in file.read_text()
    restore(other, file)
    expect(report(other)).to_contain_text("Saved instructions: 1. Drafts: 2.")
    other.page.get_by_role("button", name="Close").click()
    expect(other.prompt).to_have_value("a new one")
    other.titles.first.click()
    expect(other.prompt).to_have_value("a follow-up")
    other.page.reload()
    expect(other.prompt).to_have_value("a follow-up")
    other.page.get_by_role("button", name="Instructions", exact=True).click()
    expect(other.page.get_by_label("Saved instructions").locator("option")).to_have_text(
        ["None of them", "Analyst"]
    )


def test_a_back_up_leaves_the_choices_and_drafts_that_are_there(chat: Chat, other: Chat) -> None:
    save(chat, conversation("one", "yes", updated=NOW))
    keep_instructions(chat, "Analyst", "Be brief.")
    chat.prompt.fill("theirs")
    file = back_up(chat)
    keep_instructions(other, "Poet", "Rhyme.")
    other.prompt.fill("mine")
    restore(other, file)
    expect(report(other)).to_contain_text("Saved instructions: 1. Drafts: 0.")
    restore(other, file)
    expect(report(other)).to_have_text("Added: 0. Brought up to date: 0. Already here: 1. Newer here: 0.")
    other.page.get_by_role("button", name="Close").click()
    expect(other.prompt).to_have_value("mine")
    other.page.get_by_role("button", name="Poet").click()
    expect(other.page.get_by_label("Instructions for Claude")).to_have_value("Rhyme.")
    options = other.page.get_by_label("Saved instructions").locator("option")
    expect(options).to_have_text(["None of them", "Poet", "Analyst"])


def test_a_back_up_of_choices_only_brings_the_language_too(other: Chat) -> None:
    begin, end = ({"format": "claude-stream back-up", **more} for more in ({"personal": PERSONAL}, {"end": True}))
    restore(other, payload(f"{json.dumps(begin)}\n{json.dumps(end)}\n"))
    expect(other.page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(other.page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(other.page.locator("[data-welcome] h2")).not_to_have_text(re.compile("[a-z]"))


def test_nothing_newer_is_overwritten_and_an_older_one_keeps_its_own_turns(chat: Chat, other: Chat) -> None:
    save(chat, conversation("a", "old"), conversation("b", "new", "newer", updated=NOW))
    theirs = conversation("b", "old", updated=NOW - 5)
    theirs["turns"].append({**theirs["turns"][0], "id": "only-there", "after": "b-0", "prompt": "only there"})
    save(other, conversation("a", "changed", updated=NOW), theirs)
    restore(other, back_up(chat))
    expect(report(other)).to_have_text("Added: 0. Brought up to date: 1. Already here: 0. Newer here: 1.")
    a, b = kept(other)
    assert a["turns"][0]["blocks"][0]["text"] == "changed"
    assert [turn["blocks"][0]["text"] for turn in b["turns"]] == ["new", "newer"]
    assert [turn["prompt"] for turn in b["aside"]] == ["only there"]


def test_the_conversation_that_is_shown_is_brought_up_to_date(chat: Chat, other: Chat) -> None:
    save(chat, conversation("a", "first", "second", updated=NOW))
    save(other, conversation("a", "first", updated=NOW - 5))
    other.titles.get_by_text("a").click()
    expect(other.turns).to_have_count(1)
    restore(other, back_up(chat))
    expect(other.turns).to_have_count(2)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ('{"uuid": "x", "chat_messages": [', "This file is broken"),
        (
            '{"format":"claude-stream back-up","version":1}\n{"id":"x","turns":[{"prompt":"p"}]}\n',
            "This file is broken",
        ),
        ('{"some": "thing"}', "No conversations were found in this file."),
        ("name,age\nAnn,7\n", "No conversations were found in this file."),
        (b"PK\x03\x04 and nothing else", "This zip file cannot be read here."),
    ],
    ids=["broken", "cut off", "foreign", "a table", "zip"],
)
def test_a_file_that_is_broken_or_not_ours_is_refused_and_changes_nothing(
    chat: Chat, content: str | bytes, sentence: str
) -> None:
    save(chat, conversation("one", "yes"))
    before = kept(chat)
    restore(chat, payload(content))
    expect(report(chat)).to_contain_text(sentence)
    expect(report(chat)).to_contain_text("Nothing was changed.")
    assert kept(chat) == before


def test_claudes_export_is_taken_as_the_zip_file_that_people_get(chat: Chat) -> None:
    messages = [
        {"uuid": "m1", "sender": "human", "text": "How long is the Nile?"},
        {"uuid": "m2", "sender": "assistant", "text": "**6,650 km**"},
    ]
    export = [{"uuid": "c1", "name": "Rivers", "updated_at": "2025-01-02T04:00:00Z", "chat_messages": messages}]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("conversations.json", json.dumps(export))
    restore(chat, payload(packed.getvalue(), "data.zip"))
    expect(report(chat)).to_contain_text("Added: 1.")
    chat.page.get_by_role("button", name="Close").click()
    expect(chat.history.get_by_role("heading")).to_have_text("January 2025")
    chat.titles.get_by_text("Rivers").click()
    expect(chat.answer.locator("strong")).to_have_text("6,650 km")
    chat.ask("And the Amazon?")
    expect(chat.turns).to_have_count(2)


def test_where_storage_fills_up_midway_nothing_is_lost_and_the_rest_comes_later(chat: Chat, other: Chat) -> None:
    save(chat, *(conversation(f"c{number:02}", f"words {number}") for number in range(40)))
    file = back_up(chat)
    save(other, conversation("own", "mine", updated=NOW))
    other.page.evaluate(FULL_AFTER, 25 * 3 + 1)  # each conversation has three parts: it ends within one
    restore(other, file)
    expect(report(other)).to_contain_text("This browser has no room for all of them.")
    part = {one["id"]: one for one in kept(other)}
    whole = {one["id"]: one for one in kept(chat)}
    assert part.pop("own")
    assert 0 < len(part) < 26
    assert part == {id_: whole[id_] for id_ in part}
    expect(other.titles).to_have_count(len(part) + 1)
    other.page.reload()
    restore(other, file)
    expect(report(other)).to_contain_text(f"Already here: {len(part)}.")
    assert len(kept(other)) == 41


def test_many_large_conversations_are_listed_found_backed_up_and_restored(chat: Chat, other: Chat) -> None:
    many = [
        conversation(f"chat {number}", f"needle{number}. " + "Some words, again and again. " * (EACH_BYTES // 29))
        for number in range(MANY)
    ]
    chat.page.evaluate(SAVE, many)
    chat.page.reload()
    expect(chat.titles).to_have_count(MANY)
    chat.page.get_by_role("searchbox").fill("needle77")
    expect(chat.titles).to_have_text(["chat 77"])
    chat.page.get_by_role("searchbox").fill("")
    file = back_up(chat)
    assert file.stat().st_size > MANY * EACH_BYTES
    restore(other, file)
    expect(report(other)).to_contain_text(f"Added: {MANY}.")
    expect(other.titles).to_have_count(MANY)
    assert kept(other) == kept(chat)
