"""The names at the top of a request: which are refused, and what is said of one that nobody knows. Pure."""

from collections.abc import Collection, Mapping
from typing import Any

from claude_stream.errors import InvalidRequest
from claude_stream.values import printable


def is_one_of(value: object, others: Collection[object]) -> bool:
    """True is not 1 here."""
    return any(type(value) is type(other) and value == other for other in others)


def refuse_parameters(
    asked: dict[str, Any], refused: Mapping[str, tuple[tuple[object, ...], str]], known: Collection[str]
) -> None:
    """Refuses, by name, what is neither known nor asks for nothing.

    `refused` has, by name, the values that ask for nothing and what to do instead of the others.
    """
    for name, value in asked.items():
        if name in refused:
            neutral, instead = refused[name]
            if not is_one_of(value, neutral):
                raise InvalidRequest(instead, field=name)
        elif name not in known:
            raise InvalidRequest("unknown parameter; leave it out.", field=printable(name))
