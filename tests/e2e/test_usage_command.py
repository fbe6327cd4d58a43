"""`claude-stream usage`, as a person runs it, against a function's answers as docs/openapi.yaml has them."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.e2e.shell import cli

ANSWER: dict[str, Any] = {
    "key": "alice",
    "limits": [
        {
            "name": "usd_per_day",
            "limit": 5.0,
            "used": 1.25,
            "remaining": 3.75,
            "resets_at": "2026-11-28T00:00:00Z",
        },
        {
            "name": "requests_per_minute",
            "limit": 20,
            "used": 1,
            "remaining": 19,
            "resets_at": "2026-11-27T06:41:00Z",
        },
    ],
    "day": {"requests": 31, "tokens": 48211, "usd": 1.25},
    "month": {"requests": 412, "tokens": 703155, "usd": 0.001234},
}
Answer = Callable[[int, object], str]


@pytest.fixture
def answering() -> Iterator[Answer]:
    """The URL of a server that gives one answer to the right request."""
    with ExitStack() as stack:

        def start(status: int, body: object) -> str:
            class Handler(BaseHTTPRequestHandler):
                def do_GET(self) -> None:
                    right = (self.path, self.headers["x-api-key"]) == ("/v1/usage", "the-key")
                    content = json.dumps(body).encode()
                    self.send_response(status if right else 404)
                    self.send_header("content-length", str(len(content)))
                    self.end_headers()
                    self.wfile.write(content)

                def log_message(self, *arguments: object) -> None:
                    """Nothing: the tests read what the command prints."""

            server = stack.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            stack.callback(thread.join)
            stack.callback(server.shutdown)
            return f"http://127.0.0.1:{server.server_port}/"

        yield start


def test_what_is_left_and_what_was_used(answering: Answer) -> None:
    done = cli("usage", "--url", answering(200, ANSWER), "--key", "the-key")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "key alice",
        "$3.75 of $5 a day left; the next day begins at 2026-11-28T00:00:00Z",
        "19 requests of 20 requests a minute left; the next minute begins at 2026-11-27T06:41:00Z",
        "today: 31 requests, 48,211 tokens, $1.25",
        "this month: 412 requests, 703,155 tokens, $0.001234",
    ]


def test_a_key_without_limits_and_a_function_without_a_table(answering: Answer) -> None:
    done = cli("usage", "--url", answering(200, {"key": "default", "limits": []}), "--key", "the-key")
    assert done.stdout.splitlines() == ["key default", "no limits of its own"]


def test_json_is_the_functions_own_answer(answering: Answer) -> None:
    done = cli("usage", "--json", "--url", answering(200, ANSWER), "--key", "the-key")
    assert json.loads(done.stdout) == ANSWER


def test_a_refusal_is_the_functions_sentence(answering: Answer) -> None:
    error = {"type": "error", "error": {"type": "permission_error", "message": "The key alice is disabled."}}
    done = cli("usage", "--url", answering(403, error), "--key", "the-key")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "usage: The key alice is disabled.\n")


def test_bedrock_itself_counts_no_keys() -> None:
    done = cli("usage")
    assert done.returncode == 1
    assert done.stderr == "usage: only a deployed function counts what a key uses: name it with --url and --key\n"
