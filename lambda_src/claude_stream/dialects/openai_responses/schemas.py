"""JSON schemas as Claude's strict tools and structured answers want them. Pure."""

from typing import Any


def closed(schema: Any) -> Any:
    """The schema, each of whose objects says that it has no other properties where it says nothing about them."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: part if name in _VALUES else closed(part) for name, part in schema.items()}
    if made.get("type") == "object":
        made.setdefault("additionalProperties", False)
    return made


_VALUES = {"const", "default", "enum", "examples"}  # data, which may look like a schema
