"""Claude's answers as OpenAI's Response objects: a whole one, and an error.

https://platform.openai.com/docs/api-reference/responses/object
"""

import time
from collections.abc import Mapping
from typing import Any, NamedTuple

from claude_stream.dialects.openai_responses.output import item_of
from claude_stream.dialects.openai_responses.tools import Tool
from claude_stream.errors import ApiError
from claude_stream.model_call import ModelCall
from claude_stream.outcome import Outcome
from claude_stream.sse import json_bytes

Json = dict[str, Any]

_REASONS = {
    "max_tokens": "max_output_tokens",
    "model_context_window_exceeded": "max_output_tokens",
    "refusal": "content_filter",
}  # all others complete an answer
_FAILURE_CODES = {"invalid_request_error": "invalid_prompt", "rate_limit_error": "rate_limit_exceeded"}


class Asked(NamedTuple):
    """What an answer needs of its request: the fields that it repeats, the tools, whether thoughts are shown."""

    fields: Json
    tools: Mapping[str, Tool]
    summary: bool


def echo(asked: Json) -> Json:
    """The fields of a Response that repeat the request's, with OpenAI's defaults. Nothing is ever stored."""
    reasoning, text = asked.get("reasoning") or {}, asked.get("text") or {}
    return {
        "background": False,
        "instructions": asked.get("instructions"),
        "max_output_tokens": asked.get("max_output_tokens"),
        "max_tool_calls": asked.get("max_tool_calls"),
        "metadata": asked.get("metadata", {}),
        "parallel_tool_calls": asked.get("parallel_tool_calls", True),
        "previous_response_id": None,
        "prompt_cache_key": asked.get("prompt_cache_key"),
        "reasoning": {"effort": reasoning.get("effort"), "summary": reasoning.get("summary")},
        "safety_identifier": asked.get("safety_identifier"),
        "service_tier": "default",
        "store": False,
        "temperature": asked.get("temperature", 1.0),
        "text": {"format": {"type": "text"}, **text},
        "tool_choice": asked.get("tool_choice", "auto"),
        "tools": asked.get("tools", []),
        "top_logprobs": 0,
        "top_p": asked.get("top_p", 1.0),
        "truncation": "disabled",
        "user": asked.get("user"),
    }


def whole(call: ModelCall, answer: bytes, message: Json) -> bytes:
    return json_bytes(response_of(message, now(), call.asked_for, call.context))


def response_of(message: Json, created: int, asked_for: str, asked: Asked) -> Json:
    """A whole message as a Response; `created` is in seconds since 1970, `asked_for` the caller's model."""
    outcome = Outcome()
    outcome.observe_whole(message)
    head = response(message, created, asked_for, asked)
    output: list[Json] = []
    blocks = message.get("content") or []
    for index, block in enumerate(blocks):
        if item := item_of(block, head["id"], len(output), asked.tools, asked.summary):
            output.append(item.whole(item_status(outcome) if index == len(blocks) - 1 else "completed"))
    return finished(head, output, outcome)


def response(message: Json, created: int, asked_for: str, asked: Asked) -> Json:
    """A Response that has begun."""
    return {
        "id": identifier(message),
        "object": "response",
        "created_at": created,
        "status": "in_progress",
        "error": None,
        "incomplete_details": None,
        "model": message.get("model") or asked_for,
        "output": [],
        "usage": None,
        **asked.fields,
    }


def finished(head: Json, output: list[Json], outcome: Outcome) -> Json:
    """The Response at its end: completed, or incomplete and why. A guardrail that intervened comes first."""
    reason = "content_filter" if outcome.guardrail_intervened else _REASONS.get(outcome.stop_reason or "")
    end = {
        "status": "incomplete" if reason else "completed",
        "incomplete_details": {"reason": reason} if reason else None,
        "output": output,
        "usage": usage(outcome.usage),
    }
    return head | end


def item_status(outcome: Outcome) -> str:
    """Of the last item: whether it was cut off."""
    cut = _REASONS.get(outcome.stop_reason or "") == "max_output_tokens"
    return "incomplete" if cut else "completed"


def usage(counted: Mapping[str, Any]) -> Json:
    """OpenAI counts what was read from a cache, or written to it, among the input; Claude beside it."""
    read = counted.get("cache_read_input_tokens") or 0
    written = counted.get("cache_creation_input_tokens") or 0
    given = (counted.get("input_tokens") or 0) + read + written
    said = counted.get("output_tokens") or 0
    thought = (counted.get("output_tokens_details") or {}).get("thinking_tokens") or 0
    return {
        "input_tokens": given,
        "input_tokens_details": {"cached_tokens": read, "cache_write_tokens": written},
        "output_tokens": said,
        "output_tokens_details": {"reasoning_tokens": thought},
        "total_tokens": given + said,
    }


def identifier(message: Json) -> str:
    return "resp_" + str(message.get("id", "")).removeprefix("msg_")


def now() -> int:
    return int(time.time())


def failure(error: ApiError) -> Json:
    """A Response's own error: what went wrong after it had begun."""
    return {"code": _FAILURE_CODES.get(error.type, "server_error"), "message": error.message}
