"""What is measured: our function and the peers, each as a running process and a way to ask it."""

import contextlib
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from bench import client
from bench.bedrock import KEY
from bench.peers import bare_boto3
from bench.processes import ROOT, base_environment, only_child, running, running_module
from bench.prompt import Arrivals, Prompt
from bench.runtime_recorder import RuntimeRecorder
from emulator.aws.caller import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY
from emulator.demo import MODELS
from emulator.lambda_.function_url import Function

AT_ONCE = 8
READY_SECONDS = 20.0

OURS, OURS_BY_URL, FLASK, FASTAPI, BOTO3 = "ours", "ours_by_url", "flask", "fastapi", "boto3"
OURS_LIMITED = "ours_limited"  # with a budget that always has room: each answer is reserved and settled
PEERS: dict[str, Callable[[int], list[str]]] = {
    FLASK: lambda port: ["-m", "bench.peers.flask_app", str(port)],
    FASTAPI: lambda port: ["-m", "uvicorn", "bench.peers.fastapi_app:app", "--port", str(port)],
}


@dataclass(frozen=True)
class Subject:
    """`pid` is the process that serves; 0 for the boto3 script, which has no server."""

    ask: Callable[[Prompt], Arrivals]
    pid: int = 0


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


def with_limits(bedrock: Mapping[str, Any]) -> dict[str, str]:
    """The same, with a budget and the table that its sums are in."""
    return environment_of(bedrock) | {
        "AWS_ENDPOINT_URL_DYNAMODB": bedrock["secrets"],
        "TABLE_NAME": bedrock["table"],
        "BUDGET": '{"tokens_per_day": 1000000000000}',
    }


@contextlib.contextmanager
def ours(environment: Mapping[str, str]) -> Iterator[tuple[Subject, float]]:
    """The function as Lambda starts it, at its Runtime API; and the milliseconds until its first poll."""
    function = Function(root=ROOT / "lambda_src", environment=environment)
    with RuntimeRecorder() as recorder:
        began = time.monotonic_ns()
        with running(function.start_command(), function.process_environment(recorder.address)) as process:
            started = (recorder.wait_for_poll() - began) / 1e6
            yield Subject(recorder.ask, process.pid), started


@contextlib.contextmanager
def ours_by_url(environment: Mapping[str, str]) -> Iterator[Subject]:
    """The function behind the emulator's function URL, several invocations at once; `pid` is the function's."""
    with running_module("bench.emulator", environment, str(AT_ONCE)) as (process, ready):
        if not client.is_healthy(ready["url"]):
            raise RuntimeError("the emulated function URL does not answer")
        yield Subject(partial(client.ask, ready["url"], key=KEY), only_child(process.pid))


@contextlib.contextmanager
def peer(name: str, environment: Mapping[str, str]) -> Iterator[tuple[Subject, float]]:
    """A peer under its own server; and the milliseconds from its start until it answers."""
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    began = time.monotonic_ns()
    with running([sys.executable, *PEERS[name](port)], environment) as process:
        while not client.is_healthy(url):
            if process.poll() is not None or time.monotonic_ns() - began > READY_SECONDS * 1e9:
                raise RuntimeError(f"{name} did not start: {' '.join(PEERS[name](port))}")
            time.sleep(0.002)
        yield Subject(partial(client.ask, url), process.pid), (time.monotonic_ns() - began) / 1e6


@contextlib.contextmanager
def everybody(environment: Mapping[str, str]) -> Iterator[dict[str, Subject]]:
    with contextlib.ExitStack() as stack:
        yield {
            OURS: stack.enter_context(ours(environment))[0],
            OURS_BY_URL: stack.enter_context(ours_by_url(environment)),
            **{name: stack.enter_context(peer(name, environment))[0] for name in PEERS},
            BOTO3: Subject(bare_boto3.asker(environment["AWS_ENDPOINT_URL_BEDROCK_RUNTIME"], MODELS[0])),
        }


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port
