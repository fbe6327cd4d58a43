"""`GET /stream`, as a client on the wire sees it."""

import contextlib
import http.client
import itertools
import json

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.aws.bedrock import answers
from emulator.aws.simulator import Pace
from emulator.demo import MAX_TOKENS
from tests.asking import HAIKU, SONNET, eventually, model_calls, user
from tests.conftest import KEY, Deploy, Deployment
from tests.sse_reading import Arrived, ask, events_in, text_of

PIECES_PER_SECOND = 20


@pytest.fixture(scope="module")
def slow(deploy: Deploy) -> Deployment:
    deployment = deploy(pace=Pace(first_event_seconds=0, pieces_per_second=PIECES_PER_SECOND))
    deployment.http.get("/healthz").raise_for_status()
    return deployment


@pytest.fixture(scope="module")
def wire(deployment: Deployment) -> bytes:
    """The bytes of an answer with Chinese, emoji and line breaks in it."""
    response = deployment.http.get("/stream", params={"prompt": "你好 👋🏽 \r\n再见", "max_tokens": 30})
    assert response.status_code == 200
    return response.content


def stream(deployment: Deployment, prompt: str, **query: str | int) -> list[Arrived]:
    return ask(deployment.http, "GET", "/stream", params={"prompt": prompt, **query})


def test_a_piece_arrives_while_the_model_has_more_to_say(slow: Deployment) -> None:
    with slow.http.stream("GET", "/stream", params={"prompt": "/long 100"}) as response:
        first = events_in([next(response.iter_raw())])
        assert slow.simulator.active == 1
    assert [event.name for event in first] == ["message"]


def test_no_two_pieces_are_sent_in_one(deployment: Deployment) -> None:
    """Each is an HTTP chunk of its own, to the byte, though the model says them as fast as it can."""
    chunks = chunks_of(deployment.url.url, "/stream?prompt=Hello&max_tokens=15")
    assert [[event.name for event in events_in([chunk])] for chunk in chunks] == [["message"]] * 15 + [["done"]]


def chunks_of(url: str, path: str) -> list[bytes]:
    """The chunks of a chunked response, as they are on the wire."""
    connection = http.client.HTTPConnection(url.removeprefix("http://").rstrip("/"), timeout=60)
    connection.request("GET", path, headers={"x-api-key": KEY})
    with contextlib.closing(connection), connection.getresponse() as response:
        assert response.status == 200
        wire = response.fp
        sizes = iter(lambda: int(wire.readline(), 16), 0)
        return [wire.read(size + 2)[:-2] for size in sizes]


def test_each_piece_is_one_json_string_and_done_tells_the_rest(deployment: Deployment) -> None:
    *pieces, done = stream(deployment, "你好")
    assert {piece.name for piece in pieces} == {"message"}
    assert [piece.data for piece in pieces] == answers.pieces(answers.answer("你好"))
    assert done.name == "done"
    assert done.data["stop_reason"] == "end_turn"
    assert done.data["usage"]["output_tokens"] == len(pieces)
    assert done.data["usage"]["input_tokens"] > 0


def test_the_head_keeps_buffers_and_caches_away(deployment: Deployment) -> None:
    response = deployment.http.get("/stream", params={"prompt": "Hello", "max_tokens": 1})
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-accel-buffering"] == "no"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["request-id"] == response.headers["x-amzn-requestid"]


def test_other_scripts_are_not_escaped(wire: bytes) -> None:
    assert 'data: "您的"\n\n'.encode() in wire
    assert "👋🏽".encode() in wire
    assert b"\\u" not in wire


def test_line_breaks_stay_inside_their_json_string(wire: bytes) -> None:
    assert b"\r" not in wire
    for line in wire.split(b"\n"):
        assert line == b"" or line.startswith((b"data: ", b"event: "))


def test_the_bytes_give_the_same_events_however_they_are_cut(wire: bytes) -> None:
    whole = events_in([wire])
    assert [event.name for event in whole] == ["message"] * 30 + ["done"]
    assert events_in(wire[index : index + 1] for index in range(len(wire))) == whole
    for cut in range(1, len(wire)):
        assert events_in([wire[:cut], wire[cut:]]) == whole


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_the_bytes_give_the_same_events_cut_at_random(wire: bytes, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(1, len(wire) - 1), max_size=40)))
    pieces = [wire[start:end] for start, end in itertools.pairwise([0, *cuts, len(wire)])]
    assert events_in(pieces) == events_in([wire])


def test_a_character_is_never_split_across_events(deployment: Deployment) -> None:
    *pieces, _ = stream(deployment, "/surrogates")
    assert [piece.data for piece in pieces] == ["An", " emoji", " in", " halves", ": ", "😀", "."]


@pytest.mark.parametrize("prompt", ["😀", "a\tb", '"quoted" \\', "a&b=c;d", "مرحبا", "x" * 5000, "  spaced  "])
def test_the_prompt_arrives_as_it_was_sent(deployment: Deployment, prompt: str) -> None:
    stream(deployment, prompt, max_tokens=1)
    assert model_calls(deployment.simulator)[-1].body["messages"] == [user([{"type": "text", "text": prompt}])]


def test_what_bedrock_is_asked(deployment: Deployment) -> None:
    stream(deployment, "Hello", system="Be brief.", max_tokens=7)
    call = model_calls(deployment.simulator)[-1]
    assert call.operation == "InvokeModelWithResponseStream"
    assert call.model_id == HAIKU
    assert call.body == {
        "anthropic_version": "bedrock-2023-05-31",
        "max_tokens": 7,
        "messages": [user([{"type": "text", "text": "Hello"}])],
        "system": "Be brief.",
    }


def test_what_is_not_said_is_left_to_bedrock(deployment: Deployment) -> None:
    stream(deployment, "Hello", system="", model="")
    call = model_calls(deployment.simulator)[-1]
    assert call.model_id == HAIKU
    assert call.body.keys() == {"anthropic_version", "max_tokens", "messages"}
    assert call.body["max_tokens"] == 4096, "the default is small, as Bedrock counts it against the quota"


def test_max_tokens_ends_the_answer(deployment: Deployment) -> None:
    *pieces, done = stream(deployment, "Hello", max_tokens=3)
    assert len(pieces) == 3
    assert done.data["stop_reason"] == "max_tokens"
    assert done.data["usage"]["output_tokens"] == 3


@pytest.mark.parametrize("more", [0, 64_000])
def test_max_tokens_is_at_most_the_limit(deployment: Deployment, more: int) -> None:
    stream(deployment, "Hello", max_tokens=MAX_TOKENS + more)
    assert model_calls(deployment.simulator)[-1].body["max_tokens"] == MAX_TOKENS


@pytest.mark.parametrize("name", [SONNET, "claude-sonnet-5-5"])
def test_a_model_goes_by_its_id_or_its_short_name(deployment: Deployment, name: str) -> None:
    stream(deployment, "Hello", model=name, max_tokens=50)
    assert model_calls(deployment.simulator)[-1].model_id == SONNET


def test_thinking_is_not_text(deployment: Deployment) -> None:
    events = stream(deployment, "Hello", model=SONNET)
    assert text_of(events) == answers.answer("Hello")
    assert events[-1].data["usage"]["output_tokens"] > len(events) - 1, "thinking has cost tokens, too"


def test_a_refusal_is_an_answer(deployment: Deployment) -> None:
    events = stream(deployment, "/refuse")
    assert text_of(events) == answers.REFUSAL
    assert events[-1].data["stop_reason"] == "refusal"


def test_a_long_answer_comes_whole(deployment: Deployment) -> None:
    events = stream(deployment, "/long 4000")
    assert text_of(events) == "".join(answers.long_answer(4000))


def test_one_connection_to_bedrock_serves_one_request_after_the_other(deployment: Deployment) -> None:
    for _ in range(3):
        stream(deployment, "Hello", max_tokens=2)
    assert eventually(lambda: deployment.simulator.active == 0)
    assert deployment.url.breaches == []


def test_a_client_that_leaves_does_not_keep_bedrock_at_work(slow: Deployment) -> None:
    with slow.http.stream("GET", "/stream", params={"prompt": "/long 12"}) as response:
        next(response.iter_raw())
    assert eventually(lambda: slow.simulator.active == 0)
    assert eventually(lambda: slow.url.invocations[-1].outcome)
    assert text_of(stream(slow, "Hello", max_tokens=2)) == "You asked"
    assert slow.url.breaches == []


def test_the_bytes_of_a_small_answer(deployment: Deployment) -> None:
    response: httpx.Response = deployment.http.get("/stream", params={"prompt": "Hello", "max_tokens": 2})
    text, done = response.text.split("event: done\n")
    assert text == 'data: "You"\n\ndata: " asked"\n\n'
    assert done.startswith("data: {")
    assert done.endswith("}\n\n")
    assert json.loads(done.removeprefix("data: "))["stop_reason"] == "max_tokens"
