"""Our runtime on the applications of tests/apps: before a recording Runtime API, and behind the function URL."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from emulator.background import Background
from emulator.lambda_.function import Function
from tests.conftest import FUNCTION_PYTHON
from tests.contract.runtime.recorded import Run, Runtime
from tests.contract.runtime.recording_runtime_api import RecordingRuntimeApi
from tests.contract.runtime.served import Serve, Served, served
from tests.places import LAMBDA_SRC, ROOT


@pytest.fixture
def api() -> Iterator[RecordingRuntimeApi]:
    api = RecordingRuntimeApi()
    yield api
    api.close()


@pytest.fixture
def run(api: RecordingRuntimeApi, tmp_path: Path) -> Iterator[Run]:
    """Starts our runtime on tests/apps, with further variables as keyword arguments."""
    started: list[Runtime] = []

    def start(handler: str = "tests.apps.cases.plain", **variables: str) -> Runtime:
        environment = {"PYTHONPATH": str(ROOT), "GATES": str(tmp_path), **variables}
        function = Function(root=LAMBDA_SRC, handler=handler, environment=environment, python=FUNCTION_PYTHON)
        started.append(Runtime(function, api.address, tmp_path / f"log-{len(started)}"))
        return started[-1]

    yield start
    for runtime in started:
        runtime.close()


@pytest.fixture
def serve(background: Background, tmp_path: Path) -> Iterator[Serve]:
    with contextlib.ExitStack() as stack:

        def start(handler: str = "tests.apps.cases.application", **settings: Any) -> Served:
            return stack.enter_context(served(background, tmp_path, handler, **settings))

        yield start


@pytest.fixture(scope="module")
def app(background: Background, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The cases behind the validator, for tests that open no gate."""
    with served(background, tmp_path_factory.mktemp("gates"), "tests.apps.cases.application") as app:
        yield app
