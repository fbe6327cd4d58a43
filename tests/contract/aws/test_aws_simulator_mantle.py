"""Bedrock Mantle's count of tokens, as Anthropic's own client of that endpoint sees it."""

import json
from collections.abc import Iterator
from typing import Any

import anthropic
import httpx
import pytest
from anthropic.types import MessageParam
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from emulator.aws.simulator import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY, AwsSimulator
from emulator.background import Background
from tests.contract.aws.asking_aws import HAIKU, WEATHER, body_of, invoke

MODEL = "anthropic.claude-haiku-5-5"
HELLO: list[MessageParam] = [{"role": "user", "content": "Hello"}]


def client_of(simulator: AwsSimulator, secret: str = SECRET_ACCESS_KEY) -> anthropic.AnthropicBedrockMantle:
    return anthropic.AnthropicBedrockMantle(
        base_url=f"{simulator.url}/anthropic",
        aws_region=REGION,
        aws_access_key=ACCESS_KEY_ID,
        aws_secret_key=secret,
        max_retries=0,
    )


@pytest.fixture(scope="module")
def mantle(simulator: AwsSimulator) -> Iterator[anthropic.AnthropicBedrockMantle]:
    with client_of(simulator) as client:
        yield client


def test_counts_what_invoke_charges_for_a_model_that_runtime_does_not_count(
    simulator: AwsSimulator, bedrock: Any, mantle: anthropic.AnthropicBedrockMantle
) -> None:
    asked: Any = {"messages": HELLO, "system": "Be brief.", "tools": [WEATHER]}
    counted = mantle.messages.count_tokens(model=MODEL, **asked)
    received = simulator.requests[-1]
    assert (received.operation, received.model_id) == ("MantleCountTokens", MODEL)
    assert received.body == {"model": MODEL, **asked}
    assert counted.input_tokens == invoke(bedrock, body_of(**asked), HAIKU)["usage"]["input_tokens"]


@pytest.mark.parametrize(
    "model", ["anthropic.claude-opus-4-6", "anthropic.claude-opus-4-6-v1", "anthropic.claude-haiku-4-5"]
)
def test_a_model_goes_by_its_id_without_region_and_date(
    mantle: anthropic.AnthropicBedrockMantle, model: str
) -> None:
    assert mantle.messages.count_tokens(model=model, messages=HELLO).input_tokens > 0


@pytest.mark.parametrize("model", [HAIKU, "claude-haiku-5-5", "anthropic.claude-haiku-4-5-20251001-v1:0"])
def test_no_other_id_is_found(mantle: anthropic.AnthropicBedrockMantle, model: str) -> None:
    with pytest.raises(anthropic.NotFoundError) as caught:
        mantle.messages.count_tokens(model=model, messages=HELLO)
    assert caught.value.body == {
        "type": "error",
        "error": {"type": "not_found_error", "message": f"model: {model}"},
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [("max_tokens", 9), ("temperature", 1), ("stream", False), ("anthropic_version", "bedrock-2023-05-31")],
)
def test_fields_that_only_an_answer_needs_are_refused(
    mantle: anthropic.AnthropicBedrockMantle, field: str, value: object
) -> None:
    with pytest.raises(anthropic.BadRequestError, match=f"{field}: Extra inputs are not permitted"):
        mantle.messages.count_tokens(model=MODEL, messages=HELLO, extra_body={field: value})


def test_a_body_is_checked_as_invoke_checks_it(mantle: anthropic.AnthropicBedrockMantle) -> None:
    with pytest.raises(anthropic.BadRequestError, match="text content blocks must contain non-whitespace text"):
        mantle.messages.count_tokens(model=MODEL, messages=[{"role": "user", "content": " "}])


def test_faults_are_played_in_anthropics_shape(mantle: anthropic.AnthropicBedrockMantle) -> None:
    with pytest.raises(anthropic.RateLimitError) as caught:
        mantle.messages.count_tokens(model=MODEL, messages=[{"role": "user", "content": "/daily"}])
    assert json.loads(caught.value.response.text)["error"]["type"] == "rate_limit_error"


def test_the_signature_is_for_bedrock_mantle(simulator: AwsSimulator) -> None:
    assert post(simulator, "bedrock-mantle").status_code == 200
    refused = post(simulator, "bedrock")
    assert refused.status_code == 403
    assert "Credential should be scoped to" in refused.text
    assert "/bedrock-mantle/aws4_request" in refused.text
    with client_of(simulator, "wrong") as client, pytest.raises(anthropic.PermissionDeniedError):
        client.messages.count_tokens(model=MODEL, messages=HELLO)


def test_the_apis_version_has_to_be_in_a_header(simulator: AwsSimulator) -> None:
    refused = post(simulator, "bedrock-mantle", version="")
    assert (refused.status_code, refused.json()["error"]["message"]) == (
        400,
        "anthropic-version: header is required",
    )


def test_a_policy_may_deny_it(background: Background) -> None:
    simulator = AwsSimulator(keys={}, denied=["MantleCountTokens"])
    background.run(simulator.start())
    with (
        client_of(simulator) as client,
        pytest.raises(anthropic.PermissionDeniedError, match="project/default") as caught,
    ):
        client.messages.count_tokens(model=MODEL, messages=HELLO)
    background.run(simulator.close())
    assert "not authorized to perform: bedrock-mantle:CountTokens" in str(caught.value)


def post(simulator: AwsSimulator, service: str, *, version: str = "2023-06-01") -> Any:
    """A count that is signed for `service`, sent by a client that knows nothing of AWS."""
    url = f"{simulator.url}/anthropic/v1/messages/count_tokens"
    headers = {"content-type": "application/json", **({"anthropic-version": version} if version else {})}
    body = json.dumps({"model": MODEL, "messages": HELLO})
    request = AWSRequest("POST", url, data=body, headers=headers)
    SigV4Auth(Credentials(ACCESS_KEY_ID, SECRET_ACCESS_KEY), service, REGION).add_auth(request)
    return httpx.post(url, content=body, headers=dict(request.headers), timeout=60)
