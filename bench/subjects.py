"""What is measured: our function and the peers, each as a running process and a way to ask it."""

import contextlib
import socket
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from bench import client
from bench.bedrock import KEY
from bench.peers import bare_boto3
from bench.processes import ROOT, base_environment, cpu_ms, only_child, running, running_module
from bench.prompt import Arrivals
from bench.runtime_recorder import RuntimeRecorder
from emulator.aws.caller import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY
from emulator.demo import MODELS
from emulator.lambda_.function_url import Function

AT_ONCE = 8
READY_SECONDS = 20.0
PEERS_FOLDER = ROOT / ".setup" / "bench"  # where tools/bench-peers installs

OURS, OURS_BY_URL, NODE, ADAPTER, FLASK, FASTAPI, BOTO3 = (
    *("ours", "ours_by_url", "node", "adapter", "flask", "fastapi", "boto3"),
)
OURS_LIMITED = "ours_limited"  # with a budget that always has room: each answer is reserved and settled
OURS_KEPT = "ours_kept"  # each answer with an id, so that it is kept while it streams
PEERS: dict[str, Callable[[int], list[str]]] = {
    FLASK: lambda port: ["-m", "bench.peers.flask_app", str(port)],
    FASTAPI: lambda port: ["-m", "uvicorn", "bench.peers.fastapi_app:app", "--port", str(port)],
}


class Place(NamedTuple):
    """Where subjects are found: our package as Lambda lays it out, the installed peers, and the Python of all."""

    package: Path
    peers: Path = PEERS_FOLDER
    python: str = sys.executable


@dataclass(frozen=True)
class Subject:
    """`pids` are the processes that serve; none for the boto3 script, which has no server."""

    ask: Callable[..., Arrivals]
    pids: tuple[int, ...] = ()


def environment_of(bedrock: Mapping[str, Any]) -> dict[str, str]:
    """What every subject is given: the addresses that `bench.bedrock` printed, credentials, the model."""
    return base_environment() | {
        "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": bedrock["bedrock"],
        "AWS_ENDPOINT_URL_SECRETS_MANAGER": bedrock["secrets"],
        "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
        "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
        "AWS_REGION": REGION,
        "API_KEY_SECRET_ARN": bedrock["secret_arn"],
        "DEFAULT_MODEL": MODELS[0],
        "ALLOWED_MODELS": MODELS[0],
        "MAX_TOKENS_LIMIT": "4096",
        "MODEL_ID": MODELS[0],
    }


def with_table(bedrock: Mapping[str, Any], table: Mapping[str, Any]) -> dict[str, str]:
    """The same, with the table that another `bench.bedrock` serves: it takes no time from the stream's own."""
    return environment_of(bedrock) | {
        "AWS_ENDPOINT_URL_DYNAMODB": table["secrets"],
        "TABLE_NAME": table["table"],
    }


def with_limits(bedrock: Mapping[str, Any], table: Mapping[str, Any]) -> dict[str, str]:
    """The same, with a budget whose sums are in the table."""
    return with_table(bedrock, table) | {"BUDGET": '{"tokens_per_day": 1000000000000}'}


class Started(NamedTuple):
    """A subject that is ready: how long that took, its CPU, and when it began (time.monotonic_ns())."""

    subject: Subject
    took_ms: float
    cpu_ms: float
    began: int


Starter = Callable[[Mapping[str, str]], contextlib.AbstractContextManager[Started]]


def starters(place: Place) -> dict[str, Starter]:
    """All that a Runtime API starts; a peer only where it is installed."""
    found: dict[str, Starter] = {OURS: partial(_ours, place)}
    if (place.peers / "node/node_modules/aws-lambda-ric/dist/rapid-client.node").exists():
        found[NODE] = partial(_node, place)
    if (place.peers / "bin/lambda-adapter").exists():
        found[ADAPTER] = partial(_adapter, place)
    return found


def _ours(place: Place, environment: Mapping[str, str]) -> contextlib.AbstractContextManager[Started]:
    """As Lambda starts it: from a folder where Python cannot keep what it has compiled."""
    function = Function(
        root=place.package, python=place.python, environment={**environment, "PYTHONDONTWRITEBYTECODE": "1"}
    )
    return _at_runtime_api(function, [function.start_command()], place.package)


def kept(subject: Subject) -> Subject:
    """Ours, with every answer kept."""
    return replace(subject, ask=lambda prompt: subject.ask(prompt, answer_id=str(uuid.uuid4())))


def _node(place: Place, environment: Mapping[str, str]) -> contextlib.AbstractContextManager[Started]:
    folder = place.peers / "node"
    function = Function(root=folder, handler="index.handler", environment=environment)
    return _at_runtime_api(
        function, [["node", "node_modules/aws-lambda-ric/bin/index.mjs", "index.handler"]], folder
    )


def _adapter(place: Place, environment: Mapping[str, str]) -> contextlib.AbstractContextManager[Started]:
    """The Lambda Web Adapter in front of FastAPI: an extension and the application, as a layer starts them."""
    port = _free_port()
    variables = {
        "AWS_LWA_PORT": str(port),
        "AWS_LWA_INVOKE_MODE": "response_stream",
        "AWS_LWA_READINESS_CHECK_PATH": "/healthz",
        "PYTHONPATH": str(ROOT),
    }
    function = Function(root=ROOT, environment={**environment, **variables})
    application = [place.python, *PEERS[FASTAPI](port)]
    return _at_runtime_api(function, [[str(place.peers / "bin/lambda-adapter")], application], ROOT)


@contextlib.contextmanager
def _at_runtime_api(function: Function, commands: list[list[str]], folder: Path) -> Iterator[Started]:
    with contextlib.ExitStack() as stack:
        recorder = stack.enter_context(RuntimeRecorder())
        environment = function.process_environment(recorder.address)
        began = time.monotonic_ns()
        processes = [stack.enter_context(running(each, environment, folder=folder)) for each in commands]
        took_ms = (recorder.wait_for_poll() - began) / 1e6
        pids = tuple(process.pid for process in processes)
        yield Started(Subject(recorder.ask, pids), took_ms, cpu_ms(pids), began)


@contextlib.contextmanager
def ours_by_url(environment: Mapping[str, str]) -> Iterator[Subject]:
    """The function behind the emulator's function URL, several invocations at once; `pid` is the function's."""
    with running_module("bench.emulator", environment, str(AT_ONCE)) as (process, ready):
        if not client.is_healthy(ready["url"]):
            raise RuntimeError("the emulated function URL does not answer")
        yield Subject(partial(client.ask, ready["url"], key=KEY), (only_child(process.pid),))


@contextlib.contextmanager
def peer(name: str, place: Place, environment: Mapping[str, str]) -> Iterator[tuple[Subject, float]]:
    """A peer under its own server; and the milliseconds from its start until it answers."""
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    began = time.monotonic_ns()
    with running([place.python, *PEERS[name](port)], environment) as process:
        while not client.is_healthy(url):
            if process.poll() is not None or time.monotonic_ns() - began > READY_SECONDS * 1e9:
                raise RuntimeError(f"{name} did not start: {' '.join(PEERS[name](port))}")
            time.sleep(0.002)
        yield Subject(partial(client.ask, url), (process.pid,)), (time.monotonic_ns() - began) / 1e6


@contextlib.contextmanager
def everybody(place: Place, environment: Mapping[str, str]) -> Iterator[dict[str, Subject]]:
    with contextlib.ExitStack() as stack:
        yield {
            **{name: stack.enter_context(start(environment)).subject for name, start in starters(place).items()},
            OURS_BY_URL: stack.enter_context(ours_by_url(environment)),
            **{name: stack.enter_context(peer(name, place, environment))[0] for name in PEERS},
            BOTO3: Subject(bare_boto3.asker(environment["AWS_ENDPOINT_URL_BEDROCK_RUNTIME"], MODELS[0])),
        }


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port
