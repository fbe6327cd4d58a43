"""Two thousand malformed requests a route: always a 4xx in the route's own error shape, never a 5xx, never a hang.

The mass goes to the application in this process; a sample goes through the function URL, whose worker has to be
alive after it. What Bedrock would refuse, the simulator refuses.
"""

import contextlib
import importlib
import io
import json
import random
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from emulator.aws.simulator import AwsSimulator, Pace
from emulator.background import Background
from emulator.demo import function_environment
from tests.conftest import KEY, Deployment
from tests.e2e.malformed import BAD_RESPONSES_FIELDS, anything, other_than, words

REQUESTS, SAMPLE = 2000, 40

Request = tuple[str, str, str, bytes]  # method, path, query, body
Answer = tuple[int, bytes]
Make = Callable[[random.Random], Request]


# What is malformed


def broken_json(rng: random.Random) -> bytes:
    whole = json.dumps({"messages": [{"role": "user", "content": words(rng)}], "max_tokens": 5}).encode()
    return rng.choice(
        [
            whole[: rng.randrange(len(whole))],
            whole + rng.choice([b"}", b"x", b"[", b"\xff"]),
            json.dumps(other_than(rng, dict)).encode(),
            whole.replace(b"user", bytes([rng.randrange(0x80, 0xC0)])),
            bytes(rng.randrange(256) for _ in range(rng.randrange(1, 40))) + b"\xff",
            b'{"a":' * rng.choice([3, 100_000]),
            whole.replace(b": 5", rng.choice([b": NaN", b": 05", b": +5", b": 1e999", b": 5e", b": 0x5"])),
        ]
    )


BAD_BLOCK = {"type": "text"}
BAD_MESSAGES: list[Callable[[random.Random], Any]] = [
    lambda rng: other_than(rng, list),
    lambda rng: [],
    lambda rng: [other_than(rng, dict)],
    lambda rng: [{"role": other_than(rng, str), "content": "a"}],
    lambda rng: [{"role": words(rng), "content": "a"}],
    lambda rng: [{"role": "user"}],
    lambda rng: [{"role": "user", "content": other_than(rng, str, list)}],
    lambda rng: [{"role": "user", "content": [other_than(rng, dict)]}],
    lambda rng: [{"role": "user", "content": [{"type": other_than(rng, str)}]}],
    lambda rng: [{"role": "user", "content": [{"type": words(rng)}]}],
    lambda rng: [{"role": "user", "content": [BAD_BLOCK | {"text": other_than(rng, str)}]}],
    lambda rng: [{"role": "assistant", "content": words(rng)}],
]
BAD_FIELDS: dict[str, Callable[[random.Random], Any]] = {
    "model": lambda rng: rng.choice([other_than(rng, str), words(rng)]),
    "messages": lambda rng: rng.choice(BAD_MESSAGES)(rng),
}
BAD_MESSAGES_FIELDS = BAD_FIELDS | {
    "stream": lambda rng: other_than(rng, bool),
    "max_tokens": lambda rng: rng.choice([other_than(rng, int), 0, -rng.randrange(99), 10**40]),
    "tools": lambda rng: rng.choice([other_than(rng, list), [other_than(rng, dict)]]),
    "stop_sequences": lambda rng: rng.choice([other_than(rng, list), [other_than(rng, str)]]),
    "system": lambda rng: other_than(rng, str, list),
    "thinking": lambda rng: other_than(rng, dict),
    words(random.Random(7)): anything,
}
BAD_COUNT_FIELDS = BAD_FIELDS | {"tools": BAD_MESSAGES_FIELDS["tools"], "system": BAD_MESSAGES_FIELDS["system"]}
BAD_CHAT_FIELDS = BAD_FIELDS | {
    "stream": lambda rng: other_than(rng, bool),
    "max_tokens": lambda rng: rng.choice([other_than(rng, int), 0, 10**40]),
    "max_completion_tokens": lambda rng: rng.choice([other_than(rng, int), 0, 10**40]),
    "n": lambda rng: rng.choice([other_than(rng, int), rng.randrange(2, 9), 0]),
    "logprobs": lambda rng: rng.choice([other_than(rng, bool), True]),
    "stop": lambda rng: rng.choice([other_than(rng, str, list), [other_than(rng, str)], " "]),
    "temperature": lambda rng: rng.choice([other_than(rng, int, float), 2.5, -1]),
    "tools": lambda rng: rng.choice([other_than(rng, list), [other_than(rng, dict)], [{"type": words(rng)}]]),
    "tool_choice": lambda rng: rng.choice([words(rng), {"type": "function"}, 5]),
    "stream_options": other_than,
    "response_format": lambda rng: rng.choice([other_than(rng, dict), {"type": words(rng)}, {}]),
    "reasoning_effort": other_than,
    "logit_bias": lambda rng: other_than(rng, dict),
    "x" + words(random.Random(8)): other_than,
}


def post(path: str, fields: dict[str, Callable[[random.Random], Any]]) -> Make:
    def make(rng: random.Random) -> Request:
        if rng.random() < 0.3:
            return "POST", path, "", broken_json(rng)
        body: dict[str, Any] = {"max_tokens": 9, "messages": [{"role": "user", "content": "Hello"}]}
        if fields is BAD_RESPONSES_FIELDS:
            body = {"input": "Hello"}
        for name in rng.sample(list(fields), rng.randrange(1, 3)):
            body[name] = fields[name](rng)
        return "POST", path, "", json.dumps(body).encode()

    return make


def get_stream(rng: random.Random) -> Request:
    bad: list[dict[str, str]] = [
        {},
        {"prompt": " " * rng.randrange(3)},
        {"prompt": "a", "model": words(rng)},
        {"prompt": "a", "max_tokens": rng.choice([words(rng) + "x", "0", "-1", "9" * 30, "1.5", "", "\uff19"])},
        {"prompt": "a", words(rng) + "x": words(rng)},
    ]
    query = urlencode(rng.choice(bad), errors="surrogatepass")
    broken = rng.choice(["prompt=a&prompt=b", "prompt=%ff", f"prompt=a&{quote(words(rng))}%fe=1"])
    return "GET", "/stream", broken if rng.random() < 0.2 else query, b""


def get_models(rng: random.Random) -> Request:
    name = rng.choice(["limit", "after_id", "before_id"])
    return "GET", "/v1/models", urlencode({name: words(rng) + "x"}), b""


def get_model(rng: random.Random) -> Request:
    name = words(rng).strip("/") or "x"  # of slashes and nothing else it would be the list's path
    return "GET", f"/v1/models/{name}", "", b""


ROUTES: dict[str, Make] = {
    "/stream": get_stream,
    "/v1/messages": post("/v1/messages", BAD_MESSAGES_FIELDS),
    "/v1/messages/count_tokens": post("/v1/messages/count_tokens", BAD_COUNT_FIELDS),
    "/v1/chat/completions": post("/v1/chat/completions", BAD_CHAT_FIELDS),
    "/v1/responses": post("/v1/responses", BAD_RESPONSES_FIELDS),
    "/v1/models": get_models,
    "/v1/models/{id}": get_model,
}


# The mass, in this process


@pytest.fixture
def call(background: Background, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Request], Answer]]:
    simulator = AwsSimulator(keys={"default": KEY}, pace=Pace(0, 0))
    background.run(simulator.start())
    variables = function_environment(simulator)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    module = importlib.import_module("claude_stream.app")
    application = module.Application(
        importlib.import_module("claude_stream.settings").Settings.from_environ(variables)
    )
    with contextlib.redirect_stdout(io.StringIO()):  # its metrics
        yield lambda request: _called(application, request)
    application.close()
    background.run(simulator.close())


def _called(application: Any, request: Request) -> Answer:
    method, path, query, body = request
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        "HTTP_X_API_KEY": KEY,
    }
    status: list[str] = []
    answer = application(environ, lambda line, headers: status.append(line))
    try:
        return int(status[0].split()[0]), b"".join(answer)
    finally:
        answer.close()


@pytest.mark.parametrize("route", ROUTES)
def test_malformed_requests_are_refused_one_and_all(route: str, call: Callable[[Request], Answer]) -> None:
    rng = random.Random(route)
    for number in range(REQUESTS):
        request = ROUTES[route](rng)
        status, body = call(request)
        assert refused(route, status, body), (number, request, status, body[:500])


def refused(route: str, status: int, body: bytes) -> bool:
    """A 4xx with a sentence, in the shape of the route's own API."""
    if not 400 <= status < 500:
        return False
    told = json.loads(body)
    if route in ("/v1/chat/completions", "/v1/responses"):
        return bool(told.keys() == {"error"} and told["error"].keys() == {"message", "type", "param", "code"})
    return bool(told.keys() == {"type", "error", "request_id"} and told["error"]["message"])


# A sample, through the function URL


@pytest.mark.parametrize("route", ROUTES)
def test_a_sample_through_the_function_url_leaves_its_worker_alive(route: str, deployment: Deployment) -> None:
    rng = random.Random(f"{route} by URL")
    for _ in range(SAMPLE):
        method, path, query, body = ROUTES[route](rng)
        address = quote(path) + (f"?{query}" if query else "")
        response = deployment.http.request(
            method, address, content=body, headers={"content-type": "application/json"}
        )
        assert refused(route, response.status_code, response.content), (path, query, body, response.text)
    assert deployment.http.get("/healthz").status_code == 200
    assert len({call.pid for call in deployment.url.invocations}) == 1, "one worker answered them all"
    assert deployment.url.breaches == []
