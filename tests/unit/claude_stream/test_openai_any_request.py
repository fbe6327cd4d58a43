"""Any request in OpenAI's shape is translated to one that Bedrock takes, or refused by name."""

import json
import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from openai.types.chat.completion_create_params import CompletionCreateParamsNonStreaming

from claude_stream.dialects.openai_chat.request import messages_body
from claude_stream.errors import InvalidRequest
from emulator.aws.bedrock import validation as bedrock_validation
from emulator.aws.bedrock.models import find_model
from emulator.aws.error import ServiceError
from tests.typed_values import values_of
from tests.unit.claude_stream.openai_asking import (
    CALL,
    LIMIT,
    LIMITS,
    OLDER,
    PDF,
    PNG,
    WEATHER,
    text,
    translated,
    user,
)

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


# Bedrock's refusals of what the translation does not refuse yet.
NOT_YET = (
    "`temperature` and `top_p` cannot both be specified",
    "`temperature` may only be set to 1 when thinking is enabled",
    "`top_p` must be greater than or equal to 0.95 or unset when thinking is enabled",
    "text content blocks must contain non-whitespace text",
    "final assistant content cannot end with trailing whitespace",
    "user_id appears to contain an email address",
)


def bedrock_takes(body: dict[str, Any]) -> bool:
    """True if the older model takes the body or refuses it for a reason in NOT_YET; else raises its refusal."""
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
        return messages_body(asked, OLDER, LIMITS, []), ""
    except InvalidRequest as error:
        return None, error.message
