"""Parts of messages and of tools' outputs -> Claude's content blocks; names, ids, sealed thoughts. Pure."""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Callable, Collection
from typing import Any

from claude_stream.dialects.openai_shared.files import document, picture
from claude_stream.errors import InvalidRequest
from claude_stream.sse import json_bytes
from claude_stream.values import as_dict, as_string, kind_of, printable

Block = dict[str, Any]

SPOKEN = ("input_text", "output_text", "refusal")  # what a system and an assistant message may hold
SHOWN = (*SPOKEN, "input_image", "input_file")  # what the user's message, and a tool's output, may hold


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
    return picture(part.get("image_url"), f"{where}.image_url")


def _file(part: Block, where: str) -> Block:
    _no_file_id(part, where)
    if "file_url" in part:
        raise InvalidRequest(
            "this service fetches nothing. Send the file itself as file_data.", field=f"{where}.file_url"
        )
    return document(part.get("file_data"), part.get("filename"), where)


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


def _cache_control(part: Block, where: str) -> Block:
    """OpenAI's lifetimes, 30 minutes or 12 hours, are hints: Claude's cache has its own."""
    if "prompt_cache_breakpoint" not in part:
        return {}
    where = f"{where}.prompt_cache_breakpoint"
    if known(part["prompt_cache_breakpoint"], {"mode", "ttl"}, where).get("mode") != "explicit":
        raise InvalidRequest('expected "explicit".', field=f"{where}.mode")
    return {"cache_control": {"type": "ephemeral"}}


# Names

_TOOL = re.compile(r"[a-zA-Z0-9_-]{1,128}")
_CALL = re.compile(r"[a-zA-Z0-9_-]+")


def known(value: object, names: Collection[str], where: str) -> dict[str, Any]:
    """The object without its nulls, which are "not given". InvalidRequest names a key that is not in `names`."""
    holder = {name: inner for name, inner in as_dict(value, where).items() if inner is not None}
    for name in holder:
        if name not in names:
            raise InvalidRequest("unknown parameter; leave it out.", field=f"{where}.{printable(name)}")
    return holder


def tool_name(name: object, where: str, namespace: str | None = None) -> str:
    """Claude's name of a tool: one in a namespace has the namespace's before its own."""
    full = as_string(name, where) if namespace is None else f"{namespace}__{as_string(name, where)}"
    if not _TOOL.fullmatch(full):
        raise InvalidRequest("expected up to 128 letters, digits, _ and -, with its namespace.", field=where)
    return full


def name_of_call(name: object, where: str, namespace: str | None) -> str:
    """The name in a call of the past, which another model may have made up: what Claude refuses becomes _."""
    full = as_string(name, where) if namespace is None else f"{namespace}__{as_string(name, where)}"
    return re.sub(r"[^a-zA-Z0-9_-]", "_", full)[:128] or "_"


def call_id(value: object, where: str) -> str:
    """Claude's id of a call: the client's own, or a digest where Claude does not take its characters."""
    text = as_string(value, where)
    return text if _CALL.fullmatch(text) else f"call_{digest(text)[:32]}"


def digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


# Thoughts: Claude's own signature protects one from changes; the seal only keeps it in one piece.

_SEAL = "claude."
_SEALED_FIELDS = {"thinking": ("thinking", "signature"), "redacted_thinking": ("data",)}


def seal(block: dict[str, Any]) -> str:
    """A thinking or redacted_thinking block as text."""
    kept = {name: block.get(name) or "" for name in ("type", *_SEALED_FIELDS[block["type"]])}
    return _SEAL + base64.urlsafe_b64encode(json_bytes(kept)).decode()


def unseal(text: str) -> dict[str, Any] | None:
    """The block; None of what was not sealed here, such as the thoughts of OpenAI's own models."""
    if not text.startswith(_SEAL):
        return None
    try:
        block = json.loads(base64.urlsafe_b64decode(text.removeprefix(_SEAL)))
        fields = _SEALED_FIELDS[block["type"]]
        whole = block.keys() == {"type", *fields} and all(isinstance(block[name], str) for name in fields)
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error, RecursionError):
        return None
    return block if whole else None
