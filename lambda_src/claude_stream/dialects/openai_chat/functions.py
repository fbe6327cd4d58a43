"""A function in OpenAI's request, where a tool is described and where one is called."""

import re
from typing import Any

from claude_stream.errors import InvalidRequest
from claude_stream.values import as_dict, as_string

_NAME = re.compile(r"[a-zA-Z0-9_-]{1,128}")


def as_name(value: object, where: str) -> str:
    if not _NAME.fullmatch(as_string(value, where)):
        raise InvalidRequest("expected up to 128 letters, digits, _ and -.", field=where)
    return str(value)


def function_of(holder: object, where: str) -> dict[str, Any]:
    if as_dict(holder, where).get("type", "function") != "function":
        raise InvalidRequest("expected function; Claude takes no other kind here.", field=f"{where}.type")
    return as_dict(as_dict(holder, where).get("function"), f"{where}.function")


def function_name(function: dict[str, Any], where: str) -> str:
    return as_name(function.get("name"), f"{where}.function.name")
