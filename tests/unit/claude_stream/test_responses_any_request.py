"""Any request in the shape of the Responses API is translated to one that Bedrock takes, or refused by name."""

import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from openai.types.responses.response_create_params import ResponseCreateParamsNonStreaming
from openai.types.responses.response_input_item_param import ResponseInputItemParam

from claude_stream.dialects.openai_responses.answers import Asked, echo, response_of
from claude_stream.dialects.openai_responses.request import messages_body
from claude_stream.dialects.openai_responses.thinking import reasoning_of
from claude_stream.errors import InvalidRequest
from emulator.aws.bedrock import validation as bedrock_validation
from emulator.aws.bedrock.models import find_model
from tests.typed_values import values_of
from tests.unit.claude_stream.responses_asking import (
    HAIKU,
    LIMIT,
    LIMITS,
    OLDER,
    OPUS,
    OPUS_4_6,
    PDF,
    PNG,
    SONNET,
    call,
    function,
    output,
    said,
)
from tests.unit.claude_stream.test_openai_chat import message_of, text
from tests.unit.claude_stream.test_responses_items import thought

Json = dict[str, Any]
SAID = st.text(min_size=1, max_size=8)
TOOLS = [function(), {"type": "web_search"}, {"type": "custom", "name": "patch"}]
MODELS = st.sampled_from([HAIKU, SONNET, OPUS, OPUS_4_6, OLDER])
PARTS = st.one_of(
    st.builds(lambda words: {"type": "input_text", "text": words}, st.text(max_size=5)),
    st.just({"type": "input_image", "detail": "auto", "image_url": PNG}),
    st.just({"type": "input_file", "file_data": PDF}),
)


@st.composite
def conversations(draw: st.DrawFn) -> list[Json]:
    """Items as Codex and the Agents SDK hold them: thoughts, calls one or several at a time, and their outputs."""
    items = draw(st.lists(st.builds(said, st.sampled_from(["system", "developer"]), SAID), max_size=2))
    items.append(said("user", "Go " + draw(SAID)))
    for turn in range(draw(st.integers(0, 3))):
        calls = [f"call_{turn}_{number}" for number in range(draw(st.integers(0, 2)))]
        items += [thought()] * draw(st.integers(0, 1))
        items += [
            said("assistant", [{"type": "output_text", "text": draw(st.text(max_size=5)), "annotations": []}])
        ]
        results = [output(id_, draw(st.text(max_size=5))) for id_ in calls if draw(st.booleans())]
        items += [call(id_) for id_ in calls] + draw(st.permutations(results))
        items.append(said("user", draw(SAID | st.lists(PARTS, max_size=3))))
    return items


HONOURED: dict[str, st.SearchStrategy[Any]] = {
    "instructions": st.text(max_size=5),
    "max_output_tokens": st.integers(1025, 2 * LIMIT),
    "temperature": st.floats(0, 2),
    "top_p": st.floats(0, 1),
    "tools": st.just(TOOLS),
    "tool_choice": st.sampled_from(["auto", "none", {"type": "custom", "name": "patch"}]),
    "parallel_tool_calls": st.booleans(),
    "user": SAID,
    "store": st.booleans(),
    "prompt_cache_key": SAID,
    "reasoning": st.fixed_dictionaries({"effort": st.sampled_from(["none", "low", "high"])}),
    "text": st.just({"format": {"type": "json_object"}}),
}


@given(items=conversations(), asked=st.fixed_dictionaries({}, optional=HONOURED), model=MODELS)
def test_what_is_honoured_becomes_a_valid_messages_request(items: Any, asked: Json, model: str) -> None:
    if "tool_choice" in asked:
        asked = {"tools": TOOLS, **asked}
    body, refusal = outcome({"input": items, **asked}, model)
    assert body is not None, refusal


@given(items=conversations(), more=values_of(ResponseCreateParamsNonStreaming), own=st.booleans(), model=MODELS)
def test_any_request_is_translated_to_a_valid_one_or_refused_by_name(
    items: Any, more: Any, own: bool, model: str
) -> None:
    asked = {name: value for name, value in more.items() if value is not None and name not in ("model", "stream")}
    asked |= {"input": items} if own else {}
    is_named(asked, *outcome(asked, model))


@given(item=values_of(ResponseInputItemParam), model=MODELS)
def test_any_item_is_translated_or_refused_by_its_place(item: Any, model: str) -> None:
    asked = {"input": [said("user", "hi"), item]}
    is_named(asked, *outcome(asked, model))


def is_named(asked: Json, body: Json | None, refusal: str) -> None:
    if body is None:
        named = re.match(r"[a-z_]+", refusal)
        assert named is not None, refusal
        assert named[0] in {*asked, "input"}


def outcome(asked: Json, model: str) -> tuple[Json | None, str]:
    """The translation, which Bedrock has to take and an answer has to follow from, or why there is none."""
    try:
        body, tools = messages_body(asked, model, LIMITS, [])
    except InvalidRequest as error:
        return None, error.message
    bedrock_validation.check({**body, "anthropic_version": bedrock_validation.VERSION}, find_model(model))
    context = Asked(echo(asked), tools.by_name, reasoning_of(asked)[1])
    assert response_of(message_of(text("a")), 5, "asked", context)["status"] == "completed"
    return body, ""
