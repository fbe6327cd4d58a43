"""Addresses as people write them: a function URL ends in a slash, and a client's base URL ends in /v1 or not."""

import httpx
import pytest

from tests.asking import body_of, model_calls, refusal
from tests.conftest import Deployment

CHAT = {"model": "claude-haiku-5-5", "max_tokens": 5, "messages": [{"role": "user", "content": "Hello"}]}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/healthz", None),
        ("GET", "/stream?prompt=Hello&max_tokens=5", None),
        ("POST", "/v1/messages", body_of(max_tokens=5)),
        ("POST", "/v1/messages/count_tokens", body_of()),
        ("POST", "/v1/chat/completions", CHAT),
        ("GET", "/v1/models", None),
        ("GET", "/v1/models/claude-haiku-5-5", None),
    ],
)
def test_every_route_takes_an_address_with_slashes_too_many(
    deployment: Deployment, method: str, path: str, body: object
) -> None:
    bare, _, query = path.partition("?")
    for address in (f"/{bare}", f"{bare}/", f"//{bare.replace('/', '//')}//"):
        url = httpx.URL(f"{deployment.url.url}{address}?{query}".rstrip("?"))
        assert deployment.http.request(method, url, json=body).status_code == 200, address


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/v1/v1/messages", "/v1 stands twice in this path: leave it out at the end of the client's base URL."),
        ("/v1//v1/chat/completions", "/v1 stands twice"),
        ("/v1/v1/models/claude-haiku-5-5", "/v1 stands twice"),
        ("/messages", "at /v1/messages: add /v1 to the client's base URL."),
        ("/chat/completions", "at /v1/chat/completions: add /v1"),
        ("/models/claude-haiku-5-5", "add /v1"),
    ],
)
def test_a_base_url_with_v1_twice_or_not_at_all_is_explained(deployment: Deployment, path: str, says: str) -> None:
    assert says in refusal(deployment.http.post(path, json=body_of()), 404, "not_found_error")


@pytest.mark.parametrize("path", ["/", "/api/hello", "//", "/healthz"])
def test_clients_may_look_whether_the_server_is_there(deployment: Deployment, path: str) -> None:
    before = len(model_calls(deployment.simulator))
    assert httpx.head(f"{deployment.url.url}{path}", timeout=60).status_code == 200
    assert len(model_calls(deployment.simulator)) == before


@pytest.mark.parametrize(("method", "path"), [("GET", "/"), ("GET", "/api/hello"), ("HEAD", "/stream")])
def test_every_other_request_needs_a_key(deployment: Deployment, method: str, path: str) -> None:
    assert httpx.request(method, f"{deployment.url.url}{path}", timeout=60).status_code == 401
