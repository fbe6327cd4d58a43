"""What each Claude model takes on Bedrock, by its generation. Pure. As of 2026-11-26:

- temperature, top_p, top_k: refused from 4.7 on (cline/cline#10572); the pair from 4.1 on (BerriAI/litellm#15070).
- thinking: a budget up to 4.5, adaptive from 4.6 on, both at 4.6 (askalf/dario#273, Kilo-Org/kilocode#10732); that
  Sonnet 5.5 and Opus 5.5 cannot switch it off: the release notes of @ai-sdk/amazon-bedrock 4.0.186.
- strict tools: refused by some models all the same (lobehub/lobehub#19876, BerriAI/litellm#31582).
- forced tools: refused by Sonnet 5.5 and Opus 5.5 (vercel/ai#21364).
- an assistant's message at the end: refused from 4.6 on.
- structured outputs, strict tools among them: since 4.5,
  https://platform.claude.com/docs/en/build-with-claude/structured-outputs
"""

from typing import NamedTuple

from claude_stream.models import generation, undated_name

_ALWAYS_THINK = ("claude-sonnet-5-5", "claude-opus-5-5")
_STRICT_REFUSED_BY = ("claude-opus-5-5", "claude-sonnet-5", "claude-opus-4-7", "claude-opus-4-8")


class Family(NamedTuple):
    sampling: bool  # temperature, top_p, top_k
    sampling_pair: bool  # temperature beside top_p
    thinking: frozenset[str]  # the types of `thinking`
    effort: bool
    structured: bool  # an answer that follows a JSON schema
    strict_tools: bool
    forced_tools: bool
    prefill: bool  # an assistant's message at the end, to be continued


def family_of(model_id: str) -> Family:
    """A model that is not known is taken for one of its generation."""
    version, name = generation(model_id), undated_name(model_id)
    return Family(
        sampling=version < (4, 7),
        sampling_pair=version < (4, 1),
        thinking=_thinking(name, version),
        effort=version >= (4, 6),
        structured=version >= (4, 5),
        strict_tools=version >= (4, 5) and name not in _STRICT_REFUSED_BY,
        forced_tools=name not in _ALWAYS_THINK,
        prefill=version < (4, 6),
    )


def _thinking(name: str, version: tuple[int, int]) -> frozenset[str]:
    if name == "claude-sonnet-5-5":
        return frozenset({"adaptive", "between_tools"})
    if name == "claude-opus-5-5":
        return frozenset({"adaptive"})
    kinds = set()
    if version >= (4, 0):
        kinds.add("disabled")
    if (4, 0) <= version <= (4, 6):
        kinds.add("enabled")
    if version >= (4, 6):
        kinds.add("adaptive")
    return frozenset(kinds)
