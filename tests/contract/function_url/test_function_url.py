"""The emulated function URL and Runtime API keep Lambda's contract: real sockets, real processes.

The runtime is tiny_runtime.py, so that these tests hold whatever our own runtime does.
"""

import base64
import gzip
import json
import os
import re
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest

from emulator.background import Background
from emulator.lambda_.function_url import Cors, Function, FunctionUrl, Outcome
from tests.contract.error_types import SENT_AND_KEPT

HERE = Path(__file__).parent
TINY_RUNTIME = (sys.executable, "-S", str(HERE.parent / "tiny_runtime.py"))
MAX_EVENT_BYTES = 6_291_456

Serve = Callable[..., FunctionUrl]


@pytest.fixture(scope="module")
def background() -> Iterator[Background]:
    with Background() as background:
        yield background


@pytest.fixture
def serve(background: Background) -> Iterator[Serve]:
    """Starts function URLs; each must end without a breach that its test has not taken out."""
    started: list[FunctionUrl] = []

    def start(**fields: Any) -> FunctionUrl:
        settings = {"root": HERE, "command": TINY_RUNTIME, **fields}
        function_url = FunctionUrl(function=Function(**settings))
        background.run(function_url.start())
        started.append(function_url)
        return function_url

    yield start
    for function_url in started:
        background.run(function_url.close())
        assert function_url.breaches == []


@pytest.fixture(scope="module")
def shared(background: Background) -> Iterator[FunctionUrl]:
    """One function URL, warm after its first request, for tests that leave nothing behind."""
    function_url = FunctionUrl(function=Function(root=HERE, command=TINY_RUNTIME))
    background.run(function_url.start())
    yield function_url
    background.run(function_url.close())
    assert function_url.breaches == []


def get(function_url: FunctionUrl, path: str, **options: Any) -> httpx.Response:
    return httpx.get(f"{function_url.url}/{path}", timeout=60, **options)


def post(function_url: FunctionUrl, path: str, **options: Any) -> httpx.Response:
    return httpx.post(f"{function_url.url}/{path}", timeout=60, **options)


def raw_exchange(function_url: FunctionUrl, path: str) -> bytes:
    """All that the server sends, to the byte, until it closes the connection."""
    address = ("127.0.0.1", httpx.URL(function_url.url).port or 0)
    with socket.create_connection(address, timeout=60) as client:
        client.sendall(f"GET /{path} HTTP/1.1\r\nHost: local\r\nConnection: close\r\n\r\n".encode())
        return b"".join(iter(lambda: client.recv(65536), b""))


def echoed(response: httpx.Response) -> dict[str, Any]:
    seen: dict[str, Any] = response.json()
    return seen


def eventually(what: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def expect_cut(function_url: FunctionUrl, path: str) -> bytes:
    """The body up to where the connection broke off."""
    received: list[bytes] = []
    with httpx.stream("GET", f"{function_url.url}/{path}", timeout=60) as response:
        assert response.is_success
        with pytest.raises(httpx.RemoteProtocolError):
            received.extend(response.iter_raw())
    return b"".join(received)


class TestStreaming:
    def test_each_piece_arrives_before_the_next_is_sent(self, shared: FunctionUrl, tmp_path: Path) -> None:
        arrived = []
        with httpx.stream("GET", f"{shared.url}/pieces?gates={tmp_path}", timeout=60) as response:
            for piece in response.iter_raw():
                arrived.append(piece)
                (tmp_path / str(len(arrived))).touch()
        assert arrived == [b"0", b"1", b"2"]

    def test_each_piece_is_a_chunk_of_its_own_on_the_wire(self, shared: FunctionUrl) -> None:
        head, _, body = raw_exchange(shared, "node").partition(b"\r\n\r\n")
        assert b"transfer-encoding: chunked" in head.lower()
        assert body == b'd\r\ndata: "\xe4\xbd\xa0"\n\n\r\nd\r\ndata: "\xe5\xa5\xbd"\n\n\r\n0\r\n\r\n'

    def test_the_official_node_clients_bytes_are_accepted(self, serve: Serve) -> None:
        function_url = serve()
        response = get(function_url, "node")
        assert response.status_code == 201
        assert response.headers["content-type"] == "text/event-stream"
        assert response.headers["x-one"] == "1"
        assert response.headers.get_list("set-cookie") == ["a=b; Path=/"]
        assert response.text == 'data: "你"\n\ndata: "好"\n\n'
        eventually(lambda: """(202, b'{"status":"OK"}')""" in function_url.logs)

    @pytest.mark.parametrize("path", ["byte_by_byte", "all_at_once"])
    def test_the_prelude_may_arrive_in_any_pieces(self, shared: FunctionUrl, path: str) -> None:
        response = get(shared, path)
        assert response.status_code == 201
        assert response.headers["x-one"] == "1"
        assert response.content == bytes(8) + b"body"

    def test_without_a_prelude_the_bytes_are_the_body_of_a_200(self, shared: FunctionUrl) -> None:
        response = get(shared, "no_prelude")
        assert (response.status_code, response.content) == (200, b"as it is")
        assert response.headers["content-type"] == "application/octet-stream"


class TestResponseHead:
    def test_cookies_become_set_cookie_lines(self, shared: FunctionUrl) -> None:
        response = post(shared, "answers", json={"cookies": ["a=1; Path=/", "b=2; HttpOnly"]})
        assert response.headers.get_list("set-cookie") == ["a=1; Path=/", "b=2; HttpOnly"]

    def test_the_length_and_the_connection_are_not_the_functions_to_say(self, shared: FunctionUrl) -> None:
        claimed = {"Content-Length": "999", "Connection": "close", "Keep-Alive": "timeout=1", "X-Kept": "yes"}
        response = post(shared, "answers", json={"headers": claimed})
        assert response.text == "hello"
        assert response.headers["x-kept"] == "yes"
        assert response.headers["transfer-encoding"] == "chunked"
        assert not {"content-length", "connection", "keep-alive"} & set(response.headers)

    def test_the_response_names_its_request(self, shared: FunctionUrl) -> None:
        response = get(shared, "echo")
        assert response.headers["x-amzn-requestid"] == echoed(response)["event"]["requestContext"]["requestId"]

    @pytest.mark.parametrize("status", [204, 304])
    def test_a_status_without_a_body_has_none(self, shared: FunctionUrl, status: int) -> None:
        response = post(shared, "answers", json={"statusCode": status})
        assert (response.status_code, response.content) == (status, b"")

    def test_head_gets_no_body(self, shared: FunctionUrl) -> None:
        response = httpx.head(f"{shared.url}/no_prelude", timeout=60)
        assert (response.status_code, response.content) == (200, b"")


class TestBufferedResponse:
    def test_is_sent_whole(self, shared: FunctionUrl) -> None:
        answer = {"statusCode": 418, "headers": {"x-pot": "tea"}, "cookies": ["a=1"], "body": "short and 好"}
        response = post(shared, "buffered", headers={"content-type": "application/json"}, json=answer)
        assert (response.status_code, response.text) == (418, "short and 好")
        assert (response.headers["x-pot"], response.headers["set-cookie"]) == ("tea", "a=1")

    def test_is_decoded_from_base64(self, shared: FunctionUrl) -> None:
        body = base64.b64encode(b"\xff\x00").decode()
        response = post(shared, "buffered", json={"statusCode": 200, "body": body, "isBase64Encoded": True})
        assert response.content == b"\xff\x00"

    def test_without_a_status_code_is_the_body(self, shared: FunctionUrl) -> None:
        response = post(shared, "buffered", json=[1, 2])
        assert (response.status_code, response.json()) == (200, [1, 2])
        assert response.headers["content-type"] == "application/json"


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


class TestCors:
    PAGE = "https://page.example"
    cors = Cors(
        allow_origins=(PAGE,),
        allow_methods=("GET", "POST"),
        allow_headers=("content-type", "x-api-key"),
        expose_headers=("retry-after",),
        max_age_seconds=600,
    )

    def test_a_preflight_is_answered_without_invoking(self, serve: Serve) -> None:
        function_url = serve(cors=self.cors)
        asked = {"Origin": self.PAGE, "Access-Control-Request-Method": "POST"}
        response = httpx.options(f"{function_url.url}/echo", headers=asked, timeout=60)
        assert response.status_code == 200
        assert response.headers["access-control-allow-origin"] == self.PAGE
        assert response.headers["access-control-allow-methods"] == "GET,POST"
        assert response.headers["access-control-allow-headers"] == "content-type,x-api-key"
        assert response.headers["access-control-max-age"] == "600"
        assert function_url.invocations == []

    def test_a_response_tells_the_page_that_it_may_read_it(self, serve: Serve) -> None:
        response = get(serve(cors=self.cors), "echo", headers={"Origin": self.PAGE})
        assert response.headers["access-control-allow-origin"] == self.PAGE
        assert response.headers["access-control-expose-headers"] == "retry-after"
        assert response.headers["vary"] == "Origin"

    def test_any_origin_is_answered_with_a_star(self, serve: Serve) -> None:
        response = get(serve(cors=Cors()), "echo", headers={"Origin": self.PAGE})
        assert response.headers["access-control-allow-origin"] == "*"

    @pytest.mark.parametrize("headers", [{"Origin": "https://other.example"}, {}])
    def test_others_are_told_nothing(self, serve: Serve, headers: dict[str, str]) -> None:
        response = get(serve(cors=self.cors), "echo", headers=headers)
        assert response.status_code == 200
        assert not [name for name in response.headers if name.startswith("access-control-")]

    def test_without_cors_an_options_request_is_the_functions(self, serve: Serve) -> None:
        function_url = serve()
        asked = {"Origin": self.PAGE, "Access-Control-Request-Method": "POST"}
        response = httpx.options(f"{function_url.url}/echo", headers=asked, timeout=60)
        assert echoed(response)["event"]["requestContext"]["http"]["method"] == "OPTIONS"


class TestFailure:
    @pytest.mark.parametrize(
        ("path", "outcome"),
        [("fails", Outcome.ERROR), ("node_throws_before", Outcome.ERROR), ("crashes", Outcome.CRASH)],
    )
    def test_before_the_prelude_is_a_502(self, serve: Serve, path: str, outcome: Outcome) -> None:
        function_url = serve()
        response = get(function_url, path)
        assert (response.status_code, response.text) == (502, "Internal Server Error")
        assert [invocation.outcome for invocation in function_url.invocations] == [outcome]

    @pytest.mark.parametrize(
        ("path", "outcome", "body"),
        [
            ("fails_midway", Outcome.ERROR, b"begun"),
            ("node_throws_after", Outcome.ERROR, 'data: "你"\n\ndata: "好"\n\n'.encode()),
            ("crashes_midway", Outcome.CRASH, b"begun"),
        ],
    )
    def test_after_the_prelude_breaks_the_connection_off(
        self, serve: Serve, path: str, outcome: Outcome, body: bytes
    ) -> None:
        function_url = serve()
        assert expect_cut(function_url, path) == body
        assert [invocation.outcome for invocation in function_url.invocations] == [outcome]

    def test_of_the_function_leaves_its_environment_in_use(self, serve: Serve) -> None:
        function_url = serve()
        get(function_url, "fails")
        get(function_url, "echo")
        first, second = function_url.invocations
        assert (first.pid, second.cold) == (second.pid, False)

    @pytest.mark.parametrize("path", ["crashes", "crashes_midway", "exits_afterwards"])
    def test_of_the_process_makes_the_next_start_cold(self, serve: Serve, path: str) -> None:
        function_url = serve()
        raw_exchange(function_url, path)
        assert get(function_url, "echo").status_code == 200
        first, second = function_url.invocations
        assert second.cold
        assert first.pid != second.pid

    def test_of_a_process_that_had_sent_its_whole_response_is_none(self, serve: Serve) -> None:
        function_url = serve()
        assert len(get(function_url, "sends_much_and_exits").content) == 2_000_000
        assert function_url.invocations[0].outcome is Outcome.OK

    def test_a_timeout_before_the_prelude_is_a_502(self, serve: Serve) -> None:
        function_url = serve(timeout_seconds=3)
        assert get(function_url, "hangs").status_code == 502
        self.expect_killed_and_replaced(function_url)

    def test_a_timeout_after_the_prelude_breaks_the_connection_off(self, serve: Serve) -> None:
        function_url = serve(timeout_seconds=3)
        assert expect_cut(function_url, "hangs_midway") == b"begun"
        self.expect_killed_and_replaced(function_url)

    def expect_killed_and_replaced(self, function_url: FunctionUrl) -> None:
        (timed_out,) = function_url.invocations
        assert timed_out.outcome is Outcome.TIMEOUT
        assert (timed_out.duration_ms or 0) >= 3000
        eventually(lambda: timed_out.pid and not runs(timed_out.pid))
        assert get(function_url, "no_prelude").status_code == 200
        assert function_url.invocations[-1].cold


class TestErrorType:
    """Lambda keeps the types that it knows by their form, and has one word for every other.

    test_aws_runtime_api.py holds AWS's own server to the same list.
    """

    KEPT = pytest.mark.parametrize(("sent", "kept"), SENT_AND_KEPT)

    @KEPT
    @pytest.mark.parametrize("path", ["fails_as", "fails_midway_as"])
    def test_of_an_invocation(self, shared: FunctionUrl, path: str, sent: str, kept: str) -> None:
        raw_exchange(shared, f"{path}?type={sent}")
        assert shared.invocations[-1].error_type == kept

    def test_that_is_missing_is_unknown(self, shared: FunctionUrl) -> None:
        get(shared, "fails")
        assert shared.invocations[-1].error_type == "Runtime.Unknown"

    def test_of_a_whole_response_is_none(self, shared: FunctionUrl) -> None:
        get(shared, "echo")
        assert shared.invocations[-1].error_type is None

    @KEPT
    def test_of_the_init_phase(self, serve: Serve, sent: str, kept: str) -> None:
        function_url = serve(environment={"TINY_INIT": "error", "TINY_ERROR_TYPE": sent})
        get(function_url, "echo")
        assert [error["errorType"] for error in function_url.init_errors] == [kept]
        assert function_url.invocations[-1].error_type == kept


class TestClientDisconnect:
    def test_does_not_stop_the_function(self, serve: Serve) -> None:
        function_url = serve()
        with httpx.stream("GET", f"{function_url.url}/slow?pause=0.03", timeout=60) as response:
            next(response.iter_raw())
        eventually(lambda: function_url.invocations[0].outcome is Outcome.OK)
        eventually(lambda: any(line.startswith("sent all of") for line in function_url.logs))
        assert (function_url.invocations[0].duration_ms or 0) > 250
        assert get(function_url, "echo").status_code == 200


class TestInit:
    ERROR: ClassVar = {"TINY_INIT": "error", "TINY_ERROR_TYPE": "Function.SettingsError"}

    def test_an_error_is_kept_and_answered_with_502(self, serve: Serve) -> None:
        function_url = serve(environment=self.ERROR)
        assert get(function_url, "echo").status_code == 502
        assert function_url.init_errors == [
            {"errorType": "Function.SettingsError", "errorMessage": "DEFAULT_MODEL is missing"}
        ]
        assert function_url.invocations[0].outcome is Outcome.INIT_ERROR
        eventually(lambda: "answered 202 None" in function_url.logs)

    def test_is_tried_again_by_the_next_request(self, serve: Serve) -> None:
        function_url = serve(environment=self.ERROR)
        get(function_url, "echo")
        get(function_url, "echo")
        assert len(function_url.init_errors) == 2

    def test_an_exit_is_an_error(self, serve: Serve) -> None:
        function_url = serve(environment={"TINY_INIT": "exit"})
        assert get(function_url, "echo").status_code == 502
        assert function_url.init_errors == [
            {"errorType": "Runtime.ExitError", "errorMessage": "Runtime exited: exit status 3"}
        ]

    def test_that_takes_too_long_is_an_error(self, serve: Serve) -> None:
        function_url = serve(environment={"TINY_INIT": "hang"}, init_timeout_seconds=0.3)
        assert get(function_url, "echo").status_code == 502
        assert [error["errorType"] for error in function_url.init_errors] == ["Sandbox.Timedout"]

    def test_of_what_cannot_be_started_is_an_error(self, serve: Serve) -> None:
        function_url = serve(command=("/nowhere/bootstrap",))
        assert get(function_url, "echo").status_code == 502
        (error,) = function_url.init_errors
        assert error["errorType"] == "Runtime.InvalidEntrypoint"
        assert "/nowhere/bootstrap" in error["errorMessage"]


class TestEnvironment:
    def test_is_started_as_lambda_starts_a_wrapped_runtime(self, serve: Serve, tmp_path: Path) -> None:
        bootstrap = tmp_path / "bootstrap"
        bootstrap.write_text(f'#!/bin/sh\nexec "$1" -S {HERE.parent / "tiny_runtime.py"} "$@"\n')
        bootstrap.chmod(0o755)
        seen = echoed(get(serve(root=tmp_path, command=None), "echo"))
        assert seen["argv"][1:] == [sys.executable, "/var/runtime/bootstrap.py"]
        assert seen["cwd"] == str(tmp_path)
        assert seen["environ"]["LAMBDA_TASK_ROOT"] == str(tmp_path)

    def test_has_lambdas_variables_and_the_functions_alone(
        self, serve: Serve, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AWS_PROFILE", "the developer's own")
        function_url = serve(environment={"MINE": "1"}, application_log_level="DEBUG", handler="app.main")
        environ = echoed(get(function_url, "echo"))["environ"]
        assert re.fullmatch(r"127\.0\.0\.1:\d+", environ.pop("AWS_LAMBDA_RUNTIME_API"))
        for added_by_the_shell in ("PWD", "SHLVL", "_", "LC_CTYPE"):
            environ.pop(added_by_the_shell, None)
        assert environ == {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
            "TZ": ":UTC",
            "PYTHONPATH": "/var/runtime",
            "AWS_LAMBDA_FUNCTION_NAME": "claude-stream-local",
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_FORMAT": "JSON",
            "AWS_LAMBDA_LOG_LEVEL": "DEBUG",
            "AWS_LAMBDA_EXEC_WRAPPER": "/var/task/bootstrap",
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "LAMBDA_TASK_ROOT": str(HERE),
            "LAMBDA_RUNTIME_DIR": "/var/runtime",
            "_HANDLER": "app.main",
            "MINE": "1",
        }

    def test_is_reused_and_its_first_invocation_alone_is_cold(self, serve: Serve) -> None:
        function_url = serve()
        pids = {echoed(get(function_url, "echo"))["pid"] for _ in range(3)}
        assert pids == {invocation.pid for invocation in function_url.invocations}
        assert len(pids) == 1
        assert [invocation.cold for invocation in function_url.invocations] == [True, False, False]
        assert [invocation.init_ms is None for invocation in function_url.invocations] == [False, True, True]

    def test_a_busy_one_is_joined_by_another_and_the_last_used_is_used_first(
        self, serve: Serve, tmp_path: Path
    ) -> None:
        function_url = serve()
        release = tmp_path / "release"
        with httpx.stream("GET", f"{function_url.url}/held?until={release}", timeout=60) as busy:
            second = echoed(get(function_url, "echo"))["pid"]
            release.touch()
            busy.read()
        first = function_url.invocations[0].pid
        assert first != second
        assert [echoed(get(function_url, "echo"))["pid"] for _ in range(2)] == [first, first]

    def test_beyond_the_last_one_requests_are_throttled(self, serve: Serve, tmp_path: Path) -> None:
        function_url = serve(max_environments=1)
        release = tmp_path / "release"
        with httpx.stream("GET", f"{function_url.url}/held?until={release}", timeout=60) as busy:
            response = get(function_url, "echo")
            release.touch()
            busy.read()
        assert (response.status_code, response.json()) == (429, {"Message": "Rate Exceeded."})
        assert get(function_url, "echo").status_code == 200
        assert len(function_url.invocations) == 2

    def test_takes_as_many_invocations_at_once_as_its_concurrency(self, serve: Serve) -> None:
        function_url = serve(concurrency=4, max_environments=1)
        with ThreadPoolExecutor(4) as threads:
            responses = list(threads.map(lambda _: get(function_url, "meets"), range(4)))
        assert [response.status_code for response in responses] == [200] * 4
        assert len({response.text for response in responses}) == 1
        assert sum(invocation.cold for invocation in function_url.invocations) == 1

    def test_may_give_up_a_poll(self, serve: Serve) -> None:
        function_url = serve()
        get(function_url, "gives_up_a_poll")
        eventually(lambda: "gave up" in function_url.logs)
        assert get(function_url, "echo").status_code == 200


class TestLogs:
    def test_lines_are_kept_and_passed_on_as_they_are_written(self, background: Background) -> None:
        passed_on: list[str] = []
        function = Function(root=HERE, command=TINY_RUNTIME)
        function_url = FunctionUrl(function=function, on_log=passed_on.append)
        background.run(function_url.start())
        get(function_url, "node")
        eventually(lambda: passed_on)
        background.run(function_url.close())
        assert passed_on == list(function_url.logs) == ["""(202, b'{"status":"OK"}')"""]

    def test_the_last_words_of_a_process_are_not_lost(self, serve: Serve) -> None:
        function_url = serve(command=(sys.executable, "-S", "-c", "print('a\\nlast words', end='')"))
        get(function_url, "echo")
        eventually(lambda: list(function_url.logs) == ["a", "last words"])

    def test_the_last_words_at_close_are_not_lost(self, background: Background) -> None:
        function_url = FunctionUrl(function=Function(root=HERE, command=TINY_RUNTIME))
        background.run(function_url.start())
        get(function_url, "says_goodbye")
        background.run(function_url.close())
        assert list(function_url.logs) == ["goodbye"]


class TestLogLevel:
    """Lambda drops each line below the function's level before anybody reads it."""

    NOW = "2026-11-26T12:00:00.000Z"
    LEVELS = ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")

    def at(self, level: str) -> str:
        """A line of that level."""
        return json.dumps({"timestamp": self.NOW, "level": level})

    @pytest.fixture
    def kept(self, serve: Serve) -> Callable[..., list[str]]:
        """Which of these lines Lambda keeps of a function with that log level."""

        def kept(level: str, *lines: str) -> list[str]:
            function_url = serve(application_log_level=level)
            last = json.dumps({"timestamp": self.NOW, "level": "FATAL", "message": "the last line"})
            written = "\n".join([*lines, last])
            post(function_url, "logs", content=written.encode(), headers={"content-type": "text/plain"})
            eventually(lambda: last in function_url.logs)
            return list(function_url.logs)[:-1]

        return kept

    @pytest.mark.parametrize("level", LEVELS)
    def test_lets_pass_what_is_at_least_as_severe(self, kept: Callable[..., list[str]], level: str) -> None:
        lines = [self.at(word) for word in self.LEVELS]
        assert kept(level, *lines) == lines[self.LEVELS.index(level) :]

    def test_takes_its_words_in_any_case(self, kept: Callable[..., list[str]]) -> None:
        assert kept("WARN", self.at("error"), self.at("info")) == [self.at("error")]

    @pytest.mark.parametrize(
        "line",
        [
            {"timestamp": NOW, "level": "WARNING"},
            {"timestamp": NOW, "level": "CRITICAL"},
            {"timestamp": NOW, "level": 50},
            {"timestamp": NOW, "message": "no level"},
            {"level": "FATAL", "message": "no timestamp"},
            {"timestamp": 1_800_000_000, "level": "FATAL"},
            {"timestamp": "2026-11-26 12:00", "level": "FATAL"},
            {"_aws": {"Timestamp": 1_800_000_000_000, "CloudWatchMetrics": []}, "Requests": 1},
            [1, 2],
        ],
    )
    def test_counts_other_json_as_info(self, kept: Callable[..., list[str]], line: object) -> None:
        text = json.dumps(line)
        assert kept("INFO", text) == [text]
        assert kept("WARN", text) == []

    @pytest.mark.parametrize("line", ["no JSON at all", '{"level": "FATAL", '])
    def test_counts_what_is_no_json_as_info(self, kept: Callable[..., list[str]], line: str) -> None:
        assert kept("INFO", line) == [line]
        assert kept("WARN", line) == []

    @pytest.mark.parametrize("timestamp", [NOW, "2026-11-26T12:00:00+00:00", "2026-11-26T12:00:00.123456-08:00"])
    def test_takes_a_time_of_rfc_3339(self, kept: Callable[..., list[str]], timestamp: str) -> None:
        line = json.dumps({"timestamp": timestamp, "level": "FATAL"})
        assert kept("FATAL", line) == [line]


class TestBreach:
    """What the Runtime API forbids is refused, and told in one sentence."""

    @pytest.mark.parametrize(
        ("path", "answer", "sentence"),
        [
            ("unknown_id", "400 InvalidRequestID", "'no-such-id', an id that this environment was never given"),
            ("two_responses", "403 InvalidStateTransition", "A second /response for"),
            ("two_responses_at_once", "403 InvalidStateTransition", "A second /response for"),
            ("error_after_response_began", "403 InvalidStateTransition", "after its response began"),
            ("polls_too_early", "403 InvalidStateTransition", "/next was polled before the response to"),
            (
                "polls_twice",
                "403 InvalidStateTransition",
                "with 1 waiting already: concurrency is 1",
            ),
            ("init_error_too_late", "403 InvalidStateTransition", "/init/error came after the init phase"),
            ("no_such_route", "404 NotFound", "The Runtime API has no POST"),
        ],
    )
    def test_that_does_not_touch_the_response_lets_it_end(
        self, shared: FunctionUrl, path: str, answer: str, sentence: str
    ) -> None:
        assert get(shared, path).status_code == 200
        self.expect_breach(shared, answer, sentence)

    @pytest.mark.parametrize(
        ("path", "sentence"),
        [
            ("trailer_undeclared", "does not declare Trailer: lambda-runtime-function-error-type"),
            ("nuls_missing", "ended without a prelude and its 8 NUL bytes"),
            ("prelude_missing", "No 8 NUL bytes within 65536 bytes"),
            ("prelude_not_json", "The prelude is not JSON"),
            ("mode_unknown", "Lambda-Runtime-Function-Response-Mode is 'trickling'"),
            ("error_not_json", "The error report is not JSON"),
        ],
    )
    def test_instead_of_a_response_is_a_502(self, shared: FunctionUrl, path: str, sentence: str) -> None:
        assert get(shared, path).status_code == 502
        self.expect_breach(shared, "400 InvalidRequest", sentence)

    @pytest.mark.parametrize(
        ("path", "sentence"),
        [("trailer_not_base64", "Error-Body is not base64"), ("chunks_malformed", "is not valid HTTP")],
    )
    def test_in_a_response_that_began_breaks_it_off(self, shared: FunctionUrl, path: str, sentence: str) -> None:
        expect_cut(shared, path)
        self.expect_breach(shared, "400 InvalidRequest", sentence)

    @pytest.mark.parametrize(
        ("prelude", "sentence"),
        [
            ({"statusCode": "200"}, "The prelude has the statusCode '200'"),
            ({"statusCode": 99}, "The prelude has the statusCode 99"),
            ({"headers": ["x"]}, "headers that are not an object"),
            ({"headers": {"x": 1}}, "the header x with the value 1"),
            ({"headers": {"x": "1\r\ny: 2"}}, "the header x with the value '1\\r\\ny: 2'"),
            ({"headers": {"x y": "1"}}, "a header named 'x y'"),
            ({"cookies": "a=1"}, "cookies that are not a list"),
            ({"cookies": ["a=1\n"]}, "the header set-cookie with the value 'a=1\\n'"),
            ({"cookies": [" a=1"]}, "the header set-cookie with the value ' a=1'"),
            ({"headers": {"x": "1\t"}}, "the header x with the value '1\\t'"),
        ],
    )
    def test_in_the_preludes_values_is_a_502(
        self, shared: FunctionUrl, prelude: dict[str, Any], sentence: str
    ) -> None:
        assert post(shared, "answers", json=prelude).status_code == 502
        self.expect_sentence(shared, sentence)

    def expect_breach(self, function_url: FunctionUrl, answer: str, sentence: str) -> None:
        eventually(lambda: f"answered {answer}" in function_url.logs)
        function_url.logs.clear()
        self.expect_sentence(function_url, sentence)

    def expect_sentence(self, function_url: FunctionUrl, sentence: str) -> None:
        breaches = function_url.breaches[:]
        function_url.breaches.clear()
        assert [sentence in breach for breach in breaches] == [True], breaches


class TestClose:
    def test_leaves_no_process_behind(self, background: Background) -> None:
        function_url = FunctionUrl(function=Function(root=HERE, command=TINY_RUNTIME))
        background.run(function_url.start())
        pids = [int(pid) for pid in get(function_url, "leaves_a_child").text.split()]
        assert all(runs(pid) for pid in pids)
        background.run(function_url.close())
        eventually(lambda: not any(runs(pid) for pid in pids))  # a kill takes its time on a busy machine

    def test_ends_what_is_still_running(self, background: Background) -> None:
        function_url = FunctionUrl(function=Function(root=HERE, command=TINY_RUNTIME))
        background.run(function_url.start())
        request = threading.Thread(target=raw_exchange, args=(function_url, "hangs_midway"))
        request.start()
        eventually(lambda: function_url.invocations and function_url.invocations[0].pid)
        background.run(function_url.close())
        request.join(timeout=60)
        assert not request.is_alive()
        assert not runs(function_url.invocations[0].pid or 0)

    def test_of_one_that_never_started_does_nothing(self, background: Background) -> None:
        background.run(FunctionUrl(function=Function(root=HERE)).close())

    def test_after_a_start_on_a_busy_port_leaves_nothing(self, background: Background, shared: FunctionUrl) -> None:
        busy = httpx.URL(shared.url).port or 0
        function_url = FunctionUrl(function=Function(root=HERE), port=busy)
        with pytest.raises(OSError, match="in use"):
            background.run(function_url.start())
        background.run(function_url.close())
