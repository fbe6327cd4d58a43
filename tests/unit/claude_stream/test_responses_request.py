"""The Responses API's parameters: what each becomes, what is left out and named, what is refused by name."""

import subprocess
import sys
from typing import Any

import pytest

from tests.places import LAMBDA_SRC
from tests.unit.claude_stream.responses_asking import (
    HAIKU,
    LIMIT,
    OLDER,
    OPUS,
    SONNET,
    Json,
    call,
    function,
    output,
    said,
    translated,
)
from tests.unit.claude_stream.test_responses_items import thought

GRAMMAR = {"type": "grammar", "syntax": "lark", "definition": "start: PATCH"}


def test_a_custom_tool_is_a_function_with_one_string() -> None:
    body, dropped = translated(
        tools=[{"type": "custom", "name": "patch", "description": "Patches.", "format": GRAMMAR}]
    )
    [tool] = body["tools"]
    assert tool["input_schema"]["properties"] == {"input": {"type": "string"}}
    assert tool["description"].startswith("Patches.\n\n")
    assert tool["description"].endswith("start: PATCH"), "nothing holds Claude to a grammar, so it is described"
    assert dropped == ["tools.format"]


def test_a_namespaces_tools_stand_among_the_others() -> None:
    tools = [function("spawn", description="Starts one."), {"type": "custom", "name": "ask"}]
    space = {"type": "namespace", "name": "agents", "description": "Agents.", "tools": tools}
    body, dropped = translated(tools=[function(), space])
    assert [tool["name"] for tool in body["tools"]] == ["weather", "agents__spawn", "agents__ask"]
    assert body["tools"][1]["description"] == "Agents.\n\nStarts one."
    assert dropped == []


@pytest.mark.parametrize("kind", ["web_search", "web_search_preview", "web_search_2025_08_26"])
def test_a_web_search_is_left_out_and_named(kind: str) -> None:
    body, dropped = translated(tools=[function(), {"type": kind, "external_web_access": False}], tool_choice="auto")
    assert [tool["name"] for tool in body["tools"]] == ["weather"]
    assert dropped == ["tools.web_search"]
    assert "tool_choice" not in translated(tools=[{"type": kind}], tool_choice="auto")[0]


def test_strict_tools_where_the_model_takes_them() -> None:
    parameters = {"type": "object", "properties": {"a": {"type": "object", "default": {"type": "object"}}}}
    body, dropped = translated(tools=[function(strict=True) | {"parameters": parameters}])
    closed = {"type": "object", "default": {"type": "object"}, "additionalProperties": False}
    assert body["tools"][0]["strict"]
    assert body["tools"][0]["input_schema"]["properties"]["a"] == closed
    assert dropped == []
    body, dropped = translated(OPUS, tools=[function(strict=True)])
    assert "strict" not in body["tools"][0]
    assert dropped == ["tools.strict"]


@pytest.mark.parametrize(
    ("choice", "becomes"),
    [
        ("auto", {"type": "auto"}),
        ("none", {"type": "none"}),
        ("required", {"type": "any"}),
        ({"type": "function", "name": "weather"}, {"type": "tool", "name": "weather"}),
        ({"type": "custom", "name": "patch"}, {"type": "tool", "name": "patch"}),
    ],
)
def test_which_tool(choice: Any, becomes: Json) -> None:
    tools = [function(), {"type": "custom", "name": "patch"}]
    assert translated(tools=tools, tool_choice=choice)[0]["tool_choice"] == becomes
    one = translated(tools=tools, tool_choice=choice, parallel_tool_calls=False)[0]["tool_choice"]
    assert one == becomes | ({} if choice == "none" else {"disable_parallel_tool_use": True})


def test_only_the_allowed_tools_are_there() -> None:
    choice = {"type": "allowed_tools", "mode": "required", "tools": [{"type": "function", "name": "a"}]}
    body, _ = translated(tools=[function("a"), function("b")], tool_choice=choice)
    assert [tool["name"] for tool in body["tools"]] == ["a"]
    assert body["tool_choice"] == {"type": "any"}


def test_how_much_may_be_said() -> None:
    assert translated()[0]["max_tokens"] == 1000
    assert translated(tools=[function()])[0]["max_tokens"] == LIMIT, "a call that is cut off is worth nothing"
    body, dropped = translated(max_output_tokens=128000)
    assert (body["max_tokens"], dropped) == (LIMIT, [f"max_output_tokens 128000 -> {LIMIT}"])


def test_how_hard_to_think() -> None:
    body, _ = translated(reasoning={"effort": "minimal", "summary": "auto"})
    assert body["thinking"] == {"type": "adaptive", "display": "summarized"}
    assert body["output_config"] == {"effort": "low"}
    assert translated(reasoning={"effort": "none"})[0]["thinking"] == {"type": "disabled"}
    assert "thinking" not in translated(reasoning={"summary": "auto"})[0]
    body, dropped = translated(SONNET, reasoning={"effort": "none"})
    assert (body["output_config"], dropped) == ({"effort": "low"}, ["reasoning.effort none -> low"]), (
        "it always thinks"
    )
    assert translated(OLDER, reasoning={"effort": "medium"})[0]["thinking"]["budget_tokens"] == LIMIT // 2


def test_a_forced_tool_is_called_without_a_thought() -> None:
    body, dropped = translated(OLDER, tools=[function()], tool_choice="required", reasoning={"effort": "high"})
    assert "thinking" not in body
    assert dropped == ["reasoning.effort"]


def test_a_tool_loop_thinks_on_where_the_thoughts_came_along() -> None:
    """Models with a budget want to see the thought before the call."""
    asked: Json = {"reasoning": {"effort": "high"}, "tools": [function()]}
    with_thought, dropped = translated(OLDER, given=[said("user", "hi"), thought(), call(), output()], **asked)
    assert with_thought["thinking"]["type"] == "enabled"
    assert dropped == []
    without, dropped = translated(OLDER, given=[said("user", "hi"), call(), output()], **asked)
    assert "thinking" not in without
    assert dropped == ["reasoning.effort"]


@pytest.mark.parametrize(
    ("model", "asked", "sent", "left_out"),
    [
        (HAIKU, {"temperature": 1, "top_p": 1}, {}, []),
        (HAIKU, {"temperature": 0, "top_p": 0.5}, {}, ["temperature", "top_p"]),
        (OLDER, {"temperature": 0.7}, {"temperature": 0.7}, []),
        (OLDER, {"temperature": 0.7, "top_p": 0.9}, {"temperature": 0.7}, ["top_p"]),
        (OLDER, {"temperature": 1.3}, {}, ["temperature 1.3 -> 1"]),
        (OLDER, {"temperature": 0.2, "reasoning": {"effort": "low"}}, {}, ["temperature"]),
    ],
)
def test_sampling_as_far_as_the_model_takes_it(model: str, asked: Json, sent: Json, left_out: list[str]) -> None:
    body, dropped = translated(model, **asked)
    assert {name: body[name] for name in ("temperature", "top_p") if name in body} == sent
    assert dropped == left_out


def test_a_schema_and_an_object_without_one() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "array", "items": {"type": "object"}}}}
    form = {"type": "json_schema", "name": "x", "schema": schema, "strict": True, "description": "An x."}
    sent = translated(text={"format": form, "verbosity": "medium"})[0]["output_config"]["format"]
    assert sent["schema"]["description"] == "An x."
    assert sent["schema"]["properties"]["a"]["items"] == {"type": "object", "additionalProperties": False}
    body, dropped = translated(text={"format": {"type": "json_object"}, "verbosity": "low"}, instructions="a")
    assert "JSON object" in body["system"][-1]["text"]
    assert dropped == ["text.verbosity", "text.format json_object -> instruction"]


def test_the_user_is_a_digest_where_bedrock_refuses_the_name() -> None:
    assert translated(user="u1")[0]["metadata"] == {"user_id": "u1"}
    assert translated(user="u1", safety_identifier="s1")[0]["metadata"] == {"user_id": "s1"}
    for refused_name in ("a@b.com", "x" * 300):
        assert len(translated(user=refused_name)[0]["metadata"]["user_id"]) == 64


def marks(body: Json) -> list[bool]:
    blocks = [*body.get("system", []), *(block for turn in body["messages"] for block in turn["content"])]
    return ["cache_control" in block for block in blocks]


def test_a_named_cache_keeps_the_instructions_and_the_conversation() -> None:
    """OpenAI caches unasked; without a mark Claude reads a long conversation at ten times the price."""
    given = [said("user", "a"), said("assistant", "b"), said("user", "c")]
    assert marks(translated(given=given, instructions="i", prompt_cache_key="k")[0]) == [True, False, False, True]
    assert not any(marks(translated(given=given, instructions="i")[0]))


def test_of_the_clients_own_marks_the_latest_four_count() -> None:
    part = {"type": "input_text", "text": "a", "prompt_cache_breakpoint": {"mode": "explicit", "ttl": "30m"}}
    body, _ = translated(given=[said("user", [part] * 6)], prompt_cache_key="k")
    assert marks(body) == [False, False, True, True, True, True]


def test_a_choice_that_the_model_refuses_is_asked_for_in_words() -> None:
    body, dropped = translated(SONNET, tools=[function()], tool_choice="required")
    assert body["tool_choice"] == {"type": "auto"}
    assert "one of the tools" in body["system"][-1]["text"]
    assert dropped == ["tool_choice required -> auto"]


def test_each_of_openais_apis_is_imported_without_the_other() -> None:
    for path, other in (("/v1/responses", "openai_chat"), ("/v1/chat/completions", "openai_responses")):
        program = (
            "import sys; from claude_stream.dialects import dialect_of; from claude_stream.request import Request; "
            f"dialect_of(Request({{'REQUEST_METHOD': 'POST', 'PATH_INFO': {path!r}}})); "
            f"print([name for name in sys.modules if {other!r} in name])"
        )
        command = [sys.executable, "-c", program]
        run = subprocess.run(command, cwd=LAMBDA_SRC, capture_output=True, text=True, check=True)
        assert run.stdout == "[]\n"
