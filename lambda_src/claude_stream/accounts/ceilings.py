"""The most tokens that a request can take, known before it is sent. Pure.

No token is shorter than a byte of text, and JSON is not shorter than its text. What is not text counts by its
documented ceiling.
"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from claude_stream.models import generation, output_ceiling

_IMAGE_TOKENS = 5_000  # at most 4,784: docs.claude.com/en/docs/build-with-claude/vision
_UNSEEN_TOKENS = 1_000  # what Anthropic writes around a prompt with tools: some hundreds
_TOOL_TOKENS = 1_500  # of a tool of Anthropic's own, whose description is not in the request
_WINDOW_TOKENS = 1_000_000
_SMALL_WINDOW_TOKENS = 200_000  # before 4.6, without the flag for a million
_MILLION_FLAG = b"context-1m-"


class Ceiling(NamedTuple):
    """Tokens; `for_an_hour`: whether the prompt may be written to the cache for an hour, which costs more."""

    input_tokens: int
    output_tokens: int
    for_an_hour: bool


def ceiling_of(body: bytes, model_id: str) -> Ceiling:
    """The ceiling of an InvokeModel body."""
    request = json.loads(body)
    is_small = generation(model_id) < (4, 6) and _MILLION_FLAG not in body
    window = _SMALL_WINDOW_TOKENS if is_small else _WINDOW_TOKENS
    output = request.get("max_tokens", output_ceiling(model_id))
    tokens = len(body) + _UNSEEN_TOKENS + sum(map(_unseen_of, _dicts(request.get("tools"))))
    for block in _blocks(request.get("messages")):
        source = block.get("source")
        if isinstance(source, dict) and source.get("type") not in ("text", "content"):
            data = source.get("data")
            tokens -= len(data) if isinstance(data, str) else 0
            tokens += _IMAGE_TOKENS if block.get("type") == "image" else window
    # A compaction is one more run of the model, over all of the prompt.
    runs = 2 if b'"compact' in body else 1
    return Ceiling(runs * min(tokens, window), runs * output, b'"1h"' in body)


def _unseen_of(tool: dict[str, Any]) -> int:
    return 0 if tool.get("type", "custom") == "custom" else _TOOL_TOKENS


def _blocks(holders: object) -> Iterator[dict[str, Any]]:
    """Every image and document: of messages, tool results and documents; never what a tool was called with."""
    for holder in _dicts(holders):
        if holder.get("type") in ("image", "document"):
            yield holder
        source = holder.get("source")
        yield from _blocks(source.get("content") if isinstance(source, dict) else holder.get("content"))


def _dicts(values: object) -> Iterator[dict[str, Any]]:
    return (value for value in values if isinstance(value, dict)) if isinstance(values, list) else iter(())
