"""Histories as clients really keep them: blank text, stopped answers, a greeting first, names."""

from typing import Any

import pytest

from tests.unit.claude_stream.openai_asking import (
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
    assert refused(messages=[{"role": role, "content": " "}]).startswith("messages: the first one of the user's")


def test_an_answer_without_a_question_is_refused() -> None:
    assert refused(messages=[assistant("Hi")]) == "messages: the first one of the user's is missing."


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


@pytest.mark.parametrize("role", ["user", "system", "assistant"])
def test_a_name_that_repeats_the_role_says_nothing(role: str) -> None:
    """AutoGen's `user`."""
    message = {"role": role, "content": "Hello"}
    body, dropped = with_dropped(messages=[user(), message | {"name": role}, user()])
    assert body == translated(messages=[user(), message, user()])
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
