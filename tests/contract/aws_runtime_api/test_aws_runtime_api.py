"""Our runtime under AWS's own Runtime API servers, the classic one and that of Managed Instances.

Both servers hand a response on when it is whole, so that gaps cannot be seen here; test_runtime_api.py sees them.
"""

import re
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from emulator.aws.simulator import AwsSimulator
from emulator.background import Background
from emulator.demo import function_environment
from emulator.lambda_.function import Function
from tests.apps.cases import EVENT_1, EVENT_2
from tests.asking import eventually
from tests.conftest import FAST, FUNCTION_PYTHON, KEY
from tests.contract.aws_runtime_api.aws_runtime_api import Answer, AwsRuntimeApi, NotBuilt, binary
from tests.contract.error_types import SENT_AND_KEPT
from tests.places import APPS, LAMBDA_SRC
from tests.sse_reading import events_in, text_of

# One worker runs them all, so that the server is built and Lambda's folders are tried once.
pytestmark = [pytest.mark.xdist_group("aws-runtime-api"), pytest.mark.timeout(600)]

HERE = Path(__file__).parent
AT_ONCE = 16

Start = Callable[..., AwsRuntimeApi]


class Place(NamedTuple):
    """What starts a server, and why it cannot be started here; that is empty where it can."""

    launcher: list[str]
    why_not: str

    def check(self) -> None:
        """Skips the test; called by the tests themselves, for what a fixture skips pytest reports test by test."""
        if self.why_not:
            pytest.skip(self.why_not)


@pytest.fixture(scope="module")
def here() -> Place:
    try:
        binary()
    except NotBuilt as reason:
        return Place([], str(reason))
    return Place([], "")


@pytest.fixture(scope="module")
def lambda_folders(here: Place, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Where Lambda's folders are, and its server's user can be."""
    if here.why_not:
        return here
    scratch = tmp_path_factory.mktemp("lambda-folders")
    launcher = [str(HERE / "lambda_folders.sh"), str(scratch), str(LAMBDA_SRC), FUNCTION_PYTHON]
    as_its_user = ["setpriv", "--reuid=993", "--regid=990", "--clear-groups", "true"]
    tried = subprocess.run([*launcher, *as_its_user], capture_output=True, text=True, check=False)
    if tried.returncode == 0:
        return Place(launcher, "")
    reason = (tried.stderr.strip().splitlines() or ["no reason given"])[-1]
    return Place(
        [], f"AWS's server of Managed Instances is not run: it needs root and a mount namespace ({reason})"
    )


def environment_of(handler: str, gates: Path, variables: dict[str, str], concurrency: int = 1) -> dict[str, str]:
    environment = {"PYTHONPATH": str(APPS), "GATES": str(gates), **variables}
    function = Function(root=LAMBDA_SRC, handler=handler, concurrency=concurrency, environment=environment)
    return function.process_environment("")


@pytest.fixture
def classic(here: Place, tmp_path: Path) -> Iterator[Start]:
    """Starts the classic server with our runtime behind it, with further variables as keyword arguments."""
    with ExitStack() as stack:

        def start(handler: str = "cases.plain", **variables: str) -> AwsRuntimeApi:
            here.check()
            server = AwsRuntimeApi(
                runtime=[str(LAMBDA_SRC / "bootstrap"), FUNCTION_PYTHON, handler],
                environment=environment_of(handler, tmp_path, variables),
                cwd=LAMBDA_SRC,
                log=tmp_path / "log",
            )
            return stack.enter_context(server)

        yield start


@pytest.fixture
def managed(lambda_folders: Place, tmp_path: Path) -> Iterator[Start]:
    """Starts the server of Managed Instances, which finds our runtime as Lambda does: by its folders."""
    with ExitStack() as stack:

        def start(handler: str = "cases.plain", **variables: str) -> AwsRuntimeApi:
            lambda_folders.check()
            server = AwsRuntimeApi(
                launcher=lambda_folders.launcher,
                environment=environment_of(handler, tmp_path, variables, concurrency=AT_ONCE),
                cwd=LAMBDA_SRC,
                log=tmp_path / "log",
            )
            return stack.enter_context(server)

        yield start


@pytest.fixture(params=["classic", "managed"])
def either(request: pytest.FixtureRequest) -> Start:
    start: Start = request.getfixturevalue(request.param)
    return start


@pytest.fixture
def simulator(background: Background) -> Iterator[AwsSimulator]:
    simulator = AwsSimulator(keys={"default": KEY}, pace=FAST)
    background.run(simulator.start())
    yield simulator
    background.run(simulator.close())


def request(path: str, **headers: str) -> dict[str, Any]:
    """A function URL's event for GET `path`."""
    path, _, query = path.partition("?")
    return {
        "version": "2.0",
        "rawPath": f"/{path}",
        "rawQueryString": query,
        "queryStringParameters": dict(pair.split("=") for pair in query.split("&") if "=" in pair),
        "headers": {"host": "aws", **{name.replace("_", "-"): value for name, value in headers.items()}},
        "requestContext": {"http": {"method": "GET", "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1"}},
        "isBase64Encoded": False,
    }


def process_behind(server: AwsRuntimeApi) -> int:
    """The process id of the runtime that answers."""
    (pid,) = re.findall(rb'"pid": (\d+)', server.invoke(request("environ")).body)
    return int(pid)


def serves_on(server: AwsRuntimeApi) -> bool:
    return server.invoke(request("empty_chunks")).body == b"ab"


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
        """Before the response by the error call, in the middle of it by the trailers."""
        server = managed()
        answer = server.invoke(request(path))
        assert answer.error_type == answer.report["errorType"] == "Function.TypeError"
        assert answer.report["stackTrace"][-1].endswith(f" in {path}")
        assert serves_on(server)

    def test_midway_is_taken_by_the_classic_server(self, classic: Start) -> None:
        """It lets its caller see nothing of the trailers."""
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
        """Only the classic server has one: the other is started without a deadline."""
        server = classic(AWS_LAMBDA_FUNCTION_TIMEOUT="6")
        first = process_behind(server)
        assert server.invoke(request("events")).content == b"Task timed out after 6.00 seconds"
        (tmp_path / "second").touch()
        assert server.invoke(request("events")).body == EVENT_1 + EVENT_2
        assert process_behind(server) != first


class TestConcurrency:
    def test_sixteen_streams_run_at_once(self, managed: Start) -> None:
        """Each ends only once all the others are there."""
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
    """The same runtime and the same list as in test_function_url.py."""
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
