"""Conversations that are there already: written by the page's own archive, then the page is opened again."""

from typing import Any

from tests.browser.chat import Chat

DAY_MS = 24 * 60 * 60 * 1000

SAVE = """async (conversations) => {
    const { openArchive } = await import('/storage/archive.js');
    const archive = openArchive();
    for (const one of conversations) await archive.save(one);
}"""


def conversation(name: str, *answers: str, updated: int = 1_700_000_000_000, **more: Any) -> dict[str, Any]:
    """One with the title `name` and a turn for each answer."""
    id_ = name.replace(" ", "-")
    turns = [
        {
            "id": f"{id_}-{number}",
            "after": f"{id_}-{number - 1}" if number else "",
            "created": updated,
            "prompt": f"question {number} of {name}",
            "files": [],
            "model": "m",
            "status": "done",
            "blocks": [{"type": "text", "text": answer}],
            "ending": "end_turn",
            "problem": None,
            "figures": None,
            "silent": False,
        }
        for number, answer in enumerate(answers)
    ]
    common = {
        "id": id_,
        "title": name,
        "created": updated,
        "updated": updated,
        "model": "",
        "system": "",
    }
    return {**common, "turns": turns, "aside": [], **more}


def save(chat: Chat, *conversations: dict[str, Any]) -> None:
    chat.page.evaluate(SAVE, list(conversations))
    chat.page.reload()
    chat.expect_ready()
