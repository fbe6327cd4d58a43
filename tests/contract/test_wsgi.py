"""Our runtime keeps WSGI (PEP 3333): applications run through it, on the emulated function URL, over real sockets.

Every case of tests/apps/cases.py runs behind wsgiref's validator, so that a request fails when its environ or its
server breaks the specification. A Flask application that streams runs unchanged.
"""

import contextlib
import json
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from emulator.background import Background
from emulator.lambda_.function_url import Function, FunctionUrl, Outcome
from tests.apps.cases import SECRET
from tests.conftest import FUNCTION_PYTHON, LAMBDA_SRC

APPS = Path(__file__).parents[1] / "apps"


class Served:
    """An application behind a function URL; `open` lets a case that waits at that gate go on."""

    def __init__(self, url: FunctionUrl, gates: Path) -> None:
        self.url = url
        self.http = httpx.Client(base_url=url.url, timeout=60)
        self._gates = gates

    def open(self, gate: str) -> None:
        (self._gates / gate).touch()

    def outcome(self) -> Outcome:
        """The last invocation's, once it has ended: that may be after its client's."""
        deadline = time.monotonic() + 60
        while (outcome := self.url.invocations[-1].outcome) is None:
            assert time.monotonic() < deadline, "the invocation did not end"
            time.sleep(0.01)
        return outcome

    def log(self) -> str:
        return "\n".join(self.url.logs)


Serve = Callable[..., Served]


@contextlib.contextmanager
def served(background: Background, gates: Path, handler: str, **settings: Any) -> Iterator[Served]:
    function = Function(
        root=LAMBDA_SRC,
        init_timeout_seconds=60,
        handler=handler,
        environment={"PYTHONPATH": str(APPS), "GATES": str(gates)},
        max_environments=1,
        python=FUNCTION_PYTHON,
        **settings,
    )
    url = FunctionUrl(function=function)
    background.run(url.start())
    app = Served(url, gates)
    try:
        yield app
    finally:
        app.http.close()
        background.run(url.close())
    assert url.breaches == []
    assert "without being closed" not in app.log()  # what the validator says of an iterable nobody closed


@pytest.fixture
def serve(background: Background, tmp_path: Path) -> Iterator[Serve]:
    with contextlib.ExitStack() as stack:

        def start(handler: str = "cases.application", **settings: Any) -> Served:
            return stack.enter_context(served(background, tmp_path, handler, **settings))

        yield start


@pytest.fixture(scope="module")
def app(background: Background, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The cases behind the validator, for tests that open no gate."""
    with served(background, tmp_path_factory.mktemp("gates"), "cases.application") as app:
        yield app


def environ_of(response: httpx.Response) -> dict[str, Any]:
    assert response.status_code == 200
    environ: dict[str, Any] = response.json()
    return environ


def first_piece(response: httpx.Response) -> tuple[bytes, Iterator[bytes]]:
    pieces = response.iter_raw()
    return next(pieces), pieces


class TestRequest:
    def test_line(self, app: Served) -> None:
        environ = environ_of(app.http.get("/environ/a%2Fb/?x=1&x=2&y=%E4%BD%A0&z"))
        assert environ["REQUEST_METHOD"] == "GET"
        assert environ["SCRIPT_NAME"] == ""
        assert environ["PATH_INFO"] == "/environ/a/b/"
        assert environ["QUERY_STRING"] == "x=1&x=2&y=%E4%BD%A0&z"
        assert environ["SERVER_PROTOCOL"] == "HTTP/1.1"
        assert environ["REMOTE_ADDR"] == "127.0.0.1"

    def test_path_beyond_ascii_is_the_bytes_of_its_utf8(self, app: Served) -> None:
        environ = environ_of(app.http.get("/environ/你好 world"))
        assert environ["PATH_INFO"].encode("latin-1").decode() == "/environ/你好 world"

    def test_address(self, app: Served) -> None:
        environ = environ_of(app.http.get("/environ", headers={"Host": "chat.example:8443"}))
        assert environ["SERVER_NAME"] == "chat.example"
        assert environ["HTTP_HOST"] == "chat.example:8443"
        assert environ["wsgi.url_scheme"] == environ["HTTP_X_FORWARDED_PROTO"]
        assert environ["SERVER_PORT"] == environ["HTTP_X_FORWARDED_PORT"]

    def test_headers(self, app: Served) -> None:
        headers = [("X-Api-Key", "k"), ("X-Many", "1"), ("X-Many", "2"), ("Content-Type", "text/plain; charset=x")]
        environ = environ_of(app.http.get("/environ", headers=headers))
        assert (environ["HTTP_X_API_KEY"], environ["HTTP_X_MANY"]) == ("k", "1,2")
        assert environ["CONTENT_TYPE"] == "text/plain; charset=x"
        assert "HTTP_CONTENT_TYPE" not in environ

    def test_header_with_an_underscore_does_not_pass_for_another(self, app: Served) -> None:
        environ = environ_of(app.http.get("/environ", headers={"x-api-key": "true", "x_api_key": "false"}))
        assert environ["HTTP_X_API_KEY"] == "true"

    def test_cookies(self, app: Served) -> None:
        environ = environ_of(app.http.get("/environ", headers={"Cookie": "a=1; b=2"}))
        assert environ["HTTP_COOKIE"] == "a=1; b=2"

    @pytest.mark.parametrize(
        ("body", "content_type"),
        [
            (b"", "text/plain"),
            ("你好".encode(), "text/plain"),  # Lambda hands it on as text
            (b'{"prompt":"\xe4\xbd\xa0"}', "application/json"),
            (bytes(range(256)) * 100, "application/octet-stream"),  # and this in base64
            (b"\xff\xfe", "application/json"),
        ],
    )
    def test_body(self, app: Served, body: bytes, content_type: str) -> None:
        response = app.http.post("/echo", content=body, headers={"Content-Type": content_type})
        assert response.content == body
        assert response.headers["content-type"] == content_type
        seen = app.http.post("/environ", content=body, headers={"Content-Type": content_type})
        assert environ_of(seen)["CONTENT_LENGTH"] == str(len(body))

    @pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS"])
    def test_method(self, app: Served, method: str) -> None:
        assert environ_of(app.http.request(method, "/environ"))["REQUEST_METHOD"] == method

    def test_carries_lambdas_own_words(self, app: Served) -> None:
        before = time.time()
        response = app.http.get("/environ")
        environ = environ_of(response)
        assert environ["lambda.request_id"] == response.headers["x-amzn-requestid"]
        assert before - 0.001 <= environ["lambda.deadline_ms"] / 1000 - 900 <= time.time()
        assert environ["lambda.trace_id"].startswith("Root=1-")
        assert environ["lambda.function_arn"].startswith("arn:aws:lambda:")
        assert environ["event version"] == "2.0"

    def test_says_that_one_runs_at_a_time_in_many_processes(self, app: Served) -> None:
        environ = environ_of(app.http.get("/environ"))
        flags = [environ[f"wsgi.{name}"] for name in ("multithread", "multiprocess", "run_once")]
        assert flags == [False, True, False]

    def test_is_served_by_the_very_process_that_lambda_started(self, app: Served) -> None:
        """The bootstrap is replaced by the interpreter, so that Lambda's signals reach it."""
        assert environ_of(app.http.get("/environ"))["pid"] == app.url.invocations[-1].pid

    def test_is_served_by_the_python_that_the_tests_were_given(self, app: Served) -> None:
        """tools/test-pythons gives them others than their own."""
        command = [FUNCTION_PYTHON, "-c", "import sys; print(sys.version, end='')"]
        version = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        assert environ_of(app.http.get("/environ"))["python"] == version

    def test_errors_go_into_the_log(self, app: Served) -> None:
        assert app.http.get("/complains").text == "done"
        assert app.outcome() is Outcome.OK
        deadline = time.monotonic() + 60
        while "a line for the log" not in app.url.logs:
            assert time.monotonic() < deadline
            time.sleep(0.01)

    def test_warnings_are_kept_where_lambda_keeps_warnings(self, serve: Serve) -> None:
        app = serve("cases.plain", application_log_level="WARN")
        assert app.http.get("/warns").text == "done"
        deadline = time.monotonic() + 5
        while "the last line" not in app.log():
            assert time.monotonic() < deadline
            time.sleep(0.01)
        assert [json.loads(line)["message"] for line in app.url.logs] == [
            "a line of level 30",
            "a line of level 40",
            "a line of level 50",
            "the last line",
        ]


class TestResponse:
    def test_each_chunk_leaves_before_the_next_is_made(self, serve: Serve) -> None:
        app = serve()
        with app.http.stream("GET", "/events") as response:
            assert response.status_code == 201
            assert response.headers["content-type"] == "text/event-stream"
            piece, rest = first_piece(response)
            assert piece.decode() == 'data: "你"\n\n'
            app.open("second")
            assert [piece.decode() for piece in rest] == ['data: "好"\n\n']

    def test_write_sends_at_once_and_before_the_iterable(self, serve: Serve) -> None:
        app = serve()
        with app.http.stream("GET", "/writes") as response:
            piece, rest = first_piece(response)
            assert piece == b"one "
            app.open("second")
            assert b"".join(rest) == b"two three"

    @pytest.mark.parametrize(("path", "status"), [("empty", 202), ("no_content", 204)])
    def test_without_a_body(self, app: Served, path: str, status: int) -> None:
        response = app.http.get(f"/{path}")
        assert (response.status_code, response.content) == (status, b"")

    def test_empty_chunks_do_not_end_it(self, app: Served) -> None:
        assert app.http.get("/empty_chunks").content == b"ab"

    def test_to_head_has_the_head_alone(self, app: Served) -> None:
        response = app.http.head("/repeated")
        assert (response.status_code, response.content) == (200, b"")
        assert response.headers["content-type"] == "text/plain"

    def test_cookies_stay_apart_and_other_headers_are_joined(self, app: Served) -> None:
        response = app.http.get("/repeated")
        cookies = ["a=1; Path=/", "b=2; Expires=Thu, 01 Jan 2037 00:00:00 GMT"]
        assert response.headers.get_list("set-cookie") == cookies
        assert response.headers["vary"] == "Accept, Origin"

    def test_head_may_change_until_the_first_chunk(self, app: Served) -> None:
        response = app.http.get("/changes_its_mind")
        assert (response.status_code, response.text) == (503, "sorry")
        assert response.headers["x-second"] == "yes"

    def test_head_is_settled_after_it(self, app: Served) -> None:
        """start_response raises the exception again, and the client sees that the body is not whole."""
        with app.http.stream("GET", "/changes_its_mind_too_late") as response:
            assert response.status_code == 200
            piece, rest = first_piece(response)
            assert piece == b"begun"
            with pytest.raises(httpx.RemoteProtocolError):
                list(rest)
        assert app.outcome() is Outcome.ERROR

    @pytest.mark.parametrize("path", ["starts_twice", "never_starts", "fails", "exits"])
    def test_to_a_failure_is_lambdas_502(self, serve: Serve, path: str) -> None:
        app = serve("cases.plain")  # the validator would object itself
        assert app.http.get(f"/{path}").status_code == 502
        assert app.outcome() is Outcome.ERROR
        assert app.http.get("/empty_chunks").text == "ab"
        assert [invocation.cold for invocation in app.url.invocations] == [True, False]
        assert SECRET not in app.log()
        assert "hunter2" not in app.log()


class TestClose:
    """The iterable is closed however the request ends: PEP 3333 demands it, and so do upstream connections."""

    def test_after_a_whole_response(self, serve: Serve) -> None:
        app = serve()
        assert app.http.get("/closes").text == "ab"
        assert app.http.get("/closed_so_far").text == "whole"

    def test_after_a_failure(self, serve: Serve) -> None:
        app = serve()
        with pytest.raises(httpx.RemoteProtocolError):
            app.http.get("/closes_after_failure")
        assert app.http.get("/closed_so_far").text == "failed"

    def test_after_the_client_has_left(self, serve: Serve) -> None:
        app = serve()
        with app.http.stream("GET", "/closes_when_client_leaves") as response:
            assert first_piece(response)[0] == b"first"
        app.open("left")
        assert app.outcome() is Outcome.OK  # for Lambda: it runs on and never tells the function
        assert app.http.get("/closed_so_far").text == "left"


class TestConcurrency:
    def test_an_environment_takes_as_many_at_once_as_it_may(self, serve: Serve) -> None:
        """Each of four answers only once all four are inside, and says so in a process of many threads."""
        app = serve(concurrency=4)
        app.http.get("/empty")
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda number: app.http.get(f"/meets/{number}?4").text, range(4)))
        assert answers == [f"waiting met {number}" for number in range(4)]
        assert environ_of(app.http.get("/environ"))["wsgi.multithread"] is True
        assert len({invocation.pid for invocation in app.url.invocations}) == 1

    def test_log_lines_name_their_own_request(self, serve: Serve) -> None:
        app = serve("cases.plain", concurrency=2)
        ids = {app.http.get("/fails").headers["x-amzn-requestid"] for _ in range(4)}
        lines = [json.loads(line) for line in app.url.logs]
        assert {line["requestId"] for line in lines if line["level"] == "ERROR"} == ids


class TestFlask:
    """`stream_with_context`, routes, forms and cookies of a Flask application that knows nothing of Lambda."""

    def test_streams_piece_by_piece(self, serve: Serve) -> None:
        app = serve("flask_sse.app")
        with app.http.stream("GET", "/stream", params={"prompt": "你好"}) as response:
            assert response.status_code == 200
            assert response.headers["content-type"] == "text/event-stream"
            piece, rest = first_piece(response)
            assert piece.decode() == 'data: "你好"\n\n'
            app.open("second")
            assert [piece.decode() for piece in rest] == ['data: "好你"\n\n']

    def test_answers_as_it_does_anywhere(self, serve: Serve) -> None:
        app = serve("flask_sse.app")
        app.http.post("/form/first", data={})
        response = app.http.post("/form/你", data={"a": "1", "b": "好"})
        assert response.json() == {"name": "你", "fields": {"a": "1", "b": "好"}, "seen": "now"}
        assert response.headers["set-cookie"] == "seen=now; Path=/"
        assert app.http.get("/nowhere").status_code == 404
        assert app.http.get("/form/x").status_code == 405

    def test_failure_is_its_own_500_and_logged_without_its_words(self, serve: Serve) -> None:
        app = serve("flask_sse.app")
        assert app.http.get("/fails").status_code == 500
        assert app.outcome() is Outcome.OK
        assert "RuntimeError" in app.log()
        assert "hunter2" not in app.log()


def test_a_slow_reader_loses_nothing(app: Served) -> None:
    """A megabyte in one chunk, read through a small window."""
    port = httpx.URL(app.url.url).port or 0
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", port))
        client.sendall(b"GET /large HTTP/1.1\r\nHost: local\r\nConnection: close\r\n\r\n")
        received = 0
        while data := client.recv(65536):
            received += len(data)
    assert received > 2**20
