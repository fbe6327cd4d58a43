"""The input's items -> Claude's system blocks and messages. Pure.

The items are a flat list; Claude has turns. A turn's calls are answered together, directly after it, whatever
stands between a call and its output in the list.
"""

import json
from collections.abc import Callable
from typing import Any

from claude_stream.dialects.openai_responses.content import (
    SHOWN,
    SPOKEN,
    Block,
    blocks_of,
    call_id,
    known,
    name_of_call,
    unseal,
)
from claude_stream.dialects.openai_responses.tools import Tools
from claude_stream.errors import InvalidRequest
from claude_stream.values import as_dict, as_list, as_string, kind_of, optional

_THOUGHTS = ("thinking", "redacted_thinking")
_OUTPUTS = ("function_call_output", "custom_tool_call_output")
_NOT_ANSWERED = "There is no result: the call was not answered."

# What stands in an item and says nothing to Claude: ids and states of OpenAI's store, and labels.
_LABELS = {"type", "id", "status", "phase", "caller", "async", "internal_chat_message_metadata_passthrough"}


def conversation(given: object, tools: Tools, dropped: list[str]) -> tuple[list[Block], list[dict[str, Any]]]:
    """The system's text blocks, and the messages.

    `tools` gets the tools that stand in the input, `dropped` what Claude cannot be shown.
    """
    if isinstance(given, str):
        given = [{"role": "user", "content": given}]
    if not isinstance(given, list):
        raise InvalidRequest(f"expected a string or an array of items, found {kind_of(given)}.", field="input")
    turns = _Turns(tools, dropped)
    items = [_item(item, f"input[{index}]") for index, item in enumerate(given)]
    for kind, item, where in items:
        if kind in _OUTPUTS:
            turns.keep_output(item, where)
    for kind, item, where in items:
        _ITEMS[kind](turns, item, where)
    return turns.system, turns.finished()


def _item(item: object, where: str) -> tuple[str, dict[str, Any], str]:
    """The kind, the item with the names that this kind may have, and its place."""
    kind = as_dict(item, where).get("type") or ("message" if "role" in as_dict(item, where) else "item_reference")
    if kind == "item_reference":
        raise InvalidRequest(
            "no items are kept here that it could refer to. Send the item itself (store: false does that).",
            field=where,
        )
    if not isinstance(kind, str) or kind not in _NAMES:
        raise InvalidRequest(f"expected one of {', '.join(_NAMES)}.", field=f"{where}.type")
    names = _NAMES[kind]
    return kind, known(item, _LABELS | names, where) if names else {}, where


class _Turns:
    """The messages so far."""

    def __init__(self, tools: Tools, dropped: list[str]) -> None:
        self.system: list[Block] = []
        self._messages: list[dict[str, Any]] = []
        self._outputs: dict[str, Block] = {}  # by their call's id
        self._open: list[str] = []  # the calls of the last turn that have no answer in the messages
        self._called: set[str] = set()
        self._tools = tools
        self._dropped = dropped

    def keep_output(self, item: Block, where: str) -> None:
        call = call_id(item.get("call_id"), f"{where}.call_id")
        if call in self._outputs:
            raise InvalidRequest("another output has the same call.", field=f"{where}.call_id")
        result: Block = {"type": "tool_result", "tool_use_id": call}
        if content := blocks_of(item.get("output"), f"{where}.output", SHOWN):
            result["content"] = content
        self._outputs[call] = result

    def message(self, item: Block, where: str) -> None:
        role = item.get("role")
        if not isinstance(role, str) or role not in _ROLES:
            raise InvalidRequest(f"expected one of {', '.join(_ROLES)}.", field=f"{where}.role")
        blocks = blocks_of(item.get("content"), f"{where}.content", SHOWN if role == "user" else SPOKEN)
        if _ROLES[role] == "system":
            self.system += blocks
        elif blocks:
            if role == "user":
                self.answer_calls()
            self._say(_ROLES[role], blocks)

    def function_call(self, item: Block, where: str) -> None:
        text = as_string(item.get("arguments"), f"{where}.arguments")
        try:
            arguments = json.loads(text) if text.strip() else {}
        except (ValueError, RecursionError):
            arguments = text  # a call that was interrupted
        self._call(item, where, arguments if isinstance(arguments, dict) else {"arguments": arguments})

    def custom_call(self, item: Block, where: str) -> None:
        self._call(item, where, {"input": as_string(item.get("input"), f"{where}.input")})

    def output(self, item: Block, where: str) -> None:
        call = call_id(item["call_id"], f"{where}.call_id")
        if call in self._open:
            self.answer_calls()
        elif call not in self._called:
            raise InvalidRequest("there is no such call before it.", field=f"{where}.call_id")

    def reasoning(self, item: Block, where: str) -> None:
        """Only Claude's own thoughts can be shown to Claude again: they are signed."""
        sealed = optional(item, "encrypted_content", str, "", f"{where}.")
        for name in ("summary", "content"):
            as_list(item.get(name, []), f"{where}.{name}")
        block = unseal(sealed)
        if block is None:
            self.leave_out("reasoning")
        else:
            self._say("assistant", [block])

    def more_tools(self, item: Block, where: str) -> None:
        """As Codex sends them with the models that it knows. A later list may change an earlier one's tools."""
        self._tools.add(item.get("tools"), f"{where}.tools", replace=True)

    def web_search(self, item: Block, where: str) -> None:
        self.leave_out("web_search_call")

    def leave_out(self, name: str) -> None:
        if name not in self._dropped:
            self._dropped.append(name)

    def answer_calls(self) -> None:
        """Ends the assistant's turn: its calls are answered, in their order."""
        self._end_with_words()
        results = [self._outputs.get(call) or _not_answered(call) for call in self._open]
        self._open = []
        if results:
            self._say("user", results)

    def finished(self) -> list[dict[str, Any]]:
        if not any(message["role"] == "user" for message in self._messages) and not self._open:
            raise InvalidRequest("expected something of the user's, found nothing.", field="input")
        self.answer_calls()
        if self._messages[0]["role"] != "user":
            self._messages.insert(0, {"role": "user", "content": [{"type": "text", "text": "."}]})
        return self._messages

    def _call(self, item: Block, where: str, arguments: Block) -> None:
        namespace = optional(item, "namespace", str, None, f"{where}.")
        call = call_id(item.get("call_id"), f"{where}.call_id")
        name = name_of_call(item.get("name"), f"{where}.name", namespace)
        if call in self._called:
            raise InvalidRequest("another call has the same id.", field=f"{where}.call_id")
        self._called.add(call)
        self._say("assistant", [{"type": "tool_use", "id": call, "name": name, "input": arguments}])
        self._open.append(call)

    def _say(self, role: str, blocks: list[Block]) -> None:
        if self._messages and self._messages[-1]["role"] == role:
            self._messages[-1]["content"] += blocks
        else:
            self._messages.append({"role": role, "content": blocks})

    def _end_with_words(self) -> None:
        """A turn that was cut off in a thought: Claude takes no turn that ends in one."""
        if not self._messages or self._messages[-1]["role"] != "assistant":
            return
        content = self._messages[-1]["content"]
        while content and content[-1]["type"] in _THOUGHTS:
            content.pop()
        if not content:
            self._messages.pop()


def _not_answered(call: str) -> Block:
    content = [{"type": "text", "text": _NOT_ANSWERED}]
    return {"type": "tool_result", "tool_use_id": call, "is_error": True, "content": content}


_ROLES = {"user": "user", "assistant": "assistant", "system": "system", "developer": "system"}
_ITEMS: dict[str, Callable[[_Turns, Block, str], None]] = {
    "additional_tools": _Turns.more_tools,
    "message": _Turns.message,
    "function_call": _Turns.function_call,
    "function_call_output": _Turns.output,
    "custom_tool_call": _Turns.custom_call,
    "custom_tool_call_output": _Turns.output,
    "reasoning": _Turns.reasoning,
    "web_search_call": _Turns.web_search,
}
# The names of each kind, besides the labels; none of an item that is left out as a whole.
_NAMES: dict[str, set[str]] = {
    "additional_tools": {"role", "tools"},
    "message": {"role", "content"},
    "function_call": {"call_id", "name", "namespace", "arguments"},
    "function_call_output": {"call_id", "output", "name", "namespace"},
    "custom_tool_call": {"call_id", "name", "namespace", "input"},
    "custom_tool_call_output": {"call_id", "output", "name", "namespace"},
    "reasoning": {"summary", "content", "encrypted_content"},
    "web_search_call": set(),
}
