"""Tool calls as clients really keep them: foreign ids, cut-off arguments, a call or a result without the other."""

from typing import Any

import pytest

from tests.unit.claude_stream.openai_asking import (
    FAMILIES,
    assistant,
    call,
    result,
    said,
    text,
    user,
)
from tests.unit.claude_stream.test_openai_histories import CLAUDES_IMAGE, IMAGE


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
    messages = said(user(), assistant(None, call()), model=model)
    assert [message["role"] for message in messages] == ["user", "assistant", "user"]
