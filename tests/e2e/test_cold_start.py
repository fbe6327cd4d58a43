"""What a cold start imports before it asks for its first event: each module makes somebody wait.

Whoever adds one changes the list, so that it is seen. `python -X importtime` says what a module takes.
"""

import os
import subprocess

import pytest

from emulator.demo import MODELS, function_environment
from tests.conftest import FUNCTION_PYTHON, Deploy
from tests.places import LAMBDA_SRC

PROGRAM = """
import sys
began_with = set(sys.modules)
import lambda_wsgi.__main__
lambda_wsgi.__main__.load("claude_stream.app.application")
print(*sorted(set(sys.modules) - began_with), sep="\\n")
"""
# Of the standard library, with what these bring along in one of the Pythons from 3.11 to 3.14.
STANDARD = {
    *("base64", "binascii", "collections", "contextvars", "enum", "functools", "hashlib", "hmac", "importlib"),
    *("ipaddress", "json", "math", "re", "select", "socket", "ssl", "struct", "threading", "typing", "urllib"),
    *("annotationlib", "array", "ast", "contextlib", "copyreg", "errno", "io", "itertools", "keyword", "operator"),
    *("reprlib", "selectors", "types", "warnings", "weakref"),
}
OURS = {
    "lambda_wsgi": {"__main__", "environ", "http1", "lines", "response", "runtime_api", "server"},
    "claude_stream": {
        *(
            "answer_stream",
            "app",
            "auth",
            "cdn",
            "errors",
            "log",
            "metrics",
            "model_call",
            "models",
            "outcome",
            "request",
        ),
        *("outcome", "request", "routes", "settings", "sse", "text_pieces", "values"),
    },
    "claude_stream.accounts": {"accounts", "callers"},
    "claude_stream.bedrock": {
        *("adaptation", "client", "compatibility", "connection", "event_stream", "families", "frames"),
        *("patient_socket", "refusals", "refused_parts", "signing", "sigv4", "tls"),
    },
    "claude_stream.dialects": {"anthropic", "text"},
}
NO_LONGER = ("botocore", "logging", "traceback", "http", "email", "datetime", "uuid", "inspect")
VARIABLES = {
    "AWS_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "id",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "API_KEY_SECRET_ARN": "arn",
    "DEFAULT_MODEL": MODELS[0],
    "ALLOWED_MODELS": MODELS[0],
    "MAX_TOKENS_LIMIT": "4096",
    "PYTHONPATH": str(LAMBDA_SRC),
}


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    """The names of the modules."""
    environment = {"PATH": os.environ["PATH"], **VARIABLES}
    command = [FUNCTION_PYTHON, "-c", PROGRAM]
    run = subprocess.run(command, check=True, env=environment, stdout=subprocess.PIPE, text=True, cwd="/")
    return set(run.stdout.split())


def is_ours(name: str) -> bool:
    return name.partition(".")[0] in ("lambda_wsgi", "claude_stream")


def test_of_ours_it_imports_what_a_first_answer_needs(loaded: set[str]) -> None:
    modules = {f"{package}.{name}" for package, names in OURS.items() for name in names}
    assert {name for name in loaded if is_ours(name)} == modules | set(OURS)


def test_of_the_standard_library_it_imports_little(loaded: set[str]) -> None:
    packages = {name.partition(".")[0] for name in loaded if not is_ours(name)}
    assert {name for name in packages if not name.startswith("_")} - STANDARD == set()


@pytest.mark.parametrize("name", NO_LONGER)
def test_what_it_no_longer_imports_stays_away(loaded: set[str], name: str) -> None:
    assert name not in loaded


def test_a_process_that_ends_at_once_waits_for_the_tls_context() -> None:
    """It is made in a thread: torn down in the middle of it, OpenSSL would crash the process."""
    made_late = "import ssl, time; ssl.create_default_context = lambda: [time.sleep(0.5), print('made')]\n"
    environment = {"PATH": os.environ["PATH"], **VARIABLES}
    command = [FUNCTION_PYTHON, "-c", made_late + PROGRAM]
    run = subprocess.run(command, check=True, env=environment, stdout=subprocess.PIPE, text=True, cwd="/")
    assert run.stdout.endswith("made\n")


@pytest.mark.parametrize(("variables", "calls"), [({"AWS_LAMBDA_RUNTIME_API": "127.0.0.1:1"}, 2), ({}, 0)])
def test_on_lambda_the_keys_are_fetched_before_the_first_request(
    deploy: Deploy, variables: dict[str, str], calls: int
) -> None:
    """Both versions of the secret. Elsewhere a module that is loaded does nothing."""
    simulator = deploy().simulator
    environment = {"PATH": os.environ["PATH"], **VARIABLES, **function_environment(simulator), **variables}
    subprocess.run([FUNCTION_PYTHON, "-c", PROGRAM], check=True, env=environment, capture_output=True, cwd="/")
    assert [request.operation for request in simulator.requests] == ["GetSecretValue"] * calls
