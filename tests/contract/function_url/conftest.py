"""The emulated function URL, with the tiny runtime behind it: these tests do not depend on our own runtime."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from emulator.background import Background
from emulator.lambda_.function_url import Function, FunctionUrl

HERE = Path(__file__).parent
TINY_RUNTIME = (sys.executable, "-S", str(HERE.parent / "tiny_runtime"))
Serve = Callable[..., FunctionUrl]


@pytest.fixture
def serve(background: Background) -> Iterator[Serve]:
    """Starts function URLs; each must end without breaches other than those that its test has removed."""
    started: list[FunctionUrl] = []

    def start(**fields: Any) -> FunctionUrl:
        settings = {"root": HERE, "command": TINY_RUNTIME, **fields}
        function_url = FunctionUrl(function=Function(**settings))
        background.run(function_url.start())
        started.append(function_url)
        return function_url

    yield start
    for function_url in started:
        background.run(function_url.close())
        assert function_url.breaches == []


@pytest.fixture(scope="module")
def shared(background: Background) -> Iterator[FunctionUrl]:
    """One function URL, warm after its first request, for tests that leave nothing behind."""
    function_url = FunctionUrl(function=Function(root=HERE, command=TINY_RUNTIME))
    background.run(function_url.start())
    yield function_url
    background.run(function_url.close())
    assert function_url.breaches == []
