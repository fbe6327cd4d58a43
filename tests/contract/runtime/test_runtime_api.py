"""What our runtime says to the Runtime API, byte for byte, and what it does when that breaks.

The real `lambda_src/bootstrap` runs against a recorder. The measure is what AWS's own Node.js client sends,
recorded in shared/reference/runtime-api-transcript.txt; where we differ on purpose, a test says so.
"""

import ast
import base64
import json
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from emulator.lambda_.function import Function
from tests.apps.cases import EVENT_1, SECRET
from tests.conftest import FUNCTION_PYTHON
from tests.contract.runtime.recording_runtime_api import Chunked, Message, RecordingRuntimeApi, unchunk
from tests.places import APPS, LAMBDA_SRC, ROOT

TRANSCRIPT = ROOT.parent / "shared" / "reference" / "runtime-api-transcript.txt"

NEXT = "GET /2018-06-01/runtime/invocation/next HTTP/1.1"
POST = "POST /2018-06-01/runtime/invocation/00000000-0000-0000-0000-000000000001/{} HTTP/1.1"
HEAD = [
    ("Lambda-Runtime-Function-Response-Mode", "streaming"),
    ("Trailer", "Lambda-Runtime-Function-Error-Type"),
    ("Trailer", "Lambda-Runtime-Function-Error-Body"),
    ("Content-Type", "application/vnd.awslambda.http-integration-response"),
    ("Transfer-Encoding", "chunked"),
]
PRELUDE = (
    b"67\r\n"
    b'{"statusCode":201,"headers":{"content-type":"text/event-stream","x-one":"1"},"cookies":["a=b; Path=/"]}\r\n'
)
NULS = b"8\r\n\x00\x00\x00\x00\x00\x00\x00\x00\r\n"
FIRST = b'd\r\ndata: "\xe4\xbd\xa0"\n\n\r\n'
SECOND = b'd\r\ndata: "\xe5\xa5\xbd"\n\n\r\n'
LAST = b"0\r\n\r\n"


class Runtime:
    """The bootstrap's process; `output` is all that it has logged."""

    def __init__(self, function: Function, address: str, log: Path) -> None:
        self._log = log
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                function.start_command(),
                env=function.process_environment(address),
                cwd=function.root,
                stdout=output,
                stderr=output,
            )

    @property
    def output(self) -> str:
        return self._log.read_text()

    @property
    def log_lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.output.splitlines()]

    def close(self) -> None:
        self.process.kill()
        self.process.wait()


Run = Callable[..., Runtime]


@pytest.fixture
def api() -> Iterator[RecordingRuntimeApi]:
    api = RecordingRuntimeApi()
    yield api
    api.close()


@pytest.fixture
def run(api: RecordingRuntimeApi, tmp_path: Path) -> Iterator[Run]:
    """Starts our runtime on tests/apps, with further variables as keyword arguments."""
    started: list[Runtime] = []

    def start(handler: str = "cases.plain", **variables: str) -> Runtime:
        environment = {"PYTHONPATH": str(APPS), "GATES": str(tmp_path), **variables}
        function = Function(root=LAMBDA_SRC, handler=handler, environment=environment, python=FUNCTION_PYTHON)
        started.append(Runtime(function, api.address, tmp_path / f"log-{len(started)}"))
        return started[-1]

    yield start
    for runtime in started:
        runtime.close()


def request(path: str) -> dict[str, Any]:
    """A function URL's event for GET `path`."""
    path, _, query = path.partition("?")
    return {
        "version": "2.0",
        "rawPath": f"/{path}",
        "rawQueryString": query,
        "headers": {"host": "recorded"},
        "requestContext": {"http": {"method": "GET", "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1"}},
        "isBase64Encoded": False,
    }


def dechunked(message: Message) -> Chunked:
    found = unchunk(message.body)
    assert found is not None
    return found


def serves_on(api: RecordingRuntimeApi) -> bool:
    """Whether the next invocation is served as if nothing had been."""
    answered = len(api.posts)
    api.invoke(request("empty_chunks"))
    return dechunked(api.post(answered)).chunks[2:] == [b"a", b"b"]


class TestPoll:
    def test_is_a_get_of_next_without_a_body(self, api: RecordingRuntimeApi, run: Run) -> None:
        run()
        api.wait(lambda: api.polls and api.polls[0].is_complete)
        assert api.polls[0].line == NEXT
        assert api.polls[0].body == b""
        assert ("Host", api.address) in api.polls[0].headers

    def test_keeps_its_connection_across_invocations(self, api: RecordingRuntimeApi, run: Run) -> None:
        run()
        for number in range(3):
            api.invoke(request("empty_chunks"))
            api.post(number)
        api.wait(lambda: len(api.polls) == 4)
        assert {poll.connection for poll in api.polls} == {api.polls[0].connection}

    def test_each_worker_of_a_concurrent_environment_polls(self, api: RecordingRuntimeApi, run: Run) -> None:
        run(AWS_LAMBDA_MAX_CONCURRENCY="3")
        api.wait(lambda: len(api.polls) == 3)
        assert len({poll.connection for poll in api.polls}) == 3


class TestStreamedResponse:
    @pytest.fixture
    def response(self, api: RecordingRuntimeApi, run: Run, tmp_path: Path) -> Message:
        """The transcript's response: two events, the second let go 200 ms after the first has arrived."""
        run()
        api.invoke(request("events"))
        api.wait(lambda: api.posts and EVENT_1 in api.posts[0].body)
        time.sleep(0.2)
        (tmp_path / "second").touch()
        return api.post()

    def test_names_its_invocation(self, response: Message) -> None:
        assert response.line == POST.format("response")

    def test_head_says_what_the_node_clients_says(self, response: Message) -> None:
        assert set(HEAD) <= set(response.headers)
        assert [value for name, value in response.headers if name == "Trailer"] == [HEAD[1][1], HEAD[2][1]]

    def test_body_is_prelude_nuls_events_and_terminator(self, response: Message) -> None:
        assert response.body == PRELUDE + NULS + FIRST + SECOND + LAST

    def test_each_event_is_one_segment_at_its_own_time(self, response: Message) -> None:
        first, second, *_ = response.body_segments
        assert first.data == PRELUDE + NULS + FIRST
        assert second.data.removesuffix(LAST) == SECOND
        assert second.time - first.time >= 0.2

    def test_has_a_connection_of_its_own_that_is_closed_after_it(
        self, api: RecordingRuntimeApi, response: Message
    ) -> None:
        """Unlike the Node.js client's: Lambda's documentation asks custom runtimes to close it."""
        assert response.connection not in {poll.connection for poll in api.polls}
        assert ("Connection", "close") in response.headers
        assert api.wait(lambda: api.closed) == [response.connection]

    def test_may_be_empty(self, api: RecordingRuntimeApi, run: Run) -> None:
        run()
        api.invoke(request("empty"))
        assert dechunked(api.post()).chunks == [
            b'{"statusCode":202,"headers":{"content-type":"text/plain"}}',
            bytes(8),
        ]

    def test_passes_a_large_chunk_on_as_one(self, api: RecordingRuntimeApi, run: Run) -> None:
        run()
        api.invoke(request("large"))
        assert dechunked(api.post()).chunks[2:] == [b"0123456789abcdef" * 65536]


class TestFailure:
    def test_before_the_prelude_goes_to_error(self, api: RecordingRuntimeApi, run: Run) -> None:
        run()
        api.invoke(request("fails"))
        post = api.post()
        assert post.line == POST.format("error")
        assert ("Lambda-Runtime-Function-Error-Type", "Function.TypeError") in post.headers
        assert ("Content-Type", "application/json") in post.headers
        assert_reports_the_place(json.loads(post.body), "in fails")

    def test_after_it_goes_into_the_trailers(self, api: RecordingRuntimeApi, run: Run) -> None:
        run()
        api.invoke(request("fails_midway"))
        post = api.post()
        assert post.line == POST.format("response")
        assert post.body.startswith(PRELUDE + NULS + FIRST + SECOND + b"0\r\nLambda-Runtime-Function-Error-Type: ")
        trailers = dechunked(post).trailers
        assert list(trailers) == [HEAD[1][1], HEAD[2][1]]
        assert trailers["Lambda-Runtime-Function-Error-Type"] == "Function.TypeError"
        body = base64.b64decode(trailers["Lambda-Runtime-Function-Error-Body"], validate=True)
        assert_reports_the_place(json.loads(body), "in fails_midway")

    @pytest.mark.parametrize("path", ["fails", "fails_midway", "exits", "changes_its_mind_too_late"])
    def test_never_quotes_the_exception(self, api: RecordingRuntimeApi, run: Run, path: str) -> None:
        """Its message may hold what a person sent."""
        runtime = run()
        api.invoke(request(path))
        api.post()
        assert serves_on(api)
        decoded = b"".join(base64.b64decode(found) for found in re.findall(rb"Error-Body: (\S+)", api.everything))
        assert "hunter2" in SECRET
        assert b"hunter2" not in api.everything + decoded
        assert "hunter2" not in runtime.output
        failure = next(line for line in runtime.log_lines if line["level"] == "ERROR")
        assert failure["message"] == "the application failed"
        assert failure["requestId"].endswith("0001")
        assert any(frame.endswith(f" in {path}") for frame in failure["stackTrace"])

    @pytest.mark.parametrize(
        "path", ["fails", "fails_midway", "fails_in_chinese", "fails_in_chinese?midway", "exits"]
    )
    def test_leaves_the_next_invocation_unharmed(self, api: RecordingRuntimeApi, run: Run, path: str) -> None:
        runtime = run()
        api.invoke(request(path))
        api.post()
        assert serves_on(api)
        assert runtime.process.poll() is None

    @pytest.mark.parametrize("event", [{"no": "request"}, [], None, {"requestContext": {"http": {}}}])
    def test_of_an_event_that_is_no_request_is_told(
        self, api: RecordingRuntimeApi, run: Run, event: object
    ) -> None:
        run()
        api.invoke(event)
        assert api.post().line == POST.format("error")
        assert serves_on(api)

    def test_of_an_event_of_another_kind_says_what_was_expected(self, api: RecordingRuntimeApi, run: Run) -> None:
        run()
        api.invoke({"Records": []})
        report = json.loads(api.post().body)
        assert report["errorType"] == "Function.UnsupportedEvent"
        assert "expected an HTTP request" in report["errorMessage"]


def assert_reports_the_place(report: dict[str, Any], where: str) -> None:
    assert report["errorType"] == "Function.TypeError"
    assert report["errorMessage"] == "The application failed; its log has the place."
    assert report["stackTrace"][-1].endswith(where)
    assert "cases.py:" in report["stackTrace"][-1]


class TestInitFailure:
    @pytest.mark.parametrize(
        ("handler", "error_type", "cause"),
        [
            ("broken.application", "Function.ModuleNotFoundError", "No module named 'no_such_library'"),
            ("no_such_module.application", "Function.ModuleNotFoundError", "No module named 'no_such_module'"),
            ("sound.missing", "Function.ValueError", "'sound.missing' has to name a WSGI callable"),
            ("sound.number", "Function.ValueError", "'sound.number' has to name a WSGI callable"),
            ("sound", "Function.ValueError", "module.attribute, found 'sound'"),
            ("exits.application", "Function.SystemExit", "no model is set"),
            ("misspelt.application", "Function.SyntaxError", "misspelt.py, line 1"),
        ],
    )
    def test_names_the_cause_and_exits(
        self, api: RecordingRuntimeApi, run: Run, tmp_path: Path, handler: str, error_type: str, cause: str
    ) -> None:
        (tmp_path / "broken.py").write_text("import no_such_library")
        (tmp_path / "sound.py").write_text("number = 42")
        (tmp_path / "exits.py").write_text("import sys; sys.exit('no model is set')")
        (tmp_path / "misspelt.py").write_text("def application(")
        runtime = run(handler, PYTHONPATH=str(tmp_path))
        post = api.post()
        assert post.line == "POST /2018-06-01/runtime/init/error HTTP/1.1"
        assert ("Lambda-Runtime-Function-Error-Type", error_type) in post.headers
        report = json.loads(post.body)
        assert report["errorType"] == error_type
        assert cause in report["errorMessage"]
        assert isinstance(report["stackTrace"], list)
        assert runtime.process.wait(60) == 1
        assert api.polls == []
        assert cause in runtime.log_lines[-1]["message"]

    def test_of_the_real_application_names_the_missing_variable(self, api: RecordingRuntimeApi, run: Run) -> None:
        runtime = run("claude_stream.app.application", MAX_TOKENS_LIMIT="4096")
        report = json.loads(api.post().body)
        assert (report["errorType"], report["errorMessage"]) == (
            "Function.SettingsError",
            "API_KEY_SECRET_ARN is not set",
        )
        assert runtime.process.wait(60) == 1


class TestBrokenRuntimeApi:
    """Whatever Lambda does to one response, the next invocation is served; without a poll there is no going on."""

    @pytest.mark.parametrize("workers", ["1", "3"])
    def test_that_vanishes_ends_the_process_with_one_sentence(
        self, api: RecordingRuntimeApi, run: Run, workers: str
    ) -> None:
        runtime = run(AWS_LAMBDA_MAX_CONCURRENCY=workers)
        api.wait(lambda: len(api.polls) == int(workers))
        api.close()
        assert runtime.process.wait(60) == 1
        assert "Traceback" not in runtime.output
        (line,) = runtime.log_lines
        assert line["level"] == "FATAL"
        assert line["message"].startswith("the Runtime API can no longer be reached: ")

    def test_that_was_never_there_ends_it_too(self, api: RecordingRuntimeApi, run: Run) -> None:
        api.close()
        for handler in ("cases.plain", "no_such_module.application"):
            runtime = run(handler)
            assert runtime.process.wait(60) == 1
            assert "Traceback" not in runtime.output
            assert all(line["level"] == "FATAL" for line in runtime.log_lines)

    def test_that_refuses_the_poll_ends_it_too(self, api: RecordingRuntimeApi, run: Run) -> None:
        api.poll_status = 403
        runtime = run()
        assert runtime.process.wait(60) == 1
        assert "found 403" in runtime.log_lines[-1]["message"]

    def test_that_resets_a_response_has_the_iterable_closed(self, api: RecordingRuntimeApi, run: Run) -> None:
        runtime = run()
        api.reset_at = b"piece 3"
        api.invoke(request("closes_when_cut"))
        api.invoke(request("closed_so_far"))
        assert dechunked(api.post(1)).chunks[2:] == [b"cut"]
        assert b"piece 1999" not in api.everything  # it stopped when Lambda did
        assert "the response was not delivered" in runtime.log_lines[-1]["message"]
        assert runtime.log_lines[-1]["level"] == "WARN"

    def test_that_resets_a_response_gets_no_more_of_it(self, api: RecordingRuntimeApi, run: Run) -> None:
        """Not over a new connection either, where it would be no HTTP at all."""
        run()
        api.reset_at = b"piece 3"
        api.invoke(request("writes_on_when_cut"))
        api.wait(lambda: api.posts)
        assert serves_on(api)
        assert b"piece 99" not in api.everything
        assert len(api.messages) == len(api.polls) + len(api.posts)

    @pytest.mark.parametrize("path", ["empty_chunks", "fails_midway", "fails"])
    def test_that_refuses_a_report_gets_the_next_one(self, api: RecordingRuntimeApi, run: Run, path: str) -> None:
        runtime = run()
        api.post_statuses.append(413)
        api.invoke(request(path))
        api.post()
        assert serves_on(api)
        assert "found 413" in runtime.log_lines[-1]["message"]


@pytest.mark.skipif(not TRANSCRIPT.exists(), reason=f"{TRANSCRIPT} is not there")
class TestTranscript:
    """The bytes that these tests expect are those that the official client sent."""

    def test_has_the_poll(self) -> None:
        assert section("poll").startswith(NEXT + "\n")

    def test_has_the_head(self) -> None:
        head = section("a streamed response").partition("\n\n")[0].splitlines()
        assert head[0] == POST.format("response")
        assert {f"{name}: {value}" for name, value in HEAD} <= set(head)

    def test_has_the_body(self) -> None:
        """The Node.js client keeps the case of header names, which HTTP ignores; ours are in lower case."""
        prelude, *rest = byte_literals(section("a streamed response"))
        assert prelude.replace(b"Content-Type", b"content-type").replace(b"X-One", b"x-one") == PRELUDE
        assert rest == [NULS, FIRST, SECOND, LAST]

    def test_has_the_trailers(self) -> None:
        (end,) = byte_literals(section("the handler throws after"))
        error_type, body = (name.encode() for _, name in HEAD[1:3])
        assert end == b"0\r\n" + error_type + b": TypeError\r\n" + body + b": <base64>\r\n\r\n"


def section(title: str) -> str:
    """The transcript's part of which the heading begins with `title`."""
    found = re.search(rf"^--- {title}.*\n((?:(?!--- ).*\n)*)", TRANSCRIPT.read_text(), re.MULTILINE)
    assert found is not None
    return found[1]


def byte_literals(text: str) -> list[bytes]:
    return [ast.literal_eval(found) for found in re.findall(r"b'(?:[^'\\]|\\.)*'", text)]
