"""What Bedrock refuses of `tools` and `tool_choice`, by model family, in Bedrock's words. Pure."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from emulator.aws.bedrock.betas import TOOL_EXAMPLES, TOOL_SEARCH
from emulator.aws.bedrock.models import Model
from emulator.aws.bedrock.problems import cache_control_problems, extra, unknown_tag
from emulator.aws.bedrock.schemas import schema_problems

_NAME = "^[a-zA-Z0-9_-]{1,128}$"
_PROPERTY = "^[a-zA-Z0-9_.-]{1,64}$"
_FIELDS = {"cache_control", "description", "input_schema", "name", "type"}
_BEHIND_A_FLAG = {"defer_loading": TOOL_SEARCH, "input_examples": TOOL_EXAMPLES}
# Bedrock runs no tool itself: web_search, web_fetch and code_execution are refused.
_KINDS = ("bash", "computer", "custom", "memory", "text_editor", "tool_search_tool")
_CHOICES = {"any", "auto", "none", "tool"}


def tool_problems(tools: Sequence[Any], model: Model, flags: Collection[str]) -> Iterator[str]:
    for index, tool in enumerate(tools):
        yield from _tool(f"tools.{index}", tool, model, flags)
    names = Counter(tool["name"] for tool in tools)
    if any(count > 1 for count in names.values()):
        yield "tools: Tool names must be unique."


def tool_choice_problems(body: Mapping[str, Any], model: Model) -> Iterator[str]:
    choice = body.get("tool_choice")
    if choice is None:
        return
    kind = choice.get("type") if isinstance(choice, dict) else None
    if kind not in _CHOICES:
        yield unknown_tag("tool_choice", kind, _CHOICES)
        return
    if not body.get("tools"):
        yield "tool_choice may only be specified while providing tools."
    if kind in ("any", "tool"):
        if not model.family.forced_tools:  # anthropics/claude-cookbooks#854, vercel/ai#21364
            yield 'tool_choice: type "tool" and "any" are not supported for this model.'
        if (body.get("thinking") or {}).get("type") in ("enabled", "adaptive"):  # codeready-toolchain/tarsy#341
            yield "Thinking may not be enabled when tool_choice forces tool use."
    if kind == "tool" and choice.get("name") not in [tool["name"] for tool in body["tools"]]:
        yield f"Tool '{choice.get('name')}' not found in provided tools"


def _tool(place: str, tool: Any, model: Model, flags: Collection[str]) -> Iterator[str]:
    if not isinstance(tool, dict) or "name" not in tool:
        yield f"{place}.name: Field required"
        return
    kind = tool.get("type") or "custom"
    if re.sub(r"_\d{8}$", "", str(kind)) not in {*_KINDS, "tool_search_tool_regex", "tool_search_tool_bm25"}:
        yield unknown_tag(place, kind, _KINDS)
    elif kind == "custom":
        yield from _custom_tool(f"{place}.custom", tool, model, flags)
    else:
        if "eager_input_streaming" in tool:
            yield extra(f"{place}.{kind}.eager_input_streaming")
        yield from cache_control_problems(f"{place}.{kind}", tool.get("cache_control"))


def _custom_tool(place: str, tool: Mapping[str, Any], model: Model, flags: Collection[str]) -> Iterator[str]:
    if not re.fullmatch(_NAME, str(tool["name"])):
        yield f"{place}.name: String should match pattern '{_NAME}'"
    for name in tool:
        if name not in _FIELDS and not _is_taken(name, model, flags):
            yield extra(f"{place}.{name}")
    if "input_schema" not in tool:
        yield f"{place}.input_schema: Field required"
        return
    yield from _schema(f"{place}.input_schema", tool["input_schema"])
    if tool.get("strict"):
        yield from schema_problems(place, tool["input_schema"])
    yield from cache_control_problems(place, tool.get("cache_control"))


def _is_taken(name: str, model: Model, flags: Collection[str]) -> bool:
    if name == "strict":
        return model.family.strict_tools
    return _BEHIND_A_FLAG.get(name) in flags


def _schema(place: str, schema: object) -> Iterator[str]:
    if not isinstance(schema, dict):
        yield f"{place}: Input should be a valid dictionary"
    elif "type" not in schema:
        yield f"{place}.type: Field required"
    elif schema["type"] != "object":
        yield f"{place}.type: Input should be 'object'"
    elif {"oneOf", "allOf", "anyOf"} & schema.keys():
        yield f"{place}: input_schema does not support oneOf, allOf, or anyOf at the top level"
    else:
        properties = schema.get("properties") or {}
        if not all(re.fullmatch(_PROPERTY, str(name)) for name in properties):
            yield f"{place}.properties: Property keys should match pattern '{_PROPERTY}'"
