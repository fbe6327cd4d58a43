"""The environ of a request keeps WSGI (PEP 3333).

Every case of tests/apps runs behind wsgiref's validator, so that a request fails when its environ or its
server breaks the specification.
"""

import json
import subprocess
import time

import pytest

from emulator.lambda_.function_url import Outcome
from tests.conftest import FUNCTION_PYTHON
from tests.contract.runtime.served import Serve, Served, environ_of


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
            ("你好".encode(), "text/plain"),  # Lambda passes it on as text
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

    def test_carries_lambdas_own_keys(self, app: Served) -> None:
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

    def test_is_served_by_the_python_that_the_tests_name(self, app: Served) -> None:
        """tools/test-pythons gives the function another Python than the tests' own."""
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
        app = serve("tests.apps.cases.plain", application_log_level="WARN")
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
