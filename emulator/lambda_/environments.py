"""Execution environments: the child processes that run a function, and how many there are.

Owns how they start (as Lambda starts them), reuse, scaling, timeouts, and that none survives `close()`.
runtime_api_server.py talks to the runtime, function_logs.py chooses the log lines that are kept, and
function_url.py answers clients.
"""

import asyncio
import contextlib
import os
import signal
import time
from typing import Any

from emulator.lambda_.function import Function
from emulator.lambda_.function_logs import LogLines
from emulator.lambda_.invocation import Invocation, Outcome, Sink
from emulator.lambda_.journal import InvocationRecord, Journal
from emulator.lambda_.runtime_api_server import RuntimeApiServer

STOP_SECONDS = 1.0  # between SIGTERM and SIGKILL


class Throttled(Exception):
    """Every environment is busy, and no more may be started."""


class Environments:
    """All environments of a function: the last used one with room serves, else a new one, else `Throttled`."""

    def __init__(self, function: Function, journal: Journal) -> None:
        self._function = function
        self._journal = journal
        self._usable: list[Environment] = []  # the most recently used is last
        self._lives: set[asyncio.Task[None]] = set()

    async def invoke(self, record: InvocationRecord, event: bytes, sink: Sink) -> Outcome:
        """Runs the function to its end, even if its client leaves. The record is kept unless there is no room."""
        environment = self._place()
        self._journal.invocations.append(record)
        while (outcome := await self._run(environment, record, event, sink)) is None:
            environment = self._place()
        record.outcome = outcome
        return outcome

    async def close(self) -> None:
        for life in self._lives:
            life.cancel()
        await asyncio.gather(*self._lives, return_exceptions=True)

    def _place(self) -> "Environment":
        self._usable = [environment for environment in self._usable if not environment.over]
        for environment in reversed(self._usable):
            if environment.taken < self._function.concurrency:
                return environment
        if len(self._usable) >= self._function.max_environments:
            raise Throttled
        return self._start()

    def _start(self) -> "Environment":
        environment = Environment(self._function, self._journal)
        life = asyncio.create_task(environment.live())
        self._lives.add(life)
        life.add_done_callback(self._lives.discard)
        self._usable.append(environment)
        return environment

    async def _run(
        self, environment: "Environment", record: InvocationRecord, event: bytes, sink: Sink
    ) -> Outcome | None:
        environment.taken += 1
        try:
            return await environment.invoke(record, event, sink)
        finally:
            environment.taken -= 1
            if environment in self._usable:
                self._usable.remove(environment)
                self._usable.append(environment)


class Environment:
    """One process and its Runtime API. `live()` owns the process from its start to its end."""

    def __init__(self, function: Function, journal: Journal) -> None:
        self.taken = 0
        self.over = False  # takes no more invocations
        self._function = function
        self._journal = journal
        self._api = RuntimeApiServer(
            concurrency=function.concurrency, function_arn=function.arn, on_breach=journal.breach
        )
        self._process: asyncio.subprocess.Process | None = None
        self._used = False
        self._exit_error: dict[str, Any] | None = None
        self._born = time.monotonic()
        self._api.initialised.add_done_callback(self._init_ended)

    async def live(self) -> None:
        logs = LogLines(self._function.application_log_level, self._journal.log)
        init_limit = self._function.init_timeout_seconds
        init_timer = asyncio.get_running_loop().call_later(init_limit, self._init_timed_out)
        try:
            await self._api.start()
            await self._spawn(logs)
            await self._exit()
        except OSError as error:
            self._api.fail_init(_failure("Runtime.InvalidEntrypoint", f"The runtime did not start: {error}"))
        finally:
            self.over = True
            init_timer.cancel()
            await self._stop()
            await logs.close()
            await self._api.close()

    async def invoke(self, record: InvocationRecord, event: bytes, sink: Sink) -> Outcome | None:
        """How the invocation ended; None if the process had ended before it could accept it."""
        record.cold, self._used = not self._used, True
        init_error = await asyncio.shield(self._api.initialised)
        record.pid = self._process.pid if self._process else None
        record.init_ms = self._milliseconds_since(self._born) if record.cold else None
        if init_error is not None:
            record.error_type = init_error["errorType"]
            return Outcome.INIT_ERROR
        began = time.monotonic()
        try:
            return await self._answer(record, event, sink)
        finally:
            record.duration_ms = self._milliseconds_since(began)

    async def _answer(self, record: InvocationRecord, event: bytes, sink: Sink) -> Outcome | None:
        timeout = self._function.timeout_seconds
        deadline_ms = int((time.time() + timeout) * 1000)
        invocation = Invocation(record.request_id, event, deadline_ms, sink)
        self._api.queue.offer(invocation)
        try:
            async with asyncio.timeout(timeout):
                outcome = await invocation.outcome
        except TimeoutError:
            self._kill()
            outcome = Outcome.TIMEOUT
        finally:
            self._api.queue.forget(invocation)
            record.error_type = invocation.error_type
        if outcome is not Outcome.TIMEOUT and not invocation.delivered:
            return None
        if failure := self._failure_of(outcome):
            self._journal.failure(f"request {record.request_id}: {failure}")
        return outcome

    def _failure_of(self, outcome: Outcome) -> str | None:
        """What Lambda's own log says of an invocation that the runtime did not end."""
        if outcome is Outcome.TIMEOUT:
            return f"Task timed out after {self._function.timeout_seconds:.2f} seconds"
        if outcome is not Outcome.CRASH:
            return None
        if self._exit_error:
            return f"{self._exit_error['errorType']}: {self._exit_error['errorMessage']}"
        return "The runtime's connection ended before its response did"

    # --- the process ---

    async def _spawn(self, logs: LogLines) -> None:
        """Starts the process in a group of its own, so that what it starts can be ended with it."""
        output = await logs.open()
        try:
            self._process = await asyncio.create_subprocess_exec(
                *self._function.start_command(),
                cwd=self._function.root,
                env=self._function.process_environment(self._api.address),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        finally:
            os.close(output)

    async def _exit(self) -> None:
        assert self._process is not None
        status = await self._process.wait()
        self.over = True
        how = f"signal {-status}" if status < 0 else f"exit status {status}"
        self._exit_error = _failure("Runtime.ExitError", f"Runtime exited: {how}")
        await self._api.process_ended(self._exit_error)

    def _init_timed_out(self) -> None:
        seconds = self._function.init_timeout_seconds
        self._api.fail_init(_failure("Sandbox.Timedout", f"The init phase took longer than {seconds:g} s"))

    def _init_ended(self, initialised: asyncio.Future[dict[str, Any] | None]) -> None:
        error = None if initialised.cancelled() else initialised.result()
        if error is not None:
            self.over = True
            self._journal.init_error(error)
            asyncio.get_running_loop().call_later(STOP_SECONDS, self._kill)  # until then it may log and exit

    def _kill(self) -> None:
        self.over = True
        if self._process is not None and self._process.returncode is None:
            self._signal(signal.SIGKILL)

    async def _stop(self) -> None:
        if self._process is None:
            return
        if self._process.returncode is None:
            self._signal(signal.SIGTERM)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
        self._signal(signal.SIGKILL)  # also what the process left behind in its group
        await self._process.wait()

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    @staticmethod
    def _milliseconds_since(moment: float) -> float:
        return (time.monotonic() - moment) * 1000


def _failure(error_type: str, message: str) -> dict[str, Any]:
    return {"errorType": error_type, "errorMessage": message}
