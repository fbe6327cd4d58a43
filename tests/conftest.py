"""What the tests share: the deployed function on the emulated function URL, over the simulated Bedrock."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, settings

from emulator.accounts import table_environment
from emulator.aws.secrets_manager import CDN_SECRET_ARN
from emulator.aws.simulator import AwsSimulator, Pace
from emulator.background import Background
from emulator.demo import CORS, MODELS, function_environment
from emulator.lambda_.function_url import Function, FunctionUrl
from tests.left_open import garbage_of_the_module, pytest_collection_finish  # noqa: F401  for every test
from tests.places import LAMBDA_SRC

KEY = "test-key-8c1f"
FUNCTION_PYTHON = os.environ.get("FUNCTION_PYTHON", sys.executable)  # set by tools/test-pythons

# A shell starts what it runs in the background with Ctrl-C ignored, and the programs under test would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Hypothesis without its time limit: on a busy machine a slow example says nothing about the code.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: many tests wait for what they watch."""
    return (os.cpu_count() or 1) + 1


FAST = Pace(first_event_seconds=0, pieces_per_second=0)


@dataclass
class Deployment:
    """A deployed function: `http` is a client that sends the key to its URL."""

    url: FunctionUrl
    simulator: AwsSimulator
    http: httpx.Client
    has_table: bool


Deploy = Callable[..., Deployment]


@pytest.fixture(scope="session")
def background() -> Iterator[Background]:
    with Background() as background:
        yield background


@pytest.fixture(scope="module")
def deploy(background: Background) -> Iterator[Deploy]:
    """Deploys the function with other settings: `deploy(variables={...}, timeout_seconds=5, pace=Pace(...))`.

    With a `cdn_secret` it answers only who sends it.
    """
    with ExitStack() as stack:

        def start(
            *,
            variables: dict[str, str] | None = None,
            pace: Pace = FAST,
            timeout_seconds: float = 900,
            concurrency: int = 1,
            max_environments: int = 10,
            denied: Collection[str] = (),
            application_log_level: str = "INFO",
            with_table: bool = False,
            cdn_secret: str | None = None,
            root: Path = LAMBDA_SRC,
        ) -> Deployment:
            simulator = AwsSimulator(keys={"default": KEY}, pace=pace, denied=denied, cdn_secret=cdn_secret)
            background.run(simulator.start())
            stack.callback(lambda: background.run(simulator.close()))
            function = Function(
                root=root,
                init_timeout_seconds=60,
                environment=function_environment(simulator)
                | (table_environment(simulator, MODELS) if with_table else {})
                | ({"CDN_SECRET_ARN": CDN_SECRET_ARN} if cdn_secret else {})
                | (variables or {}),
                timeout_seconds=timeout_seconds,
                concurrency=concurrency,
                max_environments=max_environments,
                cors=CORS,
                python=FUNCTION_PYTHON,
                application_log_level=application_log_level,
            )
            url = FunctionUrl(function=function)
            background.run(url.start())
            stack.callback(lambda: background.run(url.close()))
            http = stack.enter_context(httpx.Client(base_url=url.url, headers={"x-api-key": KEY}, timeout=120))
            return Deployment(url, simulator, http, with_table)

        yield start


@pytest.fixture(scope="module")
def deployment(deploy: Deploy) -> Deployment:
    """The function with the demo's settings, answering as fast as it can."""
    return deploy()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for localhost, with its key."""
    path = tmp_path_factory.mktemp("tls") / "localhost.pem"
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
    )
    files = ["-keyout", str(path), "-out", str(path.with_suffix(".crt"))]
    subprocess.run([*command.split(), *files], check=True, capture_output=True)
    path.write_text(path.read_text() + path.with_suffix(".crt").read_text())
    return path
