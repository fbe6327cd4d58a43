"""What Bedrock refuses of a JSON schema that an answer or a strict tool has to follow, in Bedrock's words. Pure.

future-agi/future-agi#412, BerriAI/litellm#35811;
platform.claude.com/docs/en/build-with-claude/structured-outputs#json-schema-limitations
"""

from collections.abc import Iterator
from typing import Any

_LIMITS = {
    "array": ("maxItems", "uniqueItems"),
    "integer": ("exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum", "multipleOf"),
    "number": ("exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum", "multipleOf"),
    "string": ("maxLength", "minLength"),
}


def schema_problems(place: str, schema: Any) -> Iterator[str]:
    if not isinstance(schema, dict):
        yield f"{place}: Input should be a valid dictionary"
        return
    kind = schema.get("type")
    if kind == "object" and schema.get("additionalProperties") is not False:
        yield f"{place}: For 'object' type, 'additionalProperties' must be explicitly set to false"
    for name in _LIMITS.get(str(kind), ()):
        if name in schema:
            yield f"{place}: For '{kind}' type, property '{name}' is not supported"
    for inner in _inner(schema):
        yield from schema_problems(place, inner)


def _inner(schema: dict[str, Any]) -> Iterator[Any]:
    for name in ("$defs", "definitions", "properties"):
        if isinstance(schema.get(name), dict):
            yield from schema[name].values()
    for name in ("allOf", "anyOf", "oneOf"):
        if isinstance(schema.get(name), list):
            yield from schema[name]
    if isinstance(schema.get("items"), dict):
        yield schema["items"]
