"""What Bedrock does and a kind simulator would not: counts that become null, guardrails, quotas, proxies."""

import json
from typing import Any

import anthropic
import httpx
import openai
import pytest

from tests.asking import HAIKU, body_of, eventually, model_calls, refusal
from tests.conftest import KEY, Deploy, Deployment
from tests.sse_reading import ask

CHAT = {"model": "claude-haiku-5-5", "max_completion_tokens": 500}


def chat(prompt: str, **fields: object) -> dict[str, object]:
    return {**CHAT, "messages": [{"role": "user", "content": prompt}], **fields}


def done_of(deployment: Deployment, prompt: str) -> dict[str, Any]:
    """The last event of /stream."""
    data: dict[str, Any] = ask(deployment.http, "GET", "/stream", params={"prompt": prompt})[-1].data
    return data


def chunks(response: httpx.Response) -> list[dict[str, Any]]:
    lines = [line.removeprefix("data: ") for line in response.text.splitlines() if line.startswith("data: ")]
    return [json.loads(line) for line in lines if line != "[DONE]"]


def test_a_null_in_a_later_usage_takes_no_count_back(deployment: Deployment) -> None:
    done = done_of(deployment, "/null-usage")
    assert done["usage"]["input_tokens"] > 0
    assert done["usage"]["output_tokens"] > 1
    streamed = deployment.http.post(
        "/v1/chat/completions", json=chat("/null-usage", stream=True, stream_options={"include_usage": True})
    )
    usage = chunks(streamed)[-1]["usage"]
    assert usage["prompt_tokens"] > 0


def test_a_guardrail_that_intervened_is_said_on_every_route(deployment: Deployment) -> None:
    http = deployment.http
    assert done_of(deployment, "/intervene")["guardrail_action"] == "INTERVENED"
    streamed = http.post("/v1/messages", json=body_of("/intervene", stream=True)).text
    assert '"amazon-bedrock-guardrailAction":"INTERVENED"' in streamed.replace(" ", "")
    assert (
        http.post("/v1/messages", json=body_of("/intervene")).json()["amazon-bedrock-guardrailAction"]
        == "INTERVENED"
    )
    whole = http.post("/v1/chat/completions", json=chat("/intervene")).json()
    assert whole["choices"][0]["finish_reason"] == "content_filter"
    last = chunks(http.post("/v1/chat/completions", json=chat("/intervene", stream=True)))[-1]
    assert last["choices"][0]["finish_reason"] == "content_filter"


def test_a_daily_quota_gives_no_false_hope(deployment: Deployment) -> None:
    response = deployment.http.post("/v1/messages", json=body_of("/daily"))
    assert "daily quota" in refusal(response, 429, "rate_limit_error")
    assert "retry-after" not in response.headers
    assert response.headers["x-should-retry"] == "false"


@pytest.mark.parametrize(("prompt", "calls"), [("/throttle three tries", 3), ("/daily three tries", 1)])
def test_each_try_of_an_sdk_is_one_call_of_bedrock(deploy: Deploy, prompt: str, calls: int) -> None:
    deployment = deploy()
    with anthropic.Anthropic(base_url=deployment.url.url, api_key=KEY, max_retries=2) as client:
        client._calculate_retry_timeout = lambda *_: 0.01  # type: ignore[method-assign]
        with pytest.raises(anthropic.RateLimitError):
            client.messages.create(**body_of(prompt))
    assert len(model_calls(deployment.simulator)) == calls


@pytest.mark.parametrize(
    ("status", "answered", "kind"),
    [
        (403, 403, "permission_error"),
        (413, 413, "request_too_large"),
        (502, 503, "overloaded_error"),
        (504, 504, "timeout_error"),
    ],
)
def test_a_proxys_answer_is_understood_by_its_status(
    deployment: Deployment, status: int, answered: int, kind: str
) -> None:
    message = refusal(deployment.http.post("/v1/messages", json=body_of(f"/bare {status}")), answered, kind)
    assert "<" not in message


def test_tokens_are_counted_where_bedrock_runtime_does_not(deploy: Deploy) -> None:
    deployment = deploy()
    for _ in range(2):
        assert deployment.http.post("/v1/messages/count_tokens", json=body_of()).json()["input_tokens"] > 0
    asked = [request.operation for request in model_calls(deployment.simulator)]
    assert asked == ["CountTokens", "MantleCountTokens", "MantleCountTokens"], "what was refused is remembered"


def test_where_nobody_counts_it_is_a_sentence(deploy: Deploy) -> None:
    for deployment in (
        deploy(denied=["MantleCountTokens"]),
        deploy(variables={"AWS_ENDPOINT_URL_BEDROCK_MANTLE": "http://127.0.0.1:9"}),
    ):
        response = deployment.http.post("/v1/messages/count_tokens", json=body_of())
        assert "Bedrock does not count tokens for" in refusal(response, 400, "invalid_request_error")
        assert response.headers["x-should-retry"] == "false"


def test_without_a_number_an_answer_has_the_stages_default(deploy: Deploy) -> None:
    deployment = deploy(variables={"DEFAULT_MAX_TOKENS": "7"})
    done_of(deployment, "Hello")
    with openai.OpenAI(base_url=f"{deployment.url.url}/v1", api_key=KEY, max_retries=0) as client:
        client.chat.completions.create(model="claude-haiku-5-5", messages=[{"role": "user", "content": "Hello"}])
    asked = [(request.model_id, request.body["max_tokens"]) for request in model_calls(deployment.simulator)]
    assert asked == [(HAIKU, 7), (HAIKU, 7)]


def test_metrics_pass_a_level_filter(deploy: Deploy) -> None:
    deployment = deploy(application_log_level="FATAL")
    deployment.http.get("/healthz")
    assert eventually(lambda: deployment.url.logs)
    (line,) = [json.loads(line) for line in deployment.url.logs if '"_aws"' in line]
    assert (line["level"], line["Route"]) == ("FATAL", "/healthz")
