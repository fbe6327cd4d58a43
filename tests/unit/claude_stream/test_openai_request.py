"""OpenAI's Chat Completions request -> a Messages request: translated whole, or refused by name."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai.types.chat.completion_create_params import CompletionCreateParamsNonStreaming

from claude_stream.dialects.openai_chat.request import messages_body
from claude_stream.errors import InvalidRequest
from claude_stream.model_call import MaxTokens
from emulator.aws.bedrock import validation as bedrock_validation
from emulator.aws.bedrock.models import find_model
from emulator.aws.error import ServiceError
from tests.typed_values import values_of

HAIKU, SONNET, OLDER = (
    "global.anthropic.claude-haiku-5-5",
    "global.anthropic.claude-sonnet-5-5",
    "us.anthropic.claude-haiku-4-5-20251001-v1:0",
)
LIMIT = 4096
LIMITS = MaxTokens(most=LIMIT, default=1000)
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
PDF = "JVBERi0xLjQK"
CALL = {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "北京"}'}}
WEATHER = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {}}}}


def user(content: Any = "Hello") -> dict[str, Any]:
    return {"role": "user", "content": content}


def text(words: str) -> dict[str, Any]:
    return {"type": "text", "text": words}


def translated(model: str = HAIKU, **asked: Any) -> dict[str, Any]:
    return messages_body({"messages": [user()], **asked}, model, LIMITS)


def refused(model: str = HAIKU, **asked: Any) -> str:
    with pytest.raises(InvalidRequest) as caught:
        translated(model, **asked)
    return caught.value.message


# The conversation


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


# Tools


def test_tools() -> None:
    function = {"name": "now", "description": "the time", "strict": True}
    body = translated(tools=[WEATHER, {"type": "function", "function": function}])
    schema = {"type": "object", "properties": {}}
    assert body["tools"] == [
        {"name": "weather", "input_schema": schema},
        {"name": "now", "description": "the time", "strict": True, "input_schema": {"type": "object"}},
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


# Parameters


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
        ({"temperature": 1, "top_p": 1.0}, {}),
        ({"temperature": 0.5}, {"temperature": 0.5}),
        ({"user": "u-1"}, {"metadata": {"user_id": "u-1"}}),
        ({"safety_identifier": "s", "user": "u"}, {"metadata": {"user_id": "s"}}),
        ({"response_format": {"type": "text"}}, {}),
        (
            {
                "response_format": {
                    "type": "json_schema",
                    "json_schema": {"name": "n", "schema": {"type": "object"}},
                }
            },
            {"output_config": {"format": {"type": "json_schema", "schema": {"type": "object"}}}},
        ),
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


REFUSALS: list[tuple[dict[str, Any], str]] = [
    ({"n": 2}, "n: "),
    ({"n": True}, "n: "),
    ({"logprobs": True}, "logprobs: "),
    ({"top_logprobs": 3}, "top_logprobs: "),
    ({"seed": 1}, "seed: "),
    ({"logit_bias": {"1": 1}}, "logit_bias: "),
    ({"presence_penalty": 0.5}, "presence_penalty: "),
    ({"functions": [{}]}, "functions: they are deprecated; use tools"),
    ({"audio": {}}, "audio: "),
    ({"modalities": ["text", "audio"]}, "modalities: "),
    ({"store": True}, "store: "),
    ({"web_search_options": {}}, "web_search_options: "),
    ({"verbosity": "low"}, "verbosity: "),
    ({"tempreature": 1}, "tempreature: unknown parameter"),
    ({"temperature": 1.5}, "temperature: expected a number from 0 to 1"),
    ({"temperature": "1"}, "temperature: "),
    ({"top_p": True}, "top_p: "),
    ({"max_tokens": LIMIT + 1}, f"max_tokens: {LIMIT + 1} is over this service's limit"),
    ({"max_completion_tokens": 0}, "max_completion_tokens: "),
    ({"stop": [" "]}, "stop: "),
    ({"stop": 5}, "stop: "),
    ({"user": 5}, "user: "),
    ({"response_format": {"type": "json_object"}}, "response_format.type: "),
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
    ({"messages": [user() | {"name": "Ann"}]}, "messages[0].name: "),
    ({"messages": [user([{"type": "input_audio", "input_audio": {}}])]}, "messages[0].content[0].type: "),
    ({"messages": [user([{"type": "file", "file": {"file_id": "f"}}])]}, "messages[0].content[0].file.file_id: "),
    (
        {"messages": [user([{"type": "image_url", "image_url": {"url": "data:image/png;base64,%%"}}])]},
        "messages[0].content[0].image_url.url: expected base64",
    ),
    ({"messages": [user(), {"role": "tool", "tool_call_id": "x", "content": "y"}]}, "messages[1].tool_call_id: "),
    ({"messages": [user(), {"role": "assistant", "tool_calls": [CALL]}]}, "messages: the tool calls"),
    (
        {"messages": [user(), {"role": "assistant", "tool_calls": [CALL]}, user()]},
        "messages[2]: the tool calls",
    ),
    ({"messages": [user(), {"role": "assistant", "tool_calls": [CALL, CALL]}]}, "messages[1].tool_calls: two"),
    (
        {
            "messages": [
                user(),
                {"role": "assistant", "tool_calls": [CALL | {"function": {"name": "w", "arguments": "{"}}]},
            ]
        },
        "messages[1].tool_calls[0].function.arguments: ",
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


# Properties

PARTS = st.one_of(
    st.builds(text, st.text(max_size=5)),
    st.just({"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PNG}"}}),
    st.just({"type": "file", "file": {"file_data": f"data:application/pdf;base64,{PDF}"}}),
)
SAID = st.text(min_size=1, max_size=8)


@st.composite
def conversations(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Conversations as OpenAI's clients hold them, tool calls with their results included."""
    system = st.builds(
        lambda role, said: {"role": role, "content": said}, st.sampled_from(["system", "developer"]), SAID
    )
    messages = [*draw(st.lists(system, max_size=2)), user(draw(SAID))]
    for turn in range(draw(st.integers(0, 3))):
        ids = [f"call_{turn}_{number}" for number in range(draw(st.integers(0, 2)))]
        messages.append(
            {"role": "assistant", "content": draw(SAID), "tool_calls": [CALL | {"id": id_} for id_ in ids]}
        )
        messages += [{"role": "tool", "tool_call_id": id_, "content": draw(st.text(max_size=5))} for id_ in ids]
        messages.append(user(draw(SAID | st.lists(PARTS, max_size=3).map(lambda parts: [*parts, text("and?")]))))
    return messages


HONOURED: dict[str, st.SearchStrategy[Any]] = {
    "max_completion_tokens": st.integers(1, LIMIT),
    "stop": SAID.filter(str.strip) | st.lists(SAID.filter(str.strip), max_size=3),
    "temperature": st.floats(0, 1),
    "top_p": st.floats(0, 1),
    "tools": st.just([WEATHER]),
    "tool_choice": st.sampled_from(["auto", "none"]),
    "parallel_tool_calls": st.booleans(),
    "user": SAID,
    "n": st.just(1),
    "reasoning_effort": st.just("none"),
    "response_format": st.just({"type": "text"}),
}


@given(messages=conversations(), asked=st.fixed_dictionaries({}, optional=HONOURED))
def test_what_is_honoured_becomes_a_valid_messages_request(messages: Any, asked: dict[str, Any]) -> None:
    body = translated(OLDER, messages=messages, **asked)
    assert bedrock_takes(body)
    for message in messages:  # nothing that was said is lost
        for said in [message["content"]] if isinstance(message["content"], str) else []:
            assert json.dumps(said)[1:-1] in json.dumps(body)


@given(messages=conversations(), more=values_of(CompletionCreateParamsNonStreaming), own=st.booleans())
def test_any_request_is_translated_to_a_valid_one_or_refused_by_name(messages: Any, more: Any, own: bool) -> None:
    asked = {name: value for name, value in more.items() if value is not None and name != "model"}
    asked |= {"messages": messages} if own else {}
    body, refusal = outcome(asked)
    if body is None:
        named = re.match(r"[a-z_]+", refusal)
        assert named is not None, refusal
        assert named[0] in {*asked, "messages"}
    else:
        assert bedrock_takes(body)


# What Bedrock refuses and the translation still passes on.
NOT_YET = (
    "`temperature` and `top_p` cannot both be specified",
    "`temperature` may only be set to 1 when thinking is enabled",
    "`top_p` must be greater than or equal to 0.95 or unset when thinking is enabled",
    "text content blocks must contain non-whitespace text",
    "final assistant content cannot end with trailing whitespace",
    "user_id appears to contain an email address",
)


def bedrock_takes(body: dict[str, Any]) -> bool:
    """Whether the older model does; raises its refusal unless that is one of those to come."""
    model = find_model(OLDER)
    try:
        bedrock_validation.check({**body, "anthropic_version": bedrock_validation.VERSION}, model)
    except ServiceError as error:
        if not any(sentence in error.message for sentence in NOT_YET):
            raise
    return True


def outcome(asked: dict[str, Any]) -> tuple[dict[str, Any] | None, str]:
    """The translation, or why there is none."""
    try:
        return messages_body(asked, OLDER, LIMITS), ""
    except InvalidRequest as error:
        return None, error.message
