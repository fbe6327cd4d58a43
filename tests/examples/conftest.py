"""Applications behind the emulated function URL, with a clock that the test moves."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from emulator.background import Background
from emulator.lambda_.function_url import FunctionUrl
from emulator.serve import function_of

CLOCK = Path(__file__).parent / "clock"


class Served:
    """An application behind a function URL. `http` keeps cookies, as a browser does."""

    def __init__(self, http: httpx.Client, gates: Path) -> None:
        self.http = http
        self._gates = gates

    def pieces(self, path: str, method: str = "GET", **request: Any) -> list[str]:
        """The pieces of a streamed response. The application makes each after the one before has arrived here."""
        received: list[str] = []
        with self.http.stream(method, path, **request) as response:
            assert response.status_code == 200
            for piece in response.iter_raw():
                received.append(piece.decode())
                (self._gates / str(len(received))).touch()
        return received

    def without_pauses(self) -> None:
        (self._gates / "all").touch()


Serve = Callable[..., Served]


@contextmanager
def served(background: Background, gates: Path, root: Path, handler: str) -> Iterator[Served]:
    variables = {"PYTHONPATH": str(CLOCK), "GATES": str(gates), "SECRET_KEY": "tests"}
    url = FunctionUrl(function=function_of(root, handler, python=sys.executable, variables=variables))
    background.run(url.start())
    try:
        with httpx.Client(base_url=url.url, timeout=60) as http:
            yield Served(http, gates)
    finally:
        background.run(url.close())
    assert url.breaches == []


@pytest.fixture
def serve(background: Background, tmp_path: Path) -> Iterator[Serve]:
    """Serves the application in a folder, as `python -m emulator --root FOLDER` does."""
    gates = tmp_path / "gates"
    gates.mkdir()
    with ExitStack() as stack:

        def start(root: Path, handler: str = "app.application") -> Served:
            return stack.enter_context(served(background, gates, root, handler))

        yield start
