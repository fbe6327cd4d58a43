"""Our runtime under AWS's own Runtime API servers, the classic one and that of Managed Instances.

Both servers pass a response on when it is whole, so streaming cannot be tested here; test_runtime_api.py tests it.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from emulator.aws.simulator import AwsSimulator
from emulator.demo import function_environment
from tests.apps.registry import EVENT_1, EVENT_2
from tests.asking import eventually
from tests.conftest import KEY
from tests.contract.aws_runtime_api.aws_runtime_api import Answer
from tests.contract.aws_runtime_api.starting import AT_ONCE, HERE, Start, process_behind, request, serves_on
from tests.contract.error_types import SENT_AND_KEPT
from tests.sse_reading import events_in, text_of

# One worker runs them all, so that the server is built, and Lambda's folders are made, only once.
pytestmark = [pytest.mark.xdist_group("aws-runtime-api"), pytest.mark.timeout(600)]


class TestResponse:
    def test_that_is_whole_arrives(self, either: Start) -> None:
        answer = either().invoke(request("no_content"))
        assert (answer.status, answer.prelude, answer.body) == (200, {"statusCode": 204, "headers": {}}, b"")

    def test_that_is_streamed_arrives_with_its_head(self, either: Start, tmp_path: Path) -> None:
        (tmp_path / "second").touch()
        answer = either().invoke(request("events"))
        assert answer.prelude == {
            "statusCode": 201,
            "headers": {"content-type": "text/event-stream", "x-one": "1"},
            "cookies": ["a=b; Path=/"],
        }
        assert answer.body == EVENT_1 + EVENT_2

    def test_of_a_megabyte_arrives_to_the_byte(self, either: Start) -> None:
        assert either().invoke(request("large")).body == b"0123456789abcdef" * 65536

    def test_is_followed_by_the_next(self, either: Start) -> None:
        server = either()
        assert len({process_behind(server) for _ in range(5)}) == 1
        assert "was not delivered" not in server.log


class TestFailure:
    def test_before_the_response_keeps_its_type_in_the_classic_server(self, classic: Start) -> None:
        server = classic()
        assert server.invoke(request("fails")).report["errorType"] == "Function.TypeError"
        assert server.reported == ["Function.TypeError"]
        assert serves_on(server)

    @pytest.mark.parametrize("path", ["fails", "fails_midway"])
    def test_keeps_its_type_in_the_server_of_managed_instances(self, managed: Start, path: str) -> None:
        """The error call carries it before the response, the trailers in the middle of it."""
        server = managed()
        answer = server.invoke(request(path))
        assert answer.error_type == answer.report["errorType"] == "Function.TypeError"
        assert answer.report["stackTrace"][-1].endswith(f" in {path}")
        assert serves_on(server)

    def test_midway_is_taken_by_the_classic_server(self, classic: Start) -> None:
        """This server shows its caller nothing of the trailers."""
        server = classic()
        assert server.invoke(request("fails_midway")).body == EVENT_1 + EVENT_2
        assert "was not delivered" not in server.log
        assert serves_on(server)

    def test_of_a_type_without_a_letter_is_unknown_but_the_functions(self, managed: Start) -> None:
        answer = managed().invoke(request("fails_in_chinese?midway"))
        assert answer.error_type == answer.report["errorType"] == "Function.Unknown"

    def test_of_an_event_that_is_no_request_says_what_was_expected(self, either: Start) -> None:
        report = either().invoke({"Records": []}).report
        assert report["errorType"] == "Function.UnsupportedEvent"
        assert "expected an HTTP request" in report["errorMessage"]


class TestInitFailure:
    def test_is_the_classic_servers_answer(self, classic: Start) -> None:
        server = classic("no_such_module.application")
        answer = server.invoke(request("empty"))
        assert (answer.status, answer.report["errorType"]) == (502, "Function.ModuleNotFoundError")
        assert answer.report["errorMessage"] == "No module named 'no_such_module'"
        assert set(server.reported) == {"Function.ModuleNotFoundError"}

    def test_ends_the_server_of_managed_instances(self, managed: Start) -> None:
        server = managed("no_such_module.application")
        server.process.wait(30)
        assert 'msg="INIT failed" err=Function.ModuleNotFoundError' in server.log

    def test_names_the_setting_that_the_real_application_misses(self, classic: Start) -> None:
        report = classic("claude_stream.app.application").invoke(request("healthz")).report
        assert (report["errorType"], report["errorMessage"]) == (
            "Function.SettingsError",
            "API_KEY_SECRET_ARN is not set",
        )


class TestTimeout:
    def test_is_followed_by_a_new_environment(self, classic: Start, tmp_path: Path) -> None:
        """Only the classic server has a timeout: the other is started without a deadline.

        Nothing has been sent when the time is up: of an answer that has begun, AWS's server returns either the
        beginning or its own sentence, whichever it has first.

        The second environment has to start in that time, on a machine that is busy with other things too.
        """
        server = classic(AWS_LAMBDA_FUNCTION_TIMEOUT="20")
        first = process_behind(server)
        assert server.invoke(request("late")).content == b"Task timed out after 20.00 seconds"
        (tmp_path / "second").touch()
        assert server.invoke(request("late")).body == b"late"
        assert process_behind(server) != first


class TestConcurrency:
    def test_sixteen_streams_run_at_once(self, managed: Start) -> None:
        """Each stream ends only once all the others are there."""
        server = managed()
        assert eventually(lambda: server.polls == AT_ONCE), server.log
        with ThreadPoolExecutor(AT_ONCE) as pool:
            asked = [request(f"meets/{number}?{AT_ONCE}") for number in range(AT_ONCE)]
            answers = list(pool.map(server.invoke, asked))
        assert [answer.body for answer in answers] == [b"waiting met %d" % number for number in range(AT_ONCE)]
        assert serves_on(server)


class TestRealApplication:
    @pytest.fixture
    def ask(self, either: Start, simulator: AwsSimulator) -> Callable[..., Answer]:
        """Asks the application once, in a server of its own."""

        def ask(path: str, **headers: str) -> Answer:
            server = either("claude_stream.app.application", **function_environment(simulator))
            return server.invoke(request(path, **headers))

        return ask

    def test_streams_an_answer(self, ask: Callable[..., Answer]) -> None:
        answer = ask("stream?prompt=hello", x_api_key=KEY)
        assert answer.prelude["statusCode"] == 200
        events = events_in([answer.body])
        assert len(events) > 3
        assert len(text_of(events)) > 20
        assert (events[-1].name, events[-1].data["stop_reason"]) == ("done", "end_turn")

    def test_refuses_in_its_own_words(self, ask: Callable[..., Answer]) -> None:
        answer = ask("stream?prompt=hello", x_api_key="wrong")
        assert answer.prelude["statusCode"] == 401
        assert b"authentication_error" in answer.body

    def test_streams_to_sixteen_at_once(self, managed: Start, simulator: AwsSimulator) -> None:
        server = managed("claude_stream.app.application", **function_environment(simulator))
        assert eventually(lambda: server.polls == AT_ONCE), server.log
        ask = partial(server.invoke, request("stream?prompt=hello", x_api_key=KEY))
        with ThreadPoolExecutor(AT_ONCE) as pool:
            answers = [future.result() for future in [pool.submit(ask) for _ in range(AT_ONCE)]]
        assert {answer.prelude["statusCode"] for answer in answers} == {200}
        assert {events_in([answer.body])[-1].name for answer in answers} == {"done"}


@pytest.mark.parametrize(("sent", "kept"), SENT_AND_KEPT)
def test_the_emulator_keeps_the_error_types_that_aws_keeps(
    managed: Start, tmp_path: Path, sent: str, kept: str
) -> None:
    """Uses the runtime and the list of test_url_failures.py."""
    wrapper = tmp_path / "tiny"
    wrapper.write_text(f'#!/bin/sh\nexec "$1" -S "{HERE.parent / "tiny_runtime"}"\n')
    wrapper.chmod(0o755)
    server = managed(AWS_LAMBDA_EXEC_WRAPPER=str(wrapper))
    for path in ("fails_as", "fails_midway_as"):
        assert server.invoke(request(f"{path}?type={sent}")).error_type == kept


def test_the_runtime_ends_with_its_server(classic: Start) -> None:
    server = classic()
    pid = process_behind(server)
    server.process.kill()
    assert eventually(lambda: not Path(f"/proc/{pid}").exists(), seconds=60)
