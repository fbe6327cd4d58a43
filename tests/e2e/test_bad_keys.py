"""Which keys are accepted: no key, a wrong key, a rotated key, a secret without keys."""

import httpx
import pytest

from tests.asking import refusal, secret_reads
from tests.conftest import KEY, Deploy, Deployment
from tests.e2e.broken_answers import JSON, MIB


def keyless(deployment: Deployment, **headers: str) -> httpx.Client:
    return httpx.Client(base_url=deployment.url.url, headers=headers, timeout=120)


@pytest.mark.parametrize(
    ("headers", "says"),
    [
        ({}, "x-api-key"),
        ({"x-api-key": ""}, "x-api-key"),
        ({"x-api-key": "wrong"}, "not a valid one"),
        ({"x-api-key": KEY[:-1]}, "not a valid one"),
        ({"x-api-key": KEY + "x"}, "not a valid one"),
        ({"x-api-key": KEY.upper()}, "not a valid one"),
        ({"authorization": "Bearer wrong"}, "not a valid one"),
        ({"authorization": f"Basic {KEY}"}, "x-api-key"),
        ({"authorization": KEY}, "x-api-key"),
        ({"x-api-key": "wrong", "authorization": f"Bearer {KEY}"}, "not a valid one"),  # only x-api-key counts
    ],
)
@pytest.mark.usefixtures("bedrock_is_not_asked")
def test_without_a_valid_key_nothing_else_is_looked_at(
    deployment: Deployment, headers: dict[str, str], says: str
) -> None:
    with keyless(deployment, **headers) as client:
        for response in (
            client.get("/stream", params={"prompt": "Hello"}),
            client.get("/nowhere"),
            client.delete("/v1/messages"),
            client.post("/v1/messages", content=b"not JSON"),
            client.post("/v1/messages", content=b" " * (5 * MIB + 1), headers=JSON),
        ):
            assert says in refusal(response, 401, "authentication_error")
            assert response.headers["www-authenticate"] == "Bearer"
    assert deployment.url.breaches == []


@pytest.mark.usefixtures("bedrock_is_not_asked")
def test_a_key_in_the_url_is_no_key(deployment: Deployment, http: httpx.Client) -> None:
    with keyless(deployment) as client:
        for name in ("key", "api_key", "x-api-key"):
            response = client.get("/stream", params={"prompt": "Hello", name: KEY})
            refusal(response, 401, "authentication_error")
    response = http.get("/stream", params={"prompt": "Hello", "key": KEY})
    message = refusal(response, 400, "invalid_request_error")
    assert "key: unknown parameter" in message
    assert KEY not in message


@pytest.mark.parametrize(
    "headers",
    [
        {"X-API-KEY": KEY},
        {"authorization": f"Bearer {KEY}"},
        {"AUTHORIZATION": f"bearer   {KEY}"},
        {"x-api-key": KEY, "authorization": "Bearer wrong"},
    ],
)
def test_a_key_is_taken_from_either_header_in_any_spelling(deployment: Deployment, headers: dict[str, str]) -> None:
    with keyless(deployment, **headers) as client:
        assert client.get("/v1/models").status_code == 200


def test_keys_that_cannot_be_read(deploy: Deploy, unreachable: str) -> None:
    deployment = deploy(variables={"AWS_ENDPOINT_URL_SECRETS_MANAGER": unreachable})
    response = deployment.http.get("/v1/models")
    assert "API keys cannot be read" in refusal(response, 503, "overloaded_error")
    assert response.headers["retry-after"] == "5"
    assert deployment.http.get("/healthz").json() == {"status": "ok"}
    assert deployment.url.breaches == []


def test_the_previous_key_is_still_accepted_after_a_rotation(deploy: Deploy) -> None:
    deployment = deploy()
    deployment.simulator.rotate({"default": "the-new-key"})
    for key in (KEY, "the-new-key"):
        assert deployment.http.get("/v1/models", headers={"x-api-key": key}).status_code == 200
    assert secret_reads(deployment.simulator) == 2, "one read of each version serves both"


def test_unknown_keys_do_not_make_us_read_the_secret_again_and_again(deploy: Deploy) -> None:
    deployment = deploy()
    for number in range(20):
        response = deployment.http.get("/v1/models", headers={"x-api-key": f"guess-{number}"})
        refusal(response, 401, "authentication_error")
    assert secret_reads(deployment.simulator) == 4, "the two versions, and once more for a key that may be new"


def test_a_malformed_secret_is_said_to_be_one(deploy: Deploy) -> None:
    deployment = deploy()
    deployment.simulator.rotate({"default": ""})
    message = refusal(deployment.http.get("/v1/models"), 500, "api_error")
    assert "The secret with the API keys has to hold" in message
    assert deployment.url.breaches == []
