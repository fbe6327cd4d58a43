"""Bedrock's prompt cache: a prompt that begins as an earlier one did, up to a mark of that one, is read from it.

As Claude's, but that it holds from the first token on (the models want 1,024 to 4,096) and forgets nothing (after 5
minutes). https://platform.claude.com/docs/en/build-with-claude/prompt-caching
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

_MARK = "cache_control"
_LOOK_BACK = 20  # blocks: so far before its own last mark a prompt is compared with earlier ones


class PromptCache:
    def __init__(self) -> None:
        self._beginnings: set[bytes] = set()

    def visit(self, model: str, blocks: Sequence[Mapping[str, Any]]) -> int:
        """How many of the first `blocks` are in the cache. From now on all are, up to each mark and to the end."""
        beginning = hashlib.sha256(model.encode())
        found, written = 0, []
        for count, block in enumerate(blocks, start=1):
            read = {name: value for name, value in block.items() if name != _MARK}
            beginning.update(json.dumps(read, sort_keys=True).encode())
            if beginning.digest() in self._beginnings and count >= len(blocks) - _LOOK_BACK:
                found = count
            if _MARK in block or count == len(blocks):
                written.append(beginning.digest())
        self._beginnings.update(written)
        return found
