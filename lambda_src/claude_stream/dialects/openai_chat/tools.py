"""OpenAI's `tools` and `tool_choice` as Claude's. Pure."""

import re
from typing import Any

from claude_stream.bedrock.families import Family
from claude_stream.dialects.openai_chat import cache_marks
from claude_stream.dialects.openai_chat.cache_marks import cache_mark
from claude_stream.dialects.openai_chat.functions import function_name, function_of
from claude_stream.dialects.openai_chat.schemas import OpenSchema, closed, of_object
from claude_stream.errors import InvalidRequest
from claude_stream.values import as_dict, as_string, optional, printable

Block = dict[str, Any]

_FUNCTION = ("name", "description", "parameters", "strict", *cache_marks.KEYS)
_PROPERTY = re.compile(r"[a-zA-Z0-9_.-]{1,64}")


def tools(asked: dict[str, Any], family: Family, dropped: list[str]) -> dict[str, Any]:
    """`tools` and `tool_choice`; and `system`, a sentence in the place of a choice that the model refuses."""
    given = optional(asked, "tools", list, [])
    made = [_tool(tool, f"tools[{index}]", family, dropped) for index, tool in enumerate(given)]
    names = [tool["name"] for tool in made]
    for index, name in enumerate(names):
        if name in names[:index]:
            raise InvalidRequest("another tool has it already.", field=f"tools[{index}].function.name")
    choice = _tool_choice(asked, names)
    if not made:
        return {}
    sentence = {}
    if choice.get("type") in ("any", "tool") and not family.forced_tools:
        sentence = {"system": [{"type": "text", "text": _sentence(choice)}]}
        dropped.append(f"tool_choice {'required' if choice['type'] == 'any' else 'function'} -> auto")
        choice = {name: value for name, value in choice.items() if name != "name"} | {"type": "auto"}
    return {"tools": made, **({"tool_choice": choice} if choice else {}), **sentence}


def _tool(tool: object, where: str, family: Family, dropped: list[str]) -> Block:
    function = function_of(tool, where, _FUNCTION, ("strict", *cache_marks.KEYS))
    parameters = function.get("parameters")
    schema = {} if parameters is None else as_dict(parameters, f"{where}.function.parameters")
    made: Block = {
        "name": function_name(function, where),
        "input_schema": _input_schema(schema, f"{where}.function.parameters"),
    }
    if function.get("description"):
        made["description"] = as_string(function["description"], f"{where}.function.description")
    holder = as_dict(tool, where)
    strict = optional(function, "strict", bool, False, f"{where}.function.")
    if optional(holder, "strict", bool, strict, f"{where}."):
        made |= _strict(made["input_schema"], family, dropped)
    return made | (cache_mark(holder, where) or cache_mark(function, f"{where}.function"))


def _input_schema(schema: dict[str, Any], where: str) -> dict[str, Any]:
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


def _strict(schema: dict[str, Any], family: Family, dropped: list[str]) -> Block:
    """`strict` where the model takes it and the schema can be followed to the letter."""
    if family.strict_tools:
        noted: list[str] = []
        try:
            made = {"input_schema": closed(schema, noted, "tools.function.parameters"), "strict": True}
        except OpenSchema:
            pass
        else:
            dropped += noted
            return made
    dropped.append("tools.strict")
    return {}


# What is called


def _tool_choice(asked: dict[str, Any], names: list[str]) -> dict[str, Any]:
    parallel = optional(asked, "parallel_tool_calls", bool, True)
    choice = _chosen(asked.get("tool_choice"), names)
    if not parallel and choice.get("type") != "none":
        choice = {"type": "auto", **choice, "disable_parallel_tool_use": True}
    return choice


def _chosen(choice: object, names: list[str]) -> dict[str, Any]:
    words = {"auto": "auto", "none": "none", "required": "any"}
    if choice is None:
        return {}
    if isinstance(choice, str) and choice in words:
        if choice == "required" and not names:
            raise InvalidRequest("there are no tools to choose from.", field="tool_choice")
        return {"type": words[choice]}
    if not isinstance(choice, dict) or choice.get("type") != "function":
        raise InvalidRequest(f"expected {', '.join(words)} or a function.", field="tool_choice")
    name = function_name(function_of(choice, "tool_choice", ("name",)), "tool_choice")
    if name not in names:
        raise InvalidRequest("there is no such tool in tools.", field="tool_choice.function.name")
    return {"type": "tool", "name": name}


def _sentence(choice: dict[str, Any]) -> str:
    called = f"the tool {choice['name']}" if choice["type"] == "tool" else "one of the tools"
    return f"Answer by calling {called}, and not with text."
