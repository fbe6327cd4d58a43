"""What the simulated AWS promises, as boto3, the client of the deployed code, sees it."""

import base64
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter, deque
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
import urllib3
from botocore.config import Config
from botocore.eventstream import ChecksumMismatch
from botocore.exceptions import ClientError, EventStreamError, ReadTimeoutError

from local import answers
from local.aws_simulator import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY, SECRET_ARN, AwsSimulator, Pace
from local.background import Background

HAIKU = "global.anthropic.claude-haiku-5-5"
HAIKU_BASE = "anthropic.claude-haiku-5-5"
HAIKU_4_5 = "anthropic.claude-haiku-4-5-20251001-v1:0"
SONNET = "us.anthropic.claude-sonnet-5-5"
FLAT_OUT = Pace(first_event_seconds=0, pieces_per_second=0)
WEATHER = {
    "name": "weather",
    "description": "The weather in a city.",
    "input_schema": {
        "type": "object",
        "properties": {
            "city": {"type": "string"},
            "unit": {"enum": ["celsius", "kelvin"]},
            "days": {"type": "integer"},
        },
    },
}


@pytest.fixture(scope="module")
def background() -> Iterator[Background]:
    with Background() as background:
        yield background


@pytest.fixture(scope="module")
def simulator(background: Background) -> Iterator[AwsSimulator]:
    simulator = AwsSimulator(keys={"ann": "key-1"}, pace=FLAT_OUT)
    background.run(simulator.start())
    yield simulator
    background.run(simulator.close())


@pytest.fixture(scope="module")
def bedrock(simulator: AwsSimulator) -> Iterator[Any]:
    client = client_of(simulator, "bedrock-runtime")
    yield client
    client.close()


@pytest.fixture(scope="module")
def secrets(simulator: AwsSimulator) -> Iterator[Any]:
    client = client_of(simulator, "secretsmanager")
    yield client
    client.close()


def client_of(
    simulator: AwsSimulator,
    service: str,
    *,
    key_id: str = ACCESS_KEY_ID,
    secret: str = SECRET_ACCESS_KEY,
    region: str = REGION,
    read_timeout: float = 60,
) -> Any:
    return boto3.client(
        service,
        endpoint_url=simulator.url,
        region_name=region,
        aws_access_key_id=key_id,
        aws_secret_access_key=secret,
        config=Config(retries={"total_max_attempts": 1}, read_timeout=read_timeout),
    )


def body_of(prompt: str = "Hello", **fields: Any) -> dict[str, Any]:
    messages = [{"role": "user", "content": prompt}]
    return {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 1000, "messages": messages, **fields}


def stream(client: Any, body: dict[str, Any], model: str = HAIKU) -> Iterator[dict[str, Any]]:
    response = client.invoke_model_with_response_stream(modelId=model, body=json.dumps(body))
    try:
        for part in response["body"]:
            yield json.loads(part["chunk"]["bytes"])
    finally:
        response["body"].close()


def invoke(client: Any, body: dict[str, Any], model: str = HAIKU) -> Any:
    return json.load(client.invoke_model(modelId=model, body=json.dumps(body))["body"])


def text_of(events: list[dict[str, Any]]) -> str:
    return "".join(event["delta"].get("text", "") for event in events if event["type"] == "content_block_delta")


def deltas_of(events: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    deltas = [event["delta"] for event in events if event["type"] == "content_block_delta"]
    return [delta for delta in deltas if delta["type"] == kind]


def event_of(events: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    return next(event for event in events if event["type"] == kind)


def refusal_of(error: ClientError) -> tuple[int, str]:
    return error.response["ResponseMetadata"]["HTTPStatusCode"], error.response["Error"]["Code"]


def until(condition: Any, seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.005)
    return bool(condition())


class TestStream:
    def test_tells_the_events_in_anthropics_order(self, bedrock: Any) -> None:
        kinds = [event["type"] for event in stream(bedrock, body_of())]
        assert kinds[:3] == ["message_start", "content_block_start", "ping"]
        assert kinds[-3:] == ["content_block_stop", "message_delta", "message_stop"]
        assert set(kinds[3:-3]) == {"content_block_delta"}
        assert 150 <= len(kinds) - 6 <= 250

    def test_begins_with_an_empty_message_that_names_the_model(self, bedrock: Any) -> None:
        message = next(stream(bedrock, body_of(), HAIKU_4_5))["message"]
        assert message["id"].startswith("msg_bdrk_")
        assert message["model"] == "claude-haiku-4-5-20251001"
        assert (message["role"], message["content"], message["stop_reason"]) == ("assistant", [], None)
        assert message["usage"]["output_tokens"] == 1
        assert message["usage"]["input_tokens"] > 1

    def test_ends_with_the_stop_reason_and_the_usage(self, bedrock: Any) -> None:
        events = list(stream(bedrock, body_of()))
        last, stop = events[-2], events[-1]
        assert last["delta"] == {"stop_reason": "end_turn", "stop_sequence": None}
        assert last["usage"]["output_tokens"] == len(events) - 6
        metrics = stop["amazon-bedrock-invocationMetrics"]
        assert metrics["outputTokenCount"] == len(events) - 6
        assert metrics["inputTokenCount"] == events[0]["message"]["usage"]["input_tokens"]

    def test_answers_in_markdown_and_repeats_the_prompt(self, bedrock: Any) -> None:
        text = text_of(list(stream(bedrock, body_of("Why is the sky blue?"))))
        assert "> Why is the sky blue?" in text
        assert "local simulator" in text
        assert all(mark in text for mark in ("\n### ", "\n1. ", "\n|---|", "\n```python\n"))

    def test_answers_in_chinese_when_asked_in_chinese(self, bedrock: Any) -> None:
        events = list(stream(bedrock, body_of("天空为什么是蓝色的")))
        assert "模拟器" in text_of(events)
        assert 150 <= len(deltas_of(events, "text_delta")) <= 250

    def test_goes_at_its_pace(self, background: Background) -> None:
        simulator = AwsSimulator(keys={}, pace=Pace(first_event_seconds=0.1, pieces_per_second=100))
        background.run(simulator.start())
        client = client_of(simulator, "bedrock-runtime")
        begun = time.monotonic()
        times = [time.monotonic() - begun for _ in stream(client, body_of(max_tokens=11))]
        client.close()
        background.run(simulator.close())
        assert times[0] >= 0.1
        assert times[-1] >= 0.19  # ten pieces further at 100 a second

    def test_puts_one_padded_frame_in_each_http_chunk(self, simulator: AwsSimulator, bedrock: Any) -> None:
        response = bedrock.invoke_model_with_response_stream(modelId=HAIKU, body=json.dumps(body_of(max_tokens=20)))
        raw = response["body"]._raw_stream
        frames = list(raw.stream(1 << 20))
        assert len(frames) == 26
        for frame in frames:
            assert int.from_bytes(frame[:4], "big") == len(frame)
        paddings = {len(json.loads(frame[frame.index(b'{"bytes"') : -4])["p"]) for frame in frames}
        assert len(paddings) > 1

    def test_leaves_the_shared_random_numbers_alone(self, bedrock: Any) -> None:
        """Hypothesis takes it for a flaw of the test beside which the simulator talks."""
        before = random.getstate()
        list(stream(bedrock, body_of(max_tokens=20)))
        assert random.getstate() == before

    def test_ends_when_nobody_reads_it_any_more(self, simulator: AwsSimulator, bedrock: Any) -> None:
        assert until(lambda: simulator.active == 0)
        events = stream(bedrock, body_of("/slow"))
        next(events)
        assert simulator.active == 1
        events.close()  # type: ignore[attr-defined]
        assert until(lambda: simulator.active == 0)

    def test_shows_a_cached_system_prompt_in_the_usage(self, bedrock: Any) -> None:
        system = [{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}]
        usage = next(stream(bedrock, body_of(system=system)))["message"]["usage"]
        assert usage["cache_creation_input_tokens"] > 0
        assert usage["cache_read_input_tokens"] == 0

    def test_reads_the_beginning_of_a_conversation_from_the_cache(self, bedrock: Any) -> None:
        def said(text: str, **mark: Any) -> list[Any]:
            return [{"type": "text", "text": text, **mark}]

        mark = {"cache_control": {"type": "ephemeral"}}
        turns: list[Any] = [{"role": "user", "content": said("A first question.", **mark)}]
        first = next(stream(bedrock, body_of(messages=turns)))["message"]["usage"]
        turns = [
            {"role": "user", "content": "A first question."},
            {"role": "assistant", "content": said("An answer.")},
            {"role": "user", "content": said("A second question.", **mark)},
        ]
        second = next(stream(bedrock, body_of(messages=turns)))["message"]["usage"]
        assert first["cache_read_input_tokens"] == 0
        assert second["cache_read_input_tokens"] == first["cache_creation_input_tokens"] > 0
        assert second["cache_creation_input_tokens"] > 0


class TestLimits:
    def test_max_tokens_ends_the_answer(self, bedrock: Any) -> None:
        events = list(stream(bedrock, body_of(max_tokens=7)))
        assert len(deltas_of(events, "text_delta")) == 7
        assert event_of(events, "message_delta")["delta"]["stop_reason"] == "max_tokens"
        assert event_of(events, "message_delta")["usage"]["output_tokens"] == 7

    def test_a_stop_sequence_ends_the_answer_before_itself(self, bedrock: Any) -> None:
        message = invoke(bedrock, body_of(stop_sequences=["nowhere", "Bedrock", "local"]))
        assert message["stop_reason"] == "stop_sequence"
        assert message["stop_sequence"] == "local"
        assert message["content"][0]["text"].endswith("It is the **")


class TestInvoke:
    def test_says_the_same_as_the_stream(self, bedrock: Any) -> None:
        message = invoke(bedrock, body_of("Same?"))
        events = list(stream(bedrock, body_of("Same?")))
        assert message["content"] == [{"type": "text", "text": text_of(events)}]
        assert message["stop_reason"] == "end_turn"
        assert message["usage"]["output_tokens"] == event_of(events, "message_delta")["usage"]["output_tokens"]
        assert message["usage"]["input_tokens"] == events[0]["message"]["usage"]["input_tokens"]

    def test_gives_its_token_counts_in_headers(self, bedrock: Any) -> None:
        response = bedrock.invoke_model(modelId=HAIKU, body=json.dumps(body_of(max_tokens=3)))
        assert response["contentType"] == "application/json"
        assert response["ResponseMetadata"]["HTTPHeaders"]["x-amzn-bedrock-output-token-count"] == "3"
        assert response["ResponseMetadata"]["RequestId"]
        response["body"].close()


class TestCountTokens:
    def test_counts_what_invoke_charges(self, bedrock: Any) -> None:
        body = body_of("How many?", system="Be brief.", tools=[WEATHER])
        counted = bedrock.count_tokens(modelId=HAIKU_BASE, input={"invokeModel": {"body": json.dumps(body)}})
        assert counted["inputTokens"] == invoke(bedrock, body)["usage"]["input_tokens"]

    def test_refuses_inference_profiles_as_aws_does(self, bedrock: Any) -> None:
        with pytest.raises(ClientError, match="The provided model doesn't support counting tokens") as caught:
            bedrock.count_tokens(modelId=HAIKU, input={"invokeModel": {"body": json.dumps(body_of())}})
        assert refusal_of(caught.value) == (400, "ValidationException")

    def test_wants_a_body_that_invoke_would_take(self, bedrock: Any) -> None:
        body = body_of()
        del body["max_tokens"]
        with pytest.raises(ClientError, match="max_tokens: Field required"):
            bedrock.count_tokens(modelId=HAIKU_BASE, input={"invokeModel": {"body": json.dumps(body)}})


class TestTools:
    def test_slash_tool_calls_the_tool_with_arguments_of_its_schema(self, bedrock: Any) -> None:
        events = list(stream(bedrock, body_of("/tool Oslo", tools=[WEATHER])))
        block = event_of(events, "content_block_start")["content_block"]
        pieces = [delta["partial_json"] for delta in deltas_of(events, "input_json_delta")]
        assert (block["type"], block["name"], block["input"]) == ("tool_use", "weather", {})
        assert len(pieces) > 3
        assert json.loads("".join(pieces)) == {"city": "Oslo", "unit": "celsius", "days": 1}
        assert event_of(events, "message_delta")["delta"]["stop_reason"] == "tool_use"

    def test_tool_choice_calls_it_whatever_the_prompt(self, bedrock: Any) -> None:
        message = invoke(bedrock, body_of(tools=[WEATHER], tool_choice={"type": "tool", "name": "weather"}))
        assert message["content"][0]["name"] == "weather"
        assert message["content"][0]["input"]["unit"] == "celsius"

    def test_without_being_asked_for_it_the_tool_rests(self, bedrock: Any) -> None:
        assert invoke(bedrock, body_of(tools=[WEATHER]))["stop_reason"] == "end_turn"

    def test_a_tools_result_is_quoted(self, bedrock: Any) -> None:
        first = invoke(bedrock, body_of("/tool Oslo", tools=[WEATHER]))
        result = {"type": "tool_result", "tool_use_id": first["content"][0]["id"], "content": "7 degrees and rain"}
        messages = [
            {"role": "user", "content": "/tool Oslo"},
            {"role": "assistant", "content": first["content"]},
            {"role": "user", "content": [result]},
        ]
        message = invoke(bedrock, body_of(tools=[WEATHER], messages=messages))
        assert "7 degrees and rain" in message["content"][0]["text"]
        assert message["stop_reason"] == "end_turn"


class TestThinking:
    @pytest.mark.parametrize("thinking", [{"type": "adaptive"}, {"type": "enabled", "budget_tokens": 1024}])
    def test_comes_first_as_a_signed_block_of_its_own(self, bedrock: Any, thinking: dict[str, Any]) -> None:
        events = list(stream(bedrock, body_of(thinking=thinking, max_tokens=2000)))
        starts = [event for event in events if event["type"] == "content_block_start"]
        assert [(start["index"], start["content_block"]["type"]) for start in starts] == [
            (0, "thinking"),
            (1, "text"),
        ]
        assert "".join(delta["thinking"] for delta in deltas_of(events, "thinking_delta")) == answers.THOUGHT
        assert deltas_of(events, "signature_delta")[0]["signature"]
        assert text_of(events)

    def test_sonnet_5_5_thinks_unasked(self, bedrock: Any) -> None:
        assert [block["type"] for block in invoke(bedrock, body_of(), SONNET)["content"]] == ["thinking", "text"]

    def test_counts_towards_max_tokens(self, bedrock: Any) -> None:
        message = invoke(bedrock, body_of(max_tokens=5), SONNET)
        assert [block["type"] for block in message["content"]] == ["thinking"]
        assert message["stop_reason"] == "max_tokens"
        assert message["usage"]["output_tokens"] == 5


USER = {"role": "user", "content": "Hello"}
ASSISTANT = {"role": "assistant", "content": "Hi"}
IMAGE = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "%%%"}}
CALL = {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {}}
RESULT = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "7"}


class TestValidation:
    @pytest.mark.parametrize(
        ("fields", "message"),
        [
            ({"max_tokens": "7"}, "max_tokens: Input should be a valid integer"),
            ({"max_tokens": 0}, "max_tokens: Input should be greater than or equal to 1"),
            ({"max_tokens": 1_000_000}, "max_tokens: 1000000 > 128000"),
            ({"anthropic_version": "2023-06-01"}, "anthropic_version: Input should be 'bedrock-2023-05-31'"),
            ({"model": HAIKU}, "model: Extra inputs are not permitted"),
            ({"stream": True}, "stream: Extra inputs are not permitted"),
            ({"temperature": 0.5}, "temperature: `temperature` is deprecated for this model"),
            ({"top_k": 5}, "top_k: `top_k` is deprecated"),
            ({"messages": []}, "messages: at least one message is required"),
            ({"messages": "Hello"}, "messages: Input should be a valid list"),
            ({"messages": ["Hello"]}, "messages.0: Input should be an object"),
            ({"messages": [{"role": "user"}]}, "messages.0.content: Field required"),
            ({"messages": [{"role": "user", "content": 5}]}, "messages.0.content: Input should be a valid list"),
            ({"messages": [{"role": "user", "content": ""}]}, "messages: text content blocks must be non-empty"),
            (
                {"messages": [{"role": "user", "content": []}]},
                "messages.0.content: all messages must have non-empty",
            ),
            ({"messages": [{"role": "system", "content": "x"}]}, "messages.0.role: Input should be 'user' or"),
            ({"messages": [ASSISTANT, USER]}, 'first message must use the "user" role'),
            ({"messages": [USER, ASSISTANT]}, "messages: This model does not support assistant message prefill"),
            ({"messages": [{"role": "user", "content": ["x"]}]}, "messages.0.content.0.type: Field required"),
            (
                {"messages": [{"role": "user", "content": [{"type": "x"}]}]},
                "messages.0.content.0: Input tag 'x' found",
            ),
            (
                {"messages": [{"role": "user", "content": [IMAGE]}]},
                "messages.0.content.0.image.source.base64: invalid base64 data",
            ),
            ({"messages": [{"role": "user", "content": [RESULT]}]}, "unexpected `tool_use_id` found .*: toolu_1"),
            (
                {"messages": [USER, {"role": "assistant", "content": [CALL]}, USER]},
                "messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: toolu_1",
            ),
            ({"system": 5}, "system: Input should be a valid list"),
            ({"system": [{"type": "text", "text": ""}]}, "system: text content blocks must be non-empty"),
            ({"stop_sequences": [" "]}, "stop_sequences: each stop sequence must contain non-whitespace"),
            ({"thinking": {"type": "deep"}}, "thinking: Input tag 'deep' found"),
            ({"thinking": {"type": "enabled"}}, "thinking.enabled.budget_tokens: Field required"),
            ({"tools": [{"input_schema": {}}]}, "tools.0.name: Field required"),
            ({"tools": [{"name": "a b", "input_schema": {}}]}, "tools.0.custom.name: String should match pattern"),
            ({"tools": [{"name": "a"}]}, "tools.0.custom.input_schema: Field required"),
        ],
    )
    def test_names_the_wrong_field(self, bedrock: Any, fields: dict[str, Any], message: str) -> None:
        with pytest.raises(ClientError, match=message) as caught:
            list(stream(bedrock, body_of(**fields)))
        assert refusal_of(caught.value) == (400, "ValidationException")

    @pytest.mark.parametrize("field", ["anthropic_version", "max_tokens", "messages"])
    def test_names_the_missing_field(self, bedrock: Any, field: str) -> None:
        body = body_of()
        del body[field]
        with pytest.raises(ClientError, match=f"{field}: Field required"):
            invoke(bedrock, body)

    @pytest.mark.parametrize("body", ["no JSON", "[]"])
    def test_wants_a_json_object(self, bedrock: Any, body: str) -> None:
        with pytest.raises(ClientError, match="Malformed input request"):
            bedrock.invoke_model(modelId=HAIKU, body=body)

    def test_older_models_take_temperature_and_prefill(self, bedrock: Any) -> None:
        body = body_of(temperature=0.5, messages=[USER, ASSISTANT])
        assert invoke(bedrock, body, HAIKU_4_5)["stop_reason"] == "end_turn"

    @pytest.mark.parametrize(
        ("model", "status", "code"),
        [
            ("gpt-9", 400, "ValidationException"),
            ("anthropic.claude-3-sonnet-20240229-v1:0", 404, "ResourceNotFoundException"),
        ],
    )
    def test_refuses_models_that_it_does_not_serve(self, bedrock: Any, model: str, status: int, code: str) -> None:
        with pytest.raises(ClientError) as caught:
            invoke(bedrock, body_of(), model)
        assert refusal_of(caught.value) == (status, code)

    def test_takes_a_profiles_arn(self, bedrock: Any) -> None:
        arn = f"arn:aws:bedrock:us-east-1:123456789012:inference-profile/{HAIKU}"
        assert invoke(bedrock, body_of(), arn)["model"] == "claude-haiku-5-5"


class TestSignatures:
    @pytest.mark.parametrize("service", ["bedrock-runtime", "secretsmanager"])
    @pytest.mark.parametrize(
        ("wrong", "message"),
        [
            ({"key_id": "AKIASOMEBODYELSE"}, "UnrecognizedClientException.*: The security token .* is invalid"),
            ({"secret": "wrong"}, "InvalidSignatureException.*: The request signature we calculated"),
            ({"region": "eu-west-1"}, "InvalidSignatureException.*: Credential should be scoped to .*/us-east-1/"),
        ],
    )
    def test_only_the_known_caller_is_served(
        self, simulator: AwsSimulator, service: str, wrong: dict[str, str], message: str
    ) -> None:
        client = client_of(simulator, service, **wrong)  # type: ignore[arg-type]
        with pytest.raises(ClientError, match=message) as caught:
            client.get_secret_value(SecretId="any") if service == "secretsmanager" else invoke(client, body_of())
        client.close()
        status = 400 if service == "secretsmanager" else 403  # as AWS JSON 1.1 has it
        assert refusal_of(caught.value)[0] == status

    def test_an_unsigned_request_is_refused(self, simulator: AwsSimulator) -> None:
        response = urllib3.request("POST", f"{simulator.url}/model/{HAIKU}/invoke", json=body_of())
        assert response.status == 403
        assert response.headers["x-amzn-errortype"] == "MissingAuthenticationTokenException"
        assert "message" in response.json()
        assert response.headers["x-amzn-requestid"]

    def test_the_body_is_signed_too(self, simulator: AwsSimulator, bedrock: Any) -> None:
        assert invoke(bedrock, body_of())
        received = simulator.requests[-1]
        headers = {name: value for name, value in received.headers.items() if name != "content-length"}
        response = urllib3.request(
            "POST", f"{simulator.url}/model/{HAIKU}/invoke", body=json.dumps(body_of("Forged")), headers=headers
        )
        assert response.headers["x-amzn-errortype"] == "InvalidSignatureException"

    def test_a_colon_in_the_model_id_is_signed_percent_encoded(self, simulator: AwsSimulator, bedrock: Any) -> None:
        assert invoke(bedrock, body_of(), HAIKU_4_5)
        assert simulator.requests[-1].model_id == HAIKU_4_5.replace(":", "%3A")


class TestHistory:
    def test_tells_what_really_arrived(self, simulator: AwsSimulator, bedrock: Any) -> None:
        list(stream(bedrock, body_of("For the record")))
        received = simulator.requests[-1]
        assert received.operation == "InvokeModelWithResponseStream"
        assert received.model_id == HAIKU
        assert received.body == body_of("For the record")
        assert received.headers["authorization"].startswith("AWS4-HMAC-SHA256")


class TestSecrets:
    def test_the_current_version_holds_the_keys(self, simulator: AwsSimulator, secrets: Any) -> None:
        secret = secrets.get_secret_value(SecretId=simulator.secret_arn)
        assert json.loads(secret["SecretString"]) == {"ann": "key-1"}
        assert secret["ARN"] == simulator.secret_arn
        assert secret["VersionStages"] == ["AWSCURRENT"]
        assert secret["VersionId"]
        assert secret["CreatedDate"].year == 2026

    def test_without_a_rotation_there_is_no_previous_version(self, simulator: AwsSimulator, secrets: Any) -> None:
        with pytest.raises(ClientError, match="staging label: AWSPREVIOUS") as caught:
            secrets.get_secret_value(SecretId=simulator.secret_arn, VersionStage="AWSPREVIOUS")
        assert refusal_of(caught.value) == (400, "ResourceNotFoundException")

    def test_another_secret_is_not_found(self, secrets: Any) -> None:
        with pytest.raises(ClientError, match="can't find the specified secret") as caught:
            secrets.get_secret_value(SecretId="somebody-elses")
        assert refusal_of(caught.value) == (400, "ResourceNotFoundException")

    def test_a_rotation_keeps_the_old_keys_as_previous(self, background: Background) -> None:
        simulator = AwsSimulator(keys={"ann": "key-1"}, pace=FLAT_OUT)
        background.run(simulator.start())
        client = client_of(simulator, "secretsmanager")
        simulator.rotate({"ann": "key-2"})
        versions = {
            stage: json.loads(client.get_secret_value(SecretId=SECRET_ARN, VersionStage=stage)["SecretString"])
            for stage in ("AWSCURRENT", "AWSPREVIOUS")
        }
        client.close()
        background.run(simulator.close())
        assert versions == {"AWSCURRENT": {"ann": "key-2"}, "AWSPREVIOUS": {"ann": "key-1"}}


class TestFaultsBeforeTheFirstEvent:
    @pytest.mark.parametrize(
        ("prompt", "status", "code"),
        [
            ("/throttle", 429, "ThrottlingException"),
            ("/denied", 403, "AccessDeniedException"),
            ("/invalid", 400, "ValidationException"),
            ("/notfound", 404, "ResourceNotFoundException"),
            ("/unavailable", 503, "ServiceUnavailableException"),
            ("/overloaded please", 429, "ModelNotReadyException"),
            ("/error", 500, "InternalServerException"),
        ],
    )
    @pytest.mark.parametrize("call", [lambda *a: list(stream(*a)), invoke], ids=["stream", "invoke"])
    def test_are_http_errors(self, bedrock: Any, call: Any, prompt: str, status: int, code: str) -> None:
        with pytest.raises(ClientError) as caught:
            call(bedrock, body_of(prompt))
        assert refusal_of(caught.value) == (status, code)

    def test_denied_names_the_role_and_the_action(self, bedrock: Any) -> None:
        with pytest.raises(ClientError, match=r"assumed-role/.* bedrock:InvokeModelWithResponseStream on resource"):
            invoke(bedrock, body_of("/denied"))

    def test_only_the_last_user_message_counts(self, bedrock: Any) -> None:
        messages = [{"role": "user", "content": "/throttle"}, ASSISTANT, USER]
        assert invoke(bedrock, body_of(messages=messages))["stop_reason"] == "end_turn"

    def test_flaky_fails_so_many_times(self, bedrock: Any) -> None:
        outcomes = Counter[str]()
        for _ in range(3):
            try:
                outcomes[invoke(bedrock, body_of("/flaky 2"))["stop_reason"]] += 1
            except ClientError as error:
                outcomes[error.response["Error"]["Code"]] += 1
        assert outcomes == {"ServiceUnavailableException": 2, "end_turn": 1}

    def test_silent_waits_as_long_as_it_is_told(self, bedrock: Any) -> None:
        begun = time.monotonic()
        assert len(list(stream(bedrock, body_of("/silent 1")))) > 100
        assert time.monotonic() - begun >= 1

    @pytest.mark.parametrize("prompt", ["/silent", "/stall"])
    def test_silent_and_stall_leave_the_reader_waiting_behind_the_head(
        self, simulator: AwsSimulator, prompt: str
    ) -> None:
        client = client_of(simulator, "bedrock-runtime")
        body = client.invoke_model_with_response_stream(modelId=HAIKU, body=json.dumps(body_of(prompt)))["body"]
        body._raw_stream._fp.fp.raw._sock.settimeout(0.1)  # as botocore's StreamingBody does it
        with pytest.raises(urllib3.exceptions.ReadTimeoutError):
            list(body)
        body.close()
        client.close()
        assert until(lambda: simulator.active == 0)

    @pytest.mark.parametrize(
        ("operation", "prompt"),
        [("invoke_model_with_response_stream", "/hang"), ("invoke_model", "/hang"), ("invoke_model", "/stall")],
    )
    def test_hang_sends_not_even_the_head(self, simulator: AwsSimulator, operation: str, prompt: str) -> None:
        client = client_of(simulator, "bedrock-runtime", read_timeout=0.1)
        with pytest.raises(ReadTimeoutError):
            getattr(client, operation)(modelId=HAIKU, body=json.dumps(body_of(prompt)))
        client.close()
        assert until(lambda: simulator.active == 0)


class TestFaultsMidway:
    def read(self, bedrock: Any, prompt: str, error: type[Exception] | tuple[type[Exception], ...]) -> Any:
        """What came before the error, and the error."""
        events: list[dict[str, Any]] = []
        with pytest.raises(error) as caught:
            deque(map(events.append, stream(bedrock, body_of(prompt))), maxlen=0)
        return events, caught.value

    def test_throttle_midway_is_an_exception_of_the_stream(self, bedrock: Any) -> None:
        events, error = self.read(bedrock, "/throttle-midway", EventStreamError)
        assert error.response["Error"]["Code"] == "throttlingException"
        assert "Too many requests" in error.response["Error"]["Message"]
        assert len(deltas_of(events, "text_delta")) == 5

    def test_cut_breaks_the_connection_in_a_frame(self, bedrock: Any) -> None:
        events, _ = self.read(bedrock, "/cut", urllib3.exceptions.ProtocolError)
        assert len(deltas_of(events, "text_delta")) == 5

    def test_garbage_fails_the_checksum(self, bedrock: Any) -> None:
        events, _ = self.read(bedrock, "/garbage", ChecksumMismatch)
        assert len(deltas_of(events, "text_delta")) == 5

    def test_end_stops_as_if_all_were_well(self, bedrock: Any) -> None:
        assert list(stream(bedrock, body_of("/end")))[-1]["type"] == "content_block_delta"

    def test_an_error_event_is_the_last(self, bedrock: Any) -> None:
        last = list(stream(bedrock, body_of("/error-event")))[-1]
        assert last == {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}

    def test_come_even_in_a_short_answer(self, bedrock: Any) -> None:
        events = list(stream(bedrock, body_of("/end", max_tokens=2)))
        assert len(deltas_of(events, "text_delta")) == 2
        assert events[-1]["type"] == "content_block_delta"

    def test_cut_breaks_an_invoke_too(self, bedrock: Any) -> None:
        with pytest.raises(Exception, match=r"[Cc]onnection"):
            invoke(bedrock, body_of("/cut"))


class TestOtherAnswers:
    def test_surrogates_halve_an_emoji_over_two_deltas(self, bedrock: Any) -> None:
        response = bedrock.invoke_model_with_response_stream(modelId=HAIKU, body=json.dumps(body_of("/surrogates")))
        payloads = [part["chunk"]["bytes"] for part in response["body"]]
        halves = [index for index, data in enumerate(payloads) if rb"\ud83d" in data or rb"\ude00" in data]
        assert len(halves) == 2
        assert halves[1] == halves[0] + 1
        assert payloads[-1].find(b"message_stop") > 0

    def test_slow_says_two_pieces_a_second(self, bedrock: Any) -> None:
        begun = time.monotonic()
        list(stream(bedrock, body_of("/slow", max_tokens=2)))
        assert time.monotonic() - begun >= 0.5

    def test_long_has_as_many_pieces_as_asked(self, bedrock: Any) -> None:
        events = list(stream(bedrock, body_of("/long 321")))
        assert len(deltas_of(events, "text_delta")) == 321
        assert event_of(events, "message_delta")["delta"]["stop_reason"] == "end_turn"

    def test_refuse_stops_with_refusal(self, bedrock: Any) -> None:
        assert invoke(bedrock, body_of("/refuse"))["stop_reason"] == "refusal"


class TestPieces:
    @pytest.mark.parametrize(
        "text", ["", "It's 5°, naïve  café\n\n\t```x```", "天空,是蓝色。mixed混合", "👩‍👩‍👧 x\r\n"]
    )
    def test_joined_give_the_text_back(self, text: str) -> None:
        assert "".join(answers.pieces(text)) == text

    def test_are_as_short_as_tokens(self) -> None:
        assert answers.pieces("The sky is blue.") == ["The", " sky", " is", " blue", "."]
        assert answers.pieces("天空是蓝色") == ["天空", "是蓝", "色"]


class TestCommandLine:
    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_prints_where_it_is_and_stops_cleanly(self, number: int) -> None:
        command = [
            sys.executable,
            "-W",
            "error",
            "-m",
            "local.aws_simulator",
            "--key",
            "k",
            "--first-event-seconds",
            "0",
        ]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=os.getcwd()) as process:
            assert process.stdout
            told = json.loads(process.stdout.readline())
            answer = urllib3.request("GET", told["url"] + "/nothing")
            process.send_signal(number)
            assert process.wait(60) == 0
        assert told["secret_arn"].startswith("arn:aws:secretsmanager:")
        assert answer.headers["x-amzn-errortype"] == "UnknownOperationException"


def test_the_count_tokens_body_travels_in_base64(simulator: AwsSimulator, bedrock: Any) -> None:
    bedrock.count_tokens(modelId=HAIKU_BASE, input={"invokeModel": {"body": json.dumps(body_of())}})
    received = simulator.requests[-1]
    assert json.loads(base64.b64decode(received.body["input"]["invokeModel"]["body"])) == body_of()
