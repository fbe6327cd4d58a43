"""How Claude is to think and to choose its words: `reasoning`, `temperature`, `top_p`. Pure.

Which model takes what: docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-adaptive-thinking.html, and the
issues named below.
"""

from typing import Any

from claude_stream.dialects.openai_responses.content import known
from claude_stream.errors import InvalidRequest
from claude_stream.models import generation, undated_name
from claude_stream.values import optional

_EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
_SUMMARIES = ("auto", "concise", "detailed")
_LEAST_BUDGET = 1024
_ALWAYS_THINK = {"claude-opus-5-5", "claude-sonnet-5-5"}
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


def thinking(asked: dict[str, Any], body: dict[str, Any], model_id: str, dropped: list[str]) -> dict[str, Any]:
    """`thinking` and the effort of an `output_config`, for a body whose messages and tools are there.

    Adaptive with an effort since Claude 4.6, a budget before.
    """
    effort, summary = reasoning_of(asked)
    version = generation(model_id)
    if effort is None:
        return {}
    if effort == "none":
        if undated_name(model_id) in _ALWAYS_THINK:
            dropped.append("reasoning.effort")
            return {}
        return {"thinking": {"type": "disabled"}} if version >= (4, 0) else {}
    if version < (4, 0):
        raise InvalidRequest("this model does not think; leave it out.", field="reasoning.effort")
    if body.get("tool_choice", {}).get("type") in ("any", "tool"):  # codeready-toolchain/tarsy#341
        dropped.append("reasoning.effort")
        return {}
    if version < (4, 6):
        return _budget(effort, body, dropped)
    # Since 4.7 the thoughts come signed and empty unless they are asked for: anomalyco/opencode#22852.
    shown = {"display": "summarized"} if summary and version >= (4, 7) else {}
    effort = "low" if effort == "minimal" else effort
    return {"thinking": {"type": "adaptive", **shown}, "output_config": {"effort": effort}}


def sampling(asked: dict[str, Any], body: dict[str, Any], model_id: str, dropped: list[str]) -> dict[str, Any]:
    """`temperature` and `top_p` as far as the model takes them. 1, both sides' default, asks for nothing.

    None since 4.7 (cline/cline#10572), one of the two since 4.1 (BerriAI/litellm#15070), none beside a thought.
    """
    found: dict[str, Any] = {}
    version = generation(model_id)
    thinks = body.get("thinking", {}).get("type", "disabled") != "disabled"
    for name, most in (("temperature", 2), ("top_p", 1)):
        value = asked.get(name, 1)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
            raise InvalidRequest(f"expected a number from 0 to {most}.", field=name)
        if value > 1:
            dropped.append(f"{name} {value} -> 1")
        elif value != 1 and (version >= (4, 7) or thinks or (found and version >= (4, 1))):
            dropped.append(name)
        elif value != 1:
            found[name] = value
    return found


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
