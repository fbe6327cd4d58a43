"""What our runtime reports to the Runtime API when it fails, and what it does when that API itself fails."""

import base64
import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.apps.registry import SECRET
from tests.contract.runtime.recorded import (
    FIRST,
    HEAD,
    NULS,
    POST,
    PRELUDE,
    SECOND,
    Run,
    dechunked,
    request,
    serves_on,
)
from tests.contract.runtime.recording_runtime_api import RecordingRuntimeApi


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
        """The exception's message may hold what a person sent."""
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
    def test_of_an_event_that_is_no_request_is_reported(
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
    """Whatever Lambda does to one response, the next invocation is served; if it cannot poll, the runtime ends."""

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
        for handler in ("tests.apps.cases.plain", "no_such_module.application"):
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
        assert b"piece 1999" not in api.everything  # the runtime stopped when Lambda did
        assert "the response was not delivered" in runtime.log_lines[-1]["message"]
        assert runtime.log_lines[-1]["level"] == "WARN"

    def test_that_resets_a_response_gets_no_more_of_it(self, api: RecordingRuntimeApi, run: Run) -> None:
        """Nor over a new connection, where the rest would not be HTTP at all."""
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
