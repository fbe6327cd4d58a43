"""What `make test-clients` requires of a client, on requests made by hand."""

from typing import Any

from emulator.aws.simulator import Received
from emulator.lambda_.journal import InvocationRecord
from emulator.lambda_.runtime_messages import Prelude
from tests.real_clients.checking import documented_as_dropped, dropped, problems, refused
from tests.real_clients.running import FIRST, SECOND, SECRET

SHOWN = "No model has read this. It is the **local simulator** of\nAmazon Bedrock. The tool has answered"


def streamed(*contents: str) -> Received:
    messages: list[Any] = [
        {"role": "assistant" if number % 2 else "user", "content": content}
        for number, content in enumerate(contents)
    ]
    return Received("InvokeModelWithResponseStream", "a", {}, {"messages": messages})


def test_a_client_that_does_everything_has_no_problems() -> None:
    assert list(problems(SHOWN, [streamed(FIRST, "A", SECOND, "B", SECRET)])) == []


def test_one_that_does_nothing_has_each() -> None:
    assert list(problems("", [])) == ["no streamed answer", "no answer shown", "no second turn", "no tool called"]


def test_two_questions_without_an_answer_between_them_are_no_second_turn() -> None:
    assert list(problems(SHOWN, [streamed(FIRST + SECOND, SECRET)])) == ["no second turn"]


def test_a_result_that_nobody_sees_answered_is_a_problem() -> None:
    shown = SHOWN.partition("The tool")[0]
    assert list(problems(shown, [streamed(FIRST, "A", SECOND, SECRET)])) == [
        "no answer after the tool's result shown"
    ]


def test_what_a_client_does_not_have_is_not_asked_for() -> None:
    assert list(problems("", [streamed("a")], ["answer", "turn", "tool"])) == []


def test_what_was_dropped_and_refused_is_read_from_the_journal() -> None:
    left_out = (("x-claude-stream-dropped", "b, a -> c"),)
    records = [
        InvocationRecord("1", 0.0, "POST /v1/messages", Prelude(200, left_out)),
        InvocationRecord("2", 0.0, "POST /v1/messages", Prelude(400)),
        InvocationRecord("3", 0.0, "POST /v1/messages"),
    ]
    assert (dropped(records), refused(records)) == (["a -> c", "b"], ["400 POST /v1/messages"])


def test_the_page_says_what_is_dropped() -> None:
    assert documented_as_dropped("gptme") == ["temperature", "top_p"]
    assert documented_as_dropped("codex") == []
