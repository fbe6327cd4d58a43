"""What a value in OpenAI's request has to be: each check returns it, or names the place in an InvalidRequest."""

import re
from typing import Any

from claude_stream.errors import InvalidRequest
from claude_stream.request import kind_of

_NAME = re.compile(r"[a-zA-Z0-9_-]{1,128}")


def optional(holder: dict[str, Any], name: str, kind: type, default: Any, prefix: str = "") -> Any:
    value = holder.get(name)
    if value is None:
        return default
    if not isinstance(value, kind):
        expected = {bool: "true or false", list: "an array", dict: "an object"}[kind]
        raise InvalidRequest(f"{prefix}{name}: expected {expected}, found {kind_of(value)}.")
    return value


def as_list(value: object, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise InvalidRequest(f"{where}: expected an array, found {kind_of(value)}.")
    return value


def as_dict(value: object, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InvalidRequest(f"{where}: expected an object, found {kind_of(value)}.")
    return value


def as_string(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise InvalidRequest(f"{where}: expected a string, found {kind_of(value)}.")
    return value


def as_name(value: object, where: str) -> str:
    if not _NAME.fullmatch(as_string(value, where)):
        raise InvalidRequest(f"{where}: expected up to 128 letters, digits, _ and -.")
    return str(value)


def function_of(holder: object, where: str) -> dict[str, Any]:
    if as_dict(holder, where).get("type", "function") != "function":
        raise InvalidRequest(f"{where}.type: expected function; Claude takes no other kind here.")
    return as_dict(as_dict(holder, where).get("function"), f"{where}.function")


def function_name(function: dict[str, Any], where: str) -> str:
    return as_name(function.get("name"), f"{where}.function.name")
