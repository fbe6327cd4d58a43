"""Two tables that know nothing of each other: moto's in the simulator, and MiniStack's."""

import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import httpx

from claude_stream.bedrock.signing import Credentials, Service
from claude_stream.table import Table
from emulator.aws.caller import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY
from tests.deploy.processes import running
from tests.places import ROOT

MINISTACK = ROOT / ".venv.ministack/bin/ministack"
START_SECONDS = 60
CREDENTIALS = Credentials(ACCESS_KEY_ID, SECRET_ACCESS_KEY, None)


@dataclass
class TableServer:
    """A DynamoDB with one table: `client` is boto3's, `open()` makes one of ours."""

    url: str
    name: str
    client: Any
    _services: list[Service] = field(default_factory=list)

    def open(self, name: str = "", url: str = "") -> Table:
        self._services.append(Service("dynamodb", url or self.url, REGION, lambda: CREDENTIALS))
        return Table(self._services[-1], name or self.name)

    def close_connections(self) -> None:
        while self._services:
            self._services.pop().endpoint.close()


def client_of(url: str) -> Any:
    return boto3.client(
        "dynamodb",
        endpoint_url=url,
        region_name=REGION,
        aws_access_key_id=ACCESS_KEY_ID,
        aws_secret_access_key=SECRET_ACCESS_KEY,
    )


@contextmanager
def ministack_in(folder: Path) -> Iterator[str]:
    """MiniStack's address; it keeps its data in `folder`."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    environment = {
        "PATH": f"{MINISTACK.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
    }
    url, log = f"http://127.0.0.1:{port}", folder / "ministack.log"
    with running([str(MINISTACK)], cwd=folder, env=environment, log=log):
        _wait_until(lambda: httpx.get(f"{url}/_ministack/health", timeout=60).is_success, log)
        yield url


def make_table(client: Any, name: str) -> None:
    client.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": each, "AttributeType": "S"} for each in ("pk", "sk")],
        BillingMode="PAY_PER_REQUEST",
    )
    client.update_time_to_live(
        TableName=name, TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires_at"}
    )


def _wait_until(is_up: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            if is_up():
                return
        except httpx.TransportError:
            pass
        if time.monotonic() > deadline:
            raise TimeoutError(f"MiniStack does not answer; it said:\n{log.read_text()}")
        time.sleep(0.1)
