"""What of an OpenAI request is not looked at stands in one list; whatever else is in it counts."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai.types.chat.completion_create_params import CompletionCreateParamsNonStreaming

from claude_stream.dialects.openai_chat.keys import IGNORED, NOTICEABLE
from claude_stream.dialects.openai_chat.request import REFUSED, TRANSLATED
from claude_stream.errors import InvalidRequest
from tests.typed_values import values_of
from tests.unit.claude_stream.openai_asking import (
    FAMILIES,
    HAIKU,
    PDF,
    PNG,
    WEATHER,
    assistant,
    call,
    posted,
    result,
    text,
    user,
)
from tests.unit.claude_stream.openai_keys import keys_of, objects_of, without_each
from tests.unit.claude_stream.test_openai_any_request import conversations

EPHEMERAL = {"type": "ephemeral"}
# Every object that the translation reads, once.
EVERYTHING: dict[str, Any] = {
    "cache_control": dict(EPHEMERAL),
    "messages": [
        {"role": "system", "content": [text("Be brief.") | {"cache_control": dict(EPHEMERAL)}]},
        user(
            [
                text("What is this?"),
                {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PNG}"}},
                {"type": "file", "file": {"file_data": f"data:application/pdf;base64,{PDF}", "filename": "a.pdf"}},
            ]
        ),
        assistant([{"type": "refusal", "refusal": "No."}], call()),
        result(cache_control=dict(EPHEMERAL)),
    ],
    "reasoning": {"effort": "low"},
    "response_format": {
        "type": "json_schema",
        "json_schema": {"name": "n", "schema": {"type": "object", "properties": {}}},
    },
    "stream": True,
    "stream_options": {"include_usage": True},
    "thinking": {"type": "adaptive"},
    "tools": [WEATHER | {"cache_control": dict(EPHEMERAL)}],
    "tool_choice": {"type": "function", "function": {"name": "weather"}},
}
# Objects whose keys are Claude's to read, or nobody's: whatever is in them is passed on, or ignored with them.
FREE = ("response_format.json_schema.schema", "thinking", "tools[].function.parameters")


def outcome(asked: dict[str, Any], model: str = HAIKU) -> object:
    """What becomes of the request: the call, or the sentence that refuses it."""
    try:
        return posted(asked, model)
    except InvalidRequest as error:
        return error.message


def holder_of(where: str, asked: dict[str, Any]) -> dict[str, Any]:
    """An object of `asked` that may have the key that stands at `where`."""
    place = where.rpartition(".")[0]
    holders = [holder for holder, found in objects_of(asked) if found == place]
    kind = {"messages[].name": "tool"}.get(where)
    return next(holder for holder in holders if kind in (None, holder.get("role")))


def filled(where: str) -> dict[str, Any]:
    """EVERYTHING, where a tool's mark may be its function's, too."""
    asked = copy.deepcopy(EVERYTHING)
    if where.startswith("tools[].function.cache_control"):
        asked["tools"][0]["function"]["cache_control"] = asked["tools"][0].pop("cache_control")
    return asked


@pytest.mark.parametrize("where", IGNORED)
@pytest.mark.parametrize("value", ["something", {"of": ["any", "kind"]}, 5])
def test_no_answer_differs_by_what_is_ignored(where: str, value: Any) -> None:
    asked = filled(where)
    plain = posted(asked)
    holder_of(where, asked)[where.rpartition(".")[2]] = str(value) if where == "messages[].name" else value
    call_ = posted(asked)
    assert call_.body == plain.body
    assert set(call_.dropped) - set(plain.dropped) == ({where} if where in NOTICEABLE else set())


@pytest.mark.parametrize("where", IGNORED)
def test_each_has_its_reason(where: str) -> None:
    assert IGNORED[where].strip()


def test_what_could_be_noticed_is_of_the_ignored() -> None:
    assert set(NOTICEABLE) <= set(IGNORED)
    assert not IGNORED.keys() & (TRANSLATED | REFUSED.keys())


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({"seed": 7}, ["seed"]),
        ({"store": True}, ["store"]),
        ({"store": False}, []),
        ({"verbosity": "low"}, ["verbosity"]),
        ({"verbosity": "medium"}, []),
        ({"service_tier": "flex"}, ["service_tier"]),
        ({"service_tier": "auto"}, []),
        ({"prediction": {"type": "content", "content": "x"}}, ["prediction"]),
        ({"metadata": {"run": "1"}}, []),
        ({"prompt_cache_key": "k", "prompt_cache_retention": "24h"}, []),
        ({"seed": None, "store": None}, []),
    ],
)
def test_what_a_caller_could_miss_is_named(asked: dict[str, Any], named: list[str]) -> None:
    assert list(posted({"messages": [user()], **asked}).dropped) == named


PLACES = sorted({where for _, where in objects_of(EVERYTHING) if not where.startswith(FREE)})


@pytest.mark.parametrize("where", PLACES)
def test_a_key_that_nobody_knows_is_refused_by_name_wherever_it_stands(where: str) -> None:
    for number, (_, place) in enumerate(list(objects_of(EVERYTHING))):
        if place == where:
            asked = copy.deepcopy(EVERYTHING)
            list(objects_of(asked))[number][0]["tempreature"] = 1
            assert str(outcome(asked)).partition(":")[0].endswith("tempreature")


@pytest.mark.parametrize("where", PLACES)
@pytest.mark.parametrize("nothing", [None, [], {}, ""])
def test_a_key_that_nobody_knows_passes_where_it_asks_for_nothing(where: str, nothing: Any) -> None:
    if not where and nothing is not None:
        return  # OpenAI, too, refuses a parameter that it does not know
    asked = copy.deepcopy(EVERYTHING)
    next(holder for holder, found in objects_of(asked) if found == where)["tempreature"] = nothing
    assert outcome(asked) == posted(EVERYTHING)


# Where a key stands -> the values by which it asks for what would be done without it, too.
ASKS_FOR_NOTHING: dict[str, tuple[Any, ...]] = {
    "frequency_penalty": (0,),
    "presence_penalty": (0,),
    "logprobs": (False,),
    "top_logprobs": (0,),
    "modalities": (["text"],),
    "n": (1,),
    "parallel_tool_calls": (True,),
    "stream": (False,),
    "stream_options.include_usage": (False,),
    "temperature": (1, 1.0),
    "top_p": (1, 1.0),
    "tools[].type": ("function",),
    "tools[].function.parameters.type": ("object",),
    "tools[].function.strict": (False,),
    "messages[].tool_calls[].type": ("function",),
    "messages[].tool_calls[].function.arguments": ("{}",),
    "response_format": ({"type": "text"},),
    "response_format.json_schema.strict": (False, True),  # Claude follows a schema or refuses it
}
# Where a key stands -> the keys beside which it asks for nothing.
BESIDE = {
    "max_tokens": {"max_completion_tokens"},
    "user": {"safety_identifier"},
}


def is_blank(value: Any) -> bool:
    """Nothing, white space, or parts with nothing else in them."""
    if isinstance(value, list):
        return all(is_blank(part.get("text") if isinstance(part, dict) else part) for part in value)
    return value in (None, {}) or (isinstance(value, str) and not value.strip())


def asks_for_nothing(where: str, value: Any, asked: dict[str, Any]) -> bool:
    if is_blank(value):
        return True
    if where in ("tool_choice", "parallel_tool_calls") and not asked.get("tools"):
        return True
    if any(asked.get(other) is not None for other in BESIDE.get(where, ())):
        return True
    return any(type(value) is type(one) and value == one for one in ASKS_FOR_NOTHING.get(where, ()))


@given(
    messages=conversations(),
    more=values_of(CompletionCreateParamsNonStreaming),
    own=st.booleans(),
    model=st.sampled_from(FAMILIES),
)
def test_no_key_is_dropped_unless_it_is_of_the_ignored(messages: Any, more: Any, own: bool, model: str) -> None:
    """Without it, the answer is another, or `dropped` says that it is gone."""
    asked = {name: value for name, value in more.items() if name != "model" and name not in REFUSED}
    asked |= {"messages": messages} if own else {}
    found = outcome(asked, model)
    if isinstance(found, str):
        return
    for key, changed in without_each(asked):
        if outcome(changed, model) == found:
            is_ignored = any(
                key.where == place or key.where.startswith((f"{place}.", f"{place}[")) for place in IGNORED
            )
            assert is_ignored or asks_for_nothing(key.where, key.value, asked), key.where


def test_the_same_holds_for_every_object_that_is_read() -> None:
    for key, changed in without_each(EVERYTHING):
        dropped = outcome(changed) == outcome(EVERYTHING)
        assert not dropped or key.where in IGNORED or asks_for_nothing(key.where, key.value, EVERYTHING), key.where


def test_every_object_that_is_read_is_among_them() -> None:
    """Or the tests above would walk past the keys of one."""
    found = {key.where for key in keys_of(EVERYTHING)}
    assert {name.split(".")[0].removesuffix("[]") for name in found} <= TRANSLATED
    assert {where.rpartition(".")[0] for where in IGNORED} <= {*PLACES, "tools[].function.cache_control"}
