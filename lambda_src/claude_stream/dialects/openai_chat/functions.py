"""A function in OpenAI's request, where a tool is described and where one is called."""

import re
from collections.abc import Collection
from typing import Any

from claude_stream.dialects.openai_chat.keys import read_only
from claude_stream.errors import InvalidRequest
from claude_stream.values import as_dict, as_string

_NAME = re.compile(r"[a-zA-Z0-9_-]{1,128}")


def function_of(holder: object, where: str, keys: Collection[str], own: Collection[str] = ()) -> dict[str, Any]:
    """The function of a tool, of a call or of a choice: `keys` are what is read of it, `own` of its holder."""
    if (as_dict(holder, where).get("type") or "function") != "function":
        raise InvalidRequest("expected function; Claude takes no other kind here.", field=f"{where}.type")
    function = read_only(holder, where, ("type", "function", *own)).get("function")
    return read_only(function, f"{where}.function", keys)


def function_name(function: dict[str, Any], where: str) -> str:
    name = as_string(function.get("name"), f"{where}.function.name")
    if not _NAME.fullmatch(name):
        raise InvalidRequest("expected up to 128 letters, digits, _ and -.", field=f"{where}.function.name")
    return name


def name_of_call(function: dict[str, Any], where: str) -> str:
    """The name in a call of the past, which another model may have made up: what Claude refuses becomes _."""
    name = as_string(function.get("name"), f"{where}.function.name")
    return re.sub(r"[^a-zA-Z0-9_-]", "_", name)[:128] or "_"
