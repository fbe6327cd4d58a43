"""Claude's content blocks as the items of a Response's output, one item a block, whole or piece by piece. Pure.

Each kind of item names the events that begin it, go on with it and end it. The item at its end is the same whether
its text came in pieces or at once.
"""

import json
from collections.abc import Mapping
from typing import Any

from claude_stream.dialects.openai_responses.content import seal
from claude_stream.dialects.openai_responses.tools import Tool
from claude_stream.sse import json_bytes
from claude_stream.text_pieces import WholeCharacters

Json = dict[str, Any]


class Item:
    """One item of the output.

    `place` is what its events say of where they belong; `key` is the name of its text in Claude's deltas.
    """

    prefix = kind = key = ""

    def __init__(self, block: Json, response_id: str, index: int) -> None:
        self.id = f"{self.prefix}_{response_id.removeprefix('resp_')}_{index}"
        self.place: Json = {"item_id": self.id, "output_index": index}
        self._block = block
        self._pieces: list[str] = []
        self._characters = WholeCharacters()

    @property
    def text(self) -> str:
        return "".join(self._pieces)

    def add(self, piece: str) -> str:
        """Keeps the piece; what of it is whole characters."""
        whole = self._characters.add(piece)
        if whole:
            self._pieces.append(whole)
        return whole

    def delta(self, delta: Json) -> str:
        """What of a delta of Claude's is to be passed on."""
        return self.add(delta.get(self.key) or "")

    def begin(self) -> list[Json]:
        return []

    def piece_event(self) -> Json | None:
        """The event of a piece, less its `delta`; None where pieces are not passed on."""
        return None

    def end(self) -> list[Json]:
        return []

    def item(self, status: str) -> Json:
        return {"id": self.id, "type": self.kind, "status": status}

    def whole(self, status: str) -> Json:
        """The item of a block that is complete."""
        self.add(self._block.get(self.key) or "")
        return self.item(status)


class Message(Item):
    prefix, kind, key = "msg", "message", "text"

    def begin(self) -> list[Json]:
        return [{"type": "response.content_part.added", **self._at, "part": self._part("")}]

    def piece_event(self) -> Json:
        return {"type": "response.output_text.delta", **self._at, "logprobs": []}

    def end(self) -> list[Json]:
        return [
            {"type": "response.output_text.done", **self._at, "text": self.text, "logprobs": []},
            {"type": "response.content_part.done", **self._at, "part": self._part(self.text)},
        ]

    def item(self, status: str) -> Json:
        content = [] if status == "in_progress" else [self._part(self.text)]
        return {**super().item(status), "role": "assistant", "content": content}

    @property
    def _at(self) -> Json:
        return {**self.place, "content_index": 0}

    @staticmethod
    def _part(text: str) -> Json:
        return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}


class Reasoning(Item):
    """A thought: sealed for the next request, and as a summary where one is asked for and Claude shows any."""

    prefix, kind, key = "rs", "reasoning", "thinking"

    def __init__(self, block: Json, response_id: str, index: int, shown: bool) -> None:
        super().__init__(block, response_id, index)
        self._shown = shown
        self._signature: str = block.get("signature") or ""

    def delta(self, delta: Json) -> str:
        self._signature += delta.get("signature") or ""
        return super().delta(delta)

    def piece_event(self) -> Json | None:
        return {"type": "response.reasoning_summary_text.delta", **self._at} if self._shown else None

    def first_piece(self) -> list[Json]:
        return [{"type": "response.reasoning_summary_part.added", **self._at, "part": self._part("")}]

    def end(self) -> list[Json]:
        if not self._summary:
            return []
        return [
            {"type": "response.reasoning_summary_text.done", **self._at, "text": self.text},
            {"type": "response.reasoning_summary_part.done", **self._at, "part": self._part(self.text)},
        ]

    def item(self, status: str) -> Json:
        base = {**super().item(status), "summary": self._summary}
        block = {**self._block, "thinking": self.text, "signature": self._signature}
        if status == "in_progress" or not (self._signature or block.get("data")):  # cut off before it was signed
            return base
        return {**base, "encrypted_content": seal(block)}

    @property
    def _at(self) -> Json:
        return {**self.place, "summary_index": 0}

    @property
    def _summary(self) -> list[Json]:
        return [self._part(self.text)] if self._shown and self._pieces else []

    @staticmethod
    def _part(text: str) -> Json:
        return {"type": "summary_text", "text": text}


class Call(Item):
    """A call of a tool, by the name that the client has for it."""

    key = "partial_json"

    def __init__(self, block: Json, response_id: str, index: int, tool: Tool) -> None:
        super().__init__(block, response_id, index)
        self._tool = tool

    def whole(self, status: str) -> Json:
        self._take_input()
        return self.item(status)

    def item(self, status: str) -> Json:
        space = {"namespace": self._tool.namespace} if self._tool.namespace else {}
        return {**super().item(status), "call_id": self._block["id"], "name": self._tool.name, **space}

    def _take_input(self) -> bool:
        """The input that came with the block, where none came in pieces."""
        if self._pieces:
            return False
        self.add(json_bytes(self._block.get("input") or {}).decode())
        return True


class FunctionCall(Call):
    prefix, kind = "fc", "function_call"

    def piece_event(self) -> Json:
        return {"type": "response.function_call_arguments.delta", **self.place}

    def end(self) -> list[Json]:
        events = [{**self.piece_event(), "delta": self.text}] if self._take_input() else []
        return [*events, {"type": "response.function_call_arguments.done", **self.place, "arguments": self.text}]

    def item(self, status: str) -> Json:
        return {**super().item(status), "arguments": self.text}


class CustomCall(Call):
    """Its text is inside Claude's JSON, so it is passed on when that is complete."""

    prefix, kind = "ctc", "custom_tool_call"

    def end(self) -> list[Json]:
        self._take_input()
        text = self._input
        return [
            {"type": "response.custom_tool_call_input.delta", **self.place, "delta": text},
            {"type": "response.custom_tool_call_input.done", **self.place, "input": text},
        ]

    def item(self, status: str) -> Json:
        return {**super().item(status), "input": "" if status == "in_progress" else self._input}

    @property
    def _input(self) -> str:
        """The text; what came, where Claude was cut off or has not kept to the schema."""
        try:
            given = json.loads(self.text)
        except ValueError:
            return self.text
        return given["input"] if isinstance(given, dict) and isinstance(given.get("input"), str) else self.text


def item_of(block: Json, response_id: str, index: int, tools: Mapping[str, Tool], summary: bool) -> Item | None:
    """The item of a block that begins, or is complete; None of a kind that a Response has no item for."""
    kind = block.get("type")
    if kind == "text":
        return Message(block, response_id, index)
    if kind in ("thinking", "redacted_thinking"):
        return Reasoning(block, response_id, index, summary)
    if kind != "tool_use":
        return None
    tool = tools.get(block["name"]) or Tool("function", block["name"])
    return (CustomCall if tool.kind == "custom" else FunctionCall)(block, response_id, index, tool)
