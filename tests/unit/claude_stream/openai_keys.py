"""The keys of a JSON value, at every depth, by where they stand: `messages[].content[].text`."""

import copy
from collections.abc import Iterator
from typing import Any, NamedTuple


class Key(NamedTuple):
    holder: dict[str, Any]  # the object that has the key
    name: str
    where: str  # without the numbers of an array's items

    @property
    def value(self) -> Any:
        return self.holder[self.name]


def keys_of(value: Any, where: str = "") -> Iterator[Key]:
    if isinstance(value, list):
        for item in value:
            yield from keys_of(item, f"{where}[]")
    if isinstance(value, dict):
        for name, inner in value.items():
            place = f"{where}.{name}".lstrip(".")
            yield Key(value, name, place)
            yield from keys_of(inner, place)


def without_each(value: Any) -> Iterator[tuple[Key, Any]]:
    """Each key, and the value as it would be without it."""
    for number, key in enumerate(list(keys_of(value))):
        changed = copy.deepcopy(value)
        twin = list(keys_of(changed))[number]
        del twin.holder[twin.name]
        yield key, changed


def objects_of(value: Any, where: str = "") -> Iterator[tuple[dict[str, Any], str]]:
    """Each object, and where it stands; "" is the value itself."""
    if isinstance(value, list):
        for item in value:
            yield from objects_of(item, f"{where}[]")
    if isinstance(value, dict):
        yield value, where
        for name, inner in value.items():
            yield from objects_of(inner, f"{where}.{name}".lstrip("."))
