"""Marks of where a prompt is cached: Claude's `cache_control`, and OpenAI's `prompt_cache_breakpoint`. Pure."""

from typing import Any

from claude_stream.dialects.openai_chat.keys import read_only
from claude_stream.errors import InvalidRequest

Block = dict[str, Any]

KEYS = ("cache_control", "prompt_cache_breakpoint")
_MOST = 4  # marks that Bedrock takes


def cache_mark(holder: dict[str, Any], where: str) -> Block:
    """`{"cache_control": ...}` where the object is marked, {} where it is not."""
    breakpoint_ = holder.get("prompt_cache_breakpoint")
    if breakpoint_ is not None and breakpoint_ != {"mode": "explicit"}:
        raise InvalidRequest('expected {"mode": "explicit"} only.', field=f"{where}.prompt_cache_breakpoint")
    given = holder.get("cache_control")
    if given is None:
        return {"cache_control": {"type": "ephemeral"}} if breakpoint_ else {}
    field = f"{where}.cache_control".lstrip(".")
    mark = read_only(given, field, ("type", "ttl"))
    if mark.get("type") != "ephemeral":
        raise InvalidRequest('expected "ephemeral".', field=f"{field}.type")
    if mark.get("ttl") not in (None, "5m", "1h"):
        raise InvalidRequest('expected "5m" or "1h".', field=f"{field}.ttl")
    ttl = {"ttl": mark["ttl"]} if mark.get("ttl") else {}
    return {"cache_control": {"type": "ephemeral", **ttl}}


def put_mark(blocks: list[Block], mark: Block, dropped: list[str]) -> None:
    """Marks the last block; `dropped` has the marks that find none, or one that is marked already."""
    if mark and (not blocks or "cache_control" in blocks[-1]):
        dropped.append("cache_control")
    if mark and blocks:
        blocks[-1] |= mark


def keep_four(body: dict[str, Any], dropped: list[str]) -> None:
    """Takes away all marks but the last four, in the order in which Claude reads: tools, system, messages."""
    blocks = [*body.get("tools", []), *body.get("system", [])]
    blocks += [block for message in body["messages"] for block in message["content"]]
    marked = [block for block in blocks if "cache_control" in block]
    spare = len(marked) + ("cache_control" in body) - _MOST
    for block in marked[: max(spare, 0)]:
        del block["cache_control"]
        dropped.append("cache_control")
