"""`/v1/messages` and `/v1/models`: the Anthropic API, passed through rather than modelled."""

import json
from typing import Any
from urllib.parse import unquote

import pytest

from emulator.aws.bedrock import answers
from tests.asking import HAIKU, HAIKU_4_5, OF_HAIKU_4_5, SONNET, body_of, model_calls, user
from tests.conftest import Deploy, Deployment
from tests.sse_reading import Arrived, ask, text_of

TOOL = {
    "name": "weather",
    "description": "天气",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}},
}


def stream(deployment: Deployment, prompt: str = "Hello", **fields: Any) -> list[Arrived]:
    return ask(deployment.http, "POST", "/v1/messages", json=body_of(prompt, stream=True, **fields))


def bedrock_was_sent(deployment: Deployment) -> Any:
    return model_calls(deployment.simulator)[-1].body


# Streamed


def test_the_native_events_in_their_order(deployment: Deployment) -> None:
    events = stream(deployment, max_tokens=3)
    assert [event.name for event in events] == [
        "message_start",
        "content_block_start",
        "ping",
        *["content_block_delta"] * 3,
        "content_block_stop",
        "message_delta",
        "message_stop",
    ]
    assert [event.name for event in events] == [event.data["type"] for event in events]


def test_the_events_say_what_bedrock_said(deployment: Deployment) -> None:
    start, block, ping, *deltas, stop, delta, end = (event.data for event in stream(deployment, "你好"))
    assert start["message"]["role"] == "assistant"
    assert start["message"]["usage"]["input_tokens"] > 0
    assert block == {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
    assert ping == {"type": "ping"}
    assert [piece["delta"]["text"] for piece in deltas] == answers.pieces(answers.answer("你好"))
    assert stop == {"type": "content_block_stop", "index": 0}
    assert delta["delta"] == {"stop_reason": "end_turn", "stop_sequence": None}
    assert delta["usage"]["output_tokens"] == len(deltas)
    assert end == {"type": "message_stop"}, "without the metrics that Bedrock adds"


def test_other_scripts_are_not_escaped_on_the_wire(deployment: Deployment) -> None:
    response = deployment.http.post("/v1/messages", json=body_of("你好", stream=True))
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert "您的".encode() in response.content


def test_halves_of_a_character_stay_json(deployment: Deployment) -> None:
    text = text_of(stream(deployment, "/surrogates"))
    assert text.encode("utf-16-le", "surrogatepass").decode("utf-16-le") == "An emoji in halves: 😀."


def test_thinking_passes_through(deployment: Deployment) -> None:
    deltas = [event.data["delta"] for event in stream(deployment, model=SONNET) if "delta" in event.data]
    thought = "".join(delta.get("thinking", "") for delta in deltas)
    assert thought == answers.THOUGHT
    assert any(delta.get("type") == "signature_delta" for delta in deltas)


def test_tools_pass_through(deployment: Deployment) -> None:
    events = stream(deployment, "/tool 北京", tools=[TOOL])
    arguments = "".join(event.data["delta"].get("partial_json", "") for event in events if "delta" in event.data)
    assert json.loads(arguments) == {"city": "北京"}
    assert events[-2].data["delta"]["stop_reason"] == "tool_use"


# Whole


def test_a_whole_message(deployment: Deployment) -> None:
    for fields in ({}, {"stream": False}):
        response = deployment.http.post("/v1/messages", json=body_of("你好", **fields))
        assert response.status_code == 200
        assert response.headers["content-type"] == "application/json"
        message = response.json()
        assert message["type"] == "message"
        assert message["content"] == [{"type": "text", "text": answers.answer("你好")}]
        assert message["stop_reason"] == "end_turn"
        assert message["usage"]["output_tokens"] > 0
        assert model_calls(deployment.simulator)[-1].operation == "InvokeModel"


# What reaches Bedrock


EVERYTHING: dict[str, Any] = {
    "system": [{"type": "text", "text": "Be brief. 简短。", "cache_control": {"type": "ephemeral"}}],
    "messages": [
        user(
            [{"type": "text", "text": "Hello 😀 \ud83d"}, {"type": "image", "source": {"type": "url", "url": "u"}}]
        ),
        {
            "role": "assistant",
            "content": [{"type": "tool_use", "id": "t1", "name": "weather", "input": {"n": 1.5}}],
        },
        user([{"type": "tool_result", "tool_use_id": "t1", "content": "rain"}]),
    ],
    "max_tokens": 2000,
    "thinking": {"type": "adaptive"},
    "tools": [TOOL],
    "tool_choice": {"type": "auto"},
    "stop_sequences": ["END"],
    "metadata": {"user_id": "u-1"},
}


@pytest.mark.parametrize("stream", [True, False])
def test_the_body_goes_on_as_it_came(deployment: Deployment, stream: bool) -> None:
    body = json.dumps({**EVERYTHING, "model": "claude-haiku-5-5", "stream": stream})
    response = deployment.http.post("/v1/messages", content=body)
    assert response.status_code == 200
    assert bedrock_was_sent(deployment) == {**EVERYTHING, "anthropic_version": "bedrock-2023-05-31"}


def test_nothing_of_our_own_is_added(deployment: Deployment) -> None:
    deployment.http.post("/v1/messages", json=body_of("Hello", max_tokens=5))
    assert bedrock_was_sent(deployment).keys() == {"anthropic_version", "max_tokens", "messages"}


def test_a_missing_max_tokens_is_bedrocks_to_refuse(deployment: Deployment) -> None:
    response = deployment.http.post("/v1/messages", json={"messages": [user("Hello")]})
    assert response.status_code == 400
    assert response.json()["error"]["message"] == "max_tokens: Field required"


def test_beta_headers_become_a_field(counting: Deployment) -> None:
    headers = {"anthropic-beta": "context-1m-2025-08-07, , fine-grained-tool-streaming-2025-05-14"}
    body = body_of(max_tokens=5, model=HAIKU_4_5)
    for path in ("/v1/messages", "/v1/messages/count_tokens"):
        assert counting.http.post(path, json=body, headers=headers).status_code == 200
    sent = model_calls(counting.simulator)[-2].body
    assert sent["anthropic_beta"] == ["context-1m-2025-08-07", "fine-grained-tool-streaming-2025-05-14"]


@pytest.mark.parametrize(
    ("model", "asked_for"),
    [(HAIKU, HAIKU), ("claude-haiku-5-5", HAIKU), (SONNET, SONNET), ("claude-sonnet-5-5", SONNET), (None, HAIKU)],
)
def test_a_model_goes_by_its_id_or_its_short_name(
    deployment: Deployment, model: str | None, asked_for: str
) -> None:
    body = body_of(max_tokens=30)
    body = {**body, "model": model} if model else {key: body[key] for key in body if key != "model"}
    assert deployment.http.post("/v1/messages", json=body).status_code == 200
    assert model_calls(deployment.simulator)[-1].model_id == asked_for


# Counting


@pytest.fixture(scope="module")
def counting(deploy: Deploy) -> Deployment:
    """A function with a model whose tokens Bedrock Runtime counts."""
    return deploy(variables=OF_HAIKU_4_5)


def test_tokens_are_counted_by_bedrock(counting: Deployment) -> None:
    short, long = (
        counting.http.post("/v1/messages/count_tokens", json={"messages": [user(text)]}).json()
        for text in ("Hello", "Hello " * 50)
    )
    assert short.keys() == {"input_tokens"}
    assert 0 < short["input_tokens"] < long["input_tokens"]
    call = model_calls(counting.simulator)[-1]
    assert (call.operation, unquote(call.model_id)) == ("CountTokens", HAIKU_4_5.removeprefix("us."))


def test_tokens_of_a_prompt_that_asks_for_thinking_are_counted(counting: Deployment) -> None:
    body = {"messages": [user("Hello")], "thinking": {"type": "enabled", "budget_tokens": 2048}}
    response = counting.http.post("/v1/messages/count_tokens", json=body)
    assert response.status_code == 200, response.text


# Models


def test_the_models_that_may_be_asked_for(deployment: Deployment) -> None:
    models = deployment.http.get("/v1/models").json()
    haiku, sonnet = models.pop("data")
    assert models == {"has_more": False, "first_id": "claude-haiku-5-5", "last_id": "claude-sonnet-5-5"}
    assert haiku == {
        "type": "model",
        "id": "claude-haiku-5-5",
        "display_name": "Claude Haiku 5.5",
        "created_at": "1970-01-01T00:00:00Z",
    }
    assert deployment.http.get("/v1/models/claude-sonnet-5-5").json() == sonnet
    assert deployment.http.get(f"/v1/models/{SONNET}").json() == sonnet | {"id": SONNET}


# Health


def test_health_needs_no_key_and_no_bedrock(deployment: Deployment) -> None:
    before = len(model_calls(deployment.simulator))
    response = deployment.http.get("/healthz", headers={"x-api-key": ""})
    assert response.json() == {"status": "ok"}
    head = deployment.http.head("/healthz", headers={"x-api-key": ""})
    assert (head.status_code, head.content) == (200, b"")
    assert len(model_calls(deployment.simulator)) == before
    assert deployment.url.breaches == []
