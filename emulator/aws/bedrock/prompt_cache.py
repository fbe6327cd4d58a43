"""Bedrock's prompt cache: what a prompt shares with the beginning of an earlier one, up to a mark, is read from it.

It works as Claude's does, but forgets nothing (Claude's does after 5 minutes). A beginning that is shorter than the
model's minimum is not kept. https://platform.claude.com/docs/en/build-with-claude/prompt-caching
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_MARK = "cache_control"
_LOOK_BACK_BLOCKS = 20  # how far before the last mark prompts are compared with earlier ones


@dataclass(frozen=True)
class Cached:
    """How many of a prompt's tokens were read from the cache, and written to it."""

    read: int
    written: int


class PromptCache:
    def __init__(self) -> None:
        self._beginnings: set[bytes] = set()

    def visit(self, model: str, blocks: Sequence[Mapping[str, Any]], sizes: Sequence[int], minimum: int) -> Cached:
        """Reads the longest beginning that is kept, and keeps the `blocks` up to each mark and to the end.

        `sizes` are the blocks' tokens, `minimum` how many a beginning needs to be kept.
        """
        beginning = hashlib.sha256(model.encode())
        tokens, found, longest, written = 0, 0, 0, []
        for count, (block, size) in enumerate(zip(blocks, sizes, strict=True), start=1):
            tokens += size
            read = {name: value for name, value in block.items() if name != _MARK}
            beginning.update(json.dumps(read, sort_keys=True).encode())
            if beginning.digest() in self._beginnings and count >= len(blocks) - _LOOK_BACK_BLOCKS:
                found = tokens
            if tokens >= minimum and (_MARK in block or count == len(blocks)):
                longest = tokens
                written.append(beginning.digest())
        self._beginnings.update(written)
        return Cached(found, max(0, longest - found))
