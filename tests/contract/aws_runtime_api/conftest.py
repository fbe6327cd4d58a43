"""AWS's own Runtime API servers, started with our runtime behind them."""

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from emulator.aws.simulator import AwsSimulator
from emulator.background import Background
from tests.conftest import FAST, FUNCTION_PYTHON, KEY
from tests.contract.aws_runtime_api.aws_runtime_api import AwsRuntimeApi, NotBuilt, binary
from tests.contract.aws_runtime_api.starting import AT_ONCE, HERE, Place, Start, environment_of
from tests.places import LAMBDA_SRC


@pytest.fixture(scope="session")
def here() -> Place:
    try:
        binary()
    except NotBuilt as reason:
        return Place([], str(reason))
    return Place([], "")


@pytest.fixture(scope="session")
def lambda_folders(here: Place, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A place with Lambda's folders, where the server's user can run."""
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


@pytest.fixture
def classic(here: Place, tmp_path: Path) -> Iterator[Start]:
    """Starts the classic server with our runtime behind it, with further variables as keyword arguments."""
    with ExitStack() as stack:

        def start(handler: str = "tests.apps.cases.plain", **variables: str) -> AwsRuntimeApi:
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
    """Starts the server of Managed Instances, which finds our runtime in Lambda's folders, as on Lambda."""
    with ExitStack() as stack:

        def start(handler: str = "tests.apps.cases.plain", **variables: str) -> AwsRuntimeApi:
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
