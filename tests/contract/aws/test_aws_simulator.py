"""What the simulated AWS promises, as boto3, the client of the deployed code, sees it."""

import base64
import json
import os
import signal
import subprocess
import sys
import time
from typing import Any, ClassVar

import pytest
import urllib3
from botocore.exceptions import ClientError

from emulator.aws.bedrock import answers
from emulator.aws.simulator import SECRET_ARN, AwsSimulator, Pace
from emulator.background import Background
from tests.contract.aws.asking_aws import (
    FLAT_OUT,
    HAIKU,
    HAIKU_4_5,
    HAIKU_4_5_BASE,
    SONNET,
    WEATHER,
    body_of,
    client_of,
    deltas_of,
    event_of,
    invoke,
    refusal_of,
    stream,
    text_of,
    until,
)


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

    def test_ends_when_nobody_reads_it_any_more(self, simulator: AwsSimulator, bedrock: Any) -> None:
        assert until(lambda: simulator.active == 0)
        events = stream(bedrock, body_of("/slow"))
        next(events)
        assert simulator.active == 1
        events.close()  # type: ignore[attr-defined]
        assert until(lambda: simulator.active == 0)


class TestCaching:
    MARK: ClassVar = {"cache_control": {"type": "ephemeral"}}

    def usage(self, bedrock: Any, model: str = SONNET, **fields: Any) -> tuple[int, int, int]:
        """Tokens that were neither, that were written and that were read."""
        counted = next(stream(bedrock, body_of(**fields), model))["message"]["usage"]
        return tuple(counted[f"{kind}input_tokens"] for kind in ("", "cache_creation_", "cache_read_"))

    def system(self, tokens: int, first: str = "word") -> list[dict[str, Any]]:
        return [{"type": "text", "text": first + " word" * (tokens - 2), **self.MARK}]  # its type is a token

    @pytest.mark.parametrize(
        ("model", "minimum"), [(HAIKU_4_5, 4096), (SONNET, 1024), ("us.anthropic.claude-opus-4-7", 2048)]
    )
    def test_a_prompt_under_the_models_minimum_is_not_cached(self, bedrock: Any, model: str, minimum: int) -> None:
        under, enough = self.system(minimum - 1, "under"), self.system(minimum, "enough")
        for _ in range(2):
            assert self.usage(bedrock, model, system=under)[1:] == (0, 0)
        assert self.usage(bedrock, model, system=enough)[1:] == (minimum, 0)
        assert self.usage(bedrock, model, system=enough)[1:] == (0, minimum)

    def test_reads_the_beginning_of_a_conversation_from_the_cache(self, bedrock: Any) -> None:
        def said(text: str, **mark: Any) -> list[Any]:
            return [{"type": "text", "text": text, **mark}]

        question = "A first question." + " word" * 1100
        turns: list[Any] = [{"role": "user", "content": said(question, **self.MARK)}]
        _, written, read = self.usage(bedrock, messages=turns)
        turns = [
            {"role": "user", "content": question},
            {"role": "assistant", "content": said("An answer.")},
            {"role": "user", "content": said("A second question.", **self.MARK)},
        ]
        assert (written > 0, read) == (True, 0)
        _, more, read = self.usage(bedrock, messages=turns)
        assert (more > 0, read) == (True, written)


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
    """https://docs.aws.amazon.com/bedrock/latest/userguide/count-tokens.md"""

    def test_counts_what_invoke_charges(self, bedrock: Any) -> None:
        body = body_of("How many?", system="Be brief.", tools=[WEATHER])
        counted = bedrock.count_tokens(modelId=HAIKU_4_5_BASE, input={"invokeModel": {"body": json.dumps(body)}})
        assert counted["inputTokens"] == invoke(bedrock, body, HAIKU_4_5)["usage"]["input_tokens"]

    @pytest.mark.parametrize(
        "model",
        [
            HAIKU,
            HAIKU_4_5,
            "anthropic.claude-haiku-5-5",
            "anthropic.claude-opus-4-6-v1",
            "anthropic.claude-sonnet-5",
        ],
    )
    def test_refuses_profiles_and_models_that_have_nothing_but_profiles(self, bedrock: Any, model: str) -> None:
        with pytest.raises(ClientError, match="The provided model doesn't support counting tokens") as caught:
            bedrock.count_tokens(modelId=model, input={"invokeModel": {"body": json.dumps(body_of())}})
        assert refusal_of(caught.value) == (400, "ValidationException")

    def test_wants_a_body_that_invoke_would_take(self, bedrock: Any) -> None:
        body = body_of()
        del body["max_tokens"]
        with pytest.raises(ClientError, match="max_tokens: Field required"):
            bedrock.count_tokens(modelId=HAIKU_4_5_BASE, input={"invokeModel": {"body": json.dumps(body)}})


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
    @pytest.mark.parametrize(
        ("model", "thinking"),
        [(HAIKU, {"type": "adaptive"}), (HAIKU_4_5, {"type": "enabled", "budget_tokens": 1024})],
    )
    def test_comes_first_as_a_signed_block_of_its_own(
        self, bedrock: Any, model: str, thinking: dict[str, Any]
    ) -> None:
        events = list(stream(bedrock, body_of(thinking=thinking, max_tokens=2000), model))
        starts = [event for event in events if event["type"] == "content_block_start"]
        assert [(start["index"], start["content_block"]["type"]) for start in starts] == [
            (0, "thinking"),
            (1, "text"),
        ]
        assert "".join(delta["thinking"] for delta in deltas_of(events, "thinking_delta")) == answers.THOUGHT
        assert deltas_of(events, "signature_delta")[0]["signature"]
        assert text_of(events)

    @pytest.mark.parametrize("model", [SONNET, "global.anthropic.claude-opus-5-5"])
    def test_the_largest_of_5_5_think_unasked(self, bedrock: Any, model: str) -> None:
        assert [block["type"] for block in invoke(bedrock, body_of(), model)["content"]] == ["thinking", "text"]

    def test_between_tools_is_as_little_as_sonnet_5_5_thinks(self, bedrock: Any) -> None:
        message = invoke(bedrock, body_of(thinking={"type": "between_tools"}), SONNET)
        assert [block["type"] for block in message["content"]] == ["text"]

    def test_counts_towards_max_tokens(self, bedrock: Any) -> None:
        message = invoke(bedrock, body_of(max_tokens=5), SONNET)
        assert [block["type"] for block in message["content"]] == ["thinking"]
        assert message["stop_reason"] == "max_tokens"
        assert message["usage"]["output_tokens"] == 5


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
            "emulator.aws.simulator",
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
    bedrock.count_tokens(modelId=HAIKU_4_5_BASE, input={"invokeModel": {"body": json.dumps(body_of())}})
    received = simulator.requests[-1]
    assert json.loads(base64.b64decode(received.body["input"]["invokeModel"]["body"])) == body_of()
