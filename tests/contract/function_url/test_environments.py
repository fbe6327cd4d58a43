"""How an execution environment is started, used again, joined by others and ended."""

import os
import re
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from emulator.background import Background
from emulator.lambda_.function_url import Function, FunctionUrl
from tests.asking import eventually
from tests.contract.function_url.asking_url import echoed, get, raw_exchange, runs
from tests.contract.function_url.conftest import HERE, TINY_RUNTIME, Serve


class TestEnvironment:
    def test_is_started_as_lambda_starts_a_wrapped_runtime(self, serve: Serve, tmp_path: Path) -> None:
        bootstrap = tmp_path / "bootstrap"
        bootstrap.write_text(f'#!/bin/sh\nexec "$1" -S {TINY_RUNTIME[-1]} "$@"\n')
        bootstrap.chmod(0o755)
        seen = echoed(get(serve(root=tmp_path, command=None), "echo"))
        assert seen["argv"][1:] == [sys.executable, "/var/runtime/bootstrap.py"]
        assert seen["cwd"] == str(tmp_path)
        assert seen["environ"]["LAMBDA_TASK_ROOT"] == str(tmp_path)

    def test_has_only_lambdas_variables_and_the_functions(
        self, serve: Serve, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AWS_PROFILE", "the developer's own")
        function_url = serve(environment={"MINE": "1"}, application_log_level="DEBUG", handler="app.main")
        environ = echoed(get(function_url, "echo"))["environ"]
        assert re.fullmatch(r"127\.0\.0\.1:\d+", environ.pop("AWS_LAMBDA_RUNTIME_API"))
        for added_by_the_shell in ("PWD", "SHLVL", "_", "LC_CTYPE"):
            environ.pop(added_by_the_shell, None)
        assert environ == {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
            "TZ": ":UTC",
            "PYTHONPATH": "/var/runtime",
            "AWS_LAMBDA_FUNCTION_NAME": "claude-stream-local",
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_FORMAT": "JSON",
            "AWS_LAMBDA_LOG_LEVEL": "DEBUG",
            "AWS_LAMBDA_EXEC_WRAPPER": "/var/task/bootstrap",
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "LAMBDA_TASK_ROOT": str(HERE),
            "LAMBDA_RUNTIME_DIR": "/var/runtime",
            "_HANDLER": "app.main",
            "MINE": "1",
        }

    def test_is_reused_and_only_its_first_invocation_is_cold(self, serve: Serve) -> None:
        function_url = serve()
        pids = {echoed(get(function_url, "echo"))["pid"] for _ in range(3)}
        assert pids == {invocation.pid for invocation in function_url.invocations}
        assert len(pids) == 1
        assert [invocation.cold for invocation in function_url.invocations] == [True, False, False]
        assert [invocation.init_ms is None for invocation in function_url.invocations] == [False, True, True]

    def test_a_busy_one_is_joined_by_another_and_the_last_used_is_used_first(
        self, serve: Serve, tmp_path: Path
    ) -> None:
        function_url = serve()
        release = tmp_path / "release"
        with httpx.stream("GET", f"{function_url.url}/waits?until={release}", timeout=60) as busy:
            second = echoed(get(function_url, "echo"))["pid"]
            release.touch()
            busy.read()
        first = function_url.invocations[0].pid
        assert first != second
        assert [echoed(get(function_url, "echo"))["pid"] for _ in range(2)] == [first, first]

    def test_beyond_the_last_one_requests_are_throttled(self, serve: Serve, tmp_path: Path) -> None:
        function_url = serve(max_environments=1)
        release = tmp_path / "release"
        with httpx.stream("GET", f"{function_url.url}/waits?until={release}", timeout=60) as busy:
            response = get(function_url, "echo")
            release.touch()
            busy.read()
        assert (response.status_code, response.json()) == (429, {"Message": "Rate Exceeded."})
        assert get(function_url, "echo").status_code == 200
        assert len(function_url.invocations) == 2

    def test_takes_as_many_invocations_at_once_as_its_concurrency(self, serve: Serve) -> None:
        function_url = serve(concurrency=4, max_environments=1)
        with ThreadPoolExecutor(4) as threads:
            responses = list(threads.map(lambda _: get(function_url, "meets"), range(4)))
        assert [response.status_code for response in responses] == [200] * 4
        assert len({response.text for response in responses}) == 1
        assert sum(invocation.cold for invocation in function_url.invocations) == 1

    def test_may_give_up_a_poll(self, serve: Serve) -> None:
        function_url = serve()
        get(function_url, "gives_up_a_poll")
        assert eventually(lambda: "gave up" in function_url.logs)
        assert get(function_url, "echo").status_code == 200


class TestClose:
    def test_leaves_no_process_behind(self, background: Background) -> None:
        function_url = FunctionUrl(function=Function(root=HERE, command=TINY_RUNTIME))
        background.run(function_url.start())
        pids = [int(pid) for pid in get(function_url, "leaves_a_child").text.split()]
        assert all(runs(pid) for pid in pids)
        background.run(function_url.close())
        assert eventually(lambda: not any(runs(pid) for pid in pids))  # a kill may take long on a busy machine

    def test_ends_what_is_still_running(self, background: Background) -> None:
        function_url = FunctionUrl(function=Function(root=HERE, command=TINY_RUNTIME))
        background.run(function_url.start())
        request = threading.Thread(target=raw_exchange, args=(function_url, "hangs_midway"))
        request.start()
        assert eventually(lambda: function_url.invocations and function_url.invocations[0].pid)
        background.run(function_url.close())
        request.join(timeout=60)
        assert not request.is_alive()
        assert not runs(function_url.invocations[0].pid or 0)

    def test_of_one_that_never_started_does_nothing(self, background: Background) -> None:
        background.run(FunctionUrl(function=Function(root=HERE)).close())

    def test_after_a_start_on_a_busy_port_leaves_nothing(self, background: Background, shared: FunctionUrl) -> None:
        busy = httpx.URL(shared.url).port or 0
        function_url = FunctionUrl(function=Function(root=HERE), port=busy)
        with pytest.raises(OSError, match="in use"):
            background.run(function_url.start())
        background.run(function_url.close())
