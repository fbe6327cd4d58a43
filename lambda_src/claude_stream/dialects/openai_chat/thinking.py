"""`reasoning_effort`, OpenRouter's `reasoning` and Claude's own `thinking`, as the model thinks. Pure.

https://docs.claude.com/en/docs/build-with-claude/adaptive-thinking
"""

from typing import Any

from claude_stream.bedrock.families import Family
from claude_stream.dialects.openai_chat.keys import read_only
from claude_stream.errors import InvalidRequest
from claude_stream.values import as_dict, optional

_EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
_KINDS = ("adaptive", "between_tools", "disabled", "enabled")
_LEAST_BUDGET = 1024


def wants_thoughts(asked: dict[str, Any]) -> bool:
    """Whether the answer's tokens have to have room for thoughts."""
    thinking = asked.get("thinking")
    if isinstance(thinking, dict):
        return thinking.get("type") != "disabled"
    return _effort(asked) not in (None, "none")


def thinking(
    asked: dict[str, Any], family: Family, body: dict[str, Any], dropped: list[str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """(the body's thinking, output_config's effort). `body` has max_tokens, messages and tool_choice already."""
    effort = _effort(asked)
    if "thinking" in asked:
        found = _own(as_dict(asked["thinking"], "thinking"), family, body, dropped)
        named = "thinking"
    elif effort is not None:
        found, named = _of_effort(effort, family, body), "reasoning_effort"
    else:
        return {}, {}
    if found.get("type", "disabled") != "disabled" and (body.get("tool_choice") or {}).get("type") in (
        "any",
        "tool",
    ):
        found = {}  # Claude cannot think where it is forced to a tool
        dropped.append(named)
    strength = _strength(effort, family)
    if wants_none(asked) and "disabled" not in family.thinking and family.effort:
        dropped.append(f"{named} {'none' if named == 'reasoning_effort' else 'disabled'} -> low")
        strength = {"effort": "low"}
    return ({"thinking": found} if found else {}), strength


def wants_none(asked: dict[str, Any]) -> bool:
    own = asked.get("thinking")
    return own.get("type") == "disabled" if isinstance(own, dict) else _effort(asked) == "none"


def _effort(asked: dict[str, Any]) -> str | None:
    field, effort = "reasoning_effort", asked.get("reasoning_effort")
    if effort is None and asked.get("reasoning") is not None:
        reasoning = read_only(asked["reasoning"], "reasoning", ("effort", "enabled"))
        enabled = optional(reasoning, "enabled", bool, None, "reasoning.")
        fallback = {True: "medium", False: "none", None: None}[enabled]
        field, effort = "reasoning.effort", reasoning.get("effort") or fallback
    if effort is not None and (not isinstance(effort, str) or effort not in _EFFORTS):
        raise InvalidRequest(f"expected one of {', '.join(_EFFORTS)}.", field=field)
    return effort


def _strength(effort: str | None, family: Family) -> dict[str, str]:
    if effort in (None, "none") or not family.effort:
        return {}
    return {"effort": "low" if effort == "minimal" else effort}


def _of_effort(effort: str, family: Family, body: dict[str, Any]) -> dict[str, Any]:
    if effort == "none":
        return {"type": "disabled"} if "disabled" in family.thinking else {}
    if not family.thinking:
        raise InvalidRequest(
            "this model does not think; leave it out or choose another model.", field="reasoning_effort"
        )
    if "adaptive" in family.thinking:
        return {"type": "adaptive"}
    if _comes_after_a_call(body):
        return {}
    if body["max_tokens"] <= _LEAST_BUDGET:
        raise InvalidRequest(
            f"thinking needs max_completion_tokens over {_LEAST_BUDGET}.", field="reasoning_effort"
        )
    return _budget({"minimal": 0.1, "low": 0.2, "medium": 0.5}.get(effort, 0.8), body)


def _own(given: dict[str, Any], family: Family, body: dict[str, Any], dropped: list[str]) -> dict[str, Any]:
    """Claude's own `thinking`, or the nearest that the model has."""
    kind = given.get("type")
    if kind not in _KINDS:
        raise InvalidRequest(f"expected one of {', '.join(_KINDS)}.", field="thinking.type")
    if kind == "enabled" and kind in family.thinking:
        _check_budget(given.get("budget_tokens"), body["max_tokens"])
    if kind in ("adaptive", "enabled") and "adaptive" not in family.thinking and _comes_after_a_call(body):
        dropped.append("thinking")
        return {}
    if kind in family.thinking or not family.thinking:
        return given
    if kind == "disabled":
        return {}
    if "adaptive" in family.thinking:
        dropped.append(f"thinking.type {kind} -> adaptive")
        display = {"display": given["display"]} if given.get("display") else {}
        return {"type": "adaptive", **display}
    if body["max_tokens"] <= _LEAST_BUDGET:
        dropped.append("thinking")
        return {}
    dropped.append(f"thinking.type {kind} -> enabled")
    return _budget(0.5, body)


def _budget(share: float, body: dict[str, Any]) -> dict[str, Any]:
    return {"type": "enabled", "budget_tokens": max(_LEAST_BUDGET, int(share * body["max_tokens"]))}


def _check_budget(budget: object, most: int) -> None:
    field = "thinking.budget_tokens"
    if not isinstance(budget, int) or isinstance(budget, bool) or budget < _LEAST_BUDGET:
        raise InvalidRequest(f"expected a whole number from {_LEAST_BUDGET}.", field=field)
    if budget >= most:
        raise InvalidRequest("`max_tokens` must be greater than `thinking.budget_tokens`.", field=field)


def _comes_after_a_call(body: dict[str, Any]) -> bool:
    """A budget wants the thought before a call or a prefill, which does not come back through this API."""
    last = body["messages"][-1]
    return last["role"] == "assistant" or any(block["type"] == "tool_result" for block in last["content"])
