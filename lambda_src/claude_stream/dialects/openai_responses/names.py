"""Names in a request: which are known in an object, and what Claude takes for a tool's name or a call's id."""

import hashlib
import re
from collections.abc import Collection
from typing import Any

from claude_stream.errors import InvalidRequest
from claude_stream.values import as_dict, as_string, printable

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


def call_id(value: object, where: str) -> str:
    """Claude's id of a call: the client's own, or a digest where Claude does not take its characters."""
    text = as_string(value, where)
    return text if _CALL.fullmatch(text) else f"call_{digest(text)[:32]}"


def digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
