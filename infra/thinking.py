"""How each Claude model lets a caller steer its thinking, for the page's config.json. Pure.

What the function knows of it is in `claude_stream/bedrock/families.py`, with its sources. Nothing here may import
that, so tests/unit/test_page_thinking.py compares the two.
"""

import re
from collections.abc import Sequence
from typing import Any

_MODEL = re.compile(r"claude-(?P<family>[a-z]+)-(?P<major>\d{1,2})(?:-(?P<minor>\d{1,2}))?(?![\d])")
_OFF = {("sonnet", 5, 5): "between_tools", ("opus", 5, 5): None}  # the others take `disabled`


def thinking_table(models: Sequence[str]) -> dict[str, Any]:
    """Model id -> the `type` that turns thinking on, and the one that turns it off, if there is one.

    `adaptive` goes with `output_config.effort`, `enabled` with a budget. A model that cannot think has no entry.
    """
    return {model: entry for model in models if (entry := _entry(model))}


def _entry(model: str) -> dict[str, str] | None:
    found = _MODEL.search(model)
    if found is None:
        return None
    version = int(found["major"]), int(found["minor"] or 0)
    if version < (4, 0):
        return None
    off = _OFF.get((found["family"], *version), "disabled")
    return {"on": "adaptive" if version >= (4, 6) else "enabled"} | ({"off": off} if off else {})
