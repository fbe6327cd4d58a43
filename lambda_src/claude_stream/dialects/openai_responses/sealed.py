"""Claude's signed thoughts as `encrypted_content`, which clients carry and do not read. Pure.

Claude's own signature protects a thought from changes: this only keeps it in one piece.
"""

import base64
import binascii
import json
from typing import Any

from claude_stream.sse import json_bytes

_PREFIX = "claude."
_FIELDS = {"thinking": ("thinking", "signature"), "redacted_thinking": ("data",)}


def seal(block: dict[str, Any]) -> str:
    """A thinking or redacted_thinking block as text."""
    kept = {name: block.get(name) or "" for name in ("type", *_FIELDS[block["type"]])}
    return _PREFIX + base64.urlsafe_b64encode(json_bytes(kept)).decode()


def unseal(text: str) -> dict[str, Any] | None:
    """The block; None of what was not sealed here, such as the thoughts of OpenAI's own models."""
    if not text.startswith(_PREFIX):
        return None
    try:
        block = json.loads(base64.urlsafe_b64decode(text.removeprefix(_PREFIX)))
        fields = _FIELDS[block["type"]]
        whole = block.keys() == {"type", *fields} and all(isinstance(block[name], str) for name in fields)
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error, RecursionError):
        return None
    return block if whole else None
