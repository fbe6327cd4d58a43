"""What of OpenAI's Chat Completions request Claude cannot honour is refused by name."""

import json
from typing import Any

import pytest
from openai.types.chat.completion_create_params import CompletionCreateParamsNonStreaming

from tests.unit.claude_stream.openai_asking import CALL, LIMIT, OLDER, WEATHER, refused, user
from tests.unit.claude_stream.test_openai_any_request import outcome


def tool(parameters: object) -> dict[str, Any]:
    return {"type": "function", "function": {"name": "f", "parameters": parameters}}


REFUSALS: list[tuple[dict[str, Any], str]] = [
    ({"n": 2}, "n: "),
    ({"n": True}, "n: "),
    ({"logprobs": True}, "logprobs: "),
    ({"top_logprobs": 3}, "top_logprobs: "),
    ({"logit_bias": {"1": 1}}, "logit_bias: "),
    ({"presence_penalty": 0.5}, "presence_penalty: "),
    ({"functions": [{}]}, "functions: they are deprecated; use tools"),
    ({"audio": {}}, "audio: "),
    ({"modalities": ["text", "audio"]}, "modalities: "),
    ({"web_search_options": {}}, "web_search_options: "),
    ({"tempreature": 1}, "tempreature: unknown parameter"),
    ({"temperature": 2.5}, "temperature: expected a number from 0 to 1"),
    ({"temperature": "1"}, "temperature: "),
    ({"top_p": True}, "top_p: "),
    ({"max_tokens": 0}, f"max_tokens: expected a whole number from 1 to {LIMIT}"),
    ({"max_completion_tokens": 0}, "max_completion_tokens: "),
    ({"stop": [" "]}, "stop: "),
    ({"stop": "\n"}, "stop: "),
    ({"chat_template_kwargs": {"enable_thinking": False}}, "chat_template_kwargs: "),
    ({"moderation": {}}, "moderation: "),
    ({"stop": 5}, "stop: "),
    ({"user": 5}, "user: "),
    ({"response_format": {"type": "grammar"}}, "response_format.type: "),
    ({"response_format": {"type": "json_schema"}}, "response_format.json_schema: "),
    ({"reasoning_effort": "much"}, "reasoning_effort: "),
    ({"tools": {}}, "tools: expected an array, found an object"),
    ({"tools": [{"type": "custom", "custom": {}}]}, "tools[0].type: "),
    ({"tools": [WEATHER, WEATHER]}, "tools[1].function.name: "),
    ({"tools": [{"type": "function", "function": {"name": "two words"}}]}, "tools[0].function.name: "),
    ({"tool_choice": "required"}, "tool_choice: "),
    ({"tool_choice": {"type": "allowed_tools"}}, "tool_choice: "),
    ({"tool_choice": {"type": "function", "function": {"name": "nope"}}}, "tool_choice.function.name: "),
    ({"parallel_tool_calls": "no"}, "parallel_tool_calls: "),
    ({"messages": None}, "messages: "),
    ({"messages": []}, "messages: "),
    ({"messages": ["Hello"]}, "messages[0]: "),
    ({"messages": [{"role": "function", "name": "f", "content": "x"}]}, "messages[0].role: "),
    ({"messages": [{"role": "assistant", "content": "Hi"}]}, "messages: the first one"),
    ({"messages": [user("")]}, "messages[0].content: expected something, found nothing"),
    ({"messages": [user(5)]}, "messages[0].content: expected a string or an array of parts, found a number"),
    ({"messages": [user() | {"tool_calls": [CALL]}]}, "messages[0].tool_calls: "),
    (
        {"messages": [user([{"type": "text", "text": "x", "image_url": {"url": "x"}}])]},
        "messages[0].content[0].image_url",
    ),
    ({"messages": [user([{"type": "input_audio", "input_audio": {}}])]}, "messages[0].content[0].type: "),
    ({"messages": [user([{"type": "file", "file": {"file_id": "f"}}])]}, "messages[0].content[0].file.file_id: "),
    (
        {"messages": [user([{"type": "image_url", "image_url": {"url": "data:image/png;base64,%%"}}])]},
        "messages[0].content[0].image_url.url: expected base64",
    ),
    ({"messages": [user(), {"role": "tool", "content": "y"}]}, "messages[1].tool_call_id: "),
    (
        {"messages": [user(), {"role": "assistant", "tool_calls": [CALL | {"id": None}]}]},
        "messages[1].tool_calls[0].id: ",
    ),
    ({"messages": [user(), {"role": "assistant", "function_call": {}}]}, "messages[1].function_call: "),
    ({"tools": [tool({"type": "array"})]}, "tools[0].function.parameters.type: "),
    ({"tools": [tool({"properties": {"two words": {}}})]}, "tools[0].function.parameters.properties.two words: "),
    ({"tools": [tool({"properties": []})]}, "tools[0].function.parameters.properties: "),
    ({"tools": [WEATHER | {"cache_control": {"type": "for ever"}}]}, "tools[0].cache_control.type: "),
    (
        {"messages": [user() | {"cache_control": {"type": "ephemeral", "ttl": "2d"}}]},
        "messages[0].cache_control.ttl: ",
    ),
]


@pytest.mark.parametrize(("asked", "says"), REFUSALS, ids=[json.dumps(asked)[:60] for asked, _ in REFUSALS])
def test_what_claude_cannot_honour_is_refused_by_name(asked: dict[str, Any], says: str) -> None:
    assert refused(**asked).startswith(says)


def test_thinking_that_a_model_has_not_got_is_refused() -> None:
    assert refused("anthropic.claude-3-haiku-20240307-v1:0", reasoning_effort="low").startswith(
        "reasoning_effort: "
    )
    assert refused(OLDER, reasoning_effort="low", max_tokens=1000).startswith("reasoning_effort: ")


def test_every_parameter_of_the_sdk_is_known() -> None:
    """One that OpenAI adds has to be translated or refused with a reason, not as unknown."""
    for name in CompletionCreateParamsNonStreaming.__annotations__:
        if name not in ("messages", "model"):
            assert "unknown parameter" not in outcome(asked={name: "?"} | {"messages": [user()]})[1], name
