"""The openai SDK for Python, pointed at the function by `base_url` and `api_key` alone."""

import asyncio
import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import openai
import pytest
from openai.types.chat import ChatCompletionMessageParam

from emulator.aws.bedrock import answers
from emulator.aws.simulator import Pace
from tests.asking import model_calls
from tests.conftest import KEY, Deploy, Deployment

MODEL = "claude-haiku-5-5"
PNG = "data:image/png;base64,iVBORw0KGgo="
TOOL: Any = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "天气",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
    },
}


@pytest.fixture
def client(deployment: Deployment) -> Iterator[openai.OpenAI]:
    yield from client_of(deployment)
    assert deployment.url.breaches == []


def client_of(deployment: Deployment, key: str = KEY, retries: int = 0) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{deployment.url.url}/v1", api_key=key, max_retries=retries) as client:
        yield client


def prompt(content: Any = "Hello", **more: Any) -> Any:
    messages: list[ChatCompletionMessageParam] = [{"role": "user", "content": content}]
    return {"model": MODEL, "messages": messages, **more}


def test_text_is_streamed_piece_by_piece(deploy: Deploy) -> None:
    paced = deploy(pace=Pace(first_event_seconds=0, pieces_per_second=4))
    paced.http.get("/healthz").raise_for_status()
    for client in client_of(paced):
        pieces, still_talking = [], []
        for chunk in client.chat.completions.create(stream=True, **prompt("你好", max_tokens=12)):
            if chunk.choices[0].delta.content:
                pieces.append(chunk.choices[0].delta.content)
                still_talking.append(paced.simulator.active)
        assert pieces == answers.pieces(answers.answer("你好"))[:12]
        assert still_talking[0] == 1, "the first came before the last was said"


def test_a_streamed_answer_with_its_usage(client: openai.OpenAI) -> None:
    options: Any = {"include_usage": True}
    chunks = list(client.chat.completions.create(stream=True, stream_options=options, **prompt("你好")))
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks[:-1])
    assert text == answers.answer("你好")
    assert chunks[-2].choices[0].finish_reason == "stop"
    usage = chunks[-1].usage
    assert usage is not None
    assert 0 < usage.prompt_tokens < usage.completion_tokens < usage.total_tokens


def test_a_whole_answer(client: openai.OpenAI) -> None:
    before = int(time.time())
    answer = client.chat.completions.create(**prompt("你好"))
    assert answer.choices[0].message.content == answers.answer("你好")
    assert answer.choices[0].finish_reason == "stop"
    assert answer.model == MODEL
    assert answer.usage is not None
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens
    assert before <= answer.created <= time.time()
    assert answer._request_id


@pytest.mark.parametrize("streamed", [False, True])
def test_a_round_trip_through_a_tool(client: openai.OpenAI, streamed: bool) -> None:
    asked = prompt("/tool 北京", tools=[TOOL])
    if streamed:
        with client.chat.completions.stream(**asked) as stream:
            said = stream.get_final_completion().choices[0]
    else:
        said = client.chat.completions.create(**asked).choices[0]
    assert said.finish_reason == "tool_calls"
    assert said.message.tool_calls
    call: Any = said.message.tool_calls[0]
    assert json.loads(call.function.arguments) == {"city": "北京"}
    result: Any = {"role": "tool", "tool_call_id": call.id, "content": "晴天"}
    messages = [*asked["messages"], said.message, result]
    answer = client.chat.completions.create(**(asked | {"messages": messages}))
    assert answer.choices[0].message.content == answers.answer_to_tool("晴天")


def test_a_picture_and_a_system_prompt_reach_the_model(client: openai.OpenAI, deployment: Deployment) -> None:
    parts = [{"type": "text", "text": "What is this?"}, {"type": "image_url", "image_url": {"url": PNG}}]
    asked = prompt(parts, stop="END", max_completion_tokens=50)
    asked["messages"].insert(0, {"role": "developer", "content": "Be brief."})
    client.chat.completions.create(**asked)
    sent = model_calls(deployment.simulator)[-1].body
    assert sent["messages"][0]["content"][1]["source"] == {
        "type": "base64",
        "media_type": "image/png",
        "data": "iVBORw0KGgo=",
    }
    assert (sent["system"], sent["stop_sequences"], sent["max_tokens"]) == (
        [{"type": "text", "text": "Be brief."}],
        ["END"],
        50,
    )


def test_thinking(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(**prompt(reasoning_effort="low"))
    assert answer.choices[0].message.model_extra == {"reasoning_content": answers.THOUGHT}


def test_why_an_answer_ended(client: openai.OpenAI) -> None:
    for asked, reason in ((prompt(max_tokens=3), "length"), (prompt("/refuse"), "content_filter")):
        assert client.chat.completions.create(**asked).choices[0].finish_reason == reason


def test_a_marked_prompt_is_cached(client: openai.OpenAI) -> None:
    long = " word" * 5000  # shorter prompts are not cached
    part = {"type": "text", "text": long, "prompt_cache_breakpoint": {"mode": "explicit"}}
    counted = [client.chat.completions.create(**prompt([part])).usage for _ in range(2)]
    details = [usage.prompt_tokens_details for usage in counted if usage]
    assert [detail.cached_tokens for detail in details if detail] == [0, 5001]
    assert [detail.cache_write_tokens for detail in details if detail] == [5001, 0]


def test_the_models(client: openai.OpenAI) -> None:
    models = list(client.models.list())
    assert [model.id for model in models] == ["claude-haiku-5-5", "claude-sonnet-5-5"]
    assert client.models.retrieve(MODEL) == models[0]
    assert models[0].owned_by == "anthropic"


@pytest.mark.parametrize(
    ("fault", "raised"),
    [
        ("/throttle", openai.RateLimitError),
        ("/denied", openai.PermissionDeniedError),
        ("/notfound", openai.NotFoundError),
        ("/invalid", openai.BadRequestError),
        ("/error", openai.InternalServerError),
        ("/overloaded", openai.InternalServerError),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_bedrocks_no_is_the_sdks_own_exception(
    client: openai.OpenAI, fault: str, raised: type[openai.APIStatusError], stream: bool
) -> None:
    with pytest.raises(raised) as caught:
        client.chat.completions.create(stream=stream, **prompt(fault))
    assert caught.value.request_id


def test_our_own_no(deployment: Deployment, client: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError, match="claude-haiku-5-5, claude-sonnet-5-5") as unknown:
        client.chat.completions.create(**(prompt() | {"model": "gpt-4o"}))
    assert unknown.value.code == "not_found"
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("gpt-4o")
    with pytest.raises(openai.BadRequestError, match="one answer to a request") as several:
        client.chat.completions.create(**prompt(n=2))
    assert several.value.param == "n"
    with pytest.raises(openai.NotFoundError, match="There is nothing at this path"):
        client.embeddings.create(model=MODEL, input="Hello")
    for stranger in client_of(deployment, key="wrong"):
        with pytest.raises(openai.AuthenticationError) as wrong:
            stranger.models.list()
        assert wrong.value.code == "invalid_api_key"


def test_what_the_model_does_not_take_is_left_out_and_named(client: openai.OpenAI) -> None:
    asked = prompt(temperature=0.5, seed=7, extra_body={"top_k": 5})
    response = client.chat.completions.with_raw_response.create(**asked)
    assert response.headers["x-claude-stream-dropped"] == "seed, temperature, top_k"
    assert response.parse().choices[0].message.content


@pytest.mark.parametrize("fault", ["/throttle-midway", "/cut", "/error-event"])
def test_an_error_midway_is_raised_after_the_text(client: openai.OpenAI, fault: str) -> None:
    pieces: list[str] = []
    chunks = client.chat.completions.create(stream=True, **prompt(fault))
    with pytest.raises(openai.APIError, match=r"Ask|ask"):
        pieces.extend(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert "".join(pieces) == "You asked:\n\n>"


def test_silence_is_bridged_by_pings_that_are_no_chunks(deploy: Deploy) -> None:
    impatient = deploy(variables={"FIRST_EVENT_WAIT_SECONDS": "0.1", "HEARTBEAT_SECONDS": "0.1"})
    for client in client_of(impatient):
        chunks = list(client.chat.completions.create(stream=True, **prompt("/silent 2", max_tokens=2)))
        assert chunks[0].choices[0].delta.role == "assistant"
        assert len(chunks) == 4
    with impatient.http.stream("POST", "/v1/chat/completions", json=prompt("/silent 2") | {"stream": True}) as raw:
        assert raw.read().startswith(b": ping\n\n: ping\n\n")


@pytest.mark.parametrize(("fault", "status"), [("/busy", 429), ("/crowded", 529)])
def test_the_sdk_asks_again_when_it_is_told_to(deployment: Deployment, fault: str, status: int) -> None:
    seen: list[tuple[int, str | None]] = []
    for client in client_of(deployment, retries=1):
        client._client.event_hooks["response"] = [
            lambda answer: seen.append((answer.status_code, answer.headers.get("retry-after")))
        ]
        began = time.monotonic()
        client.chat.completions.create(**prompt(f"{fault} 1 openai"))
        assert seen == [(status, "1"), (200, None)]
        assert time.monotonic() - began >= 1


def test_the_asynchronous_client(deployment: Deployment) -> None:
    async def ask() -> str:
        async with openai.AsyncOpenAI(base_url=f"{deployment.url.url}/v1", api_key=KEY, max_retries=0) as client:
            stream = await client.chat.completions.create(stream=True, **prompt("你好"))
            return "".join([chunk.choices[0].delta.content or "" async for chunk in stream])

    assert asyncio.run(ask()) == answers.answer("你好")


def test_errors_have_openais_shape(deployment: Deployment) -> None:
    response = httpx.post(f"{deployment.url.url}/v1/chat/completions", json=prompt(), timeout=60)
    assert response.status_code == 401
    assert response.json() == {
        "error": {
            "message": "An API key is needed: send it as x-api-key, or as Authorization: Bearer.",
            "type": "authentication_error",
            "param": None,
            "code": "invalid_api_key",
        }
    }
    assert response.headers["x-request-id"]
