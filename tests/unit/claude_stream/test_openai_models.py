"""Parameters that some Claude models take on Bedrock and others refuse, and what becomes of them."""

from typing import Any

import pytest

from claude_stream.errors import InvalidRequest
from tests.unit.claude_stream.openai_asking import (
    FAMILIES,
    HAIKU,
    LIMITS,
    OLDER,
    OPUS_5_5,
    SONNET,
    SONNET_4_5,
    SONNET_4_6,
    WEATHER,
    assistant,
    call,
    refused,
    result,
    text,
    translated,
    user,
    with_dropped,
)

NEWER = [model for model in FAMILIES if "4-5" not in model and "4-6" not in model]
STRICT = {"type": "function", "function": {**WEATHER["function"], "strict": True}}
BY_NAME = {"type": "function", "function": {"name": "weather"}}


def sent(model: str, **asked: Any) -> tuple[dict[str, Any], list[str]]:
    """The fields beside max_tokens and messages, and the names of what is missing."""
    body, dropped = with_dropped(model, **asked)
    return {name: body[name] for name in body if name not in ("max_tokens", "messages")}, dropped


# temperature, top_p, top_k


@pytest.mark.parametrize("model", NEWER)
@pytest.mark.parametrize("asked", [{"temperature": 0.7}, {"temperature": 0, "top_p": 0.1}, {"top_k": 5}])
def test_newer_models_take_no_sampling(model: str, asked: dict[str, Any]) -> None:
    assert sent(model, **asked) == ({}, [*asked])


@pytest.mark.parametrize("model", [OLDER, SONNET_4_5, SONNET_4_6])
@pytest.mark.parametrize(
    ("asked", "becomes", "missing"),
    [
        ({"temperature": 0.7}, {"temperature": 0.7}, []),
        ({"temperature": 0}, {"temperature": 0}, []),
        ({"temperature": 0.7, "top_p": 0.9}, {"temperature": 0.7}, ["top_p"]),
        ({"temperature": 0, "top_p": 0.1}, {"temperature": 0}, ["top_p"]),
        ({"temperature": 0.7, "top_p": 1}, {"temperature": 0.7}, []),
        ({"temperature": 1, "top_p": 0.5}, {"top_p": 0.5}, []),
        ({"temperature": 1.3}, {}, ["temperature 1.3 -> 1"]),
        ({"temperature": 2, "top_p": 0.9}, {"top_p": 0.9}, ["temperature 2 -> 1"]),
        ({"top_p": 0.2, "top_k": 40}, {"top_p": 0.2, "top_k": 40}, []),
    ],
)
def test_older_models_take_one_of_the_pair(
    model: str, asked: dict[str, Any], becomes: dict[str, Any], missing: list[str]
) -> None:
    assert sent(model, **asked) == (becomes, missing)


@pytest.mark.parametrize("name", ["temperature", "top_p"])
@pytest.mark.parametrize("value", [-0.1, 2.1, "1", True, float("nan"), float("inf"), []])
def test_what_is_no_such_number_is_refused_for_every_model(name: str, value: Any) -> None:
    for model in (HAIKU, OLDER):
        assert refused(model, **{name: value}).startswith(f"{name}: expected a number from 0 to 1")


@pytest.mark.parametrize("model", [OLDER, SONNET_4_6])
@pytest.mark.parametrize(
    "asked", [{"temperature": 0.2}, {"top_p": 0.2}, {"top_k": 2}, {"temperature": 0, "top_p": 0}]
)
def test_a_model_that_thinks_takes_no_sampling_beside_it(model: str, asked: dict[str, Any]) -> None:
    fields, missing = sent(model, reasoning_effort="high", **asked)
    assert fields.keys() & asked.keys() == set()
    assert missing == [*asked]
    assert fields["thinking"]["type"] in ("enabled", "adaptive")


# Thinking


@pytest.mark.parametrize("model", FAMILIES)
@pytest.mark.parametrize("effort", ["none", "minimal", "low", "medium", "high", "xhigh", "max"])
def test_every_model_takes_every_effort(model: str, effort: str) -> None:
    body = translated(model, reasoning_effort=effort)
    assert ("thinking" in body) or effort == "none"


@pytest.mark.parametrize("model", [SONNET, OPUS_5_5])
@pytest.mark.parametrize("asked", [{"reasoning_effort": "none"}, {"thinking": {"type": "disabled"}}])
def test_a_model_that_always_thinks_thinks_little_instead(model: str, asked: dict[str, Any]) -> None:
    fields, missing = sent(model, **asked)
    assert fields == {"output_config": {"effort": "low"}}
    assert missing == [f"{next(iter(asked))} {'none' if 'reasoning_effort' in asked else 'disabled'} -> low"]


@pytest.mark.parametrize(
    ("model", "asked", "becomes", "missing"),
    [
        (HAIKU, {"type": "adaptive"}, {"type": "adaptive"}, []),
        (HAIKU, {"type": "disabled"}, {"type": "disabled"}, []),
        (HAIKU, {"type": "adaptive", "display": "omitted"}, {"type": "adaptive", "display": "omitted"}, []),
        (
            HAIKU,
            {"type": "enabled", "budget_tokens": 2000},
            {"type": "adaptive"},
            ["thinking.type enabled -> adaptive"],
        ),
        (SONNET, {"type": "between_tools"}, {"type": "between_tools"}, []),
        (OPUS_5_5, {"type": "between_tools"}, {"type": "adaptive"}, ["thinking.type between_tools -> adaptive"]),
        (OLDER, {"type": "enabled", "budget_tokens": 2000}, {"type": "enabled", "budget_tokens": 2000}, []),
        (
            OLDER,
            {"type": "adaptive"},
            {"type": "enabled", "budget_tokens": LIMITS.most // 2},
            ["thinking.type adaptive -> enabled"],
        ),
        (SONNET_4_6, {"type": "enabled", "budget_tokens": 2000}, {"type": "enabled", "budget_tokens": 2000}, []),
    ],
)
def test_claudes_own_thinking_is_passed_on(
    model: str, asked: dict[str, Any], becomes: dict[str, Any], missing: list[str]
) -> None:
    assert sent(model, thinking=asked) == ({"thinking": becomes}, missing)


def test_thinking_goes_beside_an_effort() -> None:
    fields, _ = sent(HAIKU, thinking={"type": "adaptive"}, reasoning_effort="high")
    assert fields == {"thinking": {"type": "adaptive"}, "output_config": {"effort": "high"}}


@pytest.mark.parametrize(
    ("thinking", "says"),
    [
        ({"type": "deep"}, "thinking.type: "),
        ({}, "thinking.type: "),
        ("on", "thinking: expected an object"),
        ({"type": "enabled"}, "thinking.budget_tokens: "),
        ({"type": "enabled", "budget_tokens": 100}, "thinking.budget_tokens: "),
        (
            {"type": "enabled", "budget_tokens": LIMITS.most},
            "thinking.budget_tokens: `max_tokens` must be greater than",
        ),
    ],
)
def test_thinking_that_no_model_has_is_refused(thinking: Any, says: str) -> None:
    assert refused(OLDER, thinking=thinking).startswith(says)


@pytest.mark.parametrize("asked", [{"thinking": {"type": "adaptive"}}, {"reasoning_effort": "high"}])
@pytest.mark.parametrize(
    "messages", [[user(), assistant(None, call()), result()], [user(), assistant("The answer is")]]
)
def test_with_a_budget_no_thought_comes_behind_a_call_or_a_beginning(messages: Any, asked: dict[str, Any]) -> None:
    assert "thinking" not in translated(OLDER, messages=messages, **asked)


def test_openrouters_reasoning_is_an_effort() -> None:
    assert translated(reasoning={"effort": "high"}) == translated(reasoning_effort="high")
    assert translated(reasoning={"enabled": False, "exclude": True}) == translated(reasoning_effort="none")
    assert refused(reasoning={"max_tokens": 5}).startswith("reasoning.max_tokens: ")
    assert refused(reasoning={"effort": "much"}).startswith("reasoning.effort: ")


# Tools


@pytest.mark.parametrize("model", FAMILIES)
def test_strict_is_left_out_where_it_is_refused(model: str) -> None:
    fields, missing = sent(model, tools=[STRICT])
    refuses = any(name in model for name in ("opus-5-5", "sonnet-5", "opus-4-7", "opus-4-8")) and model != SONNET
    assert fields["tools"][0].get("strict", False) is not refuses
    assert missing == (["tools.strict"] if refuses else [])


@pytest.mark.parametrize("model", FAMILIES)
@pytest.mark.parametrize("choice", ["required", BY_NAME])
def test_a_model_that_cannot_be_forced_to_a_tool_is_asked_to_use_it(model: str, choice: Any) -> None:
    fields, missing = sent(model, tools=[WEATHER], tool_choice=choice)
    named = choice == BY_NAME
    if model in (SONNET, OPUS_5_5):
        assert fields["tool_choice"] == {"type": "auto"}
        called = "the tool weather" if named else "one of the tools"
        assert fields["system"] == [text(f"Answer by calling {called}, and not with text.")]
        assert missing == [f"tool_choice {'function' if named else 'required'} -> auto"]
    else:
        assert fields["tool_choice"]["type"] == ("tool" if named else "any")
        assert missing == []


def test_one_call_at_a_time_is_kept_where_none_can_be_forced() -> None:
    fields, _ = sent(SONNET, tools=[WEATHER], tool_choice="required", parallel_tool_calls=False)
    assert fields["tool_choice"] == {"type": "auto", "disable_parallel_tool_use": True}


@pytest.mark.parametrize("asked", [{"thinking": {"type": "adaptive"}}, {"reasoning_effort": "high"}])
@pytest.mark.parametrize("model", [HAIKU, OLDER, SONNET_4_6])
def test_where_a_tool_is_forced_there_is_no_thought(model: str, asked: dict[str, Any]) -> None:
    fields, missing = sent(model, tools=[WEATHER], tool_choice="required", **asked)
    assert "thinking" not in fields
    assert next(iter(asked)) in missing


def test_a_model_that_follows_no_schema_is_asked_to() -> None:
    schema = {"type": "object", "properties": {"city": {"type": "string"}}}
    asked = {"response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": schema}}}
    fields, missing = sent("us.anthropic.claude-opus-4-1-20250805-v1:0", **asked)
    assert '{"city": {"type": "string"}}' in fields["system"][0]["text"]
    assert missing == ["response_format json_schema -> instruction"]


def test_a_model_that_is_not_known_is_taken_for_one_of_its_generation() -> None:
    assert sent("global.anthropic.claude-mythos-7", temperature=0.5) == ({}, ["temperature"])
    with pytest.raises(InvalidRequest):
        translated("anthropic.claude-3-haiku-20240307-v1:0", reasoning_effort="low")
