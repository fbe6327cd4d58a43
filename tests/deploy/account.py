"""An AWS account on this machine: MiniStack, over TLS and with IAM enforced, and the programs that talk to it.

MiniStack needs an environment of its own (.venv.ministack, made by tools/setup). With AUTH=true policies decide on
every call, as in AWS, also on calls of the CDK's own functions; a bucket that refuses plain HTTP then needs TLS.
"""

import fcntl
import os
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

import boto3
import httpx

from tests.deploy.processes import Ran, run, running
from tests.places import ROOT

HOME = ROOT / ".venv.ministack"
ID, REGION = "000000000000", "us-east-1"
ACCESS_KEY_ID = SECRET_ACCESS_KEY = "test"  # the account's root user in MiniStack
START_SECONDS = 60


class Account:
    """The account at `url`; `certificate` proves its identity; `scratch` is a folder for files of the tests."""

    def __init__(self, url: str, certificate: Path, scratch: Path) -> None:
        self.url = url
        self.certificate = certificate
        self.scratch = scratch
        self._clients: dict[str, Any] = {}
        self._lock = threading.Lock()

    def client(self, service: str) -> Any:
        with self._lock:  # threads may share a client, but not make one at the same time
            if service not in self._clients:
                self._clients[service] = boto3.client(
                    service,
                    endpoint_url=self.url,
                    region_name=REGION,
                    aws_access_key_id=ACCESS_KEY_ID,
                    aws_secret_access_key=SECRET_ACCESS_KEY,
                    verify=str(self.certificate),
                )
            return self._clients[service]

    def cloud(
        self, verb: str, *arguments: str, seconds: float = 600, variables: Mapping[str, str] = MappingProxyType({})
    ) -> Ran:
        """Runs the Makefile's command of that name for stage dev, with `variables` added to the shell's."""
        command = [sys.executable, "-m", "tools.cloud", verb, "--stage", "dev", *arguments]
        return run(command, cwd=ROOT, env=self._callers_environment() | dict(variables), seconds=seconds)

    def get(
        self, path: str, host: str, scheme: str = "https", headers: Mapping[str, str] = MappingProxyType({})
    ) -> httpx.Response:
        """What a browser gets for `host`, if every name leads to the account."""
        headers = {**headers, "host": host, "x-forwarded-proto": scheme}
        return httpx.get(f"{self.url}{path}", headers=headers, verify=self._trust(), timeout=60)

    def is_up(self) -> bool:
        try:
            return self.get("/_ministack/health", "localhost").is_success
        except (OSError, httpx.TransportError):
            return False

    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.certificate))

    def _callers_environment(self) -> dict[str, str]:
        """The variables that a person's shell would have, and none of this process's own."""
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "HOME": str(self.scratch),
            "TMPDIR": str(self.scratch),
            "CI": "true",
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ENDPOINT_URL_S3": self.url,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
            "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
            "AWS_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CA_BUNDLE": str(self.certificate),
            "NODE_EXTRA_CA_CERTS": str(self.certificate),
            "CDK_DISABLE_CLI_TELEMETRY": "true",
            "CDK_DISABLE_VERSION_CHECK": "true",
        }


@contextmanager
def account_in(folder: Path) -> Iterator[Account]:
    """An empty account, which keeps its data in `folder`."""
    port = _free_port()
    certificate = _make_certificate(folder)
    environment = {
        "PATH": f"{HOME / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "LANG": "C.UTF-8",
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "AUTH": "true",
        "USE_SSL": "1",
        "MINISTACK_SSL_CERT": str(certificate),
        "MINISTACK_SSL_KEY": str(certificate.with_suffix(".key")),
        "PYTHONPATH": str(Path(__file__).parent / "lambda_files"),
        "NODE_PATH": str(HOME / "node_modules"),
    }
    log = folder / "ministack.log"
    scratch = folder / "callers"
    scratch.mkdir()
    account = Account(f"https://127.0.0.1:{port}", certificate, scratch)
    with ExitStack() as stack:
        with one_at_a_time():
            stack.enter_context(running([str(HOME / "bin/ministack")], cwd=folder, env=environment, log=log))
            _wait_for(account, log)
        yield account


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """MiniStack takes port 443 too where it is free, and fails where another worker's takes it at the same time."""
    with (HOME / "starting.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _wait_for(account: Account, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not account.is_up():
        if time.monotonic() > deadline:
            raise TimeoutError(f"MiniStack does not answer at {account.url}; it said:\n{log.read_text()}")
        time.sleep(0.1)


def _make_certificate(folder: Path) -> Path:
    certificate = folder / "account.crt"
    names = "subjectAltName=DNS:localhost,IP:127.0.0.1"
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext basicConstraints=CA:FALSE"
    )
    files = ["-addext", names, "-keyout", str(certificate.with_suffix(".key")), "-out", str(certificate)]
    subprocess.run([*command.split(), *files], check=True, capture_output=True, timeout=60)
    return certificate


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
