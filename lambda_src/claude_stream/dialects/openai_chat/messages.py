"""OpenAI's messages -> Claude's system blocks and messages. Pure."""

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from claude_stream.dialects.openai_chat.functions import as_name, function_name, function_of
from claude_stream.errors import InvalidRequest
from claude_stream.values import as_dict, as_list, as_string, kind_of

Block = dict[str, Any]

_IMAGES = {"image/png", "image/jpeg", "image/gif", "image/webp"}
_DATA_URL = re.compile(r"data:([\w.+-]+/[\w.+-]+);base64,", re.ASCII)


def conversation(openai_messages: list[Any]) -> tuple[list[Block], list[dict[str, Any]]]:
    """The system's text blocks, and the messages: neighbours of one role become one message, as Claude has it."""
    system: list[Block] = []
    messages: list[dict[str, Any]] = []
    calls = _OpenCalls()
    for index, message in enumerate(openai_messages):
        where = f"messages[{index}]"
        role = as_dict(message, where).get("role")
        if not isinstance(role, str) or role not in _ROLES:
            raise InvalidRequest(f"expected one of {', '.join(_ROLES)}.", field=f"{where}.role")
        _check_name(message, where)
        as_role, translate = _ROLES[role]
        blocks = translate(message, where)
        if as_role == "system":
            system += blocks
            continue
        calls.observe(role, blocks, where)
        if messages and messages[-1]["role"] == as_role:
            messages[-1]["content"] += blocks
        else:
            messages.append({"role": as_role, "content": blocks})
    calls.check_answered("messages")
    if not messages or messages[0]["role"] != "user":
        raise InvalidRequest("the first one, after the system's, has to be the user's.", field="messages")
    return system, messages


class _OpenCalls:
    """The tool calls that still have no result: Claude wants every one answered before anything else is said."""

    def __init__(self) -> None:
        self._open: set[str] = set()

    def observe(self, role: str, blocks: list[Block], where: str) -> None:
        if role == "tool":
            call = blocks[0]["tool_use_id"]
            if call not in self._open:
                raise InvalidRequest("there is no such call in the message before.", field=f"{where}.tool_call_id")
            self._open.remove(call)
            return
        self.check_answered(where)
        for block in blocks:
            if block["type"] == "tool_use":
                if block["id"] in self._open:
                    raise InvalidRequest("two of them have one id.", field=f"{where}.tool_calls")
                self._open.add(block["id"])

    def check_answered(self, where: str) -> None:
        if self._open:
            raise InvalidRequest(
                "the tool calls before it have to be answered first, each by a tool message.", field=where
            )


def _system_message(message: dict[str, Any], where: str) -> list[Block]:
    return _content(message.get("content"), f"{where}.content", {"text": _text})


def _user_message(message: dict[str, Any], where: str) -> list[Block]:
    parts = {"text": _text, "image_url": _image, "file": _file}
    return _not_empty(_content(message.get("content"), f"{where}.content", parts), where)


def _assistant_message(message: dict[str, Any], where: str) -> list[Block]:
    for name in ("audio", "function_call"):
        if message.get(name) is not None:
            raise InvalidRequest("Claude has none; leave it out.", field=f"{where}.{name}")
    content = message.get("content")
    blocks = [] if content is None else _content(content, f"{where}.content", {"text": _text, "refusal": _refusal})
    if message.get("refusal") is not None:
        blocks += _content(message["refusal"], f"{where}.refusal", {})
    calls = message.get("tool_calls")
    for index, call in enumerate([] if calls is None else as_list(calls, f"{where}.tool_calls")):
        blocks.append(_tool_use(call, f"{where}.tool_calls[{index}]"))
    return _not_empty(blocks, where)


def _tool_message(message: dict[str, Any], where: str) -> list[Block]:
    result: Block = {
        "type": "tool_result",
        "tool_use_id": as_name(message.get("tool_call_id"), f"{where}.tool_call_id"),
    }
    if content := _content(message.get("content"), f"{where}.content", {"text": _text}):
        result["content"] = content
    return [result]


_ROLES: dict[str, tuple[str, Callable[[dict[str, Any], str], list[Block]]]] = {
    "system": ("system", _system_message),
    "developer": ("system", _system_message),
    "user": ("user", _user_message),
    "assistant": ("assistant", _assistant_message),
    "tool": ("user", _tool_message),
}


def _content(content: object, where: str, parts: Mapping[str, Callable[[Block, str], Block]]) -> list[Block]:
    """A string or a list of parts as blocks. Empty text is left out: it says nothing, and Claude refuses it."""
    if isinstance(content, str):
        return [{"type": "text", "text": content}] if content else []
    if not isinstance(content, list):
        raise InvalidRequest(f"expected a string or an array of parts, found {kind_of(content)}.", field=where)
    blocks = []
    for index, part in enumerate(content):
        place = f"{where}[{index}]"
        kind = as_dict(part, place).get("type")
        if not isinstance(kind, str) or kind not in parts:
            raise InvalidRequest(
                f"expected {' or '.join(parts)}; Claude takes nothing else here.", field=f"{place}.type"
            )
        block = parts[kind](part, place)
        if block.get("text") != "":
            blocks.append(block | _cache_control(part, place))
    return blocks


def _text(part: Block, where: str) -> Block:
    return {"type": "text", "text": as_string(part.get("text"), f"{where}.text")}


def _refusal(part: Block, where: str) -> Block:
    return {"type": "text", "text": as_string(part.get("refusal"), f"{where}.refusal")}


def _image(part: Block, where: str) -> Block:
    """`detail` is a hint about the price of OpenAI's own models, and is ignored."""
    where = f"{where}.image_url"
    media_type, data = _data_url(as_dict(part.get("image_url"), where).get("url"), f"{where}.url", "data:image/png")
    media_type = "image/jpeg" if media_type == "image/jpg" else media_type
    if media_type not in _IMAGES:
        raise InvalidRequest(f"expected one of {', '.join(sorted(_IMAGES))}.", field=f"{where}.url")
    return {"type": "image", "source": {"type": "base64", "media_type": media_type, "data": data}}


def _file(part: Block, where: str) -> Block:
    where = f"{where}.file"
    file = as_dict(part.get("file"), where)
    if file.get("file_id") is not None:
        raise InvalidRequest("no files are kept here. Send it as file_data.", field=f"{where}.file_id")
    media_type, data = _data_url(file.get("file_data"), f"{where}.file_data", "data:application/pdf")
    if media_type != "application/pdf":
        raise InvalidRequest("expected a PDF, data:application/pdf;base64,...", field=f"{where}.file_data")
    name = {"title": as_string(file["filename"], f"{where}.filename")} if file.get("filename") else {}
    return {"type": "document", "source": {"type": "base64", "media_type": media_type, "data": data}, **name}


def _data_url(url: object, where: str, example: str) -> tuple[str, str]:
    found = _DATA_URL.match(as_string(url, where))
    if found is None:
        raise InvalidRequest(
            f"this service fetches nothing. Send the file itself: {example};base64,...", field=where
        )
    data = str(url)[found.end() :]
    try:
        if not base64.b64decode(data, validate=True):
            raise ValueError
    except (binascii.Error, ValueError):
        raise InvalidRequest("expected base64 after the comma.", field=where) from None
    return found[1].lower(), data


def _cache_control(part: Block, where: str) -> Block:
    breakpoint_ = part.get("prompt_cache_breakpoint")
    if breakpoint_ is None:
        return {}
    if breakpoint_ != {"mode": "explicit"}:
        raise InvalidRequest('expected {"mode": "explicit"} only.', field=f"{where}.prompt_cache_breakpoint")
    return {"cache_control": {"type": "ephemeral"}}


def _tool_use(call: object, where: str) -> Block:
    function = function_of(call, where)
    try:
        arguments = json.loads(as_string(function.get("arguments"), f"{where}.function.arguments") or "{}")
    except (ValueError, RecursionError):
        arguments = None
    if not isinstance(arguments, dict):
        raise InvalidRequest("expected a JSON object in a string.", field=f"{where}.function.arguments")
    identifier = as_name(as_dict(call, where).get("id"), f"{where}.id")
    return {"type": "tool_use", "id": identifier, "name": function_name(function, where), "input": arguments}


def _check_name(message: dict[str, Any], where: str) -> None:
    if message.get("name") is not None:
        raise InvalidRequest(
            "Claude has no names for who speaks; write it into the content.", field=f"{where}.name"
        )


def _not_empty(blocks: list[Block], where: str) -> list[Block]:
    if not blocks:
        raise InvalidRequest("expected something, found nothing.", field=f"{where}.content")
    return blocks
