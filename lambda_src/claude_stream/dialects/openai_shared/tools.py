"""A tool's schema, and a choice of tools that the model refuses. Pure."""

import re
from typing import Any

from claude_stream.bedrock.families import Family
from claude_stream.dialects.openai_shared.schemas import OpenSchema, closed, of_object
from claude_stream.errors import InvalidRequest
from claude_stream.values import as_dict, printable

Block = dict[str, Any]

_PROPERTY = re.compile(r"[a-zA-Z0-9_.-]{1,64}")


def input_schema(schema: dict[str, Any], where: str) -> dict[str, Any]:
    if schema.get("type", "object") != "object":
        raise InvalidRequest('expected "object".', field=f"{where}.type")
    given = {name: value for name, value in schema.items() if name != "properties" or value is not None}
    as_dict(given.get("properties", {}), f"{where}.properties")
    made = of_object(given)
    for name in made.get("properties", {}):
        if not _PROPERTY.fullmatch(name):
            raise InvalidRequest(
                "Claude's names have up to 64 letters, digits, _, . and -.",
                field=f"{where}.properties.{printable(name)}",
            )
    return made


def strict_schema(schema: dict[str, Any], family: Family, dropped: list[str], where: str) -> Block:
    """`strict` where the model takes it and the schema can be followed to the letter."""
    if family.strict_tools:
        noted: list[str] = []
        try:
            made = {"input_schema": closed(schema, noted, where), "strict": True}
        except OpenSchema:
            pass
        else:
            dropped += noted
            return made
    dropped.append("tools.strict")
    return {}


def unforced(choice: Block, family: Family, dropped: list[str]) -> tuple[Block, list[Block]]:
    """The choice as the model takes it, and the system's blocks: a sentence in the place of a choice it refuses."""
    if choice.get("type") not in ("any", "tool") or family.forced_tools:
        return choice, []
    dropped.append(f"tool_choice {'required' if choice['type'] == 'any' else 'function'} -> auto")
    sentence = {"type": "text", "text": _sentence(choice)}
    return {name: value for name, value in choice.items() if name != "name"} | {"type": "auto"}, [sentence]


def _sentence(choice: dict[str, Any]) -> str:
    called = f"the tool {choice['name']}" if choice["type"] == "tool" else "one of the tools"
    return f"Answer by calling {called}, and not with text."
