"""The event that the function URL makes of a request, and the largest event that it accepts."""

import base64
import gzip
import re
import socket
import time

import httpx
import pytest

from emulator.lambda_.function_url import FunctionUrl
from tests.contract.function_url.asking_url import echoed, get, post
from tests.contract.function_url.conftest import Serve

MAX_EVENT_BYTES = 6_291_456


class TestEvent:
    def test_is_payload_format_2(self, shared: FunctionUrl) -> None:
        url = f"{shared.url}/echo/?a=1&b=%E4%BD%A0&a=2&empty="
        headers = [("X-Many", "1"), ("X-Many", "2"), ("Cookie", "c=1; d=2"), ("User-Agent", "tester")]
        headers.append(("Accept-Encoding", "gzip, deflate"))  # httpx's own depends on what is installed
        event = echoed(httpx.get(url, headers=headers, timeout=60))["event"]
        event.pop("requestContext")
        event.pop("runtime_headers")
        port = httpx.URL(shared.url).port
        sent = event.pop("headers")
        assert re.fullmatch(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}", sent.pop("x-amzn-trace-id"))
        assert sent == {
            "host": f"127.0.0.1:{port}",
            "accept": "*/*",
            "accept-encoding": "gzip, deflate",
            "user-agent": "tester",
            "x-many": "1,2",
            "x-forwarded-for": "127.0.0.1",
            "x-forwarded-proto": "http",
            "x-forwarded-port": str(port),
        }
        assert event == {
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": "/echo/",
            "rawQueryString": "a=1&b=%E4%BD%A0&a=2&empty=",
            "cookies": ["c=1", "d=2"],
            "queryStringParameters": {"a": "1,2", "b": "你", "empty": ""},
            "isBase64Encoded": False,
        }

    def test_has_the_request_context_of_a_public_url(self, shared: FunctionUrl) -> None:
        before = time.time()
        event = echoed(get(shared, "echo", headers={"User-Agent": "tester"}))["event"]
        context = event["requestContext"]
        assert re.fullmatch(r"\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000", context.pop("time"))
        assert before - 0.001 <= context.pop("timeEpoch") / 1000 <= time.time()
        assert context.pop("requestId") == event["runtime_headers"]["lambda-runtime-aws-request-id"]
        url_id = context.pop("apiId")
        assert context == {
            "accountId": "anonymous",
            "domainName": f"{url_id}.lambda-url.us-east-1.on.aws",
            "domainPrefix": url_id,
            "http": {
                "method": "GET",
                "path": "/echo",
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": "tester",
            },
            "routeKey": "$default",
            "stage": "$default",
        }

    @pytest.mark.parametrize(
        ("path", "decoded"),
        [
            ("/%2Fecho%2f", "//echo/"),
            ("/%65cho", "/echo"),
            ("//echo", "//echo"),
            ("/echo/", "/echo/"),
            ("//echo///", "//echo///"),
        ],
    )
    def test_keeps_the_path_as_it_was_sent(self, shared: FunctionUrl, path: str, decoded: str) -> None:
        event = echoed(httpx.get(f"{shared.url}{path}", timeout=60))["event"]
        assert event["rawPath"] == path
        assert event["requestContext"]["http"]["path"] == decoded

    def test_carries_a_compressed_body_untouched(self, shared: FunctionUrl) -> None:
        """Lambda unpacks nothing, whatever Content-Encoding says."""
        body = gzip.compress(b'{"model": "claude-haiku-5-5"}')
        headers = {"content-type": "application/json", "content-encoding": "gzip"}
        event = echoed(post(shared, "echo", content=body, headers=headers))["event"]
        assert (base64.b64decode(event["body"]), event["isBase64Encoded"]) == (body, True)
        assert event["headers"]["content-encoding"] == "gzip"

    def test_comes_with_the_runtime_apis_headers(self, serve: Serve) -> None:
        function_url = serve(timeout_seconds=30, name="mine", region="eu-west-1")
        before = time.time()
        headers = echoed(get(function_url, "echo"))["event"]["runtime_headers"]
        assert headers["lambda-runtime-invoked-function-arn"].startswith("arn:aws:lambda:eu-west-1:")
        assert headers["lambda-runtime-invoked-function-arn"].endswith(":function:mine")
        began = int(headers["lambda-runtime-deadline-ms"]) / 1000 - 30
        assert before - 0.001 <= began <= time.time()
        assert headers["lambda-runtime-trace-id"].startswith("Root=1-")

    @pytest.mark.parametrize(
        "content_type",
        [
            "text/plain",
            "application/json; charset=utf-8",
            "application/xml",
            "application/javascript",
            "application/problem+json",
        ],
    )
    def test_carries_text_as_text(self, shared: FunctionUrl, content_type: str) -> None:
        body = '{"好": "\\u0000"}'
        event = echoed(post(shared, "echo", content=body.encode(), headers={"content-type": content_type}))["event"]
        assert (event["body"], event["isBase64Encoded"]) == (body, False)

    @pytest.mark.parametrize(
        ("content_type", "body"),
        [
            ("application/octet-stream", b"abc"),
            ("application/x-www-form-urlencoded", b"a=b"),
            ("text/plain", b"\xff"),
        ],
    )
    def test_carries_all_else_in_base64(self, shared: FunctionUrl, content_type: str, body: bytes) -> None:
        event = echoed(post(shared, "echo", content=body, headers={"content-type": content_type}))["event"]
        assert (base64.b64decode(event["body"]), event["isBase64Encoded"]) == (body, True)


class TestRequestSize:
    @pytest.mark.parametrize(
        ("content_type", "size"),
        [("text/plain", MAX_EVENT_BYTES + 1), ("text/plain", MAX_EVENT_BYTES - 100), ("image/png", 4_800_000)],
    )
    def test_an_event_above_6_mb_is_refused_without_invoking(
        self, serve: Serve, content_type: str, size: int
    ) -> None:
        function_url = serve()
        response = post(function_url, "echo", content=b"x" * size, headers={"content-type": content_type})
        assert response.status_code == 413
        assert "6291456 bytes" in response.json()["Message"]
        assert function_url.invocations == []

    def test_a_body_that_never_ends_is_refused_while_it_comes(self, serve: Serve) -> None:
        function_url = serve()
        address = ("127.0.0.1", httpx.URL(function_url.url).port or 0)
        with socket.create_connection(address, timeout=60) as client:
            client.sendall(b"POST /echo HTTP/1.1\r\nHost: local\r\nTransfer-Encoding: chunked\r\n\r\n")
            piece = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
            for _ in range(7):
                client.sendall(piece)
            assert client.recv(1000).startswith(b"HTTP/1.1 413 ")
        assert function_url.invocations == []

    def test_just_below_the_limit_is_taken(self, shared: FunctionUrl) -> None:
        body = b"x" * (MAX_EVENT_BYTES - 3000)
        response = post(shared, "no_prelude", content=body, headers={"content-type": "text/plain"})
        assert response.status_code == 200
