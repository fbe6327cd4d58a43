"""How the contract tests of the simulated AWS ask it: with boto3, the client of the deployed code."""

import json
import time
from collections.abc import Iterator
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from emulator.aws.simulator import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY, AwsSimulator, Pace

HAIKU = "global.anthropic.claude-haiku-5-5"
SONNET = "us.anthropic.claude-sonnet-5-5"
HAIKU_4_5 = "us.anthropic.claude-haiku-4-5-20251001-v1:0"
HAIKU_4_5_BASE = "anthropic.claude-haiku-4-5-20251001-v1:0"  # counted, but not invoked
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
USER = {"role": "user", "content": "Hello"}
ASSISTANT = {"role": "assistant", "content": "Hi"}
SYSTEM = {"role": "system", "content": "Be brief."}
TEXT = {"type": "text", "text": "Hello"}
TOOL: dict[str, Any] = {"name": "a", "input_schema": {"type": "object", "properties": {}}}


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


def refused(client: Any, body: dict[str, Any], model: str = HAIKU) -> str:
    """The message of the ValidationException that `body` meets; empty where it is answered."""
    try:
        invoke(client, body, model)
    except ClientError as error:
        if refusal_of(error) != (400, "ValidationException"):
            raise
        return str(error.response["Error"]["Message"])
    return ""
