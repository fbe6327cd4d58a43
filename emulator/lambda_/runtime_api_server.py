"""The Lambda Runtime API of one execution environment, as strict as its contract.

Owns the four requests that a runtime makes, and their answers. invocation_queue.py decides when each is allowed,
runtime_response.py reads responses, runtime_messages.py checks what they say, and environments.py has the processes
and deadlines.
https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import asyncio
import contextlib
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from emulator.exchange import Disconnected, Exchange
from emulator.http_server import HttpServer
from emulator.lambda_.invocation import Invocation, Outcome
from emulator.lambda_.invocation_queue import InvocationQueue
from emulator.lambda_.runtime_messages import Breach, known_error_type, parse_error, wrong_moment
from emulator.lambda_.runtime_response import ERROR_TYPE, pass_on
from emulator.lambda_.tracing import trace_id

API = "/2018-06-01/runtime/"


class RuntimeApiServer:
    """Serves one environment on a port of its own.

    `initialised` holds None from the first poll on, or the init error that was sent instead. `queue` has the
    environment's invocations.
    """

    def __init__(self, *, concurrency: int, function_arn: str, on_breach: Callable[[str], None]) -> None:
        self.initialised: asyncio.Future[dict[str, Any] | None] = asyncio.get_running_loop().create_future()
        self.queue = InvocationQueue(concurrency)
        self._function_arn = function_arn
        self._on_breach = on_breach
        self._server = HttpServer(self._serve)

    @property
    def address(self) -> str:
        """The value of AWS_LAMBDA_RUNTIME_API."""
        return self._server.url.removeprefix("http://")

    async def start(self) -> None:
        await self._server.start()

    async def close(self) -> None:
        await self._server.close()

    def fail_init(self, error: dict[str, Any]) -> None:
        if not self.initialised.done():
            self.initialised.set_result(error)

    async def process_ended(self, error: dict[str, Any], grace_seconds: float = 1.0) -> None:
        """Waits for what the process had sent; every invocation that is open after that has crashed."""
        deadline = time.monotonic() + grace_seconds
        await asyncio.sleep(0.01)  # its last connection may not have been accepted yet
        while self._server.connections and time.monotonic() < deadline:
            await asyncio.sleep(0.005)
        self.fail_init(error)
        self.queue.crash()

    async def _serve(self, exchange: Exchange) -> None:
        try:
            await self._route(exchange)
        except Breach as breach:
            self._on_breach(str(breach))
            await _answer(exchange, breach.status, {"errorType": breach.error_type, "errorMessage": str(breach)})

    async def _route(self, exchange: Exchange) -> None:
        match exchange.method, exchange.path.removeprefix(API).split("/"):
            case "GET", ["invocation", "next"]:
                await self._next(exchange)
            case "POST", ["invocation", request_id, "response"]:
                await self._response(exchange, request_id)
            case "POST", ["invocation", request_id, "error"]:
                await self._error(exchange, request_id)
            case "POST", ["init", "error"]:
                await self._init_error(exchange)
            case _:
                raise Breach(f"The Runtime API has no {exchange.method} {exchange.path}.", 404, "NotFound")

    # --- invocation/next ---

    async def _next(self, exchange: Exchange) -> None:
        await exchange.body()
        invocation = await self._poll(exchange)
        invocation.delivered = True
        try:
            await exchange.respond(200, self._invocation_headers(invocation), invocation.event)
        except ConnectionError:
            self.queue.put_back(invocation)
            raise

    async def _poll(self, exchange: Exchange) -> Invocation:
        """Waits for an invocation; a poll whose connection closes gets none."""
        if self.initialised.done() and self.initialised.result() is not None:
            raise wrong_moment("/next was polled after the init phase had failed.")
        poll = self.queue.poll()
        if not self.initialised.done():
            self.initialised.set_result(None)
        gone = asyncio.create_task(_gone(exchange))
        first: set[asyncio.Future[Any]] = {poll, gone}
        await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
        gone.cancel()
        await asyncio.wait({gone})  # the task reads from the connection, and would take the next request's bytes
        if not poll.done():
            self.queue.give_up(poll)
            raise Disconnected("the poll was given up")
        return poll.result()

    def _invocation_headers(self, invocation: Invocation) -> list[tuple[str, str]]:
        return [
            ("content-type", "application/json"),
            ("lambda-runtime-aws-request-id", invocation.request_id),
            ("lambda-runtime-deadline-ms", str(invocation.deadline_ms)),
            ("lambda-runtime-invoked-function-arn", self._function_arn),
            ("lambda-runtime-trace-id", trace_id(invocation.request_id)),
        ]

    # --- invocation/{id}/response ---

    async def _response(self, exchange: Exchange, request_id: str) -> None:
        invocation = self.queue.active(request_id, "/response")
        if invocation.response_began:
            raise wrong_moment(f"A second /response for {request_id}.")
        invocation.response_began = True
        outcome = Outcome.CRASH  # unless it ends well: also for a defect of the emulator's
        try:
            invocation.error_type = await pass_on(exchange, invocation.sink)
            outcome = Outcome.ERROR if invocation.error_type else Outcome.OK
        except Breach:
            outcome = Outcome.BREACH
            raise
        finally:
            self.queue.forget(invocation)
            invocation.finish(outcome)
        await _accepted(exchange)

    # --- invocation/{id}/error, init/error ---

    async def _error(self, exchange: Exchange, request_id: str) -> None:
        invocation = self.queue.active(request_id, "/error")
        if invocation.response_began:
            raise wrong_moment(f"/error for {request_id} after its response began: only trailers can tell it now.")
        self.queue.forget(invocation)
        invocation.error_type = _error_type(exchange)
        invocation.finish(Outcome.ERROR)
        parse_error(await exchange.body())
        await _accepted(exchange)

    async def _init_error(self, exchange: Exchange) -> None:
        error = {**parse_error(await exchange.body()), "errorType": _error_type(exchange)}
        if self.initialised.done():
            raise wrong_moment("/init/error came after the init phase.")
        self.fail_init(error)
        await _accepted(exchange)


def _error_type(exchange: Exchange) -> str:
    """The error type of the header: Lambda ignores that of the report's body."""
    return known_error_type(exchange.header(ERROR_TYPE))


async def _gone(exchange: Exchange) -> None:
    with contextlib.suppress(ConnectionError):
        await exchange.disconnected()


async def _accepted(exchange: Exchange) -> None:
    await _answer(exchange, 202, {"status": "OK"})


async def _answer(exchange: Exchange, status: int, body: Mapping[str, str]) -> None:
    raw = json.dumps(body, separators=(",", ":")).encode()
    await exchange.respond(status, [("content-type", "application/json")], raw)
