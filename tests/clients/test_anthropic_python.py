"""The anthropic SDK for Python, pointed at the function by `base_url` and `api_key` alone."""

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import anthropic
import pytest
from anthropic.types import MessageParam

from emulator.aws.bedrock import answers
from emulator.aws.simulator import Pace
from tests.asking import model_calls
from tests.conftest import KEY, Deploy, Deployment

MODEL = "claude-haiku-5-5"


@pytest.fixture(scope="module")
def paced(deploy: Deploy) -> Deployment:
    deployment = deploy(pace=Pace(first_event_seconds=0, pieces_per_second=4))
    deployment.http.get("/healthz").raise_for_status()
    return deployment


@pytest.fixture
def client(deployment: Deployment) -> Iterator[anthropic.Anthropic]:
    yield from client_of(deployment)
    assert deployment.url.breaches == []


def client_of(deployment: Deployment, key: str = KEY, retries: int = 0) -> Iterator[anthropic.Anthropic]:
    with anthropic.Anthropic(base_url=deployment.url.url, api_key=key, max_retries=retries) as client:
        yield client


def prompt(text: Any = "Hello", max_tokens: int = 1000) -> Any:
    messages: list[MessageParam] = [{"role": "user", "content": text}]
    return {"model": MODEL, "max_tokens": max_tokens, "messages": messages}


def test_text_is_streamed_piece_by_piece(paced: Deployment) -> None:
    for client in client_of(paced):
        with client.messages.stream(**prompt("你好", max_tokens=12)) as stream:
            pieces, still_talking = [], []
            for piece in stream.text_stream:
                pieces.append(piece)
                still_talking.append(paced.simulator.active)
            final = stream.get_final_message()
        assert pieces == answers.pieces(answers.answer("你好"))[:12]
        assert still_talking[0] == 1, "the first came before the last was said"
        assert final.stop_reason == "max_tokens"
        assert final.usage.output_tokens == 12
        assert final.usage.input_tokens > 0


def test_a_whole_message(client: anthropic.Anthropic) -> None:
    message = client.messages.create(**prompt("你好"))
    assert message.content[0].type == "text"
    assert message.content[0].text == answers.answer("你好")
    assert message.stop_reason == "end_turn"


def test_the_raw_events(client: anthropic.Anthropic) -> None:
    events = list(client.messages.create(stream=True, **prompt(max_tokens=1)))
    assert [event.type for event in events] == [
        "message_start",
        "content_block_start",
        "content_block_delta",
        "content_block_stop",
        "message_delta",
        "message_stop",
    ]


def test_tools_and_thinking(client: anthropic.Anthropic) -> None:
    schema: Any = {"type": "object", "properties": {"city": {"type": "string"}}}
    with client.messages.stream(
        **prompt("/tool 北京"), tools=[{"name": "weather", "input_schema": schema}]
    ) as stream:
        call = stream.get_final_message().content[-1]
    assert call.type == "tool_use"
    assert call.input == {"city": "北京"}
    with client.messages.stream(**(prompt() | {"model": "claude-sonnet-5-5"})) as stream:
        thought = stream.get_final_message().content[0]
    assert thought.type == "thinking"
    assert thought.thinking == answers.THOUGHT


@pytest.mark.parametrize("streamed", [False, True])
def test_a_round_trip_through_a_tool(client: anthropic.Anthropic, streamed: bool) -> None:
    asked = prompt("/tool 北京") | {"model": "claude-sonnet-5-5"}  # its thinking and the signature go back too
    schema: Any = {"type": "object", "properties": {"city": {"type": "string"}}}
    asked |= {"tools": [{"name": "weather", "input_schema": schema}]}
    if streamed:
        with client.messages.stream(**asked) as stream:
            said = stream.get_final_message()
    else:
        said = client.messages.create(**asked)
    assert said.stop_reason == "tool_use"
    result = {"type": "tool_result", "tool_use_id": said.content[-1].to_dict()["id"], "content": "晴天"}
    more = [{"role": "assistant", "content": said.content}, {"role": "user", "content": [result]}]
    answer = client.messages.create(**(asked | {"messages": [*asked["messages"], *more]}))
    assert answer.content[-1].to_dict()["text"] == answers.answer_to_tool("晴天")


def test_pictures_and_pdfs_reach_the_model(client: anthropic.Anthropic, deployment: Deployment) -> None:
    image = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="}}
    pdf = {
        "type": "document",
        "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBERi0xLjQK"},
    }
    parts = [image, pdf, {"type": "text", "text": "What are these?"}]
    message = client.messages.create(**prompt(parts))
    assert message.usage.input_tokens > 2 * 1500
    assert model_calls(deployment.simulator)[-1].body["messages"][0]["content"] == parts


def test_citations(client: anthropic.Anthropic) -> None:
    source = {"type": "text", "media_type": "text/plain", "data": "Grass is green."}
    document = {"type": "document", "source": source, "title": "Colours", "citations": {"enabled": True}}
    asked = prompt([document, {"type": "text", "text": "What is green?"}])
    with client.messages.stream(**asked) as stream:
        streamed = stream.get_final_message()
    for message in (streamed, client.messages.create(**asked)):
        block: Any = message.content[0].to_dict()
        (cited,) = block["citations"]
        assert (cited["cited_text"], cited["document_title"]) == ("Grass is green.", "Colours")


def test_a_marked_prompt_is_written_to_the_cache_and_read_from_it(client: anthropic.Anthropic) -> None:
    long = " word" * 5000  # shorter prompts are not cached
    system: Any = [{"type": "text", "text": long, "cache_control": {"type": "ephemeral"}}]
    first = client.messages.create(system=system, **prompt())
    with client.messages.stream(system=system, **prompt()) as stream:
        second = stream.get_final_message()
    counted = [
        (one.usage.cache_creation_input_tokens, one.usage.cache_read_input_tokens) for one in (first, second)
    ]
    assert counted == [(5001, 0), (0, 5001)]


def test_stop_sequences_and_refusals(client: anthropic.Anthropic) -> None:
    stopped = client.messages.create(stop_sequences=["asked"], **prompt())
    assert (stopped.stop_reason, stopped.stop_sequence) == ("stop_sequence", "asked")
    assert client.messages.create(**prompt("/refuse")).stop_reason == "refusal"


def test_betas_go_to_bedrock(client: anthropic.Anthropic, deployment: Deployment) -> None:
    client.beta.messages.create(betas=["context-1m-2025-08-07"], **prompt(max_tokens=3))
    assert model_calls(deployment.simulator)[-1].body["anthropic_beta"] == ["context-1m-2025-08-07"]


def test_counting_tokens(client: anthropic.Anthropic) -> None:
    messages: list[MessageParam] = [{"role": "user", "content": "Hello"}]
    assert client.messages.count_tokens(model=MODEL, messages=messages).input_tokens > 0


def test_the_models(client: anthropic.Anthropic) -> None:
    models = list(client.models.list())
    assert [model.id for model in models] == ["claude-haiku-5-5", "claude-sonnet-5-5"]
    assert client.models.retrieve(MODEL) == models[0]
    assert models[0].display_name == "Claude Haiku 5.5"
    page = client.models.list(limit=1)
    assert (len(page.data), page.has_more) == (1, True)
    assert list(page) == models, "the SDK asks for the next page itself"
    assert client.models.list(before_id=models[1].id).data == models[:1]


@pytest.mark.parametrize(
    ("fault", "raised"),
    [
        ("/throttle", anthropic.RateLimitError),
        ("/denied", anthropic.PermissionDeniedError),
        ("/notfound", anthropic.NotFoundError),
        ("/invalid", anthropic.BadRequestError),
        ("/error", anthropic.InternalServerError),
        ("/overloaded", anthropic.InternalServerError),
    ],
)
def test_bedrocks_no_is_the_sdks_own_exception(
    client: anthropic.Anthropic, fault: str, raised: type[anthropic.APIStatusError]
) -> None:
    with pytest.raises(raised) as caught, client.messages.stream(**prompt(fault)):
        pass
    assert caught.value.request_id == caught.value.response.headers["request-id"]
    if fault == "/throttle":
        assert caught.value.response.headers["retry-after"] == "10"
    if fault == "/overloaded":
        assert caught.value.status_code == 529


def test_our_own_no(deployment: Deployment, client: anthropic.Anthropic) -> None:
    with pytest.raises(anthropic.NotFoundError, match="claude-haiku-5-5, claude-sonnet-5-5"):
        client.messages.create(**(prompt() | {"model": "gpt"}))
    with pytest.raises(anthropic.NotFoundError):
        client.models.retrieve("gpt")
    with pytest.raises(anthropic.BadRequestError, match="64000"):
        client.messages.create(**prompt(max_tokens=0))
    for stranger in client_of(deployment, key="wrong"):
        with pytest.raises(anthropic.AuthenticationError):
            stranger.messages.create(**prompt())


@pytest.mark.parametrize("fault", ["/throttle-midway", "/cut", "/error-event"])
def test_an_error_midway_is_raised_after_the_text(client: anthropic.Anthropic, fault: str) -> None:
    pieces: list[str] = []
    with (
        pytest.raises(anthropic.APIStatusError, match=r"Ask|ask"),
        client.messages.stream(**prompt(fault)) as stream,
    ):
        pieces.extend(stream.text_stream)
    assert "".join(pieces) == "You asked:\n\n>"


@pytest.mark.parametrize(("fault", "status"), [("/busy", 429), ("/crowded", 529)])
def test_the_sdk_asks_again_when_it_is_told_to(deployment: Deployment, fault: str, status: int) -> None:
    seen: list[tuple[int, str | None]] = []
    for client in client_of(deployment, retries=1):
        client._client.event_hooks["response"] = [
            lambda answer: seen.append((answer.status_code, answer.headers.get("retry-after")))
        ]
        began = time.monotonic()
        client.messages.create(**prompt(f"{fault} 1 anthropic"))
        assert seen == [(status, "1"), (200, None)]
        assert time.monotonic() - began >= 1


def test_the_asynchronous_client(deployment: Deployment) -> None:
    async def ask() -> str:
        async with (
            anthropic.AsyncAnthropic(base_url=deployment.url.url, api_key=KEY, max_retries=0) as client,
            client.messages.stream(**prompt("你好")) as stream,
        ):
            return "".join([piece async for piece in stream.text_stream])

    assert asyncio.run(ask()) == answers.answer("你好")


def test_a_bearer_token_will_do(deployment: Deployment) -> None:
    with anthropic.Anthropic(base_url=deployment.url.url, auth_token=KEY, max_retries=0) as client:
        assert client.models.retrieve(MODEL).id == MODEL
