"""Histories as clients really keep them: stopped answers, interrupted calls, foreign ids, names, a greeting."""

from typing import Any

import pytest

from tests.unit.claude_stream.openai_asking import (
    FAMILIES,
    HAIKU,
    OLDER,
    PNG,
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

IMAGE = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PNG}"}}
CLAUDES_IMAGE = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PNG}}


def roles(messages: list[dict[str, Any]]) -> list[str]:
    return [message["role"] for message in messages]


# Blank text, stopped answers, a greeting


@pytest.mark.parametrize(
    "nothing", ["", " \n", None, [], [text("  ")], [text(""), {"type": "refusal", "refusal": " "}]]
)
def test_a_stopped_answer_goes_and_its_neighbours_join(nothing: Any) -> None:
    assert said(user("hi"), assistant(nothing), user("go on")) == [user([text("hi"), text("go on")])]


def test_a_blank_part_beside_a_picture_is_left_out() -> None:
    assert said(user([text(" "), IMAGE, text("\n")])) == [user([CLAUDES_IMAGE])]


@pytest.mark.parametrize("blank", ["", "\t", None, [], [text(" ")]])
def test_a_blank_question_among_others_is_left_out(blank: Any) -> None:
    assert said(user("hi"), assistant("yes?"), user(blank), user("well")) == [
        user([text("hi")]),
        assistant([text("yes?")]),
        user([text("well")]),
    ]


@pytest.mark.parametrize("blank", ["", " \n", None, [], [text("")]])
@pytest.mark.parametrize("before", [[], [{"role": "system", "content": "x"}], [assistant("Hello!")]])
def test_a_request_whose_only_question_is_blank_is_refused(blank: Any, before: list[Any]) -> None:
    message = refused(messages=[*before, user(blank)])
    assert message == f"messages[{len(before)}].content: expected something, found nothing."


@pytest.mark.parametrize("role", ["system", "developer", "assistant"])
def test_a_request_that_says_nothing_is_refused(role: str) -> None:
    assert refused(messages=[{"role": role, "content": " "}]).startswith("messages[0].content: expected something")


@pytest.mark.parametrize("blank", ["", " ", None, [text(" ")]])
def test_a_blank_system_message_is_left_out(blank: Any) -> None:
    assert "system" not in translated(messages=[{"role": "system", "content": blank}, user()])


def test_the_assistant_may_greet_first() -> None:
    assert said(assistant("Hello!"), user("hi")) == [
        user([text(".")]),
        assistant([text("Hello!")]),
        user([text("hi")]),
    ]


def test_instructions_without_a_question_are_answered() -> None:
    body = translated(messages=[{"role": "system", "content": "Say hello."}])
    assert body["system"] == [text("Say hello.")]
    assert body["messages"] == [user([text(".")])]


def test_no_messages_at_all_are_refused() -> None:
    assert refused(messages=[]).startswith("messages: ")


def test_white_space_at_the_end_of_an_answer_to_be_continued_is_left_out() -> None:
    messages = [user("Count."), assistant("1, 2, \n")]
    assert said(*messages, model=OLDER)[-1] == assistant([text("1, 2,")])


def test_newer_models_do_not_continue_an_answer_so_a_person_asks_for_it() -> None:
    body, dropped = with_dropped(HAIKU, messages=[user("Count."), assistant("1, 2, ")])
    assert body["messages"][1:] == [assistant([text("1, 2, ")]), user([text("Continue.")])]
    assert dropped == ["prefill"]


# Names


@pytest.mark.parametrize("role", ["user", "system", "developer"])
def test_a_name_goes_before_what_is_said(role: str) -> None:
    body = translated(messages=[{"role": role, "content": "Hello", "name": "Ann"}, user("Hi")])
    first = body["system"][0] if role != "user" else body["messages"][0]["content"][0]
    assert first == text("Ann: Hello")


def test_a_name_goes_before_a_picture_too() -> None:
    assert said(user([IMAGE]) | {"name": "Ann"}) == [user([text("Ann:"), CLAUDES_IMAGE])]


def test_a_name_alone_says_nothing() -> None:
    assert refused(messages=[user(" ") | {"name": "Ann"}]).startswith("messages[0].content: ")


def test_the_name_of_a_tools_answer_repeats_the_functions() -> None:
    messages = [user(), assistant(None, call()), result(name="weather")]
    body, dropped = with_dropped(messages=messages)
    assert body["messages"] == said(user(), assistant(None, call()), result())
    assert dropped == []


def test_an_agents_name_is_left_out_where_all_answers_are_its_own() -> None:
    """LangGraph's create_react_agent(name=...)."""
    messages = [user(), assistant("Yes?", name="helper"), user("Well"), assistant("So?", name="helper"), user("Go")]
    body, dropped = with_dropped(messages=messages)
    assert [message["content"][0]["text"] for message in body["messages"]] == ["Hello", "Yes?", "Well", "So?", "Go"]
    assert dropped == ["messages[].name", "messages[].name"]


def test_several_agents_are_told_apart() -> None:
    messages = [user(), assistant("Yes?", name="coder"), assistant("No.", name="critic"), user("Go")]
    body, dropped = with_dropped(messages=messages)
    assert body["messages"][1]["content"] == [text("coder: Yes?"), text("critic: No.")]
    assert dropped == []


def test_a_name_is_a_string() -> None:
    assert refused(messages=[user() | {"name": 5}]).startswith("messages[0].name: expected a string")


# Tool calls


def ids(messages: list[dict[str, Any]], kind: str, key: str) -> list[str]:
    return [block[key] for message in messages for block in message["content"] if block["type"] == kind]


@pytest.mark.parametrize(
    "foreign", ["functions.f:0", "", "call|fc_1", "a b", "id/ü", "x" * 300, "call_1", "toolu_01A", "\n"]
)
def test_a_foreign_id_is_mapped_on_both_sides(foreign: str) -> None:
    messages = said(user(), assistant(None, call(foreign)), result(foreign), user("and?"))
    (called,) = ids(messages, "tool_use", "id")
    assert ids(messages, "tool_result", "tool_use_id") == [called]
    assert called == foreign or not foreign.replace("_", "").isalnum() or len(foreign) > 100


@pytest.mark.parametrize(
    "foreign",
    [
        ["a.b", "a_b", "a:b"],
        ["a_b", "a.b", "a_b_2"],
        ["", "call", " "],
        ["call_0", "call_0", "call_0"],
        ["x" * 300, "x" * 299, "x" * 100],
    ],
)
@pytest.mark.parametrize("at_once", [True, False])
def test_ids_that_look_alike_do_not_collide(foreign: list[str], at_once: bool) -> None:
    """Some servers begin to count again with every answer."""
    answers = [result(one, f"answer {number}") for number, one in enumerate(foreign)]
    if at_once:
        history = [user(), assistant(None, *map(call, foreign)), *answers]
    else:
        history = [user()]
        for one, answer in zip(foreign, answers, strict=True):
            history += [assistant(None, call(one)), answer]
    messages = said(*history)
    called = ids(messages, "tool_use", "id")
    assert len(set(called)) == len(foreign)
    assert ids(messages, "tool_result", "tool_use_id") == called
    contents = [block["content"] for message in messages for block in message["content"] if "tool_use_id" in block]
    assert contents == [[text(f"answer {number}")] for number in range(len(foreign))]


def test_an_id_stays_the_same_when_the_conversation_goes_on() -> None:
    """Or nothing would be read from the prompt cache."""
    history = [user(), assistant(None, call("a.b"), call("a.b")), result("a.b", "1"), result("a.b", "2")]
    longer = [*history, assistant(None, call("a_b")), result("a_b")]
    assert said(*longer)[: len(said(*history))] == said(*history)


def test_results_come_back_in_any_order() -> None:
    history = [user(), assistant(None, call("x"), call("y")), result("y", "second"), result("x", "first")]
    assert said(*history)[-1]["content"] == [
        {"type": "tool_result", "tool_use_id": "y", "content": [text("second")]},
        {"type": "tool_result", "tool_use_id": "x", "content": [text("first")]},
    ]


@pytest.mark.parametrize("kind", [None, "function"])
def test_a_call_without_a_type_is_a_functions(kind: str | None) -> None:
    (_, asked, _) = said(user(), assistant(None, call() | {"type": kind}), result())
    assert asked["content"] == [{"type": "tool_use", "id": "call_1", "name": "weather", "input": {}}]


@pytest.mark.parametrize(
    ("arguments", "becomes"),
    [
        ('{"city": "Ber', {"arguments": '{"city": "Ber'}),
        ("[1, 2]", {"arguments": "[1, 2]"}),
        ("5", {"arguments": "5"}),
        ('{"x": NaN}', {"arguments": '{"x": NaN}'}),
        ('{"x": 1e999}', {"arguments": '{"x": 1e999}'}),
        ("{" + '"a":{' * 5000, {"arguments": "{" + '"a":{' * 5000}),
        ("", {}),
        (" ", {}),
        (None, {}),
        ({"city": "Bern"}, {"city": "Bern"}),
        ('{"city": "Bern"}', {"city": "Bern"}),
    ],
    ids=range(11),
)
def test_arguments_that_were_cut_off_are_kept_as_they_are(arguments: Any, becomes: dict[str, Any]) -> None:
    (_, asked, _) = said(user(), assistant(None, call(arguments=arguments)), result())
    assert asked["content"][0]["input"] == becomes


@pytest.mark.parametrize("name", ["functions.f", "two words", "", "ü" * 300])
def test_a_name_that_another_model_made_up_is_no_obstacle(name: str) -> None:
    said(user(), assistant(None, call(name=name)), result())


@pytest.mark.parametrize("after", [[], [user("stop")], [user("stop"), assistant("Stopped."), user("go")]])
def test_a_call_that_was_interrupted_has_a_result_that_says_so(after: list[Any]) -> None:
    messages = said(user(), assistant("Let me look.", call("x"), call("y")), result("x"), *after)
    assert messages[2]["content"][:2] == [
        {"type": "tool_result", "tool_use_id": "x", "content": [text("rain")]},
        {
            "type": "tool_result",
            "tool_use_id": "y",
            "content": [text("Interrupted: there is no result.")],
            "is_error": True,
        },
    ]


def test_a_result_goes_before_what_a_person_said_meanwhile() -> None:
    messages = said(user(), assistant(None, call()), user("hurry"), result())
    assert [block["type"] for block in messages[-1]["content"]] == ["tool_result", "text"]


@pytest.mark.parametrize(
    "history",
    [
        [result("gone", "rain"), user("and?")],
        [user(), result("gone", "rain")],
        [user(), assistant("Hm."), result("gone", "rain")],
        [user(), assistant(None, call()), result(), result("call_1", "rain again")],
        [user(), assistant(None, call()), user("stop"), assistant("Well."), result("call_1", "rain")],
        [result("gone", [IMAGE]), user("rain?")],
    ],
)
def test_a_result_whose_call_is_gone_is_text(history: list[Any]) -> None:
    """Clients cut long histories off, wherever that is."""
    blocks = [block for message in said(*history) for block in message["content"]]
    assert text("Result of an earlier call:") in blocks
    assert "rain" in str(blocks)


def test_a_picture_can_be_a_tools_result() -> None:
    messages = said(user(), assistant(None, call()), result(content=[text("a map"), IMAGE]))
    (found,) = messages[-1]["content"]
    assert found["content"] == [text("a map"), CLAUDES_IMAGE]


@pytest.mark.parametrize("nothing", ["", None, " ", [], [text("")]])
def test_a_tools_result_may_be_empty(nothing: Any) -> None:
    messages = said(user(), assistant(None, call()), result(content=nothing))
    assert messages[-1]["content"] == [{"type": "tool_result", "tool_use_id": "call_1"}]


@pytest.mark.parametrize("model", FAMILIES)
def test_a_call_at_the_very_end_is_taken_by_every_model(model: str) -> None:
    assert roles(said(user(), assistant(None, call()), model=model)) == ["user", "assistant", "user"]
