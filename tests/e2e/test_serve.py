"""`python -m emulator`, as a person runs it: any WSGI application, as Lambda would run it."""

import errno
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.places import ROOT

SERVE = [sys.executable, "-m", "emulator"]
HELLO = ["--root", "examples/hello", "--handler", "app.application"]
SEES = """
import os, time, json
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "application/json")])
    left = environ["lambda.deadline_ms"] / 1000 - time.time()
    yield json.dumps({"left": left, "cwd": os.getcwd(), "variables": dict(os.environ)}).encode()
def fails(environ, start_response):
    print("a line of its own", flush=True)
    raise RuntimeError("hunter2")
"""


@contextmanager
def serving(*words: str, **variables: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The URL that the command prints, and the command, which ends with the block."""
    process = subprocess.Popen(
        [*SERVE, "--port", "0", *words],
        cwd=ROOT,
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    with process:
        try:
            for line in process.stdout:
                if found := re.search(r'curl -N "(http://127\.0\.0\.1:\d+)/"', line):
                    yield found[1], process
                    break
            else:
                raise AssertionError("no URL was printed")
        finally:
            process.kill()


def refused(*words: str) -> str:
    done = subprocess.run([*SERVE, *words], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    return done.stderr.strip()


@pytest.fixture
def app(tmp_path: Path) -> Path:
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "wsgi.py").write_text(SEES)
    return tmp_path


def test_prints_a_url_that_answers_until_ctrl_c() -> None:
    with serving(*HELLO) as (url, process):
        assert httpx.get(url, timeout=60).text == "Hello, world, from Lambda.\n"
        process.send_signal(signal.SIGINT)
        said, complaints = process.communicate(timeout=60)
        assert (process.returncode, complaints) == (0, "")
        assert said.endswith("Stopped.\n")
    with pytest.raises(httpx.ConnectError):
        httpx.get(url, timeout=60)


def test_the_application_sees_what_lambda_shows_it(app: Path) -> None:
    words = ["--root", str(app), "--handler", "pkg.wsgi.application", "--timeout", "30", "--env", "MINE=a=b"]
    with serving(*words, CALLERS_OWN="secret") as (url, _):
        seen = httpx.get(url, timeout=60).json()
    assert 0 < seen["left"] <= 30
    assert Path(seen["cwd"]).samefile(app)
    assert (seen["variables"]["MINE"], seen["variables"]["_HANDLER"]) == ("a=b", "pkg.wsgi.application")
    assert "CALLERS_OWN" not in seen["variables"]


def test_its_log_lines_are_shown(app: Path) -> None:
    with serving("--root", str(app), "--handler", "pkg.wsgi.fails") as (url, process):
        assert httpx.get(url, timeout=60).status_code == 502
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=60)
    assert "a line of its own\n" in said
    assert '"errorType": "RuntimeError"' in said
    assert "hunter2" not in said


def test_an_application_that_cannot_be_loaded_says_why(app: Path) -> None:
    (app / "pkg" / "wsgi.py").write_text("import no_such_library")
    with serving("--root", str(app), "--handler", "pkg.wsgi.application") as (url, process):
        assert httpx.get(url, timeout=60).status_code == 502
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=60)
    assert "the application could not be loaded: No module named 'no_such_library'" in said


def test_a_package_with_a_runtime_of_its_own_keeps_it(app: Path) -> None:
    (app / "bootstrap").write_text(
        '#!/bin/sh\nexport BY=its-own\nPYTHONPATH=.:$PYTHONPATH exec "$1" -m lambda_wsgi\n'
    )
    (app / "bootstrap").chmod(0o755)
    words = ["--env", f"PYTHONPATH={ROOT / 'lambda_src'}"]
    with serving("--root", str(app), "--handler", "pkg.wsgi.application", *words) as (url, _):
        assert httpx.get(url, timeout=60).json()["variables"]["BY"] == "its-own"


@pytest.mark.parametrize(
    ("bootstrap", "sentence"),
    [
        ("#!/no/such/interpreter\n", "Runtime.InvalidEntrypoint: The runtime did not start: "),
        ("#!/bin/sh\nexit 3\n", "Runtime.ExitError: Runtime exited: exit status 3"),
        (
            '#!/bin/sh\nexec "$1" -c "import os, urllib.request as it; '
            "it.urlopen('http://' + os.environ['AWS_LAMBDA_RUNTIME_API'] + '/nothing')\"\n",
            "The Runtime API has no GET /nothing.",
        ),
    ],
)
def test_a_runtime_that_does_not_come_up_is_explained(app: Path, bootstrap: str, sentence: str) -> None:
    """Such a runtime may write no log line of its own."""
    (app / "bootstrap").write_text(bootstrap)
    (app / "bootstrap").chmod(0o755)
    with serving("--root", str(app), "--handler", "pkg.wsgi.application") as (url, process):
        assert httpx.get(url, timeout=60).status_code == 502
        process.send_signal(signal.SIGINT)
        _, complaints = process.communicate(timeout=60)
    assert f"emulator: {sentence}" in complaints


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("time.sleep(3600)", "Task timed out after 1.00 seconds"),
        ("os._exit(7)", "Runtime.ExitError: Runtime exited: exit status 7"),
    ],
)
def test_a_response_that_never_came_is_explained(app: Path, line: str, sentence: str) -> None:
    wsgi = f"import os, time\ndef application(environ, start_response):\n    {line}\n"
    (app / "pkg" / "wsgi.py").write_text(wsgi)
    words = ["--root", str(app), "--handler", "pkg.wsgi.application", "--timeout", "1"]
    with serving(*words) as (url, process):
        response = httpx.get(url, timeout=60)
        process.send_signal(signal.SIGINT)
        _, complaints = process.communicate(timeout=60)
    assert response.status_code == 502
    assert re.search(rf"^emulator: request {response.headers['x-amzn-requestid']}: {sentence}$", complaints, re.M)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--root", "nowhere", "--handler", "app.application"], "there is no folder nowhere"),
        (["--root", "examples/hello", "--handler", "application"], "the handler has to be module.callable"),
        (
            ["--root", "examples/hello", "--handler", "ap.application"],
            "there is no examples/hello/ap.py for the handler",
        ),
        ([*HELLO, "--python", "python9"], "there is no interpreter python9"),
        ([*HELLO, "--timeout", "901"], "expected whole seconds from 1 to 900"),
        ([*HELLO, "--env", "hunter2"], "expected NAME=VALUE"),
        (["--root", "examples/hello"], "required: --handler"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(words: list[str], sentence: str) -> None:
    assert sentence in refused(*words)


def test_a_taken_port_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        sentence = refused(*HELLO, "--port", str(port))
    assert (
        sentence == f"emulator: port {port} is taken ({os.strerror(errno.EADDRINUSE)}): choose another with --port"
    )
