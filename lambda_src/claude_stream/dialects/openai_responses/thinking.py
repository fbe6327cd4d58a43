"""How Claude is to think: `reasoning`. Pure."""

from typing import Any

from claude_stream.bedrock.families import Family
from claude_stream.dialects.openai_responses.content import known
from claude_stream.errors import InvalidRequest
from claude_stream.values import optional

_EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
_SUMMARIES = ("auto", "concise", "detailed")
_LEAST_BUDGET = 1024
_THOUGHTS = ("thinking", "redacted_thinking")


def reasoning_of(asked: dict[str, Any]) -> tuple[str | None, bool]:
    """The effort, and whether a summary of the thoughts is wanted. `context` is a hint to OpenAI's own store."""
    names = {"effort", "summary", "generate_summary", "context", "mode"}
    holder = known(asked.get("reasoning", {}), names, "reasoning")
    effort = _one_of(_EFFORTS, holder, "effort")
    if holder.get("mode", "standard") != "standard":
        raise InvalidRequest('expected "standard"; Claude has no other.', field="reasoning.mode")
    summaries = [_one_of(_SUMMARIES, holder, name) for name in ("summary", "generate_summary")]
    return effort, any(summaries)


def thinking(asked: dict[str, Any], body: dict[str, Any], family: Family, dropped: list[str]) -> dict[str, Any]:
    """`thinking` and the effort of an `output_config`, for a body whose messages and tools are there.

    Adaptive with an effort since Claude 4.6, a budget before.
    """
    effort, summary = reasoning_of(asked)
    if effort is None:
        return {}
    if effort == "none":
        if not family.thinking or "disabled" in family.thinking:
            return {"thinking": {"type": "disabled"}} if family.thinking else {}
        dropped.append("reasoning.effort none -> low")
        return {"output_config": {"effort": "low"}} if family.effort else {}
    if not family.thinking:
        raise InvalidRequest("this model does not think; leave it out.", field="reasoning.effort")
    if body.get("tool_choice", {}).get("type") in (
        "any",
        "tool",
    ):  # Claude cannot think where it is forced to a tool
        dropped.append("reasoning.effort")
        return {}
    if "adaptive" not in family.thinking:
        return _budget(effort, body, dropped)
    # From 4.7 on, the thoughts come signed and empty unless they are asked for: anomalyco/opencode#22852.
    shown = {"display": "summarized"} if summary and not family.sampling else {}
    effort = "low" if effort == "minimal" else effort
    return {"thinking": {"type": "adaptive", **shown}, "output_config": {"effort": effort}}


def _one_of(words: tuple[str, ...], holder: dict[str, Any], name: str) -> str | None:
    word: str | None = optional(holder, name, str, None, "reasoning.")
    if word is not None and word not in words:
        raise InvalidRequest(f"expected one of {', '.join(words)}.", field=f"reasoning.{name}")
    return word


def _budget(effort: str, body: dict[str, Any], dropped: list[str]) -> dict[str, Any]:
    """A share of the answer's tokens. Behind a tool's result Claude wants to see the thought before the call."""
    if _lacks_thought(body["messages"]):
        dropped.append("reasoning.effort")
        return {}
    if body["max_tokens"] <= _LEAST_BUDGET:
        raise InvalidRequest(f"thinking needs max_output_tokens over {_LEAST_BUDGET}.", field="reasoning.effort")
    share = {"minimal": 0.1, "low": 0.2, "medium": 0.5}.get(effort, 0.8)
    budget = max(_LEAST_BUDGET, int(share * body["max_tokens"]))
    return {"thinking": {"type": "enabled", "budget_tokens": budget}}


def _lacks_thought(messages: list[dict[str, Any]]) -> bool:
    """Whether the last turn called tools without a thought at its beginning."""
    if not any(block["type"] == "tool_result" for block in messages[-1]["content"]):
        return bool(messages[-1]["role"] == "assistant")
    first: str = messages[-2]["content"][0]["type"]
    return first not in _THOUGHTS
