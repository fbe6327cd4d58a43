"""Hostile conversations in files that a person might be talked into importing: ours, Claude's and ChatGPT's."""

import json
from typing import Any

from tests.browser.hostile import ELSEWHERE, RUN

MARKUP = [
    f"<img src=x onerror={RUN}>",
    f"<script>{RUN}</script>",
    f"[x](javascript:{RUN})",
    f"![x]({ELSEWHERE})",
    f'"><svg onload={RUN}>',
    f"```html\n<iframe srcdoc='<script>parent.{RUN}</script>'></iframe>\n```",
]
PROTOTYPES: list[dict[str, Any]] = [
    {"__proto__": {"title": RUN}},
    {"constructor": {"prototype": {"hidden": True}}},
    {"toString": RUN},
]


def ours(**fields: Any) -> dict[str, Any]:
    return {"format": "claude-stream conversation", "turns": [turn()], **fields}


def turn(**fields: Any) -> dict[str, Any]:
    return {"prompt": "p", "status": "done", "blocks": [{"type": "text", "text": "a"}], **fields}


def claude(message: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {
        "chat_messages": [{"sender": "human", "text": "p"}, {"sender": "assistant", "text": "a", **message}],
        **fields,
    }


def chatgpt(message: dict[str, Any], **fields: Any) -> dict[str, Any]:
    content = {"content_type": "text", "parts": ["p"]}
    nodes = {
        "u": {"parent": None, "children": ["a"], "message": {"author": {"role": "user"}, "content": content}},
        "a": {"parent": "u", "children": [], "message": {"author": {"role": "assistant"}, **message}},
    }
    return {"mapping": nodes, "current_node": "a", **fields}


def parts(text: str) -> dict[str, Any]:
    return {
        "content": {"content_type": "multimodal_text", "parts": [text, {"content_type": "image_asset_pointer"}]}
    }


def code(text: str) -> dict[str, Any]:
    return {"content": {"content_type": "code", "language": text, "text": f"```\n{text}"}}


def file(**fields: str) -> dict[str, Any]:
    return ours(turns=[turn(files=[{"name": "a", "mediaType": "image/png", "data": "AAAA", **fields}])])


CASES: list[dict[str, Any]] = [
    *(ours(title=text) for text in MARKUP),
    *(ours(model=text, system=text) for text in MARKUP),
    *(ours(turns=[turn(prompt=text, model=text)]) for text in MARKUP),
    *(
        ours(turns=[turn(blocks=[{"type": "thinking", "text": text}, {"type": text, "text": text}])])
        for text in MARKUP
    ),
    *(ours(turns=[turn(status="failed", ending=text, problem={"kind": text, "detail": text})]) for text in MARKUP),
    *(file(name=text) for text in MARKUP),
    *(file(mediaType=f'image/svg+xml;"{text}') for text in MARKUP),
    *(file(data=text) for text in MARKUP),
    file(mediaType="image/svg+xml", data="PHN2ZyBvbmxvYWQ9IndpbmRvdy5yYW49MSIvPg=="),
    file(mediaType="text/html", data="PHNjcmlwdD53aW5kb3cucmFuPTE8L3NjcmlwdD4="),
    ours(turns=[turn(status="working", kept={"id": "../../v1/keys", "before": []}, reconnecting=True)]),
    ours(turns=[turn(id="a", after="b"), turn(id="b", after="a")], aside=[turn(id="c", after="c")]),
    ours(turns=[turn(figures={"first": 1e308, "output": -1, "cost": "1", "input": RUN})]),
    *(ours(**more) for more in PROTOTYPES),
    *(ours(turns=[turn(**more)]) for more in PROTOTYPES),
    *(claude({}, name=text) for text in MARKUP),
    *(claude({"text": text}) for text in MARKUP),
    *(
        claude({"content": [{"type": "thinking", "thinking": text}, {"type": text, "text": text}]})
        for text in MARKUP
    ),
    *(
        claude({"sender": "human", "attachments": [{"file_name": text, "extracted_content": text}]})
        for text in MARKUP
    ),
    *(chatgpt(parts("a"), title=text) for text in MARKUP),
    *(chatgpt(parts(text)) for text in MARKUP),
    *(chatgpt(code(text)) for text in MARKUP),
    *(chatgpt({**parts("a"), "metadata": {"model_slug": text}}) for text in MARKUP),
]


def numbered() -> list[dict[str, Any]]:
    """Each with an id, under which it can be opened."""
    return [{**case, "id": f"h{number}", "uuid": f"h{number}"} for number, case in enumerate(CASES)]


FILE = json.dumps(numbered())
