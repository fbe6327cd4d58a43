"""What the simulated Bedrock refuses of tool calls, of their results and of schemas that have to be followed."""

import json
from typing import Any

import pytest

from tests.contract.aws.asking_aws import TEXT, TOOL, USER, body_of, invoke, refused


def called(*ids: str, **more: Any) -> dict[str, Any]:
    blocks = [{"type": "tool_use", "id": one, "name": "weather", "input": {}, **more} for one in ids]
    return {"role": "assistant", "content": blocks}


def answered(*ids: str, content: Any = "7") -> dict[str, Any]:
    blocks = [{"type": "tool_result", "tool_use_id": one, "content": content} for one in ids]
    return {"role": "user", "content": blocks}


def object_of(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


CLOSED = {**object_of(), "additionalProperties": False}
NOT_CLOSED = "For 'object' type, 'additionalProperties' must be explicitly set to false"


@pytest.mark.parametrize(
    ("messages", "message"),
    [
        ([USER, called("a.b"), answered("a.b")], "messages.1.content.0.tool_use.id: String should match pattern"),
        ([USER, called(""), answered("")], "messages.1.content.0.tool_use.id: String should match pattern"),
        ([USER, called("a", name="a b"), answered("a")], "messages.1.content.0.tool_use.name: String should match"),
        ([USER, called("a", input="{}"), answered("a")], "messages.1.content.0.tool_use.input: Input should be"),
        ([USER, called("a", "a"), answered("a")], "messages.1.content.1: `tool_use` ids must be unique"),
        (
            [USER, called("a"), answered("a"), called("a"), answered("a")],
            "messages.3.content.0: `tool_use` ids must be unique",
        ),
        ([USER, called("a"), answered("a", "a")], "messages.2.content: each tool_use must have a single result."),
        (
            [USER, called("a"), {"role": "user", "content": [TEXT, *answered("a")["content"]]}],
            "messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: a",
        ),
        (
            [USER, called("a"), answered("a", content=[{"type": "text", "text": " "}])],
            "messages: text content blocks must contain non-whitespace text",
        ),
    ],
)
def test_calls_and_results(bedrock: Any, messages: list[Any], message: str) -> None:
    assert refused(bedrock, body_of(messages=messages, tools=[TOOL])).startswith(message)


def test_results_with_what_a_person_says_after_them(bedrock: Any) -> None:
    said = {"role": "user", "content": [*answered("b", "a")["content"], TEXT]}
    assert invoke(bedrock, body_of(messages=[USER, called("a", "b"), said], tools=[TOOL]))["content"]


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        (object_of(), NOT_CLOSED),
        ({**CLOSED, "additionalProperties": True}, NOT_CLOSED),
        ({**CLOSED, "properties": {"at": object_of()}}, NOT_CLOSED),
        ({**CLOSED, "properties": {"all": {"type": "array", "items": object_of()}}}, NOT_CLOSED),
        ({**CLOSED, "$defs": {"One": object_of()}}, NOT_CLOSED),
        (
            {**CLOSED, "properties": {"age": {"type": "integer", "minimum": 0}}},
            "For 'integer' type, property 'minimum' is not supported",
        ),
    ],
)
def test_a_schema_that_has_to_be_followed(bedrock: Any, schema: dict[str, Any], message: str) -> None:
    output: Any = {"output_config": {"format": {"type": "json_schema", "schema": schema}}}
    assert refused(bedrock, body_of(**output)) == f"output_config.format.schema: {message}"
    tool = TOOL | {"input_schema": schema}
    assert refused(bedrock, body_of(tools=[tool | {"strict": True}])) == f"tools.0.custom: {message}"
    assert invoke(bedrock, body_of(tools=[tool]))["content"]


def test_a_closed_schema_is_taken(bedrock: Any) -> None:
    output: Any = {"output_config": {"format": {"type": "json_schema", "schema": CLOSED}}}
    assert invoke(bedrock, body_of(**output))["content"]
    assert invoke(bedrock, body_of(tools=[TOOL | {"strict": True, "input_schema": CLOSED}]))["content"]


def test_an_answer_follows_its_schema(bedrock: Any) -> None:
    schema = {**CLOSED, "properties": {"city": {"type": "string"}, "unit": {"enum": ["celsius", "kelvin"]}}}
    body = body_of("Bern", output_config={"format": {"type": "json_schema", "schema": schema}})
    (block,) = invoke(bedrock, body)["content"]
    assert json.loads(block["text"]) == {"city": "Bern", "unit": "celsius"}
