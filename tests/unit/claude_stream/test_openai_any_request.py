"""Any request in OpenAI's shape is translated to one that Bedrock takes, or refused by name."""

import json
import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from openai.types.chat.completion_create_params import CompletionCreateParamsNonStreaming

from claude_stream.dialects.openai_chat.request import messages_body
from claude_stream.errors import InvalidRequest
from tests.typed_values import values_of
from tests.unit.claude_stream.openai_asking import (
    CALL,
    FAMILIES,
    LIMIT,
    LIMITS,
    OLDER,
    PDF,
    PNG,
    WEATHER,
    check,
    text,
    translated,
    user,
)

PARTS = st.one_of(
    st.builds(text, st.text(max_size=5)),
    st.just({"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PNG}"}}),
    st.just({"type": "file", "file": {"file_data": f"data:application/pdf;base64,{PDF}"}}),
)
SAID = st.text(min_size=1, max_size=8).filter(str.strip)
LEAST_BUDGET = 1024  # tokens


HISTORIES = st.lists(
    st.one_of(
        st.builds(
            lambda role, said: {"role": role, "content": said},
            st.sampled_from(["system", "user"]),
            st.text(max_size=4),
        ),
        st.builds(
            lambda said, ids: {
                "role": "assistant",
                "content": said,
                "tool_calls": [CALL | {"id": one} for one in ids],
            },
            st.none() | st.text(max_size=4),
            st.lists(st.sampled_from(["a.b", "a_b", "", "a:b"]), max_size=3),
        ),
        st.builds(
            lambda said, one: {"role": "tool", "tool_call_id": one, "content": said},
            st.none() | st.text(max_size=4),
            st.sampled_from(["a.b", "a_b", "", "a:b"]),
        ),
    ),
    min_size=1,
    max_size=8,
)


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
    "temperature": st.floats(0, 2),
    "top_p": st.floats(0, 2),
    "seed": st.integers(),
    "thinking": st.sampled_from([{"type": "adaptive"}, {"type": "disabled"}, {"type": "between_tools"}]),
    "tools": st.sampled_from(
        [[WEATHER], [{"type": "function", "function": WEATHER["function"] | {"strict": True}}]]
    ),
    "tool_choice": st.sampled_from(["auto", "none", "required"]),
    "parallel_tool_calls": st.booleans(),
    "user": SAID,
    "n": st.just(1),
    "reasoning_effort": st.sampled_from(["none", "minimal", "high"]),
    "response_format": st.sampled_from([{"type": "text"}, {"type": "json_object"}]),
}


@given(
    messages=conversations(), asked=st.fixed_dictionaries({}, optional=HONOURED), model=st.sampled_from(FAMILIES)
)
def test_what_is_honoured_becomes_a_request_that_every_model_takes(
    messages: Any, asked: dict[str, Any], model: str
) -> None:
    asked |= {} if asked.get("tools") or asked.get("tool_choice") != "required" else {"tool_choice": "auto"}
    if asked.get("max_completion_tokens", LIMIT) <= LEAST_BUDGET:
        asked.pop("reasoning_effort", None)
    body = translated(model, messages=messages, **asked)
    for message in messages:  # nothing that was said is lost
        for said in [message["content"]] if isinstance(message["content"], str) else []:
            assert json.dumps(said.strip())[1:-1] in json.dumps(body)


@given(messages=HISTORIES, model=st.sampled_from(FAMILIES))
def test_any_history_is_taken_or_says_that_nothing_was_asked(messages: Any, model: str) -> None:
    body, refusal = outcome({"messages": messages}, model)
    if body is None:
        assert re.fullmatch(
            r"messages(\[\d+\]\.content: expected something, found nothing|: the first one .*)\.", refusal
        ), refusal
    else:
        check(body, model)


@given(
    messages=conversations(),
    more=values_of(CompletionCreateParamsNonStreaming),
    own=st.booleans(),
    model=st.sampled_from(FAMILIES),
)
def test_any_request_is_translated_to_a_valid_one_or_refused_by_name(
    messages: Any, more: Any, own: bool, model: str
) -> None:
    asked = {name: value for name, value in more.items() if value is not None and name != "model"}
    asked |= {"messages": messages} if own else {}
    body, refusal = outcome(asked, model)
    if body is None:
        named = re.match(r"[a-z_]+", refusal)
        assert named is not None, refusal
        assert named[0] in {*asked, "messages"}
    else:
        check(body, model)


def outcome(asked: dict[str, Any], model: str = OLDER) -> tuple[dict[str, Any] | None, str]:
    """The translation, or why there is none."""
    try:
        return messages_body(asked, model, LIMITS, []), ""
    except InvalidRequest as error:
        return None, error.message
