"""JSON as an answer, schemas of tools, marks for the cache, files and who the user is."""

import copy
import hashlib
import json
from typing import Any

import pytest

from tests.unit.claude_stream.openai_asking import (
    FAMILIES,
    HAIKU,
    PDF,
    PNG,
    WEATHER,
    assistant,
    call,
    refused,
    result,
    said,
    text,
    translated,
    user,
    with_dropped,
)

EPHEMERAL = {"cache_control": {"type": "ephemeral"}}
STRING = {"type": "string"}


def json_schema(schema: Any, **more: Any) -> dict[str, Any]:
    described = {"name": "n", "schema": schema, **more}
    return {"response_format": {"type": "json_schema", "json_schema": described}}


def object_of(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def closed(schema: dict[str, Any]) -> dict[str, Any]:
    return {**schema, "additionalProperties": False}


def tool(parameters: Any, **more: Any) -> dict[str, Any]:
    return {"type": "function", "function": {"name": "f", "parameters": parameters, **more}}


# An answer in JSON


def test_json_object_is_asked_for_in_the_system_prompt() -> None:
    asked: dict[str, Any] = {"response_format": {"type": "json_object"}}
    body, dropped = with_dropped(messages=[{"role": "system", "content": "Be brief."}, user()], **asked)
    first, second = body["system"]
    assert first == text("Be brief.")
    assert "one JSON object" in second["text"]
    assert "output_config" not in body
    assert dropped == ["response_format json_object -> instruction"]


@pytest.mark.parametrize("model", FAMILIES)
@pytest.mark.parametrize(
    ("schema", "becomes"),
    [
        (object_of(city=STRING), closed(object_of(city=STRING))),
        (closed(object_of()), closed(object_of())),
        (object_of(at=object_of(x=STRING)), closed(object_of(at=closed(object_of(x=STRING))))),
        (
            object_of(all={"type": "array", "items": object_of()}),
            closed(object_of(all={"type": "array", "items": closed(object_of())})),
        ),
        (
            {**object_of(one={"$ref": "#/$defs/One"}), "$defs": {"One": object_of()}},
            {**closed(object_of(one={"$ref": "#/$defs/One"})), "$defs": {"One": closed(object_of())}},
        ),
        (
            object_of(one={"anyOf": [object_of(), {"type": "null"}]}),
            closed(object_of(one={"anyOf": [closed(object_of()), {"type": "null"}]})),
        ),
        # A property may be called as a keyword is; what an enum has is no schema.
        (object_of(properties=STRING, minimum=STRING), closed(object_of(properties=STRING, minimum=STRING))),
        (object_of(one={"enum": [{"type": "object"}]}), closed(object_of(one={"enum": [{"type": "object"}]}))),
    ],
    ids=range(8),
)
def test_a_schema_is_closed_as_bedrock_wants_it(model: str, schema: Any, becomes: Any) -> None:
    before = copy.deepcopy(schema)
    body, dropped = with_dropped(model, **json_schema(schema))
    assert body["output_config"] == {"format": {"type": "json_schema", "schema": becomes}}
    assert dropped == []
    assert schema == before, "the caller's own is left as it was"


def test_limits_that_bedrock_refuses_become_a_note() -> None:
    """As Anthropic's own SDK does it."""
    schema = object_of(age={"type": "integer", "minimum": 0, "description": "in years"})
    body, dropped = with_dropped(**json_schema(schema))
    age = body["output_config"]["format"]["schema"]["properties"]["age"]
    assert age == {"type": "integer", "description": 'in years Has to match {"minimum": 0}'}
    assert dropped == ["response_format.json_schema.schema minimum"]


@pytest.mark.parametrize("more", [True, {}, STRING])
def test_an_object_of_any_properties_is_asked_for_where_it_need_not_be_followed(more: Any) -> None:
    schema = {"type": "object", "additionalProperties": more}
    body, dropped = with_dropped(**json_schema(object_of(any=schema)))
    assert json.dumps(schema) in body["system"][-1]["text"]
    assert dropped == ["response_format json_schema -> instruction"]
    assert refused(**json_schema(schema, strict=True)).startswith("response_format.json_schema.schema: ")


def test_a_schemas_description_goes_along() -> None:
    body = translated(**json_schema(object_of(), description="A place."))
    assert body["output_config"]["format"]["schema"]["description"] == "A place."


# Tools


def test_a_strict_tools_schema_is_closed_and_another_is_left_alone() -> None:
    body = translated(tools=[tool(object_of(at=object_of()), strict=True), WEATHER])
    strict, other = body["tools"]
    assert strict["strict"] is True
    assert strict["input_schema"] == closed(object_of(at=closed(object_of())))
    assert other["input_schema"] == WEATHER["function"]["parameters"]


@pytest.mark.parametrize("more", [True, {}, STRING])
def test_a_strict_tool_that_takes_any_properties_is_not_strict(more: Any) -> None:
    parameters = object_of(any={"type": "object", "additionalProperties": more})
    body, dropped = with_dropped(tools=[tool(parameters, strict=True)])
    assert body["tools"] == [{"name": "f", "input_schema": parameters}]
    assert dropped == ["tools.strict"]


@pytest.mark.parametrize("name", ["anyOf", "oneOf", "allOf"])
@pytest.mark.parametrize("model", FAMILIES)
def test_alternatives_at_the_top_become_properties_and_a_note(model: str, name: str) -> None:
    parameters = {"type": "object", name: [object_of(a=STRING), object_of(b=STRING)]}
    (made,) = translated(model, tools=[tool(parameters)])["tools"]
    assert made["input_schema"]["properties"] == {"a": STRING, "b": STRING}
    assert json.dumps(parameters[name]) in made["input_schema"]["description"]


@pytest.mark.parametrize("parameters", [None, {}, {"properties": None}, {"$ref": "#/$defs/X", "$defs": {}}])
def test_a_schema_says_that_it_is_an_objects(parameters: Any) -> None:
    assert translated(tools=[tool(parameters)])["tools"][0]["input_schema"]["type"] == "object"


# Marks for the cache


def test_marks_go_along_wherever_they_stand() -> None:
    body = translated(
        messages=[
            {"role": "system", "content": [text("long") | EPHEMERAL]},
            user([text("a") | {"cache_control": {"type": "ephemeral", "ttl": "1h"}}, text("b")]),
            assistant("c", cache_control={"type": "ephemeral"}),
            user("d"),
        ],
        tools=[WEATHER | EPHEMERAL],
    )
    assert body["system"] == [text("long") | EPHEMERAL]
    assert body["messages"][0]["content"] == [
        text("a") | {"cache_control": {"type": "ephemeral", "ttl": "1h"}},
        text("b"),
    ]
    assert body["messages"][1]["content"] == [text("c") | EPHEMERAL]
    assert body["tools"][0]["cache_control"] == {"type": "ephemeral"}


def test_a_functions_mark_is_its_tools_and_a_parts_mark_its_results() -> None:
    function = {**WEATHER["function"], **EPHEMERAL}
    messages = [user(), assistant(None, call()), result(content=[text("rain") | EPHEMERAL])]
    body = translated(messages=messages, tools=[{"type": "function", "function": function}])
    assert body["tools"][0]["cache_control"] == {"type": "ephemeral"}
    assert body["messages"][-1]["content"] == [
        {"type": "tool_result", "tool_use_id": "call_1", "content": [text("rain")], **EPHEMERAL}
    ]


def test_a_mark_on_blank_text_goes_to_the_block_before() -> None:
    assert said(user([text("a"), text(" ") | EPHEMERAL]))[0]["content"] == [text("a") | EPHEMERAL]
    body, dropped = with_dropped(messages=[user([text(" ") | EPHEMERAL, text("a")])])
    assert body["messages"] == [user([text("a")])]
    assert dropped == ["cache_control"]


def test_of_more_than_four_marks_the_last_four_stay() -> None:
    messages = [user([text(str(number)) | EPHEMERAL for number in range(4)])]
    body, dropped = with_dropped(
        messages=messages, tools=[WEATHER | EPHEMERAL], cache_control={"type": "ephemeral"}
    )
    assert "cache_control" not in body["tools"][0]
    assert ["cache_control" in block for block in body["messages"][0]["content"]] == [False, True, True, True]
    assert dropped == ["cache_control"] * 2


# Files


@pytest.mark.parametrize(
    "url",
    [
        f"data:image/png;charset=utf-8;base64,{PNG}",
        f"data:image/png;name=a.png;charset=utf-8;base64,{PNG}",
        f"DATA:IMAGE/PNG;BASE64,{PNG}",
        f"data:image/png;base64,{PNG[:20]}\n{PNG[20:40]}\r\n {PNG[40:]}\n",
        f"data:image/png;base64, {PNG}",
        f" data:image/png;base64,{PNG.rstrip('=')}",
        f"data:image/png;base64,{PNG.replace('/', '_').replace('+', '-')}",
        f"data:application/octet-stream;base64,{PNG}",
        f"data:;base64,{PNG}",
    ],
)
@pytest.mark.parametrize("wrapped", [True, False])
def test_a_picture_as_clients_write_it(url: str, wrapped: bool) -> None:
    part = {"type": "image_url", "image_url": {"url": url} if wrapped else url}
    (block,) = said(user([part]))[0]["content"]
    assert block == {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PNG}}


@pytest.mark.parametrize(
    "url", ["data:image/png;base64,", "data:image/png;base64,%%", "data:image/png;base64,ü", "x"]
)
def test_a_picture_that_is_none(url: str) -> None:
    message = refused(messages=[user([{"type": "image_url", "image_url": {"url": url}}])])
    assert message.startswith("messages[0].content[0].image_url.url: ")


def test_a_pdf_with_parameters() -> None:
    data = f"data:application/pdf;filename=a.pdf;base64,{PDF}"
    (block,) = said(user([{"type": "file", "file": {"file_data": data}}]))[0]["content"]
    assert block["source"] == {"type": "base64", "media_type": "application/pdf", "data": PDF}


# Who the user is


@pytest.mark.parametrize("field", ["user", "safety_identifier"])
@pytest.mark.parametrize("address", ["ann@example.com", "Ann <ann@example.com>", "a" * 257])
def test_what_bedrock_refuses_as_a_user_becomes_a_hash(field: str, address: str) -> None:
    body, dropped = with_dropped(HAIKU, **{field: address})
    assert body["metadata"] == {"user_id": hashlib.sha256(address.encode()).hexdigest()}
    assert dropped == [f"{field} -> sha256"]
