"""OpenAI's messages -> Claude's system blocks and messages. Pure."""

import json
from collections.abc import Callable
from typing import Any, NoReturn

from claude_stream.dialects.openai_chat import cache_marks
from claude_stream.dialects.openai_chat.cache_marks import cache_mark, put_mark
from claude_stream.dialects.openai_chat.functions import function_of, name_of_call
from claude_stream.dialects.openai_chat.keys import read_only
from claude_stream.dialects.openai_chat.parts import content_blocks
from claude_stream.dialects.openai_chat.turns import FILLER, Turns
from claude_stream.errors import InvalidRequest
from claude_stream.values import as_dict, as_list, as_string, optional

Block = dict[str, Any]

_SHARED = ("role", "content", "name", *cache_marks.KEYS)
_USERS_PARTS = ("text", "image_url", "file")
_NAME = "messages[].name"


def conversation(given: list[Any], dropped: list[str]) -> tuple[list[Block], list[dict[str, Any]]]:
    """The system's text blocks, and the messages, a user's first."""
    system: list[Block] = []
    turns = Turns()
    names = _assistants_names(given)
    blank = ""  # where a user said nothing
    asked = False  # whether a user or a tool said something
    for index, message in enumerate(given):
        where = f"messages[{index}]"
        role = as_dict(message, where).get("role")
        if not isinstance(role, str) or role not in _ROLES:
            raise InvalidRequest(f"expected one of {', '.join(_ROLES)}.", field=f"{where}.role")
        blocks = _ROLES[role](message, where, dropped)
        put_mark(blocks, cache_mark(message, where), dropped)
        name = _name(message, where, names, dropped)
        if role == "tool":
            turns.answer(blocks[0].pop("tool_use_id"), blocks[0])
        elif role in ("system", "developer"):
            system += _named(name, blocks)
        else:
            turns.say(role, _named(name, blocks))
        if role == "user" and not blocks:
            blank = blank or where
        asked = asked or role == "tool" or (role == "user" and bool(blocks))
    turns.end()
    if not asked and (blank or not system):  # instructions of their own can be answered
        _nothing_asked(blank)
    if not turns.messages:
        turns.say("user", [{"type": "text", "text": FILLER}])
    return system, turns.messages


def _nothing_asked(blank: str) -> NoReturn:
    """`blank` is where a message has nothing in it."""
    if blank:
        raise InvalidRequest("expected something, found nothing.", field=f"{blank}.content")
    raise InvalidRequest("the first one of the user's is missing.", field="messages")


# The roles


def _system_message(message: dict[str, Any], where: str, dropped: list[str]) -> list[Block]:
    read_only(message, where, _SHARED)
    return content_blocks(message.get("content"), f"{where}.content", ("text",), dropped)


def _user_message(message: dict[str, Any], where: str, dropped: list[str]) -> list[Block]:
    read_only(message, where, _SHARED)
    return content_blocks(message.get("content"), f"{where}.content", _USERS_PARTS, dropped)


def _assistant_message(message: dict[str, Any], where: str, dropped: list[str]) -> list[Block]:
    for name in ("audio", "function_call"):
        if message.get(name) is not None:
            raise InvalidRequest("Claude has none; leave it out.", field=f"{where}.{name}")
    read_only(message, where, (*_SHARED, "refusal", "tool_calls"))
    blocks = content_blocks(message.get("content"), f"{where}.content", ("text", "refusal"), dropped)
    if message.get("refusal") is not None:
        refusal = as_string(message["refusal"], f"{where}.refusal")
        blocks += content_blocks(refusal, f"{where}.refusal", ("text",), dropped)
    calls = message.get("tool_calls")
    for index, call in enumerate([] if calls is None else as_list(calls, f"{where}.tool_calls")):
        blocks.append(_tool_use(call, f"{where}.tool_calls[{index}]"))
    return blocks


def _tool_message(message: dict[str, Any], where: str, dropped: list[str]) -> list[Block]:
    """A picture can be a tool's result, and so can an error: `is_error` is Claude's own."""
    read_only(message, where, (*_SHARED, "is_error", "tool_call_id"))
    result: Block = {"tool_use_id": as_string(message.get("tool_call_id"), f"{where}.tool_call_id")}
    content = content_blocks(message.get("content"), f"{where}.content", _USERS_PARTS, dropped)
    marks = [{"cache_control": block.pop("cache_control")} for block in content if "cache_control" in block]
    if content:
        result["content"] = content
    if optional(message, "is_error", bool, False, f"{where}."):
        result["is_error"] = True
    for mark in marks:
        put_mark([result], mark, dropped)
    return [result]


_ROLES: dict[str, Callable[[dict[str, Any], str, list[str]], list[Block]]] = {
    "system": _system_message,
    "developer": _system_message,
    "user": _user_message,
    "assistant": _assistant_message,
    "tool": _tool_message,
}


def _tool_use(call: object, where: str) -> Block:
    function = function_of(call, where, ("name", "arguments"), ("id",))
    identifier = as_string(as_dict(call, where).get("id"), f"{where}.id")
    arguments = _arguments(function.get("arguments"), f"{where}.function.arguments")
    return {"type": "tool_use", "id": identifier, "name": name_of_call(function, where), "input": arguments}


def _arguments(given: object, where: str) -> dict[str, Any]:
    """The object that the string has. What an interruption cut off is passed on as it is, wrapped in an object."""
    if isinstance(given, dict):
        return given
    if given is None or not as_string(given, where).strip():
        return {}
    try:
        arguments = json.loads(str(given))
        json.dumps(arguments, allow_nan=False)  # Bedrock takes no Infinity and no NaN
    except (ValueError, RecursionError):
        arguments = None
    return arguments if isinstance(arguments, dict) else {"arguments": given}


# Who speaks


def _assistants_names(given: list[Any]) -> set[str]:
    """Where they are several, they say which of several agents spoke."""
    said = [message for message in given if isinstance(message, dict) and message.get("role") == "assistant"]
    return {message["name"] for message in said if isinstance(message.get("name"), str) and message["name"]}


def _name(message: dict[str, Any], where: str, assistants: set[str], dropped: list[str]) -> str:
    """The name that goes before the text, as Claude has no field for it.

    A tool's name is its function's, and one that only says the role again (AutoGen's "user") says nothing. An
    assistant's goes along only where there are several, since Claude may begin its own answers with one, too.
    """
    if message.get("name") is None:
        return ""
    name = as_string(message["name"], f"{where}.name").strip()
    if message["role"] in ("tool", name.lower()):
        return ""
    if message["role"] == "assistant" and len(assistants) < 2:
        dropped += [_NAME] if name else []
        return ""
    return name


def _named(name: str, blocks: list[Block]) -> list[Block]:
    if not name or not blocks:
        return blocks
    if blocks[0]["type"] != "text":
        return [{"type": "text", "text": f"{name}:"}, *blocks]
    return [{**blocks[0], "text": f"{name}: {blocks[0]['text']}"}, *blocks[1:]]
