"""Claude's answers become Response objects, and the events of one."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai.types.responses import Response

from claude_stream.bedrock.event_stream import Event
from claude_stream.dialects.openai_responses.answers import response_of, usage
from claude_stream.dialects.openai_responses.content import seal
from claude_stream.dialects.openai_responses.stream import Writer
from claude_stream.errors import ApiError, InvalidRequest, RateLimited
from tests.unit.claude_stream.responses_reading import ASKED, THOUGHT, Json, claudes, kinds, read, streamed, whole
from tests.unit.claude_stream.test_openai_chat import COUNTED, call, message_of, text


def test_a_whole_message() -> None:
    answer = whole(message_of(text("Hello")))
    part = {"type": "output_text", "text": "Hello", "annotations": [], "logprobs": []}
    item = {"id": "msg_bdrk_1_0", "type": "message", "status": "completed", "role": "assistant", "content": [part]}
    assert answer["output"] == [item]
    assert (answer["id"], answer["status"], answer["model"]) == ("resp_bdrk_1", "completed", "claude-haiku-5-5")
    assert (answer["instructions"], answer["metadata"], answer["store"]) == ("Be brief.", {"a": "b"}, False)


def test_calls_have_the_clients_own_names() -> None:
    blocks = [call("agents__spawn", a=1), call("patch", input="*** Begin"), call("unknown", b="é")]
    answer = whole(message_of(*blocks, stop_reason="tool_use"))
    spawn, patch, other = answer["output"]
    assert (spawn["type"], spawn["name"], spawn["namespace"]) == ("function_call", "spawn", "agents")
    assert (patch["type"], patch["name"], patch["input"]) == ("custom_tool_call", "patch", "*** Begin")
    assert (other["name"], other["arguments"], other["call_id"]) == ("unknown", '{"b":"é"}', "toolu_1")
    assert "namespace" not in other
    assert answer["status"] == "completed"


def test_a_thought_is_sealed_and_shown_where_a_summary_is_asked_for() -> None:
    shown, hidden = whole(message_of(THOUGHT)), whole(message_of(THOUGHT), ASKED._replace(summary=False))
    assert shown["output"][0]["summary"] == [{"type": "summary_text", "text": "Hm."}]
    assert hidden["output"][0]["summary"] == []
    assert shown["output"][0]["encrypted_content"] == hidden["output"][0]["encrypted_content"] == seal(THOUGHT)
    assert "response.reasoning_summary_text.delta" not in str(
        streamed(message_of(THOUGHT), [], ASKED._replace(summary=False))
    )


def test_thoughts_that_claude_does_not_show_are_sealed_all_the_same() -> None:
    empty, hidden = {**THOUGHT, "thinking": ""}, {"type": "redacted_thinking", "data": "xyz"}
    writer = Writer(5, "asked", ASKED, "r1")
    claude = claudes(message_of(empty, THOUGHT), [])
    start = next(one.data for one in claude if one.data.get("content_block") and one.data["index"] == 1)
    start["content_block"] = hidden
    claude = [one for one in claude if one.type != "content_block_delta" or one.data["index"] == 0]
    for answer in (whole(message_of(empty, hidden)), read([writer.event(one) for one in claude])[-1]["response"]):
        assert [item["summary"] for item in answer["output"]] == [[], []]
        assert [item["encrypted_content"] for item in answer["output"]] == [seal(empty), seal(hidden)]


def test_cached_tokens_and_thoughts_are_counted_as_openai_does() -> None:
    assert usage({**COUNTED, "output_tokens_details": {"thinking_tokens": 2}}) == {
        "input_tokens": 127,
        "input_tokens_details": {"cached_tokens": 100, "cache_write_tokens": 20},
        "output_tokens": 3,
        "output_tokens_details": {"reasoning_tokens": 2},
        "total_tokens": 130,
    }


@pytest.mark.parametrize(
    ("stop_reason", "reason", "item"),
    [
        ("end_turn", None, "completed"),
        ("max_tokens", "max_output_tokens", "incomplete"),
        ("model_context_window_exceeded", "max_output_tokens", "incomplete"),
        ("refusal", "content_filter", "completed"),
        ("guardrail_intervened", "content_filter", "completed"),
        ("something new", None, "completed"),
    ],
)
def test_why_it_ended(stop_reason: str, reason: str | None, item: str) -> None:
    message = message_of(text("a"), text("b"), stop_reason=stop_reason)
    last = streamed(message)[-1]
    assert last["type"] == ("response.incomplete" if reason else "response.completed")
    for answer in (whole(message), last["response"]):
        assert answer["status"] == ("incomplete" if reason else "completed")
        assert answer["incomplete_details"] == (reason and {"reason": reason})
        assert [one["status"] for one in answer["output"]] == ["completed", item]


def test_a_guardrail_that_intervened_is_a_content_filter() -> None:
    """Only the last event of the stream says so."""
    told = {"amazon-bedrock-guardrailAction": "INTERVENED"}
    assert whole(message_of(text("Blocked.")) | told)["incomplete_details"] == {"reason": "content_filter"}
    writer = Writer(5, "asked", ASKED, "r1")
    *before, _ = claudes(message_of(text("Blocked.")), [])
    pieces = [writer.event(one) for one in [*before, Event("message_stop", {"type": "message_stop", **told}, b"")]]
    assert read(pieces)[-1]["response"]["incomplete_details"] == {"reason": "content_filter"}


def test_the_events_in_their_order() -> None:
    blocks = [THOUGHT, text("Hello"), call("weather", city="北京"), call("patch", input="x")]
    assert kinds(streamed(message_of(*blocks), [1, 2])) == [
        "created", "in_progress",
        "output_item.added", "reasoning_summary_part.added", "reasoning_summary_text.delta",
        "reasoning_summary_text.done", "reasoning_summary_part.done", "output_item.done",
        "output_item.added", "content_part.added", "output_text.delta", "output_text.done", "content_part.done",
        "output_item.done",
        "output_item.added", "function_call_arguments.delta", "function_call_arguments.done", "output_item.done",
        "output_item.added", "custom_tool_call_input.delta", "custom_tool_call_input.done", "output_item.done",
        "completed",
    ]  # fmt: skip


WORDS = st.text(st.characters(codec="utf-8"), max_size=12)
BLOCKS = st.one_of(
    st.builds(text, WORDS),
    st.builds(lambda said: {"type": "thinking", "thinking": said, "signature": "c2ln"}, WORDS),
    st.builds(lambda said: call("patch", input=said), WORDS),
    st.builds(
        lambda name, given: call(name, **given),
        st.sampled_from(["agents__spawn", "weather"]),
        st.dictionaries(st.text(max_size=3), WORDS | st.integers() | st.none(), max_size=2),
    ),
)
REASONS = st.sampled_from(["end_turn", "max_tokens", "refusal", "tool_use"])


@given(
    blocks=st.lists(BLOCKS, max_size=4), cuts=st.lists(st.integers(0, 15)), reason=REASONS, summary=st.booleans()
)
def test_whole_and_streamed_give_equal_responses(
    blocks: list[Json], cuts: list[int], reason: str, summary: bool
) -> None:
    message, asked = message_of(*blocks, stop_reason=reason), ASKED._replace(summary=summary)
    found = streamed(message, cuts, asked)
    last, at_once = found[-1]["response"], whole(message, asked)
    done = [data["item"] for data in found if data["type"] == "response.output_item.done"]
    assert last["output"] == done
    for answer in (last, at_once):  # JSON in a string: white space in it is free
        for item in answer["output"]:
            if item["type"] == "function_call":
                item["arguments"] = json.dumps(json.loads(item["arguments"]))
    assert Response.model_validate(last) == Response.model_validate(at_once)
    assert [data["item"]["id"] for data in found if data["type"].endswith("item.added")] == [
        one["id"] for one in done
    ]


@given(blocks=st.lists(BLOCKS, max_size=3), cuts=st.lists(st.integers(0, 15)))
def test_the_pieces_are_the_items(blocks: list[Json], cuts: list[int]) -> None:
    found = streamed(message_of(*blocks), cuts)
    pieces: dict[str, str] = {}
    for data in found:
        if data["type"].endswith(".delta"):
            pieces[data["item_id"]] = pieces.get(data["item_id"], "") + data["delta"]
    for item in found[-1]["response"]["output"]:
        shown = (
            item.get("arguments")
            or item.get("input")
            or "".join(part["text"] for part in item.get("content") or item.get("summary") or [])
        )
        assert pieces.get(item["id"], "") == shown


def test_an_input_that_was_cut_off_stays_as_it_came() -> None:
    message = message_of(call("patch", input="*** Begin"), stop_reason="max_tokens")
    writer = Writer(5, "asked", ASKED, "r1")
    claude = [one for one in claudes(message, [4]) if '"Begin' not in str(one.data)]
    claude = [
        one
        for one in claude
        if not (one.type == "content_block_delta" and one.data["delta"]["partial_json"].endswith("}"))
    ]
    item = read([writer.event(one) for one in claude])[-1]["response"]["output"][0]
    assert (item["input"], item["status"]) == ('{"in', "incomplete")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ApiError("It was cut off."), "server_error"),
        (RateLimited("Wait."), "rate_limit_exceeded"),
        (InvalidRequest("Too long.", field="input"), "invalid_prompt"),
    ],
)
@pytest.mark.parametrize("after", [0, 4, 99])
def test_a_failure_is_an_error_and_a_failed_response(error: ApiError, code: str, after: int) -> None:
    """SDKs raise the error, which OpenAI nests; Codex waits for the failed response. Before the first event too."""
    writer = Writer(5, "asked", ASKED, "r1")
    pieces = [writer.event(one) for one in claudes(message_of(text("Hello"), text("you")), [])[:-2][:after]]
    *before, told, failed = read([*pieces, writer.error(error)])
    assert kinds(before)[:2] == ["created", "in_progress"]
    assert told["error"]["message"] == told["message"] == error.message
    assert told["param"] == error.field
    assert failed["type"] == "response.failed"
    assert failed["response"]["error"] == {"code": code, "message": error.message}
    assert failed["response"]["id"] == before[0]["response"]["id"]
    if after == 99:
        assert [item["content"][0]["text"] for item in failed["response"]["output"]] == ["Hello", "you"]


def test_a_message_without_a_model_names_the_one_that_was_asked_for() -> None:
    message = {name: value for name, value in message_of(text("a")).items() if name != "model"}
    assert whole(message)["model"] == streamed(message)[-1]["response"]["model"] == "asked"


def test_a_block_that_openai_has_no_item_for_is_left_out() -> None:
    message = message_of({"type": "server_tool_use", "text": ""}, text("a"))
    answer = response_of(message, 5, "asked", ASKED)
    assert [item["type"] for item in answer["output"]] == ["message"]
