"""The Responses API's input becomes Claude's system prompt and turns, whatever its items are."""

from typing import Any

import pytest

from claude_stream.dialects.openai_responses.content import seal, unseal
from tests.unit.claude_stream.responses_asking import (
    PDF,
    PNG,
    call,
    function,
    messages,
    output,
    refused,
    said,
    translated,
)

THOUGHT = {"type": "thinking", "thinking": "Hm. 嗯", "signature": "c2ln"}


def text(words: str) -> dict[str, Any]:
    return {"type": "text", "text": words}


def thought(block: dict[str, Any] = THOUGHT) -> dict[str, Any]:
    return {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": seal(block), "content": None}


def test_a_string_is_the_users_message() -> None:
    assert translated()[0]["messages"] == [{"role": "user", "content": [text("Hello")]}]


def test_system_and_developer_items_are_gathered_behind_the_instructions() -> None:
    items = [said("developer", "one"), said("user", "hi"), said("system", [{"type": "input_text", "text": "two"}])]
    body, _ = translated(given=items, instructions="first")
    assert body["system"] == [text("first"), text("one"), text("two")]
    assert body["messages"] == [{"role": "user", "content": [text("hi")]}]


def test_the_kinds_of_parts() -> None:
    parts = [
        {"type": "input_text", "text": "What is this?"},
        {"type": "input_image", "image_url": PNG.replace("png;", "PNG;charset=utf-8;") + "\n", "detail": "auto"},
        {"type": "input_file", "file_data": PDF, "filename": "a.pdf"},
    ]
    content = messages(said("user", parts))[0]["content"]
    assert [block["type"] for block in content] == ["text", "image", "document"]
    assert content[1]["source"] == {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="}
    assert content[2]["title"] == "a.pdf"
    answer = [
        {"type": "output_text", "text": "A dot.", "annotations": [], "logprobs": []},
        {"type": "refusal", "refusal": "No more."},
    ]
    item = {**said("assistant", answer), "id": "msg_1", "status": "completed", "phase": "final_answer"}
    assert messages(said("user", "hi"), item, said("user", "so?"))[1]["content"] == [
        text("A dot."),
        text("No more."),
    ]


def test_calls_are_answered_directly_behind_their_turn_whatever_stands_between() -> None:
    """Claude refuses a call whose result is not in the next message."""
    items = [
        said("user", "hi"),
        call("a"),
        {"type": "custom_tool_call", "call_id": "b", "name": "patch", "input": "*** Begin"},
        said("user", "hurry"),
        {"type": "custom_tool_call_output", "call_id": "b", "output": [{"type": "input_image", "image_url": PNG}]},
        output("a"),
    ]
    _, turn, answers = messages(*items)
    assert [block["input"] for block in turn["content"]] == [{"city": "北京"}, {"input": "*** Begin"}]
    assert [block.get("tool_use_id") for block in answers["content"]] == ["a", "b", None]
    assert answers["content"][0]["content"] == [text("晴天")]
    assert answers["content"][1]["content"][0]["type"] == "image"
    assert answers["content"][2] == text("hurry")


def test_calls_one_after_the_other_are_turns_of_their_own() -> None:
    roles = [
        message["role"] for message in messages(said("user", "hi"), call("a"), output("a"), call("b"), output("b"))
    ]
    assert roles == ["user", "assistant", "user", "assistant", "user"]


def test_a_call_that_nobody_answered_is_answered_as_such() -> None:
    [result] = messages(said("user", "hi"), call())[-1]["content"]
    assert (result["type"], result["is_error"]) == ("tool_result", True)


@pytest.mark.parametrize(
    ("arguments", "given"),
    [("", {}), ('{"a": 1}', {"a": 1}), ('{"a": ', {"arguments": '{"a": '}), ("[1]", {"arguments": [1]})],
)
def test_arguments_that_were_cut_off_are_kept_as_they_came(arguments: str, given: Any) -> None:
    assert messages(said("user", "hi"), call(arguments=arguments), output())[1]["content"][0]["input"] == given


def test_foreign_ids_are_mapped_alike_on_both_sides() -> None:
    turns = messages(said("user", "hi"), call("functions.f:0"), call("functions.f:1"), output("functions.f:0"))
    ids = [block["id"] for block in turns[1]["content"]]
    assert len(set(ids)) == 2
    assert [block["tool_use_id"] for block in turns[2]["content"]] == ids
    assert all(":" not in id_ for id_ in ids)


def test_a_call_in_a_namespace_has_the_name_that_its_tool_has() -> None:
    space = {"type": "namespace", "name": "agents", "description": "Agents.", "tools": [function("spawn")]}
    body, _ = translated(
        given=[said("user", "hi"), call(name="spawn", namespace="agents"), output()], tools=[space]
    )
    assert body["tools"][0]["name"] == body["messages"][1]["content"][0]["name"] == "agents__spawn"


def test_a_name_that_another_model_made_up_is_put_right() -> None:
    assert messages(said("user", "hi"), call(name="a.b c"), output())[1]["content"][0]["name"] == "a_b_c"


def test_claudes_thoughts_come_back_to_it_signed() -> None:
    hidden = {"type": "redacted_thinking", "data": "xyz"}
    turns = messages(said("user", "hi"), thought(), thought(hidden), call(), output())
    assert turns[1]["content"][:2] == [THOUGHT, hidden]
    assert turns[1]["content"][2]["type"] == "tool_use"


@pytest.mark.parametrize(
    "sealed", [None, "gAAAAABfoo", "claude.!!!", "claude.e30=", "claude.W10=", seal(THOUGHT)[:-9]]
)
def test_thoughts_of_others_are_left_out_and_named(sealed: str | None) -> None:
    assert sealed is None or unseal(sealed) is None
    item = {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "Hm."}]}
    body, dropped = translated(given=[said("user", "hi"), {**item, "encrypted_content": sealed}, call(), output()])
    assert [block["type"] for block in body["messages"][1]["content"]] == ["tool_use"]
    assert dropped == ["reasoning"]


def test_a_turn_that_was_cut_off_in_a_thought_is_left_out() -> None:
    assert messages(said("user", "hi"), thought(), said("user", "go on")) == [
        {"role": "user", "content": [text("hi"), text("go on")]}
    ]


def test_blank_text_is_left_out_and_a_greeting_may_come_first() -> None:
    parts = [{"type": "input_text", "text": " "}, {"type": "input_image", "image_url": PNG}]
    turns = messages(said("assistant", "Hello!"), said("user", parts), said("assistant", ""), said("user", "hi"))
    assert [turn["role"] for turn in turns] == ["user", "assistant", "user"]
    assert [block["type"] for block in turns[2]["content"]] == ["image", "text"]


def test_tools_may_stand_in_the_input() -> None:
    more = {"type": "additional_tools", "role": "developer", "id": "at_1", "tools": [function("later")]}
    again = {**more, "tools": [function("later", description="newer")]}
    body, _ = translated(given=[more, said("user", "hi"), again], tools=[function()])
    assert [tool["name"] for tool in body["tools"]] == ["weather", "later"]
    assert body["tools"][1]["description"] == "newer"


def test_a_web_search_of_before_is_left_out_and_named() -> None:
    search = {"type": "web_search_call", "id": "ws_1", "status": "completed", "action": {"type": "search"}}
    body, dropped = translated(given=[said("user", "hi"), search, said("user", "and?")])
    assert dropped == ["web_search_call"]
    assert len(body["messages"]) == 1


@pytest.mark.parametrize(
    ("items", "sentence"),
    [
        ([], "input: expected something"),
        ([said("user", " ")], "input: expected something"),
        ([{"type": "item_reference", "id": "msg_1"}], "input[0]: no items are kept here"),
        ([{"id": "msg_1"}], "input[0]: no items are kept here"),
        ([output()], "input[0].call_id: there is no such call"),
        ([said("user", "a"), call(), call()], "input[2].call_id: another call"),
        ([said("user", "a"), call(), output(), output()], "input[3].call_id: another output"),
        ([{"type": "local_shell_call", "call_id": "a"}], "input[0].type: expected one of"),
        ([{"type": "compaction", "encrypted_content": "x"}], "input[0].type: expected one of"),
        ([said("tool", "a")], "input[0].role: expected one of"),
        ([said("user", "a") | {"colour": 1}], "input[0].colour: unknown parameter"),
        ([said("assistant", [{"type": "input_image", "image_url": PNG}])], "input[0].content[0].type: expected"),
        ([said("user", [{"type": "input_image", "file_id": "f"}])], "input[0].content[0].file_id: no files"),
        (
            [said("user", [{"type": "input_image", "image_url": "https://a/b.png"}])],
            "input[0].content[0].image_url: this",
        ),
        ([said("user", [{"type": "input_file", "file_url": "https://a"}])], "input[0].content[0].file_url: this"),
        ([said("user", [{"type": "input_text", "text": "a", "x": 1}])], "input[0].content[0].x: unknown"),
    ],
)
def test_what_cannot_be_shown_to_claude_is_refused_by_its_place(items: Any, sentence: str) -> None:
    assert refused(input=items).startswith(sentence)
