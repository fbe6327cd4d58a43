"""The turns of a conversation as Claude has them: a person's first, neighbours joined, every call answered.

Pure. Histories of real clients are shorter than that: stopped answers, interrupted calls, the beginning cut off.
"""

import re
from typing import Any

Block = dict[str, Any]

FILLER = "."  # says nothing, where Claude wants a person's turn
_NO_RESULT = "Interrupted: there is no result."


class Turns:
    """What was said so far. Calls have ids that Claude takes, each its own, whatever ids the client gave them."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self._open: list[tuple[str, str]] = []  # (the client's id, ours) of the last message's unanswered calls
        self._ids: set[str] = set()

    def say(self, role: str, blocks: list[Block]) -> None:
        """A tool_use's `id` is the client's."""
        if not blocks:
            return
        if role == "assistant":
            if not self.messages:
                self._add("user", [{"type": "text", "text": FILLER}])
            elif self.messages[-1]["role"] == "user":
                self._close()
            blocks = [self._call(block) if block["type"] == "tool_use" else block for block in blocks]
        self._add(role, blocks)

    def answer(self, call: str, result: Block) -> None:
        """A call's result, which goes before what else the person says. One without its call becomes text."""
        ours = next((own for foreign, own in self._open if foreign == call), None)
        if ours is None:
            kind = "Error" if result.get("is_error") else "Result"
            blocks = [{"type": "text", "text": f"{kind} of an earlier call:"}, *result.get("content", [])]
            blocks[-1] |= {name: result[name] for name in ("cache_control",) if name in result}
            self.say("user", blocks)
        else:
            self._open.remove((call, ours))
            self._insert({"type": "tool_result", "tool_use_id": ours, **result})

    def end(self) -> None:
        self._close()

    def _close(self) -> None:
        """Claude wants every call answered before anything else is said."""
        for _, ours in self._open:
            note = [{"type": "text", "text": _NO_RESULT}]
            self._insert({"type": "tool_result", "tool_use_id": ours, "content": note, "is_error": True})
        self._open = []

    def _call(self, block: Block) -> Block:
        foreign = block["id"]
        wanted = re.sub(r"[^a-zA-Z0-9_-]", "_", foreign)[:100] or "call"
        ours, number = wanted, 1
        while ours in self._ids:
            number += 1
            ours = f"{wanted}_{number}"
        self._ids.add(ours)
        self._open.append((foreign, ours))
        return {**block, "id": ours}

    def _add(self, role: str, blocks: list[Block]) -> None:
        if self.messages and self.messages[-1]["role"] == role:
            self.messages[-1]["content"] += blocks
        else:
            self.messages.append({"role": role, "content": list(blocks)})

    def _insert(self, result: Block) -> None:
        """Behind the results that the last message has already."""
        if self.messages[-1]["role"] == "assistant":
            self._add("user", [])
        content = self.messages[-1]["content"]
        results = sum(block["type"] == "tool_result" for block in content)
        content.insert(results, result)
