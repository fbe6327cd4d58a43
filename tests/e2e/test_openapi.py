"""`docs/openapi.yaml` is true: recorded exchanges conform to it, and so does every exchange of schemathesis."""

import json
import re
from typing import Any

import httpx
import pytest
import schemathesis
import yaml
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from claude_stream.routes import Routes
from claude_stream.settings import Settings
from emulator.background import Background
from tests.asking import body_of
from tests.conftest import KEY, Deploy, Deployment
from tests.e2e.keeping import keeping, new_id
from tests.places import ROOT

DESCRIPTION = ROOT / "docs/openapi.yaml"
SPEC: dict[str, Any] = yaml.safe_load(DESCRIPTION.read_text())
BEARER = {"x-api-key": "", "authorization": f"Bearer {KEY}"}
JSON = {"content-type": "application/json"}
CHAT = {"messages": [{"role": "user", "content": "Hello"}]}
TOOLS = [{"type": "function", "function": {"name": "w", "parameters": {"type": "object"}}}]


def resolved(node: Any) -> Any:
    """The node, or what its $ref points to."""
    while isinstance(node, dict) and "$ref" in node:
        target: Any = SPEC
        for name in node["$ref"].removeprefix("#/").split("/"):
            target = target[name]
        node = target
    return node


def conforms(response: httpx.Response, path: str) -> None:
    """Asserts that status, headers and body are as the description says."""
    operation = SPEC["paths"][path][response.request.method.lower()]
    assert str(response.status_code) in operation["responses"], response.text
    described = resolved(operation["responses"][str(response.status_code)])
    for name, header in described.get("headers", {}).items():
        assert name in response.headers or not resolved(header).get("required"), name
    media_type = response.headers["content-type"].partition(";")[0]
    schema = described["content"][media_type]["schema"]
    if media_type == "application/json":
        validator = Draft202012Validator({**schema, "components": SPEC["components"]})
        assert [error.message for error in validator.iter_errors(response.json())] == []


@pytest.fixture(scope="module")
def deployment(deploy: Deploy, background: Background) -> Deployment:
    return keeping(deploy, background)


NOBODYS = "0f8fad5b-d9cb-469f-a165-70867728950e"  # the id of no answer
EXCHANGES: list[tuple[str, str, dict[str, Any], int]] = [
    ("GET", "/healthz", {}, 200),
    ("GET", "/stream", {"params": {"prompt": "Hello"}}, 200),
    ("GET", "/stream", {"params": {"prompt": ""}}, 400),
    ("GET", "/stream", {"params": {"prompt": "Hello", "model": "gpt"}}, 404),
    ("GET", "/stream", {"params": {"prompt": "/denied"}}, 403),
    ("GET", "/v1/models", {}, 200),
    ("GET", "/v1/models", {"params": {"limit": "1"}}, 200),
    ("GET", "/v1/models", {"params": {"limit": "none"}}, 400),
    ("GET", "/v1/models", {"headers": BEARER}, 200),
    ("GET", "/v1/models", {"headers": {"x-api-key": "", "authorization": "Bearer wrong"}}, 401),
    ("GET", "/v1/models/claude-haiku-5-5", {}, 200),
    ("GET", "/v1/models/claude-haiku-5-5", {"headers": BEARER}, 200),
    ("GET", "/v1/models/gpt", {}, 404),
    ("GET", f"/v1/answers/{NOBODYS}", {}, 404),
    ("GET", "/v1/answers/1", {}, 400),
    ("POST", f"/v1/answers/{NOBODYS}/cancel", {}, 404),
    ("DELETE", f"/v1/answers/{NOBODYS}", {}, 404),
    ("GET", "/v1/usage", {}, 200),
    ("GET", "/v1/usage", {"headers": {"x-api-key": "wrong"}}, 401),
    ("GET", "/v1/models/gpt", {"headers": BEARER}, 404),
    *(
        (method, path, {"headers": {"x-api-key": key}}, 401)
        for key in ("", "wrong")
        for method, path in (("GET", "/stream"), ("GET", "/v1/models"), ("POST", "/v1/messages"))
    ),
    ("POST", "/v1/chat/completions", {"headers": {"x-api-key": "wrong"}}, 401),
    ("POST", "/v1/messages", {"json": body_of("你好")}, 200),
    ("POST", "/v1/messages", {"json": body_of("Hello", stream=True)}, 200),
    ("POST", "/v1/messages", {"content": b"{"}, 400),
    ("POST", "/v1/messages", {"content": b" " * (5 * 1024 * 1024 + 1), "headers": JSON}, 413),
    ("POST", "/v1/chat/completions", {"content": b" " * (5 * 1024 * 1024 + 1), "headers": JSON}, 413),
    ("POST", "/v1/messages/count_tokens", {"json": body_of()}, 200),
    ("POST", "/v1/messages/count_tokens", {"json": {}}, 400),
    ("POST", "/v1/chat/completions", {"json": CHAT}, 200),
    ("POST", "/v1/chat/completions", {"json": CHAT | {"stream": True}}, 200),
    ("POST", "/v1/chat/completions", {"json": CHAT | {"model": "claude-sonnet-5-5"}}, 200),
    ("POST", "/v1/chat/completions", {"json": CHAT | {"tools": TOOLS, "tool_choice": "required"}}, 200),
    ("POST", "/v1/chat/completions", {"json": CHAT | {"n": 2}}, 400),
    ("POST", "/v1/responses", {"json": {"input": "Hello"}}, 200),
    ("POST", "/v1/responses", {"json": {"input": "Hello", "stream": True}}, 200),
    ("POST", "/v1/responses", {"json": {"input": "Hello", "reasoning": {"effort": "low"}}}, 200),
    ("POST", "/v1/responses", {"json": {"input": "Hello", "max_output_tokens": 5}}, 200),
    ("POST", "/v1/responses", {"json": {"input": "/tool", "tools": [{"type": "custom", "name": "a"}]}}, 200),
    ("POST", "/v1/responses", {"json": {"input": "Hello", "previous_response_id": "resp_1"}}, 400),
    ("POST", "/v1/responses", {"json": {"input": "Hello"}, "headers": {"x-api-key": "wrong"}}, 401),
    ("POST", "/v1/responses", {"content": b" " * (5 * 1024 * 1024 + 1), "headers": JSON}, 413),
    *(
        ("POST", path, {"json": body_of(fault) if path != "/v1/responses" else {"input": fault}}, status)
        for path in ("/v1/messages", "/v1/chat/completions", "/v1/responses")
        for fault, status in (
            ("/denied", 403),
            ("/notfound", 404),
            ("/throttle", 429),
            ("/error", 500),
            ("/unavailable", 503),
            ("/overloaded", 529),
        )
    ),
]


@pytest.mark.parametrize(
    ("method", "path", "request_", "status"), EXCHANGES, ids=[f"{one[1]}-{one[3]}" for one in EXCHANGES]
)
def test_a_recorded_exchange(
    deployment: Deployment, method: str, path: str, request_: dict[str, Any], status: int
) -> None:
    response = deployment.http.request(method, path, **request_)
    assert response.status_code == status
    conforms(response, re.sub(r"^(/v1/(?:models|answers))/[^/]+", r"\1/{id}", path))


def test_an_answer_that_is_kept(deployment: Deployment) -> None:
    tag = {"x-answer-id": (answer_id := new_id())}
    deployment.http.post("/v1/messages", json=body_of("Hello", stream=True), headers=tag)
    other = deployment.http.post("/v1/messages", json=body_of("Bye", stream=True), headers=tag)
    assert other.status_code == 409
    conforms(other, "/v1/messages")
    for method, end in (("GET", ""), ("POST", "/cancel"), ("DELETE", "")):
        response = deployment.http.request(method, f"/v1/answers/{answer_id}{end}")
        assert response.status_code == 200
        conforms(response, f"/v1/answers/{{id}}{end}")


def test_every_timeout_is_described(deploy: Deploy) -> None:
    hurried = deploy(timeout_seconds=3)
    for path, body in (
        ("/v1/messages", body_of("/hang")),
        ("/v1/chat/completions", body_of("/hang")),
        ("/v1/responses", {"input": "/hang"}),
    ):
        response = hurried.http.post(path, json=body)
        assert response.status_code == 504
        conforms(response, path)


def test_the_description_has_the_routes_and_no_others(deployment: Deployment) -> None:
    environ = {
        "API_KEY_SECRET_ARN": "a",
        "DEFAULT_MODEL": "m",
        "ALLOWED_MODELS": "m",
        "MAX_TOKENS_LIMIT": "1",
        "AWS_REGION": "r",
        "TABLE_NAME": "t",
    }
    nothing: Any = None
    dynamodb: Any = object()
    table = Routes(Settings.from_environ(environ), nothing, nothing, nothing, dynamodb)._table
    served = {(path, method.lower()) for path, methods in table.items() for method in methods if method != "HEAD"}
    assert served == {(path, method) for path, methods in SPEC["paths"].items() for method in methods}


FOUND: Any = schemathesis.openapi.from_path(str(DESCRIPTION)).get_all_operations()
OPERATIONS = [found.ok() for found in FOUND]
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]


@pytest.mark.filterwarnings("ignore:Do not use the `random` module")  # schemathesis does
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_whatever_the_description_allows_is_answered_as_it_says(operation: Any, deployment: Deployment) -> None:
    @given(case=operation.as_strategy())
    @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    def conform(case: Any) -> None:
        case.call_and_validate(base_url=deployment.url.url, headers={"x-api-key": KEY}, checks=CHECKS)

    conform()
    assert deployment.url.breaches == []


def test_the_description_is_no_longer_than_its_json() -> None:
    """Other people's tools read it, so it is plain YAML, without anchors or tags."""
    assert json.loads(json.dumps(SPEC)) == SPEC
    assert SPEC["openapi"].startswith("3.1")
