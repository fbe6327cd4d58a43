"""An application that our runtime serves behind the emulated function URL."""

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx

from emulator.background import Background
from emulator.lambda_.function_url import Function, FunctionUrl, Outcome
from tests.conftest import FUNCTION_PYTHON
from tests.places import LAMBDA_SRC, ROOT


class Served:
    """An application behind a function URL; `open` lets a case that waits at that gate go on."""

    def __init__(self, url: FunctionUrl, gates: Path) -> None:
        self.url = url
        self.http = httpx.Client(base_url=url.url, timeout=60)
        self._gates = gates

    def open(self, gate: str) -> None:
        (self._gates / gate).touch()

    def outcome(self) -> Outcome:
        """The outcome of the last invocation, once it has ended: that may be after the client's response has."""
        deadline = time.monotonic() + 60
        while (outcome := self.url.invocations[-1].outcome) is None:
            assert time.monotonic() < deadline, "the invocation did not end"
            time.sleep(0.01)
        return outcome

    def log(self) -> str:
        return "\n".join(self.url.logs)


Serve = Callable[..., Served]


@contextlib.contextmanager
def served(background: Background, gates: Path, handler: str, **settings: Any) -> Iterator[Served]:
    function = Function(
        root=LAMBDA_SRC,
        init_timeout_seconds=60,
        handler=handler,
        environment={"PYTHONPATH": str(ROOT), "GATES": str(gates)},
        max_environments=1,
        python=FUNCTION_PYTHON,
        **settings,
    )
    url = FunctionUrl(function=function)
    background.run(url.start())
    app = Served(url, gates)
    try:
        yield app
    finally:
        app.http.close()
        background.run(url.close())
    assert url.breaches == []
    assert "without being closed" not in app.log()  # the validator's words on an iterable that was not closed


def environ_of(response: httpx.Response) -> dict[str, Any]:
    assert response.status_code == 200
    environ: dict[str, Any] = response.json()
    return environ
