"""JSON schemas, as Claude takes them for a tool and for an answer that has to follow one. Pure.

https://platform.claude.com/docs/en/build-with-claude/structured-outputs#json-schema-limitations
"""

import json
from collections.abc import Callable
from typing import Any

Schema = dict[str, Any]

_NAMED = ("$defs", "definitions", "properties")  # a schema under each name
_LISTED = ("allOf", "anyOf", "oneOf", "prefixItems")
_SINGLE = ("items", "not")
_ALTERNATIVES = ("oneOf", "allOf", "anyOf")
# Bedrock refuses these where a schema has to be followed.
_LIMITS = (
    "exclusiveMaximum", "exclusiveMinimum", "maxItems", "maxLength", "maximum", "minLength", "minimum",
    "multipleOf", "uniqueItems",
)  # fmt: skip


class OpenSchema(Exception):
    """An object of the schema may have properties that the schema does not name: Claude promises no such answer."""


def closed(schema: Schema, dropped: list[str], where: str) -> Schema:
    """The schema with `additionalProperties: false` in every object, and limits that Claude only reads as text."""
    closed_one = dict(schema)
    limits = {name: closed_one.pop(name) for name in _LIMITS if name in closed_one}
    if closed_one.get("minItems") not in (None, 0, 1):
        limits["minItems"] = closed_one.pop("minItems")
    if limits:
        dropped += [f"{where} {name}" for name in limits]
        closed_one["description"] = _with_note(closed_one, limits)
    if _is_object(closed_one) and closed_one.setdefault("additionalProperties", False) is not False:
        raise OpenSchema
    return _mapped(closed_one, lambda inner: closed(inner, dropped, where))


def of_object(schema: Schema) -> Schema:
    """A tool's schema. Alternatives at its top, which Claude refuses, become properties and a note."""
    made: Schema = {"type": "object", **schema}
    alternatives = {name: made.pop(name) for name in _ALTERNATIVES if name in made}
    if not alternatives:
        return made
    properties: Schema = {}
    for listed in alternatives.values():
        for one in listed if isinstance(listed, list) else []:
            if isinstance(one, dict) and isinstance(one.get("properties"), dict):
                properties |= one["properties"]
    made["properties"] = properties | (made.get("properties") or {})
    made["description"] = _with_note(made, alternatives)
    return made


def _is_object(schema: Schema) -> bool:
    kind = schema.get("type")
    return kind == "object" or (isinstance(kind, list) and "object" in kind) or "properties" in schema


def _mapped(schema: Schema, change: Callable[[Schema], Schema]) -> Schema:
    """The schema with each schema inside it changed; values, such as an enum's, are left as they are."""

    def changed(inner: Any) -> Any:
        return change(inner) if isinstance(inner, dict) else inner

    made = dict(schema)
    for name in made.keys() & {*_NAMED, *_LISTED, *_SINGLE}:
        value = made[name]
        if name in _NAMED and isinstance(value, dict):
            made[name] = {key: changed(inner) for key, inner in value.items()}
        elif name in _LISTED and isinstance(value, list):
            made[name] = [changed(inner) for inner in value]
        elif name in _SINGLE:
            made[name] = changed(value)
    return made


def _with_note(schema: Schema, limits: Schema) -> str:
    note = json.dumps(limits, ensure_ascii=False, separators=(", ", ": "))
    return f"{schema.get('description') or ''} Has to match {note}".strip()
