"""Claude's answers as OpenAI's Chat Completions: a whole one, a stream, an error, a model.

https://platform.openai.com/docs/api-reference/chat/object
"""

import time
from collections.abc import Mapping
from typing import Any

from claude_stream import sse
from claude_stream.dialects.openai_shared.answers import error_body
from claude_stream.dialects.openai_shared.stream import EventWriter
from claude_stream.errors import ApiError
from claude_stream.model_call import ModelCall
from claude_stream.outcome import Outcome
from claude_stream.sse import json_bytes
from claude_stream.text_pieces import WholeCharacters

_FINISH_REASONS = {
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "refusal": "content_filter",
    "tool_use": "tool_calls",
}  # all others: stop
_DELTA_KEYS = {"text_delta": "text", "thinking_delta": "thinking", "input_json_delta": "partial_json"}


def whole(call: ModelCall, answer: bytes, message: dict[str, Any]) -> bytes:
    return json_bytes(completion(message, _now(), call.asked_for))


def completion(message: dict[str, Any], created: int, asked_for: str) -> dict[str, Any]:
    """A whole message as a chat.completion; `created` is in seconds since 1970, `asked_for` the caller's model."""
    blocks = message.get("content") or []
    reply: dict[str, Any] = {"role": "assistant", "content": _joined(blocks, "text") or None, "refusal": None}
    if thought := _joined(blocks, "thinking"):
        reply["reasoning_content"] = thought
    if calls := [_call(block) for block in blocks if block["type"] == "tool_use"]:
        reply["tool_calls"] = calls
    outcome = Outcome()
    outcome.observe_whole(message)
    return {
        "id": _identifier(message),
        "object": "chat.completion",
        "created": created,
        "model": message.get("model") or asked_for,
        "choices": [{"index": 0, "message": reply, "logprobs": None, "finish_reason": finish_reason(outcome)}],
        "usage": usage(outcome.usage),
    }


def finish_reason(outcome: Outcome) -> str:
    """A guardrail that intervened comes first: Claude's own stop reason does not say so."""
    if outcome.guardrail_intervened:
        return "content_filter"
    return _FINISH_REASONS.get(outcome.stop_reason or "", "stop")


def usage(counted: Mapping[str, Any]) -> dict[str, Any]:
    """OpenAI counts tokens read from a cache or written to it as the prompt's; Claude counts them separately."""
    read = counted.get("cache_read_input_tokens") or 0
    written = counted.get("cache_creation_input_tokens") or 0
    prompt = (counted.get("input_tokens") or 0) + read + written
    answer = counted.get("output_tokens") or 0
    return {
        "prompt_tokens": prompt,
        "completion_tokens": answer,
        "total_tokens": prompt + answer,
        "prompt_tokens_details": {"cached_tokens": read, "cache_write_tokens": written},
    }


class Writer(EventWriter):
    """A streamed answer as chat.completion.chunk events. What all chunks share is written once."""

    def __init__(self, created: int, asked_for: str, include_usage: bool) -> None:
        super().__init__()
        self._created = created
        self._asked_for = asked_for
        self._include_usage = include_usage
        self._head: dict[str, Any] = {}
        self._before = self._after = b""
        self._characters = WholeCharacters()
        self._calls = -1  # the index of the call that is being written
        self._input: dict[str, Any] | None = None  # the call's, until a piece of it comes
        self._writers = {
            "message_start": self._message_start,
            "content_block_start": self._block_start,
            "content_block_delta": self._block_delta,
            "content_block_stop": self._block_stop,
            "message_stop": self._message_stop,
        }

    def end(self) -> bytes:
        counted = b""
        if self._include_usage:
            counted = sse.event(json_bytes({**self._head, "choices": [], "usage": usage(self._outcome.usage)}))
        return counted + sse.event(b"[DONE]")

    def error(self, failure: ApiError) -> bytes:
        return sse.event(json_bytes(error_body(failure)))

    def _message_start(self, data: dict[str, Any]) -> bytes:
        message = data["message"]
        self._head = {
            "id": _identifier(message),
            "object": "chat.completion.chunk",
            "created": self._created,
            "model": message.get("model") or self._asked_for,
        }
        self._before = json_bytes(self._head)[:-1] + b',"choices":[{"index":0,"delta":'
        self._after = b',"logprobs":null,"finish_reason":null}]' + self._no_usage + b"}"
        return self._chunk({"role": "assistant", "content": ""})

    def _block_start(self, data: dict[str, Any]) -> bytes:
        block = data["content_block"]
        self._characters = WholeCharacters()
        if block["type"] != "tool_use":
            return b""
        self._calls += 1
        self._input = block.get("input") or {}
        function = {"name": block["name"], "arguments": ""}
        return self._call_chunk({"id": block["id"], "type": "function", "function": function})

    def _block_delta(self, data: dict[str, Any]) -> bytes:
        delta = data.get("delta") or {}
        key = _DELTA_KEYS.get(delta.get("type") or "")
        piece = self._characters.add(delta.get(key) or "") if key else ""
        if not piece:
            return b""
        if key == "partial_json":
            self._input = None
            return self._call_chunk({"function": {"arguments": piece}})
        return self._chunk({"content" if key == "text" else "reasoning_content": piece})

    def _block_stop(self, data: dict[str, Any]) -> bytes:
        whole, self._input = self._input, None
        if whole is None:
            return b""
        return self._call_chunk({"function": {"arguments": json_bytes(whole).decode()}})  # it came whole

    def _message_stop(self, data: dict[str, Any]) -> bytes:
        """The finish reason comes last: only this event says that a guardrail intervened."""
        reason = json_bytes(finish_reason(self._outcome))
        after = b',"logprobs":null,"finish_reason":' + reason + b"}]" + self._no_usage + b"}"
        return sse.event(self._before + b"{}" + after)

    @property
    def _no_usage(self) -> bytes:
        return b',"usage":null' if self._include_usage else b""

    def _call_chunk(self, call: dict[str, Any]) -> bytes:
        return self._chunk({"tool_calls": [{"index": self._calls, **call}]})

    def _chunk(self, delta: dict[str, Any]) -> bytes:
        return sse.event(self._before + json_bytes(delta) + self._after)


def writer(call: ModelCall, request_id: str) -> Writer:
    return Writer(_now(), call.asked_for, call.include_usage)


def _now() -> int:
    return int(time.time())


def _identifier(message: dict[str, Any]) -> str:
    return "chatcmpl-" + str(message.get("id", "")).removeprefix("msg_")


def _joined(blocks: list[dict[str, Any]], kind: str) -> str:
    return "".join(block.get(kind) or "" for block in blocks if block["type"] == kind)


def _call(block: dict[str, Any]) -> dict[str, Any]:
    function = {"name": block["name"], "arguments": json_bytes(block["input"]).decode()}
    return {"id": block["id"], "type": "function", "function": function}
