"""A page may send every header that the installed SDKs can send, and read every header that they read.

There are two ways to find the names, as neither finds all. The SDKs for JavaScript are called with the options that
add a header (sent_headers.js); and the source of every SDK, Python's too, is searched for what looks like a header.
"""

import json
import re
import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from infra import cors
from tests.conftest import Deployment
from tests.places import ROOT

NODE_MODULES = ROOT / "node_modules"
SITE_PACKAGES = Path(sysconfig.get_path("purelib"))
SDKS = {
    "anthropic": SITE_PACKAGES / "anthropic",
    "openai": SITE_PACKAGES / "openai",
    "@anthropic-ai/sdk": NODE_MODULES / "@anthropic-ai/sdk",
    "openai (js)": NODE_MODULES / "openai",
    "@ai-sdk": NODE_MODULES / "@ai-sdk",
    "ai": NODE_MODULES / "ai/dist",
}
# Headers that a browser lets every page send, and headers of answers that it lets every page read.
# https://fetch.spec.whatwg.org/#cors-safelisted-request-header and #cors-safelisted-response-header-name
ALWAYS_SENDABLE = {"accept", "accept-language", "content-language"}
ALWAYS_READABLE = {
    *("cache-control", "content-language", "content-length", "content-type", "expires", "last-modified", "pragma")
}

NAME = re.compile(
    r"""["'`]((?:x|anthropic|openai)(?:-[a-z0-9]+)+|idempotency-key|authorization|api-key|user-agent|"""
    r"""traceparent|tracestate|baggage)["'`]""",
    re.IGNORECASE,
)
# Files with headers that a page does not send to this API, each with the reason.
OTHER_FILES = {
    r"/internal/ws\.mjs$": "a WebSocket has no preflight",
    r"/(providers/bedrock|lib/_bedrock_auth)": "signed for AWS itself",
    r"/_?utils/_?logs?\.": "what a log has to leave out",
    r"/gateway/": "Vercel's own service",
    r"/test/": "mocks",
}
OTHER_NAMES = {
    "in answers": {
        *("x-request-id", "x-should-retry", "x-accel-buffering", "anthropic-organization-id"),
        *("openai-poll-after-ms", "x-vercel-ai-ui-message-stream"),
    },
    "Azure's": {"api-key"},
    "added by proxies": {
        *("x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "x-correlation-id"),
        *("x-metadata-token", "x-aws-ec2-metadata-token"),
    },
    "not a header": {"openai-compatible", "x-key", "x-m4a", "x-wav"},
}
IGNORED = set().union(*OTHER_NAMES.values())

pytestmark = pytest.mark.skipif(
    not (ROOT / "node_modules/ai").is_dir(), reason="no node_modules/ai: run make setup"
)


def sources(folder: Path) -> Iterator[Path]:
    """The source files of an SDK; of a file that is also there as an ES module, only the module."""
    for file in folder.rglob("*"):
        twice = file.suffix == ".js" and file.with_suffix(".mjs").exists()
        if file.suffix in (".py", ".mjs", ".js") and not twice:
            yield file


def names_in(folder: Path, *, ignored: bool = False) -> dict[str, str]:
    """The names of headers in an SDK's source, each with a file that has it; `ignored` includes OTHER_FILES."""
    found: dict[str, str] = {}
    for file in sources(folder):
        path = file.as_posix()
        if not ignored and any(re.search(pattern, path) for pattern in OTHER_FILES):
            continue
        for match in NAME.finditer(file.read_text()):
            found.setdefault(match[1].lower(), path)
    return found if ignored else {name: path for name, path in found.items() if name not in IGNORED}


@pytest.fixture(scope="module")
def sent() -> dict[str, set[str]]:
    """For each client, the names of the headers that it sent from a page."""
    command = ["node", str(Path(__file__).with_name("sent_headers.js"))]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stderr
    return {client: set(names) for client, names in json.loads(run.stdout).items()}


@pytest.mark.parametrize("client", ["@anthropic-ai/sdk", "openai", "@ai-sdk"])
def test_a_page_may_send_what_a_client_sends(sent: dict[str, set[str]], client: str) -> None:
    assert sent[client] - ALWAYS_SENDABLE - set(cors.ALLOWED_HEADERS) == set()


def test_the_clients_were_made_to_send_their_own_headers(sent: dict[str, set[str]]) -> None:
    """Otherwise the test above would prove little."""
    assert {"anthropic-workspace-id", "anthropic-beta", "x-stainless-helper"} <= sent["@anthropic-ai/sdk"]
    assert {"idempotency-key", "openai-organization", "openai-project", "openai-beta"} <= sent["openai"]
    assert {"x-api-key", "user-agent", "anthropic-version"} <= sent["@ai-sdk"]


@pytest.mark.parametrize("sdk", SDKS)
def test_a_page_may_send_every_header_that_an_sdk_names(sdk: str) -> None:
    missing = {name: path for name, path in names_in(SDKS[sdk]).items() if name not in cors.ALLOWED_HEADERS}
    assert missing == {}, "allow them in infra/cors.py, or say here why they are not sent"


def test_no_header_is_allowed_that_nobody_sends(sent: dict[str, set[str]]) -> None:
    named = set().union(*sent.values(), *map(names_in, SDKS.values()))
    assert set(cors.ALLOWED_HEADERS) - named == set(cors.OWN_HEADERS)


def test_what_is_ignored_is_still_there() -> None:
    named = set().union(*(names_in(folder, ignored=True) for folder in SDKS.values()))
    assert IGNORED - named == set()
    paths = [file.as_posix() for folder in SDKS.values() for file in sources(folder)]
    assert [pattern for pattern in OTHER_FILES if not any(re.search(pattern, path) for path in paths)] == []


@pytest.fixture(scope="module")
def answers(deployment: Deployment) -> list[httpx.Response]:
    """What the function answers a page: an answer of every API, and refusals."""
    http = deployment.http
    page = {"origin": "https://page.example"}
    asked = {"model": "claude-haiku-5-5", "max_tokens": 9, "messages": [{"role": "user", "content": "hello"}]}
    refused = {**asked, "messages": [{"role": "user", "content": "/throttle"}]}
    found = [
        *(http.get(path, headers=page) for path in ("/healthz", "/v1/models", "/stream?prompt=hi", "/none")),
        *(
            http.post(path, headers=page, json=body)
            for path in ("/v1/messages", "/v1/chat/completions")
            for body in (asked, {**asked, "stream": True}, refused, {})
        ),
        http.get("/v1/models", headers={**page, "x-api-key": "wrong"}),
    ]
    assert {200, 400, 401, 404, 429} <= {answer.status_code for answer in found}
    return found


def test_a_page_may_read_what_the_function_says_to_clients(answers: list[httpx.Response]) -> None:
    """Other headers of an answer are for the browser or for proxies, or are Lambda's own."""
    others = {"connection", "date", "transfer-encoding", "x-content-type-options", "www-authenticate"}
    others |= {"x-accel-buffering", "x-amzn-requestid"}
    said = {name for answer in answers for name in answer.headers if not name.startswith("access-control-")}
    assert {"request-id", "x-request-id", "retry-after"} <= said
    assert said - others - ALWAYS_READABLE - set(cors.EXPOSED_HEADERS) == set()


def test_an_answer_lists_what_a_page_may_read(answers: list[httpx.Response]) -> None:
    for answer in answers:
        assert answer.headers["access-control-expose-headers"].split(",") == list(cors.EXPOSED_HEADERS)


def test_the_lists_are_as_long_as_lambda_takes() -> None:
    """Names are lower case, once each, at most 100 of 1024 characters."""
    for names in (cors.ALLOWED_HEADERS, cors.EXPOSED_HEADERS):
        assert len(set(names)) == len(names) <= 100
        assert all(re.fullmatch(r"[a-z0-9-]{1,1024}", name) for name in names)
