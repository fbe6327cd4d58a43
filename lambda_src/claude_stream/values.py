"""Checks of a request's JSON values: each returns the value, or raises InvalidRequest with its place."""

from typing import Any

from claude_stream.errors import InvalidRequest

_KINDS = {dict: "an object", list: "an array", str: "a string", bool: "true or false", type(None): "null"}


def kind_of(value: object) -> str:
    """A decoded JSON value's kind, as an error message says it."""
    return _KINDS.get(type(value), "a number")


def printable(name: str) -> str:
    """The beginning of a caller's own name, in ASCII."""
    return name[:40].encode("ascii", "backslashreplace").decode()


def optional(holder: dict[str, Any], name: str, kind: type, default: Any, prefix: str = "") -> Any:
    """`holder[name]`, of the JSON kind `kind`; the default where it is missing or null."""
    value = holder.get(name)
    if value is None:
        return default
    if not isinstance(value, kind):
        expected = _KINDS[kind]
        raise InvalidRequest(f"expected {expected}, found {kind_of(value)}.", field=f"{prefix}{name}")
    return value


def as_list(value: object, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise InvalidRequest(f"expected an array, found {kind_of(value)}.", field=where)
    return value


def as_dict(value: object, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InvalidRequest(f"expected an object, found {kind_of(value)}.", field=where)
    return value


def as_string(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise InvalidRequest(f"expected a string, found {kind_of(value)}.", field=where)
    return value
