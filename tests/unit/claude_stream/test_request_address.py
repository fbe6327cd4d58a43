"""What a request's path and headers say: the key, which API its client speaks, how long there is."""

import time

import pytest

from claude_stream.dialects import dialect_of
from claude_stream.request import Request


@pytest.mark.parametrize(
    ("headers", "key"),
    [
        ({}, None),
        ({"HTTP_X_API_KEY": " k "}, "k"),
        ({"HTTP_X_API_KEY": "  "}, None),
        ({"HTTP_AUTHORIZATION": "Bearer k"}, "k"),
        ({"HTTP_AUTHORIZATION": "bEARER  k "}, "k"),
        ({"HTTP_AUTHORIZATION": "Bearer"}, None),
        ({"HTTP_AUTHORIZATION": "Basic k"}, None),
        ({"HTTP_AUTHORIZATION": "Bearer b", "HTTP_X_API_KEY": "x"}, "x"),
        ({"QUERY_STRING": "x-api-key=k"}, None),
    ],
)
def test_where_a_key_is_looked_for(headers: dict[str, str], key: str | None) -> None:
    assert Request({"REQUEST_METHOD": "GET", **headers}).api_key() == key


def test_the_deadline_is_two_seconds_before_the_servers() -> None:
    began = time.monotonic()
    in_ten_seconds = int((time.time() + 10) * 1000)
    request = Request({"REQUEST_METHOD": "GET", "lambda.deadline_ms": in_ten_seconds})
    assert request.deadline - began == pytest.approx(8, abs=time.monotonic() - began + 0.001)


def test_a_server_without_a_deadline_gets_fifteen_minutes() -> None:
    began = time.monotonic()
    deadline = Request({"REQUEST_METHOD": "GET"}).deadline
    assert began <= deadline - 900 <= time.monotonic()


@pytest.mark.parametrize(
    ("path", "headers", "openai"),
    [
        ("/v1/chat/completions", {}, True),
        ("/v1/chat/completions", {"X_API_KEY": "k"}, True),
        ("/v1/responses", {}, True),
        ("/v1/responses/resp_1", {"X_API_KEY": "k"}, True),
        ("/v1/models", {"AUTHORIZATION": "Bearer k"}, True),
        ("/v1/embeddings", {"AUTHORIZATION": "bearer k"}, True),
        ("/v1/models", {"AUTHORIZATION": "Bearer k", "ANTHROPIC_VERSION": "2023-06-01"}, False),
        ("/v1/models", {"X_API_KEY": "k"}, False),
        ("/v1/models", {}, False),
        ("/v1/messages", {"AUTHORIZATION": "Bearer k"}, False),
        ("/stream", {"AUTHORIZATION": "Bearer k"}, False),
    ],
)
def test_which_api_a_client_speaks(path: str, headers: dict[str, str], openai: bool) -> None:
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, **{f"HTTP_{name}": headers[name] for name in headers}}
    assert (dialect_of(Request(environ)).request_id_header == "x-request-id") is openai


@pytest.mark.parametrize(
    ("path", "tidy"),
    [
        ("/", "/"),
        ("//", "/"),
        ("", "/"),
        ("//stream", "/stream"),
        ("/stream/", "/stream"),
        ("///v1//messages///count_tokens//", "/v1/messages/count_tokens"),
    ],
)
def test_slashes_that_say_nothing_are_taken_out_of_the_path(path: str, tidy: str) -> None:
    assert Request({"REQUEST_METHOD": "GET", "PATH_INFO": path}).path == tidy
