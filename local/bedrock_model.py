"""The simulated Claude: a valid body in, a reply out, as events of a stream or as one message. Pure.

A token is a piece of `answers.pieces`; timing is the caller's.
"""

import base64
import hashlib
import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from local import answers
from local.bedrock_faults import Fault
from local.bedrock_validation import Model

Body = Mapping[str, Any]
Event = dict[str, Any]

_ROLE_TOKENS = 4  # what a message costs besides its text
_FILE_TOKENS = 1500  # an image or a document
_UNREAD_KEYS = {"data", "cache_control", "signature"}


@dataclass(frozen=True)
class Block:
    """A content block: as it begins, the deltas that fill it, and as it stands at the end."""

    start: Event
    deltas: tuple[Event, ...]
    whole: Event


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


@dataclass(frozen=True)
class Latency:
    """Milliseconds, as Bedrock reports them at the end of a stream."""

    first_byte: int
    invocation: int


def prompt_of(body: Body) -> str:
    """The text of the last user message."""
    return next((_text(message) for message in reversed(body["messages"]) if message["role"] == "user"), "")


def cacheable(body: Body) -> list[Any]:
    """What stands up to the last cache_control mark, in the order in which Claude reads; [] without one."""
    system = body.get("system", [])
    system = [{"type": "text", "text": system}] if isinstance(system, str) else system
    blocks = [
        *body.get("tools", []),
        *system,
        *(block for message in body["messages"] for block in _blocks(message)),
    ]
    marked = [index for index, block in enumerate(blocks) if "cache_control" in block]
    return blocks if "cache_control" in body else blocks[: marked[-1] + 1] if marked else []


def reply(body: Body, model: Model, fault: Fault, *, cached: int = 0) -> Reply:
    """`cached`: so many of the first `cacheable` blocks have been sent before."""
    budget = body["max_tokens"]
    blocks = []
    if model.always_thinks or body.get("thinking", {}).get("type") in ("enabled", "adaptive"):
        thought = answers.pieces(answers.THOUGHT)[:budget]
        budget -= len(thought)
        blocks.append(_thinking_block(thought))
    if tool := _tool_to_call(body):
        block, used, stop_reason, stop_sequence = *_tool_block(tool, prompt_of(body), budget), None
    else:
        said, stop_reason, stop_sequence = _said(body, fault, budget)
        block, used = _text_block(said, _citations(body)), len(said)
    if used or not blocks:
        blocks.append(block)
    output = body["max_tokens"] - budget + used
    return Reply(model, tuple(blocks), stop_reason, stop_sequence, _usage(body, output, cached))


def input_tokens(body: Body) -> int:
    return _tokens([body.get("system"), body.get("tools"), body["messages"]]) + _ROLE_TOKENS * len(body["messages"])


def events(said: Reply, latency: Latency) -> Iterator[Event]:
    """The event sequence of Anthropic's stream, with what Bedrock adds to its last event."""
    usage = _usage_fields(said.usage) | {"output_tokens": 1}
    start = _message(said) | {"content": [], "stop_reason": None, "stop_sequence": None, "usage": usage}
    yield {"type": "message_start", "message": start}
    for index, block in enumerate(said.blocks):
        yield {"type": "content_block_start", "index": index, "content_block": block.start}
        if index == 0:
            yield {"type": "ping"}
        for delta in block.deltas:
            yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
    yield {
        "type": "message_delta",
        "delta": {"stop_reason": said.stop_reason, "stop_sequence": said.stop_sequence},
        "usage": {"output_tokens": said.usage.output_tokens},
    }
    yield {"type": "message_stop", "amazon-bedrock-invocationMetrics": _metrics(said.usage, latency)}


def message(said: Reply) -> Event:
    return _message(said) | {
        "content": [block.whole for block in said.blocks],
        "stop_reason": said.stop_reason,
        "stop_sequence": said.stop_sequence,
        "usage": _usage_fields(said.usage),
    }


def _said(body: Body, fault: Fault, budget: int) -> tuple[Sequence[str], str, str | None]:
    """The pieces of the text, why they end, and the stop sequence if that is why."""
    everything = answers.pieces(_answer(body)) if fault.pieces is None else fault.pieces
    said = everything[:budget]
    text = "".join(said)
    found = [(text.find(stop), stop) for stop in body.get("stop_sequences", []) if stop in text]
    if found:
        end, stop = min(found)
        return answers.pieces(text[:end]), "stop_sequence", stop
    return said, fault.stop_reason if len(said) == len(everything) else "max_tokens", None


def _answer(body: Body) -> str:
    results = [block for block in _blocks(body["messages"][-1]) if block["type"] == "tool_result"]
    if results:
        return answers.answer_to_tool(" ".join(_text(result) for result in results))
    return answers.answer(prompt_of(body))


def _tool_to_call(body: Body) -> Body | None:
    tools: list[Body] = [tool for tool in body.get("tools", []) if "input_schema" in tool]
    choice = body.get("tool_choice", {})
    forced = choice.get("type") in ("any", "tool")
    if not tools or not (forced or prompt_of(body).startswith("/tool")):
        return None
    return next((tool for tool in tools if tool["name"] == choice.get("name")), tools[0])


def _text_block(said: Sequence[str], citations: Sequence[Event] = ()) -> Block:
    deltas = [{"type": "text_delta", "text": piece} for piece in said]
    cited = [{"type": "citations_delta", "citation": citation} for citation in citations]
    start: Event = {"type": "text", "text": ""} | ({"citations": []} if citations else {})
    whole: Event = {"type": "text", "text": "".join(said)} | ({"citations": list(citations)} if citations else {})
    return Block(start, (*deltas, *cited), whole)


def _citations(body: Body) -> list[Event]:
    """One for each document that may be cited: its beginning."""
    documents = [block for message in body["messages"] for block in _blocks(message) if block["type"] == "document"]
    return [
        _citation(document, index)
        for index, document in enumerate(documents)
        if (document.get("citations") or {}).get("enabled")
    ]


def _citation(document: Body, index: int) -> Event:
    cited = {"document_index": index, "document_title": document.get("title")}
    if document["source"].get("type") != "text":
        place = {"type": "page_location", "cited_text": "…", "start_page_number": 1, "end_page_number": 2}
        return {**place, **cited}
    text = answers.shortened(str(document["source"].get("data", "")))
    return {
        "type": "char_location",
        "cited_text": text,
        "start_char_index": 0,
        "end_char_index": len(text),
        **cited,
    }


def _thinking_block(thought: Sequence[str]) -> Block:
    text = "".join(thought)
    signature = base64.b64encode(hashlib.sha512(text.encode()).digest()).decode()
    thinking = [{"type": "thinking_delta", "thinking": piece} for piece in thought]
    return Block(
        {"type": "thinking", "thinking": "", "signature": ""},
        (*thinking, {"type": "signature_delta", "signature": signature}),
        {"type": "thinking", "thinking": text, "signature": signature},
    )


def _tool_block(tool: Body, prompt: str, budget: int) -> tuple[Block, int, str]:
    """The block, its tokens and the stop reason; arguments follow the tool's schema."""
    arguments = _example(tool["input_schema"], prompt.removeprefix("/tool").strip() or "example")
    everything = answers.pieces(json.dumps(arguments, ensure_ascii=False))
    said = everything[:budget]
    complete = len(said) == len(everything)
    start = {"type": "tool_use", "id": f"toolu_bdrk_{_identifier()}", "name": tool["name"], "input": {}}
    # The real model, too, begins with an empty piece.
    deltas = tuple({"type": "input_json_delta", "partial_json": piece} for piece in ("", *said))
    whole = start | {"input": arguments if complete else {}}
    return Block(start, deltas, whole), len(said), "tool_use" if complete else "max_tokens"


def _example(schema: Body, text: str) -> Any:
    """A value that fits the JSON schema; `text` is what strings say."""
    if "enum" in schema:
        return schema["enum"][0]
    if "properties" in schema:
        return {name: _example(part, text) for name, part in schema["properties"].items()}
    simple = {"object": {}, "array": [], "integer": 1, "number": 1.5, "boolean": True, "null": None}
    return simple.get(schema.get("type", "string"), text)


def _usage(body: Body, output: int, cached: int) -> Usage:
    blocks = cacheable(body)
    read, written = _tokens(blocks[:cached]), _tokens(blocks[cached:])
    return Usage(input_tokens(body) - read - written, written, read, output)


def _tokens(value: object) -> int:
    if isinstance(value, str):
        return len(answers.pieces(value))
    if isinstance(value, list):
        return sum(_tokens(item) for item in value)
    if isinstance(value, dict):
        cost = _FILE_TOKENS if value.get("type") in ("image", "document") else 0
        return cost + sum(_tokens(item) for key, item in value.items() if key not in _UNREAD_KEYS)
    return 0


def _message(said: Reply) -> Event:
    head = {"id": f"msg_bdrk_{_identifier()}", "type": "message", "role": "assistant"}
    return {"model": said.model.name, **head}


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
    return "\n".join(block["text"] for block in _blocks(message) if block["type"] == "text")


def _blocks(message: Body) -> Sequence[Body]:
    content = message.get("content", "")
    return [{"type": "text", "text": content}] if isinstance(content, str) else content


def _identifier() -> str:
    return uuid.uuid4().hex[:24]
