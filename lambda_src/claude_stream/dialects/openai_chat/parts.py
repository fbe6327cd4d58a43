"""A message's content, a string or a list of parts, as Claude's blocks. Pure."""

from collections.abc import Callable, Collection
from typing import Any

from claude_stream.dialects.openai_chat import cache_marks
from claude_stream.dialects.openai_chat.cache_marks import cache_mark, put_mark
from claude_stream.dialects.openai_chat.files import file, image
from claude_stream.dialects.openai_chat.keys import read_only
from claude_stream.errors import InvalidRequest
from claude_stream.values import as_dict, as_string, kind_of

Block = dict[str, Any]


def content_blocks(content: object, where: str, kinds: Collection[str], dropped: list[str]) -> list[Block]:
    """Parts of other than these kinds are refused.

    Blank text is left out: it says nothing, and Bedrock refuses it. Its mark for the cache goes to the block
    before.
    """
    if content is None:
        return []
    if isinstance(content, str):
        content = [{"type": "text", "text": content}]
    if not isinstance(content, list):
        raise InvalidRequest(f"expected a string or an array of parts, found {kind_of(content)}.", field=where)
    blocks: list[Block] = []
    for index, part in enumerate(content):
        block = _block(part, f"{where}[{index}]", kinds)
        if block["type"] != "text" or block["text"].strip():
            blocks.append(block)
        else:
            put_mark(blocks, cache_mark(block, where), dropped)
    return blocks


def _block(part: object, where: str, kinds: Collection[str]) -> Block:
    given = as_dict(part, where)
    kind = given.get("type")
    if not isinstance(kind, str) or kind not in kinds:
        raise InvalidRequest(
            f"expected {' or '.join(kinds)}; Claude takes nothing else here.", field=f"{where}.type"
        )
    key, translate = _PARTS[kind]
    read_only(given, where, ("type", key, *cache_marks.KEYS))
    return translate(given, where) | cache_mark(given, where)


def _text(part: Block, where: str) -> Block:
    return {"type": "text", "text": as_string(part.get("text"), f"{where}.text")}


def _refusal(part: Block, where: str) -> Block:
    return {"type": "text", "text": as_string(part.get("refusal"), f"{where}.refusal")}


# The part's kind -> the key that has its content, and what becomes of it.
_PARTS: dict[str, tuple[str, Callable[[Block, str], Block]]] = {
    "text": ("text", _text),
    "refusal": ("refusal", _refusal),
    "image_url": ("image_url", image),
    "file": ("file", file),
}
