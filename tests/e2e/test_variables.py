"""The function's variables: a bad one is named at start; the guardrail's are sent with every prompt."""

import pytest

from emulator.aws.simulator import AwsSimulator
from tests.asking import SONNET, body_of, model_calls
from tests.conftest import Deploy


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("API_KEY_SECRET_ARN", "", "is not set"),
        ("DEFAULT_MODEL", " ", "is not set"),
        ("ALLOWED_MODELS", "", "is not set"),
        ("ALLOWED_MODELS", SONNET, "has to begin with DEFAULT_MODEL"),
        ("MAX_TOKENS_LIMIT", "", "is not set"),
        ("MAX_TOKENS_LIMIT", "lots", "whole number"),
        ("HEARTBEAT_SECONDS", "0", "number of seconds"),
        ("FIRST_EVENT_WAIT_SECONDS", "soon", "number of seconds"),
        ("GUARDRAIL_ID", "gr-1", "both or neither"),
        ("GUARDRAIL_VERSION", "1", "both or neither"),
        ("AWS_REGION", "", "is not set"),
        ("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "ftp://bedrock", "has to begin with"),
        ("AWS_ENDPOINT_URL_SECRETS_MANAGER", "localhost:1", "has to begin with"),
    ],
)
def test_a_bad_variable_is_named_at_start(deploy: Deploy, variable: str, value: str, says: str) -> None:
    deployment = deploy(variables={variable: value})
    deployment.http.get("/healthz")
    assert len(deployment.url.init_errors) == 1
    message = deployment.url.init_errors[0]["errorMessage"]
    assert variable in message
    assert says in message
    assert deployment.url.breaches == []


def test_the_guardrail_goes_with_every_prompt(deploy: Deploy) -> None:
    deployment = deploy(variables={"GUARDRAIL_ID": "gr-1", "GUARDRAIL_VERSION": "7"})
    deployment.http.get("/stream", params={"prompt": "Hello"})
    deployment.http.post("/v1/messages", json=body_of())
    assert guardrails(deployment.simulator) == [("gr-1", "7")] * 2


def guardrails(simulator: AwsSimulator) -> list[tuple[str, str]]:
    names = ("x-amzn-bedrock-guardrailidentifier", "x-amzn-bedrock-guardrailversion")
    return [(call.headers[names[0]], call.headers[names[1]]) for call in model_calls(simulator)]
