"""What a refusal of Bedrock's teaches: which part of the request to leave out, and what to remember."""

import json
from typing import Any

import pytest

from claude_stream.bedrock.refusals import AttemptedCall
from claude_stream.bedrock.refused_parts import Attempts, RefusedParts
from claude_stream.bedrock.signing import AwsError
from claude_stream.errors import ApiError, InvalidRequest, RateLimited

MODEL = "global.anthropic.claude-haiku-5-5"
EFFORT = "effort-2025-11-24"  # which the table knows to be taken
TOOL = {"name": "a", "input_schema": {"properties": {"strict": {}}}}
EXTRA = ": Extra inputs are not permitted"


def attempts(refused: RefusedParts | None = None, **body: Any) -> Attempts:
    content = json.dumps(body, separators=(",", ":")).encode()
    return Attempts(refused or RefusedParts(), AttemptedCall(MODEL, "us-east-1", "InvokeModel"), content)


def refusal(message: str) -> AwsError:
    return AwsError("ValidationException", message, 400)


def left(message: str, **body: Any) -> tuple[dict[str, Any], list[str]]:
    """The body of the second call, and the names of what it lacks."""
    made = attempts(**body)
    made.leave_out(refusal(message))
    return json.loads(made.body), made.dropped


@pytest.mark.parametrize("message", ["invalid beta flag", "Invalid beta flag in anthropic_beta."])
def test_where_no_flag_is_named_those_that_are_not_known_go(message: str) -> None:
    assert left(message, anthropic_beta=["a", EFFORT, "b"]) == ({"anthropic_beta": [EFFORT]}, ["a", "b"])


def test_where_flags_are_named_they_go() -> None:
    message = f"Unexpected value(s) `{EFFORT}`, `b` for the `anthropic-beta` header."
    assert left(message, anthropic_beta=["a", EFFORT, "b"]) == ({"anthropic_beta": ["a"]}, [EFFORT, "b"])


def in_a_message(*blocks: dict[str, Any]) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": [*blocks]}]}


TEXT = {"type": "text", "text": "x"}
RESULT = {"type": "tool_result", "tool_use_id": "t"}
EPHEMERAL = {"type": "ephemeral"}


@pytest.mark.parametrize(
    ("place", "body", "becomes", "name"),
    [
        ("compaction", {"compaction": {}}, {}, "compaction"),
        (
            "tools.0.custom.strict",
            {"tools": [TOOL | {"strict": True}, TOOL]},
            {"tools": [TOOL, TOOL]},
            "tools.strict",
        ),
        (
            "thinking.adaptive.display",
            {"thinking": {"type": "adaptive", "display": "omitted"}},
            {"thinking": {"type": "adaptive"}},
            "thinking.display",
        ),
        ("system.0.citations", {"system": [TEXT | {"citations": []}]}, {"system": [TEXT]}, "system.citations"),
        (
            "messages.0.content.1.text.citations",
            in_a_message(RESULT, TEXT | {"citations": []}),
            in_a_message(RESULT, TEXT),
            "content.citations",
        ),
        (
            "messages.0.content.0.tool_result.content.0.text.cache_control.ephemeral.ttl",
            in_a_message(RESULT | {"content": [TEXT | {"cache_control": EPHEMERAL | {"ttl": "1h"}}]}),
            in_a_message(RESULT | {"content": [TEXT | {"cache_control": EPHEMERAL}]}),
            "cache_control.ttl",
        ),
    ],
)
def test_a_refused_field_goes_wherever_it_stands(
    place: str, body: dict[str, Any], becomes: dict[str, Any], name: str
) -> None:
    assert left(place + EXTRA, **body) == (becomes, [name])


@pytest.mark.parametrize(
    "place",
    [
        *("compactoin", "messages", "messages.0.metadata", "messages.0.output_config", "tools.0.custom.descr"),
        *("tools.0.custom.input_schema.strict", "strict", "output_config.compaction", "metadata.ttl"),
    ],
)
def test_a_field_that_nobody_has_there_keeps_its_400(place: str) -> None:
    body = {"messages": [{"metadata": 1, "output_config": 1}], "tools": [TOOL], "strict": 1, "metadata": {"ttl": 1}}
    with pytest.raises(InvalidRequest) as caught:
        left(place + EXTRA, **body)
    assert caught.value.message == place + EXTRA


def test_only_a_request_that_is_invalid_is_sent_again() -> None:
    errors: list[tuple[AwsError, type[ApiError]]] = [
        (AwsError("ThrottlingException", "invalid beta flag", 429), RateLimited),
        (refusal("messages: at least one message is required"), InvalidRequest),
    ]
    for error, becomes in errors:
        with pytest.raises(becomes):
            attempts(anthropic_beta=["a"]).leave_out(error)


def test_it_is_sent_again_once() -> None:
    made = attempts(anthropic_beta=["a"], compaction={})
    made.leave_out(refusal("invalid beta flag"))
    with pytest.raises(InvalidRequest, match=f"^compaction{EXTRA}$"):
        made.leave_out(refusal("compaction" + EXTRA))


def test_what_is_remembered_is_left_out_at_once_of_that_model_and_has_a_limit() -> None:
    refused = RefusedParts()
    for number in range(300):
        made = attempts(refused, anthropic_beta=[f"flag-{number}"])
        made.leave_out(refusal("invalid beta flag"))
        made.accepted()
    assert attempts(refused, anthropic_beta=["flag-0", "flag-299"]).dropped == ["flag-0"]
    other = Attempts(
        refused, AttemptedCall("another", "us-east-1", "InvokeModel"), b'{"anthropic_beta":["flag-0"]}'
    )
    assert other.dropped == []


def test_nothing_is_read_of_a_body_that_has_no_refused_part() -> None:
    refused = RefusedParts()
    made = attempts(refused, anthropic_beta=["a"])
    made.leave_out(refusal("invalid beta flag"))
    made.accepted()
    body = b"no JSON at all"
    assert Attempts(refused, AttemptedCall(MODEL, "us-east-1", "InvokeModel"), body).body is body
