"""The parts of a message, or of a tool's output -> Claude's content blocks. Pure."""

import base64
import binascii
import re
from collections.abc import Callable, Collection
from typing import Any

from claude_stream.dialects.openai_responses.names import known
from claude_stream.errors import InvalidRequest
from claude_stream.values import as_dict, as_string, kind_of

Block = dict[str, Any]

SPOKEN = ("input_text", "output_text", "refusal")  # what a system and an assistant message may hold
SHOWN = (*SPOKEN, "input_image", "input_file")  # what the user's message, and a tool's output, may hold
_IMAGES = {"image/png", "image/jpeg", "image/gif", "image/webp"}
_DATA_URL = re.compile(r"data:([\w.+-]+/[\w.+-]+)(?:;[\w.+-]+=[^;,]*)*;base64,", re.ASCII | re.IGNORECASE)


def blocks_of(content: object, where: str, kinds: Collection[str]) -> list[Block]:
    """A string or a list of parts as blocks. Blank text is left out: it says nothing, and Claude refuses it."""
    if isinstance(content, str):
        return [{"type": "text", "text": content}] if content.strip() else []
    if not isinstance(content, list):
        raise InvalidRequest(f"expected a string or an array of parts, found {kind_of(content)}.", field=where)
    blocks = []
    for index, part in enumerate(content):
        place = f"{where}[{index}]"
        kind = as_dict(part, place).get("type")
        if not isinstance(kind, str) or kind not in kinds:
            raise InvalidRequest(f"expected {' or '.join(kinds)}.", field=f"{place}.type")
        translate, names = _PARTS[kind]
        holder = known(part, {"type", "prompt_cache_breakpoint", *names}, place)
        block = translate(holder, place)
        if block["type"] != "text" or block["text"].strip():
            blocks.append(block | _cache_control(holder, place))
    return blocks


def _text(part: Block, where: str) -> Block:
    return {"type": "text", "text": as_string(part.get("text"), f"{where}.text")}


def _refusal(part: Block, where: str) -> Block:
    return {"type": "text", "text": as_string(part.get("refusal"), f"{where}.refusal")}


def _image(part: Block, where: str) -> Block:
    _no_file_id(part, where)
    media_type, data = _data_url(part.get("image_url"), f"{where}.image_url", "data:image/png")
    media_type = "image/jpeg" if media_type == "image/jpg" else media_type
    if media_type not in _IMAGES:
        raise InvalidRequest(f"expected one of {', '.join(sorted(_IMAGES))}.", field=f"{where}.image_url")
    return {"type": "image", "source": {"type": "base64", "media_type": media_type, "data": data}}


def _file(part: Block, where: str) -> Block:
    _no_file_id(part, where)
    if "file_url" in part:
        raise InvalidRequest(
            "this service fetches nothing. Send the file itself as file_data.", field=f"{where}.file_url"
        )
    media_type, data = _data_url(part.get("file_data"), f"{where}.file_data", "data:application/pdf")
    if media_type != "application/pdf":
        raise InvalidRequest("expected a PDF, data:application/pdf;base64,...", field=f"{where}.file_data")
    title = as_string(part.get("filename", ""), f"{where}.filename").strip()
    name = {"title": title} if title else {}
    return {"type": "document", "source": {"type": "base64", "media_type": media_type, "data": data}, **name}


# Each kind of part: its translation, and its names; `detail`, `annotations` and `logprobs` ask for nothing here.
_PARTS: dict[str, tuple[Callable[[Block, str], Block], tuple[str, ...]]] = {
    "input_text": (_text, ("text",)),
    "output_text": (_text, ("text", "annotations", "logprobs")),
    "refusal": (_refusal, ("refusal",)),
    "input_image": (_image, ("image_url", "file_id", "detail")),
    "input_file": (_file, ("file_data", "file_id", "file_url", "filename", "detail")),
}


def _no_file_id(part: Block, where: str) -> None:
    if "file_id" in part:
        raise InvalidRequest("no files are kept here. Send the file itself.", field=f"{where}.file_id")


def _data_url(url: object, where: str, example: str) -> tuple[str, str]:
    found = _DATA_URL.match(as_string(url, where))
    if found is None:
        raise InvalidRequest(
            f"this service fetches nothing. Send the file itself: {example};base64,...", field=where
        )
    data = "".join(str(url)[found.end() :].split())
    try:
        if not base64.b64decode(data, validate=True):
            raise ValueError
    except (binascii.Error, ValueError):
        raise InvalidRequest("expected base64 after the comma.", field=where) from None
    return found[1].lower(), data


def _cache_control(part: Block, where: str) -> Block:
    """OpenAI's lifetimes, 30 minutes or 12 hours, are hints: Claude's cache has its own."""
    if "prompt_cache_breakpoint" not in part:
        return {}
    where = f"{where}.prompt_cache_breakpoint"
    if known(part["prompt_cache_breakpoint"], {"mode", "ttl"}, where).get("mode") != "explicit":
        raise InvalidRequest('expected "explicit".', field=f"{where}.mode")
    return {"cache_control": {"type": "ephemeral"}}
