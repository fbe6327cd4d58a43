"""The application under a WSGI server that is not ours, and what it never looks at."""

import importlib
import io
import json
from collections.abc import Callable, Iterator
from typing import Any
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import pytest

from emulator.aws.simulator import AwsSimulator, Pace
from emulator.background import Background
from emulator.demo import function_environment
from tests.asking import body_of, model_calls
from tests.sse_reading import events_in, text_of

KEY = "a-key"
Answer = tuple[str, dict[str, str], list[bytes]]
Ask = Callable[..., Answer]


@pytest.fixture
def simulator(background: Background) -> Iterator[AwsSimulator]:
    simulator = AwsSimulator(keys={"default": KEY}, pace=Pace(0, 0))
    background.run(simulator.start())
    yield simulator
    background.run(simulator.close())


@pytest.fixture
def ask(simulator: AwsSimulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ask]:
    """Calls the application between wsgiref's validator and a hand-made environ."""
    for name, value in function_environment(simulator).items():
        monkeypatch.setenv(name, value)
    module = importlib.import_module("claude_stream.app")
    settings = importlib.import_module("claude_stream.settings").Settings
    application = module.Application(settings.from_environ(function_environment(simulator)))
    yield lambda method, path, **keys: _call(validator(application), method, path, **keys)
    application.close()


def _call(
    application: Any, method: str, path: str, *, query: str = "", body: bytes | int = b"", key: str = KEY
) -> Answer:
    """`body` is what is sent, or the length of one that must not be read."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "CONTENT_LENGTH": str(body if isinstance(body, int) else len(body)),
        "wsgi.input": Untouchable() if isinstance(body, int) else io.BytesIO(body),
        **({"HTTP_X_API_KEY": key} if key else {}),
    }
    setup_testing_defaults(environ)
    head: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], Any]:
        head.extend((status, dict(headers)))
        return lambda data: None

    chunks = application(environ, start_response)
    try:
        return head[0], head[1], list(chunks)
    finally:
        chunks.close()


class Untouchable(io.BytesIO):
    """Reading it makes a 500."""

    def read(self, size: int | None = -1, /) -> bytes:
        raise OSError("the body was read")

    readline = read


@pytest.mark.parametrize("key", ["", "wrong"])
def test_without_a_key_the_body_is_not_read(simulator: AwsSimulator, ask: Ask, key: str) -> None:
    status, _, content = ask("POST", "/v1/messages", body=100, key=key)
    assert status == "401 Unauthorized"
    assert json.loads(b"".join(content))["error"]["type"] == "authentication_error"
    assert model_calls(simulator) == []


def test_a_body_over_the_limit_is_not_read(ask: Ask) -> None:
    status, _, content = ask("POST", "/v1/messages", body=5 * 1024 * 1024 + 1)
    assert status.startswith("413 ")
    assert json.loads(b"".join(content))["error"]["type"] == "request_too_large"


@pytest.mark.parametrize(
    ("method", "path", "query", "status"),
    [
        ("GET", "/healthz", "", "200 OK"),
        ("GET", "/stream", "prompt=Hello&max_tokens=5", "200 OK"),
        ("GET", "/stream", "prompt=/overloaded", "529 Overloaded"),
        ("GET", "/stream", "prompt=/cut", "200 OK"),
        ("GET", "/stream", "", "400 Bad Request"),
        ("GET", "/v1/models", "", "200 OK"),
        ("DELETE", "/v1/models", "", "405 Method Not Allowed"),
        ("GET", "/nowhere", "", "404 Not Found"),
    ],
)
def test_any_wsgi_server_can_serve_it(ask: Ask, method: str, path: str, query: str, status: str) -> None:
    answered, headers, _ = ask(method, path, query=query)
    assert answered == status
    assert headers["request-id"], "made up where the server gives none"
    assert headers["cache-control"] == "no-store"


def test_one_chunk_an_event(ask: Ask) -> None:
    body = json.dumps(body_of("Hello", stream=True, max_tokens=4)).encode()
    _, _, chunks = ask("POST", "/v1/messages", body=body)
    assert len(events_in(chunks)) == len([chunk for chunk in chunks if chunk])
    assert text_of(events_in(chunks)) == "You asked:\n\n"
