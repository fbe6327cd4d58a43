"""Our calls to AWS are boto3's: the same request on the wire, signed as botocore signs."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from claude_stream.auth import Keyring
from emulator.aws import sigv4
from emulator.http_server import Exchange
from tests.contract.aws_calls.asking import BODY, CREDENTIALS, HAIKU, HAIKU_4_5, service
from tests.contract.aws_calls.recorder import (
    GUARDRAIL,
    OPERATIONS,
    PROFILE_ARN,
    SECRET_ARN,
    TOKEN,
    Recorder,
    ask_boto3,
    ask_ours,
    boto3_client,
)


@pytest.mark.parametrize("guardrail", [None, GUARDRAIL])
@pytest.mark.parametrize("model", [HAIKU_4_5, PROFILE_ARN, "eu.anthropic.claude-haiku-5-5"])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_call_of_bedrock_is_boto3s(recorder: Recorder, operation: str, model: str, guardrail: Any) -> None:
    if operation == "CountTokens":
        model, guardrail = HAIKU_4_5, None  # CountTokens takes no others
    ask_ours(recorder.url, operation, model, CREDENTIALS, guardrail)
    ask_boto3(recorder.url, operation, model, CREDENTIALS, guardrail)
    ours, boto3s = recorder.exchanges[-2:]
    assert (ours.method, ours.target) == (boto3s.method, boto3s.target)
    headers_of_ours, headers_of_boto3s = recorder.last_two()
    assert headers_of_ours == headers_of_boto3s
    assert json.loads(recorder.bodies[-2]) == json.loads(recorder.bodies[-1])


def test_the_path_is_percent_encoded(recorder: Recorder) -> None:
    ask_ours(recorder.url, "InvokeModel", HAIKU_4_5, CREDENTIALS)
    ask_ours(recorder.url, "InvokeModel", PROFILE_ARN, CREDENTIALS)
    assert [exchange.path for exchange in recorder.exchanges[-2:]] == [
        "/model/anthropic.claude-haiku-4-5-20251001-v1%3A0/invoke",
        f"/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Ainference-profile%2F{HAIKU}/invoke",
    ]


def test_the_body_is_sent_byte_for_byte(recorder: Recorder) -> None:
    ask_ours(recorder.url, "InvokeModel", HAIKU, CREDENTIALS)
    assert recorder.bodies[-1] == BODY


@pytest.mark.parametrize("stage", ["AWSCURRENT", "AWSPREVIOUS"])
def test_a_read_of_the_secret_is_boto3s(recorder: Recorder, stage: str) -> None:
    Keyring(service(recorder.url, "secretsmanager"), SECRET_ARN).name_of("b")
    ours = next(
        index
        for index, body in enumerate(recorder.bodies)
        if SECRET_ARN.encode() in body and stage.encode() in body
    )
    recorder.exchanges.append(recorder.exchanges[ours])
    recorder.bodies.append(recorder.bodies[ours])
    client = boto3_client("secretsmanager", recorder.url)
    client.get_secret_value(SecretId=SECRET_ARN, VersionStage=stage)
    client.close()
    assert recorder.exchanges[-2].target == recorder.exchanges[-1].target == "/"
    headers_of_ours, headers_of_boto3s = recorder.last_two()
    assert headers_of_ours == headers_of_boto3s
    assert json.loads(recorder.bodies[-2]) == json.loads(recorder.bodies[-1])


def verify(exchange: Exchange, body: bytes, name: str) -> None:
    headers = {key: exchange.header(key) for key, _ in exchange.headers}
    url = f"http://{exchange.header('host')}{exchange.target}"
    sigv4.verify(sigv4.SignedRequest(exchange.method, url, headers, body), name)


@pytest.mark.parametrize("ask", [ask_ours, ask_boto3])
@pytest.mark.parametrize("model", [HAIKU_4_5, PROFILE_ARN])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_signature_is_the_one_that_botocore_computes(
    recorder: Recorder, operation: str, model: str, ask: Callable[..., None]
) -> None:
    ask(recorder.url, operation, model, CREDENTIALS)
    exchange, body = recorder.exchanges[-1], recorder.bodies[-1]
    verify(exchange, body, "bedrock")
    with pytest.raises(Exception, match="signature"):
        verify(exchange, body + b" ", "bedrock")


def test_what_is_signed(recorder: Recorder) -> None:
    ask_ours(recorder.url, "InvokeModelWithResponseStream", HAIKU, CREDENTIALS, GUARDRAIL)
    authorization = recorder.exchanges[-1].header("authorization")
    signed = authorization.partition("SignedHeaders=")[2].partition(",")[0].split(";")
    sent = {name for name, _ in recorder.exchanges[-1].headers}
    assert set(signed) == sent - {"authorization", "content-length"}


@pytest.mark.parametrize("ask", [ask_ours, ask_boto3])
def test_a_session_token_is_sent_and_signed(recorder: Recorder, ask: Callable[..., None]) -> None:
    ask(recorder.url, "InvokeModel", HAIKU, CREDENTIALS._replace(token=TOKEN))
    exchange = recorder.exchanges[-1]
    assert exchange.header("x-amz-security-token") == TOKEN
    assert "x-amz-security-token" in exchange.header("authorization").partition("SignedHeaders=")[2]
    verify(exchange, recorder.bodies[-1], "bedrock")


def test_without_a_session_token_there_is_no_header(recorder: Recorder) -> None:
    ask_ours(recorder.url, "InvokeModel", HAIKU, CREDENTIALS)
    assert recorder.exchanges[-1].header("x-amz-security-token", "none") == "none"
