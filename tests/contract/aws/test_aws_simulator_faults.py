"""The faults that the simulated Bedrock plays, as boto3, the client of the deployed code, sees them."""

import json
import time
from collections import Counter, deque
from typing import Any

import pytest
import urllib3
from botocore.eventstream import ChecksumMismatch
from botocore.exceptions import ClientError, EventStreamError, ReadTimeoutError

from emulator.aws.bedrock import answers
from emulator.aws.simulator import AwsSimulator
from tests.contract.aws.asking_aws import (
    HAIKU,
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
            ("/daily", 429, "ThrottlingException"),
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

    def test_daily_says_that_the_days_tokens_are_used_up(self, bedrock: Any) -> None:
        with pytest.raises(ClientError, match="Too many tokens per day, please wait before trying again"):
            invoke(bedrock, body_of("/daily"))

    @pytest.mark.parametrize(
        ("prompt", "status"),
        [("/bare", 502), ("/bare 403", 403), ("/bare 413", 413), ("/bare 502", 502), ("/bare 7", 502)],
    )
    def test_bare_is_a_proxys_page_without_a_word_of_aws(
        self, simulator: AwsSimulator, bedrock: Any, prompt: str, status: int
    ) -> None:
        with pytest.raises(ClientError) as caught:
            invoke(bedrock, body_of(prompt))
        metadata = caught.value.response["ResponseMetadata"]
        assert metadata["HTTPStatusCode"] == status
        assert metadata["HTTPHeaders"]["content-type"] == "text/html"
        assert not [name for name in metadata["HTTPHeaders"] if name.startswith("x-amz")]

    def test_only_the_last_user_message_counts(self, bedrock: Any) -> None:
        messages = [
            {"role": "user", "content": "/throttle"},
            {"role": "assistant", "content": "Hi"},
            {"role": "user", "content": "Hello"},
        ]
        assert invoke(bedrock, body_of(messages=messages))["stop_reason"] == "end_turn"

    def test_flaky_fails_as_many_times_as_it_says(self, bedrock: Any) -> None:
        outcomes = Counter[str]()
        for _ in range(3):
            try:
                outcomes[invoke(bedrock, body_of("/flaky 2"))["stop_reason"]] += 1
            except ClientError as error:
                outcomes[error.response["Error"]["Code"]] += 1
        assert outcomes == {"ServiceUnavailableException": 2, "end_turn": 1}

    def test_silent_waits_as_long_as_it_says(self, bedrock: Any) -> None:
        begun = time.monotonic()
        assert len(list(stream(bedrock, body_of("/silent 1")))) > 100
        assert time.monotonic() - begun >= 1

    @pytest.mark.parametrize("prompt", ["/silent", "/stall"])
    def test_silent_and_stall_leave_the_reader_waiting_behind_the_head(
        self, simulator: AwsSimulator, prompt: str
    ) -> None:
        client = client_of(simulator, "bedrock-runtime")
        body = client.invoke_model_with_response_stream(modelId=HAIKU, body=json.dumps(body_of(prompt)))["body"]
        body._raw_stream._fp.fp.raw._sock.settimeout(0.1)  # as botocore's StreamingBody does
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
        """The events before the error, and the error."""
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

    def test_null_usage_forgets_at_the_end_what_it_counted_at_the_beginning(self, bedrock: Any) -> None:
        events = list(stream(bedrock, body_of("/null-usage")))
        assert events[0]["message"]["usage"]["input_tokens"] > 0
        assert event_of(events, "message_delta")["usage"] == {
            "input_tokens": None,
            "cache_read_input_tokens": None,
            "cache_creation_input_tokens": 0,
            "output_tokens": len(deltas_of(events, "text_delta")),
        }


class TestGuardrails:
    """https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-input-tagging-base-inference.html"""

    ACTION = "amazon-bedrock-guardrailAction"

    def test_one_that_intervenes_says_so_in_the_last_event_only(self, bedrock: Any) -> None:
        events = list(stream(bedrock, body_of("/intervene")))
        assert text_of(events) == answers.BLOCKED
        assert event_of(events, "message_delta")["delta"]["stop_reason"] == "end_turn"
        assert [event[self.ACTION] for event in events if self.ACTION in event] == ["INTERVENED"]
        assert self.ACTION in events[-1]

    def test_one_that_intervenes_says_so_in_a_whole_message(self, bedrock: Any) -> None:
        message = invoke(bedrock, body_of("/intervene"))
        assert message["content"] == [{"type": "text", "text": answers.BLOCKED}]
        assert (message["stop_reason"], message[self.ACTION]) == ("end_turn", "INTERVENED")

    def test_one_that_has_nothing_to_say_says_none(self, bedrock: Any) -> None:
        named = {"guardrailIdentifier": "gr1a2b3c4d5e", "guardrailVersion": "1"}
        response = bedrock.invoke_model(modelId=HAIKU, body=json.dumps(body_of()), **named)
        assert json.load(response["body"])[self.ACTION] == "NONE"
        assert self.ACTION not in invoke(bedrock, body_of())

    @pytest.mark.parametrize("named", [{"guardrailIdentifier": "gr1a2b3c4d5e"}, {"guardrailVersion": "1"}])
    def test_an_identifier_goes_with_a_version(self, bedrock: Any, named: dict[str, str]) -> None:
        with pytest.raises(ClientError, match="must be specified together") as caught:
            bedrock.invoke_model(modelId=HAIKU, body=json.dumps(body_of()), **named)
        assert refusal_of(caught.value) == (400, "ValidationException")
