"""What Bedrock refuses of tool calls and their results in `messages`, in Bedrock's words. Pure.

Ids: BerriAI/litellm#23510, maximhq/bifrost#5097. That results come before anything else in their message:
platform.claude.com/docs/en/agents-and-tools/tool-use/implement-tool-use#handling-tool-use-and-tool-result-content-blocks
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Any

Body = Mapping[str, Any]

_ID = "^[a-zA-Z0-9_-]+$"
_NAME = "^[a-zA-Z0-9_-]{1,200}$"


def tool_call_problems(messages: Sequence[Any]) -> Iterator[str]:
    """`messages` without those of role system."""
    yield from _calls(messages)
    for index, (before, message) in enumerate(zip([{}, *messages], messages, strict=False)):
        yield from _results(index, before, message)


def _calls(messages: Sequence[Any]) -> Iterator[str]:
    seen: set[str] = set()
    for index, message in enumerate(messages):
        for number, block in enumerate(_blocks(message)):
            if block["type"] != "tool_use":
                continue
            place = f"messages.{index}.content.{number}"
            for name, pattern in (("id", _ID), ("name", _NAME)):
                if not re.fullmatch(pattern, str(block.get(name))):
                    yield f"{place}.tool_use.{name}: String should match pattern '{pattern}'"
            if not isinstance(block.get("input"), dict):
                yield f"{place}.tool_use.input: Input should be a valid dictionary"
            if block["id"] in seen:
                yield f"{place}: `tool_use` ids must be unique"
            seen.add(block["id"])


def _results(index: int, before: Body, message: Body) -> Iterator[str]:
    called = {block["id"] for block in _blocks(before) if block["type"] == "tool_use"}
    found = [str(block.get("tool_use_id")) for block in _blocks(message) if block["type"] == "tool_result"]
    first = set(_first_results(message))
    for stray in set(found) - called:
        yield (
            f"messages.{index}.content: unexpected `tool_use_id` found in `tool_result` blocks: {stray}. Each "
            "`tool_result` block must have a corresponding `tool_use` block in the previous message."
        )
    for stray in called - first:
        yield (
            f"messages.{index - 1}: `tool_use` ids were found without `tool_result` blocks immediately after: "
            f"{stray}. Each `tool_use` block must have a corresponding `tool_result` block in the next message."
        )
    for identifier, count in Counter(found).items():
        if count > 1:
            yield (
                f"messages.{index}.content: each tool_use must have a single result. Found multiple `tool_result` "
                f"blocks with id: {identifier}"
            )


def _first_results(message: Body) -> Iterator[str]:
    """The ids of the results that the message begins with."""
    results = takewhile(lambda block: block["type"] == "tool_result", _blocks(message))
    return (str(block.get("tool_use_id")) for block in results)


def _blocks(message: Body) -> Sequence[Body]:
    content = message.get("content")
    return content if isinstance(content, list) else []
