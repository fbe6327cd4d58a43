"""OpenAI's `tools` and `tool_choice` as Claude's. Pure."""

from typing import Any

from claude_stream.bedrock.families import Family
from claude_stream.dialects.openai_chat import cache_marks
from claude_stream.dialects.openai_chat.cache_marks import cache_mark
from claude_stream.dialects.openai_chat.functions import function_name, function_of
from claude_stream.dialects.openai_shared.tools import input_schema, strict_schema, unforced
from claude_stream.errors import InvalidRequest
from claude_stream.values import as_dict, as_string, optional

Block = dict[str, Any]

_FUNCTION = ("name", "description", "parameters", "strict", *cache_marks.KEYS)


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
    choice, sentence = unforced(choice, family, dropped)
    more = {**({"tool_choice": choice} if choice else {}), **({"system": sentence} if sentence else {})}
    return {"tools": made, **more}


def _tool(tool: object, where: str, family: Family, dropped: list[str]) -> Block:
    function = function_of(tool, where, _FUNCTION, ("strict", *cache_marks.KEYS))
    parameters = function.get("parameters")
    schema = {} if parameters is None else as_dict(parameters, f"{where}.function.parameters")
    made: Block = {
        "name": function_name(function, where),
        "input_schema": input_schema(schema, f"{where}.function.parameters"),
    }
    if function.get("description"):
        made["description"] = as_string(function["description"], f"{where}.function.description")
    holder = as_dict(tool, where)
    strict = optional(function, "strict", bool, False, f"{where}.function.")
    if optional(holder, "strict", bool, strict, f"{where}."):
        made |= strict_schema(made["input_schema"], family, dropped, "tools.function.parameters")
    return made | (cache_mark(holder, where) or cache_mark(function, f"{where}.function"))


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
