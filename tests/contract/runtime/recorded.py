"""Our runtime's process with a recording Runtime API, and the bytes that tests expect of it."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from emulator.lambda_.function import Function
from tests.contract.runtime.recording_runtime_api import Chunked, Message, RecordingRuntimeApi, unchunk
from tests.places import ROOT

TRANSCRIPT = ROOT.parent / "shared" / "reference" / "runtime-api-transcript.txt"
NEXT = "GET /2018-06-01/runtime/invocation/next HTTP/1.1"
POST = "POST /2018-06-01/runtime/invocation/00000000-0000-0000-0000-000000000001/{} HTTP/1.1"
HEAD = [
    ("Lambda-Runtime-Function-Response-Mode", "streaming"),
    ("Trailer", "Lambda-Runtime-Function-Error-Type"),
    ("Trailer", "Lambda-Runtime-Function-Error-Body"),
    ("Content-Type", "application/vnd.awslambda.http-integration-response"),
    ("Transfer-Encoding", "chunked"),
]
PRELUDE = (
    b"67\r\n"
    b'{"statusCode":201,"headers":{"content-type":"text/event-stream","x-one":"1"},"cookies":["a=b; Path=/"]}\r\n'
)
NULS = b"8\r\n\x00\x00\x00\x00\x00\x00\x00\x00\r\n"
FIRST = b'd\r\ndata: "\xe4\xbd\xa0"\n\n\r\n'
SECOND = b'd\r\ndata: "\xe5\xa5\xbd"\n\n\r\n'
LAST = b"0\r\n\r\n"


class Runtime:
    """The bootstrap's process; `output` is all that it has logged."""

    def __init__(self, function: Function, address: str, log: Path) -> None:
        self._log = log
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                function.start_command(),
                env=function.process_environment(address),
                cwd=function.root,
                stdout=output,
                stderr=output,
            )

    @property
    def output(self) -> str:
        return self._log.read_text()

    @property
    def log_lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.output.splitlines()]

    def close(self) -> None:
        self.process.kill()
        self.process.wait()


Run = Callable[..., Runtime]


def request(path: str) -> dict[str, Any]:
    """A function URL's event for GET `path`."""
    path, _, query = path.partition("?")
    return {
        "version": "2.0",
        "rawPath": f"/{path}",
        "rawQueryString": query,
        "headers": {"host": "recorded"},
        "requestContext": {"http": {"method": "GET", "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1"}},
        "isBase64Encoded": False,
    }


def dechunked(message: Message) -> Chunked:
    found = unchunk(message.body)
    assert found is not None
    return found


def serves_on(api: RecordingRuntimeApi) -> bool:
    """Whether the next invocation is served as usual."""
    answered = len(api.posts)
    api.invoke(request("empty_chunks"))
    return dechunked(api.post(answered)).chunks[2:] == [b"a", b"b"]
