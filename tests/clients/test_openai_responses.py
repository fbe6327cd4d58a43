"""The openai SDK for Python on the Responses API, pointed at the function only by `base_url` and `api_key`."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import openai
import pydantic
import pytest
from openai.types.responses import Response, ResponseStreamEvent

from emulator.aws.bedrock import answers
from emulator.aws.simulator import Pace
from tests.asking import HAIKU_4_5, OF_HAIKU_4_5, model_calls
from tests.clients.test_openai_python import client_of
from tests.conftest import KEY, Deploy, Deployment

MODEL = "claude-haiku-5-5"
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOL: Any = {"type": "function", "name": "weather", "description": "天气", "parameters": SCHEMA, "strict": False}
PATCH: Any = {"type": "custom", "name": "patch", "description": "Applies a patch."}


@pytest.fixture
def client(deployment: Deployment) -> Iterator[openai.OpenAI]:
    yield from client_of(deployment)
    assert deployment.url.breaches == []


def strictly(answer: Response) -> Response:
    """The answer, if it is one by the SDK's types: the SDK itself takes whatever comes."""
    return Response.model_validate_json(answer.model_dump_json(exclude_unset=True))


def test_a_whole_answer(client: openai.OpenAI) -> None:
    answer = strictly(client.responses.create(model=MODEL, input="你好", instructions="Be brief."))
    assert answer.output_text == answers.answer("你好")
    assert (answer.status, answer.model, answer.instructions) == ("completed", MODEL, "Be brief.")
    assert answer.usage is not None
    assert answer.usage.total_tokens == answer.usage.input_tokens + answer.usage.output_tokens


def test_text_is_streamed_piece_by_piece(deploy: Deploy) -> None:
    paced = deploy(pace=Pace(first_event_seconds=0, pieces_per_second=4))
    paced.http.get("/healthz").raise_for_status()
    for client in client_of(paced):
        pieces, still_talking = [], []
        for event in client.responses.create(model=MODEL, input="你好", max_output_tokens=12, stream=True):
            if event.type == "response.output_text.delta":
                pieces.append(event.delta)
                still_talking.append(paced.simulator.active)
        assert pieces == answers.pieces(answers.answer("你好"))[:12]
        assert still_talking[0] == 1, "the first came before the last was said"


def test_every_event_is_one_by_the_sdks_types(deployment: Deployment) -> None:
    """Read raw: the SDK itself checks nothing."""
    reader: pydantic.TypeAdapter[Any] = pydantic.TypeAdapter(ResponseStreamEvent)
    asked = {
        "model": MODEL,
        "input": "/tool 北京",
        "tools": [TOOL],
        "reasoning": {"effort": "low", "summary": "auto"},
    }
    with deployment.http.stream("POST", "/v1/responses", json={**asked, "stream": True}) as response:
        lines = [line.removeprefix("data: ") for line in response.iter_lines() if line.startswith("data: ")]
    numbers = [reader.validate_json(line).sequence_number for line in lines]
    assert numbers == list(range(len(lines)))


@pytest.mark.parametrize("model", [MODEL, HAIKU_4_5])
@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("tool", [TOOL, PATCH])
def test_a_round_trip_through_a_tool_with_thoughts(deploy: Deploy, model: str, streamed: bool, tool: Any) -> None:
    """Older models refuse to think on behind a tool's result unless the thought before the call came along."""
    deployment = deploy(variables=OF_HAIKU_4_5 if model == HAIKU_4_5 else {})
    for client in client_of(deployment):
        asked: Any = {"model": model, "tools": [tool], "store": False, "reasoning": {"effort": "low"}}
        asked |= {"max_output_tokens": 4000, "include": ["reasoning.encrypted_content"]}
        items: list[Any] = [{"role": "user", "content": "/tool 北京"}]
        said = answered(client, streamed, {**asked, "input": items})
        thought, call = said.output
        assert (thought.type, call.type) == ("reasoning", "function_call" if tool is TOOL else "custom_tool_call")
        items += [item.model_dump(exclude_unset=True) for item in said.output]
        kind = "function_call_output" if tool is TOOL else "custom_tool_call_output"
        items.append({"type": kind, "call_id": getattr(call, "call_id", ""), "output": "晴天"})
        last = answered(client, streamed, {**asked, "input": items})
        assert last.output_text == answers.answer_to_tool("晴天")
        assert last.output[0].type == "reasoning"
        sent = model_calls(deployment.simulator)[-1].body["messages"][1]["content"]
        assert [block["type"] for block in sent] == ["thinking", "tool_use"]
        assert sent[0]["signature"]


def answered(client: openai.OpenAI, streamed: bool, asked: Any) -> Response:
    if not streamed:
        return strictly(client.responses.create(**asked))
    with client.responses.stream(**asked) as stream:
        return strictly(stream.get_final_response())


def test_whole_and_streamed_are_equal(client: openai.OpenAI) -> None:
    asked: Any = {"model": MODEL, "input": "你好", "reasoning": {"effort": "low", "summary": "auto"}}
    whole, streamed = answered(client, False, asked), answered(client, True, asked)
    assert without_ids(whole) == without_ids(streamed)


def without_ids(answer: Response) -> Any:
    """What two answers to one question share."""
    values = answer.model_dump(exclude={"id", "created_at"})
    for item in values["output"]:
        del item["id"]
        for part in item.get("content") or []:
            part.pop("parsed", None)  # which the SDK adds to a streamed one
    return values


def test_a_parsed_call(client: openai.OpenAI) -> None:
    class Weather(pydantic.BaseModel):
        city: str

    tool: Any = openai.pydantic_function_tool(Weather)
    answer = client.responses.parse(
        model=MODEL, input="/tool 北京", tools=[tool["function"] | {"type": "function"}]
    )
    [call] = answer.output
    assert call.type == "function_call"
    assert call.parsed_arguments == Weather(city="北京") or json.loads(call.arguments) == {"city": "北京"}


def test_an_answer_that_was_cut_off_is_incomplete(client: openai.OpenAI) -> None:
    whole = strictly(client.responses.create(model=MODEL, input="你好", max_output_tokens=5))
    *_, last = client.responses.create(model=MODEL, input="你好", max_output_tokens=5, stream=True)
    assert last.type == "response.incomplete"
    for answer in (whole, last.response):
        assert answer.status == "incomplete"
        assert answer.incomplete_details is not None
        assert answer.incomplete_details.reason == "max_output_tokens"


@pytest.mark.parametrize("prompt", ["/refuse", "/intervene"])
def test_a_refusal_is_a_content_filter(client: openai.OpenAI, prompt: str) -> None:
    answer = client.responses.create(model=MODEL, input=prompt)
    assert answer.incomplete_details is not None
    assert answer.incomplete_details.reason == "content_filter"
    assert answer.output_text


@pytest.mark.parametrize("fault", ["/throttle-midway", "/cut", "/error-event"])
def test_an_error_midway_is_raised_after_the_text(
    client: openai.OpenAI, deployment: Deployment, fault: str
) -> None:
    pieces: list[str] = []
    events = client.responses.create(model=MODEL, input=fault, stream=True)
    with pytest.raises(openai.APIError, match=r"Ask|ask"):
        pieces.extend(event.delta for event in events if event.type == "response.output_text.delta")
    assert "".join(pieces) == "You asked:\n\n>"
    raw = deployment.http.post("/v1/responses", json={"model": MODEL, "input": fault, "stream": True}).text
    failed = json.loads(raw.rstrip().rpartition("data: ")[2])
    assert (failed["type"], failed["response"]["status"]) == ("response.failed", "failed")
    assert failed["response"]["output"][0]["content"][0]["text"] == "You asked:\n\n>"


def test_silence_is_bridged_by_pings_that_are_no_events(deploy: Deploy) -> None:
    impatient = deploy(variables={"FIRST_EVENT_WAIT_SECONDS": "0.1", "HEARTBEAT_SECONDS": "0.1"})
    for client in client_of(impatient):
        events = list(client.responses.create(model=MODEL, input="/silent 2", max_output_tokens=2, stream=True))
        assert events[0].type == "response.created"
    asked = {"model": MODEL, "input": "/silent 2", "stream": True}
    with impatient.http.stream("POST", "/v1/responses", json=asked) as raw:
        assert raw.read().startswith(b": ping\n\n: ping\n\n")


@pytest.mark.parametrize(
    ("fault", "raised"),
    [
        ("/throttle", openai.RateLimitError),
        ("/denied", openai.PermissionDeniedError),
        ("/notfound", openai.NotFoundError),
        ("/invalid", openai.BadRequestError),
        ("/overloaded", openai.InternalServerError),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_bedrocks_no_is_the_sdks_own_exception(
    client: openai.OpenAI, fault: str, raised: type[openai.APIStatusError], stream: bool
) -> None:
    with pytest.raises(raised) as caught:
        client.responses.create(model=MODEL, input=fault, stream=stream)
    assert caught.value.request_id


def test_our_own_no(deployment: Deployment, client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="Send the whole conversation") as before:
        client.responses.create(model=MODEL, input="Hello", previous_response_id="resp_1")
    assert before.value.param == "previous_response_id"
    for ask in (client.responses.retrieve, client.responses.cancel, client.responses.delete):
        with pytest.raises(openai.NotFoundError, match="No responses are kept here"):
            ask("resp_1")
    with pytest.raises(openai.NotFoundError, match="claude-haiku-5-5, claude-sonnet-5-5") as unknown:
        client.responses.create(model="gpt-6", input="Hello")
    assert (unknown.value.code, unknown.value.param) == ("not_found", "model")
    for stranger in client_of(deployment, key="wrong"):
        with pytest.raises(openai.AuthenticationError) as wrong:
            stranger.responses.create(model=MODEL, input="Hello")
        assert wrong.value.code == "invalid_api_key"


def test_what_was_left_out_is_named(deployment: Deployment) -> None:
    asked = {"input": "Hello", "store": True, "tools": [{"type": "web_search"}], "text": {"verbosity": "low"}}
    for stream in (False, True):
        response = deployment.http.post("/v1/responses", json={**asked, "stream": stream})
        assert response.status_code == 200, response.text
        assert response.headers["x-claude-stream-dropped"] == "store, tools.web_search, text.verbosity"


def test_errors_have_openais_shape(deployment: Deployment) -> None:
    """Whichever header the key would have stood in."""
    response = httpx.post(f"{deployment.url.url}/v1/responses", json={"input": "a"}, timeout=60)
    assert response.status_code == 401
    assert response.json()["error"]["code"] == "invalid_api_key"
    assert response.headers["x-request-id"]
    got = httpx.get(f"{deployment.url.url}/v1/responses", headers={"authorization": f"Bearer {KEY}"}, timeout=60)
    assert (got.status_code, got.headers["allow"]) == (405, "POST")
