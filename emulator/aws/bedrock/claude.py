"""The simulated Claude: makes the reply to a valid body, as events of a stream or as one message.

A token is a piece of `answers.pieces`. The caller does the timing.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from emulator.aws.bedrock import answers
from emulator.aws.bedrock.blocks import (
    Block,
    Body,
    Event,
    blocks_of,
    call_of_tool,
    citations,
    example,
    identifier,
    text_block,
    thinking_block,
    tool_block,
)
from emulator.aws.bedrock.faults import Fault
from emulator.aws.bedrock.models import Model
from emulator.aws.bedrock.prompt_cache import Cached

_ROLE_TOKENS = 4  # what a message costs besides its text
_FILE_TOKENS = 1500  # an image or a document
_UNREAD_KEYS = {"data", "cache_control", "signature"}
_GUARDRAIL_ACTION = "amazon-bedrock-guardrailAction"


@dataclass(frozen=True)
class Usage:
    input_tokens: int
    cache_creation_input_tokens: int
    cache_read_input_tokens: int
    output_tokens: int


@dataclass(frozen=True)
class Reply:
    model: Model
    blocks: tuple[Block, ...]
    stop_reason: str
    stop_sequence: str | None
    usage: Usage
    guardrail_action: str | None = None  # INTERVENED, or NONE if a guardrail found nothing
    forgets_input: bool = False  # the last usage of a stream has null for what the first one counted


@dataclass(frozen=True)
class Latency:
    """Milliseconds, as Bedrock reports them at the end of a stream."""

    first_byte: int
    invocation: int


def prompt_of(body: Body) -> str:
    """The text of the last user message."""
    return next((_text(message) for message in reversed(body["messages"]) if message["role"] == "user"), "")


def cacheable(body: Body) -> list[Any]:
    """The blocks up to the last cache_control mark, in the order in which Claude reads; [] without a mark."""
    system = body.get("system", [])
    system = [{"type": "text", "text": system}] if isinstance(system, str) else system
    blocks = [
        *body.get("tools", []),
        *system,
        *(block for message in body["messages"] for block in blocks_of(message)),
    ]
    marked = [index for index, block in enumerate(blocks) if "cache_control" in block]
    return blocks if "cache_control" in body else blocks[: marked[-1] + 1] if marked else []


def reply(body: Body, model: Model, fault: Fault, cached: Cached, *, guarded: bool = False) -> Reply:
    """The reply to `body`. `guarded`: the request names a guardrail."""
    budget = body["max_tokens"]
    blocks = []
    if _thinks(body, model) and not fault.intervenes:
        thought = answers.pieces(answers.THOUGHT)[:budget]
        budget -= len(thought)
        blocks.append(thinking_block(thought))
    if (call := call_of_tool(body, prompt_of(body))) and not fault.intervenes:
        block, used, stop_reason, stop_sequence = *tool_block(*call, budget), None
    else:
        pieces, stop_reason, stop_sequence = _pieces_of_answer(body, fault, budget)
        block, used = text_block(pieces, citations(body)), len(pieces)
    if used or not blocks:
        blocks.append(block)
    usage = _usage(body, body["max_tokens"] - budget + used, cached)
    action = "INTERVENED" if fault.intervenes else "NONE" if guarded else None
    return Reply(model, tuple(blocks), stop_reason, stop_sequence, usage, action, fault.null_usage)


def sizes(blocks: Sequence[Body]) -> list[int]:
    """Each block's tokens."""
    return [_tokens(block) for block in blocks]


def input_tokens(body: Body) -> int:
    return _tokens([body.get("system"), body.get("tools"), body["messages"]]) + _ROLE_TOKENS * len(body["messages"])


def events(reply: Reply, latency: Latency) -> Iterator[Event]:
    """The event sequence of Anthropic's stream, with what Bedrock adds to its last event."""
    usage = _usage_fields(reply.usage) | {"output_tokens": 1}
    start = _message(reply) | {"content": [], "stop_reason": None, "stop_sequence": None, "usage": usage}
    yield {"type": "message_start", "message": start}
    for index, block in enumerate(reply.blocks):
        yield {"type": "content_block_start", "index": index, "content_block": block.start}
        if index == 0:
            yield {"type": "ping"}
        for delta in block.deltas:
            yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
    yield {
        "type": "message_delta",
        "delta": {"stop_reason": reply.stop_reason, "stop_sequence": reply.stop_sequence},
        "usage": _last_usage(reply),
    }
    metrics = {"amazon-bedrock-invocationMetrics": _metrics(reply.usage, latency)}
    yield {"type": "message_stop", **metrics, **_guardrail(reply)}


def message(reply: Reply) -> Event:
    return _message(reply) | {
        "content": [block.whole for block in reply.blocks],
        "stop_reason": reply.stop_reason,
        "stop_sequence": reply.stop_sequence,
        "usage": _usage_fields(reply.usage),
        **_guardrail(reply),
    }


def _guardrail(reply: Reply) -> Event:
    return {_GUARDRAIL_ACTION: reply.guardrail_action} if reply.guardrail_action else {}


def _last_usage(reply: Reply) -> Event:
    usage: Event = {"output_tokens": reply.usage.output_tokens}
    if reply.forgets_input:
        forgotten = {"input_tokens": None, "cache_read_input_tokens": None, "cache_creation_input_tokens": 0}
        return forgotten | usage
    return usage


def _thinks(body: Body, model: Model) -> bool:
    kind = (body.get("thinking") or {}).get("type")
    return kind in ("adaptive", "enabled") or (model.always_thinks and kind != "between_tools")


def _pieces_of_answer(body: Body, fault: Fault, budget: int) -> tuple[Sequence[str], str, str | None]:
    """The pieces of the text, why they end, and the stop sequence if that is why."""
    everything = answers.pieces(_answer(body)) if fault.pieces is None else fault.pieces
    pieces = everything[:budget]
    text = "".join(pieces)
    found = [(text.find(stop), stop) for stop in body.get("stop_sequences", []) if stop in text]
    if found:
        end, stop = min(found)
        return answers.pieces(text[:end]), "stop_sequence", stop
    return pieces, fault.stop_reason if len(pieces) == len(everything) else "max_tokens", None


def _answer(body: Body) -> str:
    if wanted := (body.get("output_config") or {}).get("format"):
        return json.dumps(example(wanted["schema"], prompt_of(body)), ensure_ascii=False)
    results = [block for block in blocks_of(body["messages"][-1]) if block["type"] == "tool_result"]
    if results:
        return answers.answer_to_tool(" ".join(_text(result) for result in results))
    return answers.answer(prompt_of(body))


def _usage(body: Body, output: int, cached: Cached) -> Usage:
    return Usage(input_tokens(body) - cached.read - cached.written, cached.written, cached.read, output)


def _tokens(value: object) -> int:
    if isinstance(value, str):
        return len(answers.pieces(value))
    if isinstance(value, list):
        return sum(_tokens(item) for item in value)
    if isinstance(value, dict):
        cost = _FILE_TOKENS if value.get("type") in ("image", "document") else 0
        return cost + sum(_tokens(item) for key, item in value.items() if key not in _UNREAD_KEYS)
    return 0


def _message(reply: Reply) -> Event:
    head = {"id": f"msg_bdrk_{identifier()}", "type": "message", "role": "assistant"}
    return {"model": reply.model.name, **head}


def _usage_fields(usage: Usage) -> Event:
    written = usage.cache_creation_input_tokens
    return {
        "input_tokens": usage.input_tokens,
        "cache_creation_input_tokens": written,
        "cache_read_input_tokens": usage.cache_read_input_tokens,
        "cache_creation": {"ephemeral_5m_input_tokens": written, "ephemeral_1h_input_tokens": 0},
        "output_tokens": usage.output_tokens,
    }


def _metrics(usage: Usage, latency: Latency) -> Event:
    return {
        "inputTokenCount": usage.input_tokens,
        "outputTokenCount": usage.output_tokens,
        "invocationLatency": latency.invocation,
        "firstByteLatency": latency.first_byte,
        "cacheReadInputTokenCount": usage.cache_read_input_tokens,
        "cacheWriteInputTokenCount": usage.cache_creation_input_tokens,
    }


def _text(message: Body) -> str:
    """The text of a message, or of a tool result, whose content is a string or blocks."""
    return "\n".join(block["text"] for block in blocks_of(message) if block["type"] == "text")
