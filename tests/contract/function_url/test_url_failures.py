"""What the client gets and the emulator records when an invocation or its start fails, or its client leaves."""

from typing import ClassVar

import httpx
import pytest

from emulator.lambda_.function_url import FunctionUrl, Outcome
from tests.asking import eventually
from tests.contract.error_types import SENT_AND_KEPT
from tests.contract.function_url.asking_url import expect_cut, get, raw_exchange, runs
from tests.contract.function_url.conftest import Serve


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

    def test_is_recorded_with_what_was_asked_and_answered(self, serve: Serve) -> None:
        function_url = serve()
        get(function_url, "echo")
        get(function_url, "fails")
        answered, failed = function_url.invocations
        assert (answered.request, failed.request) == ("GET /echo", "GET /fails")
        assert answered.prelude
        assert (answered.prelude.status, failed.prelude) == (200, None)

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

    def test_of_a_process_that_had_sent_its_whole_response_does_not_count(self, serve: Serve) -> None:
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
        assert eventually(lambda: timed_out.pid and not runs(timed_out.pid))
        assert get(function_url, "no_prelude").status_code == 200
        assert function_url.invocations[-1].cold


class TestErrorType:
    """Lambda keeps types that have its own form, and uses one fixed word for all others.

    test_aws_runtime_api.py tests AWS's own server with the same list.
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
        assert eventually(lambda: function_url.invocations[0].outcome is Outcome.OK)
        assert eventually(lambda: any(line.startswith("sent all of") for line in function_url.logs))
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
        assert eventually(lambda: "answered 202 None" in function_url.logs)

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
