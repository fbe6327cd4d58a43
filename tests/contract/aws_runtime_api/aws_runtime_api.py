"""AWS's own Runtime API server, built from its source and started on loopback.

https://github.com/aws/aws-lambda-runtime-interface-emulator is one program with two servers: the server of a
classic execution environment, and that of Managed Instances if AWS_LAMBDA_MAX_CONCURRENCY is set. Events are POSTed
to it, and it returns each answer whole.
"""

import fcntl
import json
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

import httpx

from tests.places import ROOT

MODULE = "github.com/aws/aws-lambda-runtime-interface-emulator"
VERSION = "v0.0.0-20261030222936-bef5c4ba774d"
CACHE = ROOT / ".setup" / "aws-runtime-api"
NULS = bytes(8)


class NotBuilt(Exception):
    """The server cannot be built here; the message is one line that says why."""


def binary() -> Path:
    """The server's program, which the first caller builds and later ones use again."""
    go = shutil.which("go")
    if go is None:
        raise NotBuilt("AWS's Runtime API server is not run: building it needs Go (https://go.dev/dl)")
    folder = CACHE / VERSION
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "aws-lambda-rie"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not program.exists():
            _build(go, folder)
    return program


def _build(go: str, folder: Path) -> None:
    command = [go, "install", f"{MODULE}/cmd/aws-lambda-rie@{VERSION}"]
    environment = {**os.environ, "GOBIN": str(folder)}
    built = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if built.returncode:
        reason = (built.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise NotBuilt(f"AWS's Runtime API server is not run: {MODULE}@{VERSION} could not be built: {reason}")


class Answer(NamedTuple):
    """What an invocation's caller gets. Only the server of Managed Instances sends `error_type`."""

    status: int
    error_type: str | None
    content: bytes

    @property
    def prelude(self) -> dict[str, Any]:
        """The head of a streamed response; a failed one has none."""
        head, nuls, _ = self.content.partition(NULS)
        assert nuls, self.content
        prelude: dict[str, Any] = json.loads(head)
        return prelude

    @property
    def body(self) -> bytes:
        return self.content.partition(NULS)[2]

    @property
    def report(self) -> dict[str, Any]:
        """A failure, as the runtime reported it."""
        report: dict[str, Any] = json.loads(self.content)
        return report


class AwsRuntimeApi:
    """A running server, with the runtime behind it, from entering the `with` block to leaving it.

    `launcher` comes before the server's own command line, `runtime` after it; both may be empty.
    """

    def __init__(
        self,
        *,
        launcher: Sequence[str] = (),
        runtime: Sequence[str] = (),
        environment: Mapping[str, str],
        cwd: Path,
        log: Path,
    ) -> None:
        self._address, runtime_api = (f"127.0.0.1:{_free_port()}" for _ in range(2))
        addresses = ["--runtime-interface-emulator-address", self._address, "--runtime-api-address", runtime_api]
        command = [*launcher, str(binary()), "--log-level", "debug", *addresses, *runtime]
        self._log = log
        with log.open("wb") as output:
            self.process = subprocess.Popen(command, env=environment, cwd=cwd, stdout=output, stderr=output)

    @property
    def log(self) -> str:
        """What the server and the runtime behind it have written."""
        return self._log.read_text()

    @property
    def reported(self) -> list[str]:
        """The error types that the classic server received, as it understood them."""
        return re.findall(r"Sending (?:Init )?Error Response: (\S+)", self.log)

    @property
    def polls(self) -> int:
        """How often the server of Managed Instances has been polled."""
        return self.log.count("InvokeRouter: received runtime /next")

    def invoke(self, event: Mapping[str, Any]) -> Answer:
        url = f"http://{self._address}/2015-03-31/functions/function/invocations"
        response = httpx.post(url, json=event, timeout=60)
        return Answer(response.status_code, response.headers.get("error-type"), response.content)

    def __enter__(self) -> Self:
        host, port = self._address.split(":")
        deadline = time.monotonic() + 30
        while self.process.poll() is None:
            try:
                socket.create_connection((host, int(port))).close()
            except ConnectionRefusedError:
                assert time.monotonic() < deadline, self.log
                time.sleep(0.01)
            else:
                break
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Ends the server, and with it the runtime, which can no longer poll."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
