"""How AWS's own Runtime API servers are started here, their requests, and the runtime behind them."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from emulator.lambda_.function import Function
from tests.contract.aws_runtime_api.aws_runtime_api import AwsRuntimeApi
from tests.places import LAMBDA_SRC, ROOT

HERE = Path(__file__).parent
AT_ONCE = 16
Start = Callable[..., AwsRuntimeApi]


class Place(NamedTuple):
    """How a server is started, and why it cannot be started here: empty if it can."""

    launcher: list[str]
    why_not: str

    def check(self) -> None:
        """Skips the test if the server cannot start. Tests call it: pytest reports a fixture's skip every time."""
        if self.why_not:
            pytest.skip(self.why_not)


def environment_of(handler: str, gates: Path, variables: dict[str, str], concurrency: int = 1) -> dict[str, str]:
    environment = {"PYTHONPATH": str(ROOT), "GATES": str(gates), **variables}
    function = Function(root=LAMBDA_SRC, handler=handler, concurrency=concurrency, environment=environment)
    return function.process_environment("")


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
