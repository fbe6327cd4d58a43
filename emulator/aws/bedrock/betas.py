"""The beta flags that Bedrock's InvokeModel takes, by model family. Pure.

As of 2026-11-26, from what clients reported; issue threads are beside their rows. Bedrock refuses every other flag
with `invalid beta flag`, and does not say which.
"""

from collections.abc import Callable, Iterable

from emulator.aws.bedrock.models import Model

CONTEXT_MANAGEMENT = "context-management-2025-06-27"
TOOL_EXAMPLES = "tool-examples-2025-10-29"
TOOL_SEARCH = "tool-search-tool-2025-10-19"
INTERLEAVED_THINKING = "interleaved-thinking-2025-05-14"


def _all(_: Model) -> bool:
    return True


def _not_4_7(model: Model) -> bool:
    """All but Opus 4.7, which takes only one flag. anthropics/claude-code#49370, #49648"""
    return model.generation != (4, 7)


def _tool_search(model: Model) -> bool:
    return model.generation in ((4, 5), (4, 6), (5, 5))


def _fifth(model: Model) -> bool:
    return model.generation >= (5, 0)


def _newest(model: Model) -> bool:
    return model.generation >= (5, 5)


_TAKEN: dict[str, Callable[[Model], bool]] = {
    INTERLEAVED_THINKING: _all,
    "claude-code-20250219": _not_4_7,
    "compact-2026-01-12": _not_4_7,
    "compact-2026-09-04": _not_4_7,
    "computer-use-2025-01-24": _not_4_7,
    "computer-use-2025-11-24": _not_4_7,
    "context-1m-2025-08-07": _not_4_7,
    CONTEXT_MANAGEMENT: _not_4_7,
    "effort-2025-11-24": _not_4_7,
    "fine-grained-tool-streaming-2025-05-14": _not_4_7,
    "structured-outputs-2025-12-15": _not_4_7,
    TOOL_EXAMPLES: _not_4_7,
    TOOL_SEARCH: _tool_search,  # anthropics/claude-code#82549, #49370
    "thinking-binding-controls-2026-08-01": _fifth,
    "thinking-display-updates-2026-08-18": _fifth,
    "thinking-token-count-2026-05-13": _fifth,
    "mid-conversation-tool-changes-2026-07-01": _newest,
}


def all_taken(flags: Iterable[str], model: Model) -> bool:
    return all(flag in _TAKEN and _TAKEN[flag](model) for flag in flags)
