"""OpenAI's Chat Completions request -> a Messages request: messages, tools, parameters."""

from typing import Any

import pytest

from tests.unit.claude_stream.openai_asking import (
    CALL,
    HAIKU,
    LIMITS,
    OLDER,
    PDF,
    PNG,
    WEATHER,
    refused,
    text,
    translated,
    user,
)


def test_a_plain_question() -> None:
    assert translated() == {"max_tokens": LIMITS.default, "messages": [user([text("Hello")])]}


def test_system_and_developer_messages_become_the_system_prompt() -> None:
    messages = [
        {"role": "system", "content": "Be brief."},
        {"role": "developer", "content": [text("简短"), text("")]},
        user(),
        {"role": "system", "content": "Now in verse."},
    ]
    body = translated(messages=messages)
    assert body["system"] == [text("Be brief."), text("简短"), text("Now in verse.")]
    assert body["messages"] == [user([text("Hello")])]


def test_images_and_pdfs_come_as_data_urls() -> None:
    parts = [
        text("What is this?"),
        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PNG}", "detail": "low"}},
        {"type": "image_url", "image_url": {"url": f"data:image/jpg;base64,{PNG}"}},
        {"type": "file", "file": {"file_data": f"data:application/pdf;base64,{PDF}", "filename": "a.pdf"}},
    ]
    _, png, jpeg, pdf = translated(messages=[user(parts)])["messages"][0]["content"]
    assert png == {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PNG}}
    assert jpeg["source"]["media_type"] == "image/jpeg"
    source = {"type": "base64", "media_type": "application/pdf", "data": PDF}
    assert pdf == {"type": "document", "source": source, "title": "a.pdf"}


def test_a_remote_picture_is_refused_with_what_to_do() -> None:
    part = {"type": "image_url", "image_url": {"url": "https://example.com/cat.png"}}
    message = refused(messages=[user([part])])
    assert message.startswith("messages[0].content[0].image_url.url: this service fetches nothing.")
    assert "data:image/png;base64,..." in message


def test_a_cache_breakpoint_becomes_cache_control() -> None:
    part = {**text("long"), "prompt_cache_breakpoint": {"mode": "explicit"}}
    (block,) = translated(messages=[user([part])])["messages"][0]["content"]
    assert block == {**text("long"), "cache_control": {"type": "ephemeral"}}


def test_tool_calls_and_their_results() -> None:
    second = {"id": "call_2", "type": "function", "function": {"name": "weather", "arguments": ""}}
    body = translated(
        messages=[
            user(),
            {"role": "assistant", "content": "Let me look.", "tool_calls": [CALL, second]},
            {"role": "tool", "tool_call_id": "call_1", "content": "rain"},
            {"role": "tool", "tool_call_id": "call_2", "content": [text("sun")]},
            user("Thanks"),
        ],
        tools=[WEATHER],
    )
    _, assistant, results = body["messages"]
    assert assistant["content"] == [
        text("Let me look."),
        {"type": "tool_use", "id": "call_1", "name": "weather", "input": {"city": "北京"}},
        {"type": "tool_use", "id": "call_2", "name": "weather", "input": {}},
    ]
    assert results == user(
        [
            {"type": "tool_result", "tool_use_id": "call_1", "content": [text("rain")]},
            {"type": "tool_result", "tool_use_id": "call_2", "content": [text("sun")]},
            text("Thanks"),
        ]
    )


def test_an_answer_can_be_sent_back_as_the_sdk_dumps_it() -> None:
    dumped = {"role": "assistant", "content": None, "tool_calls": [CALL], "refusal": None, "audio": None}
    dumped |= {"annotations": None, "function_call": None, "reasoning_content": "Hm."}
    messages = [user(), dumped, {"role": "tool", "tool_call_id": "call_1", "content": ""}]
    _, assistant, result = translated(messages=messages)["messages"]
    assert [block["type"] for block in assistant["content"]] == ["tool_use"]
    assert result == user([{"type": "tool_result", "tool_use_id": "call_1"}])


def test_neighbours_of_one_role_become_one_message() -> None:
    body = translated(messages=[user("a"), user("b"), {"role": "assistant", "content": "c"}, user("d")])
    assert [message["role"] for message in body["messages"]] == ["user", "assistant", "user"]


def test_tools() -> None:
    function = {"name": "now", "description": "the time", "strict": True}
    body = translated(tools=[WEATHER, {"type": "function", "function": function}])
    schema = {"type": "object", "properties": {}}
    closed = {"type": "object", "additionalProperties": False}
    assert body["tools"] == [
        {"name": "weather", "input_schema": schema},
        {"name": "now", "description": "the time", "strict": True, "input_schema": closed},
    ]
    assert "tool_choice" not in body


@pytest.mark.parametrize(
    ("asked", "becomes"),
    [
        ({"tool_choice": "auto"}, {"type": "auto"}),
        ({"tool_choice": "none"}, {"type": "none"}),
        ({"tool_choice": "required"}, {"type": "any"}),
        (
            {"tool_choice": {"type": "function", "function": {"name": "weather"}}},
            {"type": "tool", "name": "weather"},
        ),
        ({"parallel_tool_calls": False}, {"type": "auto", "disable_parallel_tool_use": True}),
        (
            {"tool_choice": "required", "parallel_tool_calls": False},
            {"type": "any", "disable_parallel_tool_use": True},
        ),
        ({"tool_choice": "none", "parallel_tool_calls": False}, {"type": "none"}),
        ({"parallel_tool_calls": True}, None),
    ],
)
def test_the_choice_of_a_tool(asked: dict[str, Any], becomes: dict[str, Any] | None) -> None:
    assert translated(tools=[WEATHER], **asked).get("tool_choice") == becomes


def test_without_a_number_the_answer_has_the_services_default_and_thoughts_may_have_all() -> None:
    assert translated()["max_tokens"] == LIMITS.default
    assert translated(reasoning_effort="none")["max_tokens"] == LIMITS.default
    assert translated(reasoning_effort="low")["max_tokens"] == LIMITS.most


@pytest.mark.parametrize(
    ("asked", "becomes"),
    [
        ({"max_tokens": 5}, {"max_tokens": 5}),
        ({"max_completion_tokens": 6, "max_tokens": 5}, {"max_tokens": 6}),
        ({"stop": "END"}, {"stop_sequences": ["END"]}),
        ({"stop": ["a", "b"]}, {"stop_sequences": ["a", "b"]}),
        ({"stop": []}, {}),
        ({"stop": ["", "END"]}, {"stop_sequences": ["END"]}),
        ({"stop": ""}, {}),
        ({"user": ""}, {}),
        ({"temperature": 1, "top_p": 1.0}, {}),
        ({"user": "u-1"}, {"metadata": {"user_id": "u-1"}}),
        ({"safety_identifier": "s", "user": "u"}, {"metadata": {"user_id": "s"}}),
        ({"response_format": {"type": "text"}}, {}),
        ({"n": 1, "logprobs": False, "store": False, "presence_penalty": 0, "frequency_penalty": 0.0}, {}),
        ({"prompt_cache_key": "k", "service_tier": "auto", "modalities": ["text"], "logit_bias": {}}, {}),
        ({"stream_options": {"include_usage": True}}, {}),
    ],
)
def test_parameters(asked: dict[str, Any], becomes: dict[str, Any]) -> None:
    body = translated(**asked)
    del body["messages"]
    assert body == {"max_tokens": LIMITS.default} | becomes


@pytest.mark.parametrize(
    ("model", "effort", "becomes"),
    [
        (HAIKU, "high", {"thinking": {"type": "adaptive"}, "output_config": {"effort": "high"}}),
        (HAIKU, "minimal", {"thinking": {"type": "adaptive"}, "output_config": {"effort": "low"}}),
        (
            "anthropic.claude-opus-4-6-v1",
            "low",
            {"thinking": {"type": "adaptive"}, "output_config": {"effort": "low"}},
        ),
        (HAIKU, "none", {"thinking": {"type": "disabled"}}),
        (OLDER, "medium", {"thinking": {"type": "enabled", "budget_tokens": 2048}}),
        (OLDER, "low", {"thinking": {"type": "enabled", "budget_tokens": 1024}}),
        ("anthropic.claude-3-haiku-20240307-v1:0", "none", {}),
    ],
)
def test_reasoning_effort_is_thinking_as_the_model_has_it(model: str, effort: str, becomes: dict[str, Any]) -> None:
    body = translated(model, reasoning_effort=effort)
    assert {name: body[name] for name in body if name not in ("messages", "max_tokens")} == becomes


def test_behind_a_tools_result_an_older_model_does_not_think() -> None:
    messages = [user(), {"role": "assistant", "tool_calls": [CALL]}]
    messages.append({"role": "tool", "tool_call_id": "call_1", "content": "rain"})
    assert "thinking" not in translated(OLDER, messages=messages, reasoning_effort="high")
