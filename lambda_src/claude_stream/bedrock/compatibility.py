"""What Anthropic's API takes and Bedrock refuses, by model family: the one place that knows it. Pure.

As of 2026-11-26. No list of AWS's own says this: the rows are what clients met, with their sources beside them
(owner/repository#issue on GitHub; "SDK" is the list of flags in Anthropic's SDK for Python, 2.12). `adaptation.py`
makes requests by it, and by what each model takes (`families.py`). What no row knows is passed on, and
`refused_parts.py` learns from Bedrock's answer.
"""

from claude_stream.models import Generation

CONTEXT_MANAGEMENT = "context-management-2025-06-27"
FINE_GRAINED_TOOLS = "fine-grained-tool-streaming-2025-05-14"
TOOL_EXAMPLES = "tool-examples-2025-10-29"
TOOL_SEARCH = "tool-search-tool-2025-10-19"

KNOWN: tuple[Generation, ...] = ((4, 5), (4, 6), (4, 7), (4, 8), (5, 0), (5, 5))
_NOT_4_7 = tuple(version for version in KNOWN if version != (4, 7))
_FIFTH = ((5, 0), (5, 5))

# Flags that these generations take. Opus 4.7 refused nearly all at its launch, and perhaps takes them since
# (anthropics/claude-code#49370, #49648): there, and by models that are not known, they are tried.
_TAKEN_BY: dict[str, tuple[Generation, ...]] = {
    "compact-2026-01-12": _NOT_4_7,
    "compact-2026-09-04": _NOT_4_7,
    "computer-use-2025-01-24": _NOT_4_7,
    "computer-use-2025-11-24": _NOT_4_7,
    "context-1m-2025-08-07": _NOT_4_7,
    CONTEXT_MANAGEMENT: _NOT_4_7,
    "effort-2025-11-24": _NOT_4_7,
    FINE_GRAINED_TOOLS: _NOT_4_7,
    "interleaved-thinking-2025-05-14": _NOT_4_7,
    "structured-outputs-2025-12-15": _NOT_4_7,
    TOOL_EXAMPLES: _NOT_4_7,
}
# Flags that these generations take, and the other known ones refuse.
_TAKEN_ONLY_BY: dict[str, tuple[Generation, ...]] = {
    "mid-conversation-tool-changes-2026-07-01": ((5, 5),),
    "thinking-binding-controls-2026-08-01": _FIFTH,
    "thinking-display-updates-2026-08-18": _FIFTH,
    "thinking-token-count-2026-05-13": _FIFTH,
    TOOL_SEARCH: ((4, 5), (4, 6), (5, 5)),  # anthropics/claude-code#82549, #49370
}
# Beginnings of flags that Bedrock refuses, or that ask for nothing.
_DROPPED_FLAGS = (
    *("claude-code-", "per-turn-control-", "mid-conversation-output-config-"),  # anthropics/claude-code#49648; SDK
    *("structured-outputs-2025-11-13",),  # vercel/ai: sent with every tool
    *("prompt-caching-", "extended-cache-ttl-", "token-counting-", "message-batches-", "pdfs-"),  # need none by now
    *("token-efficient-tools-", "output-128k-", "max-tokens-3-5-", "model-context-window-exceeded-"),  # likewise
    *("mcp-", "oauth-", "fast-mode-", "redact-thinking-", "advisor-", "files-api-", "skills-"),
    *("code-execution-", "web-fetch-", "web-search-"),  # Anthropic's servers do it
    *("admin-", "agent-memory-", "analytics-", "cache-diagnosis-", "ce-", "dreaming-", "fallback-credit-"),  # SDK
    *("managed-agents-", "message-threads-", "server-side-fallback-", "spend-limit-", "telemetry-"),  # SDK
    *("user-profiles-", "webhooks-"),  # SDK
)
RENAMED_FLAGS = {"advanced-tool-use-2025-11-20": TOOL_SEARCH}  # anthropics/claude-code#82549

# Fields of the body and of a tool that Bedrock takes behind a flag only; Anthropic's API has some of them without.
BODY_BEHIND_FLAG = {"context_management": CONTEXT_MANAGEMENT}
TOOL_BEHIND_FLAG = {"defer_loading": TOOL_SEARCH, "input_examples": TOOL_EXAMPLES}

# Fields that say how Anthropic serves or bills a request, not what is answered.
DROPPED_FIELDS = ("billing_policy", "diagnostics", "fallback_credit_token", "fallbacks", "service_tier", "speed")
# Fields without which the answer would be another: what to do instead.
REFUSED_FIELDS = {
    "container": "Bedrock runs no code and has no skills; leave it out.",
    "mcp_servers": "Bedrock calls no MCP servers; call them yourself and give Claude their tools in `tools`.",
    "thread": "nothing is stored here; send the whole conversation in `messages`.",
}
SAMPLING = ("temperature", "top_p", "top_k")

# Fields that Anthropic's API takes and an answer can do without, by what holds them ("" is the body): these, and no
# others, are left out where Bedrock refuses them. A field that nobody has keeps its 400.
DISPENSABLE_FIELDS: dict[str, frozenset[str]] = {
    "": frozenset({"cache_control", "compaction", "context_management", "metadata", "output_format", *SAMPLING}),
    "cache_control": frozenset({"scope", "ttl"}),
    "content": frozenset({"cache_control", "caller", "citations", "toolset_name", "transformations"}),
    "output_config": frozenset({"effort", "task_budget"}),
    "system": frozenset({"cache_control", "citations"}),
    "thinking": frozenset({"block_binding", "display"}),
    "tools": frozenset({"allowed_callers", "cache_control", "eager_input_streaming", "strict", *TOOL_BEHIND_FLAG}),
}


def is_taken(flag: str, version: Generation) -> bool:
    """Whether models of this generation are known to take the flag."""
    return version in _TAKEN_BY.get(flag, _TAKEN_ONLY_BY.get(flag, ()))


def is_refused(flag: str, version: Generation) -> bool:
    """Whether models of this generation are known to refuse the flag, or need none for what it asks."""
    takers = _TAKEN_ONLY_BY.get(flag)
    return flag.startswith(_DROPPED_FLAGS) or (takers is not None and version in KNOWN and version not in takers)
