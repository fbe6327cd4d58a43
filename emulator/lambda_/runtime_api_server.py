"""The Lambda Runtime API of one execution environment, as strict as the contract it stands for.

Owns the order of things between Lambda and a runtime: polls, responses, errors, and who may send
which when. What the messages say is runtime_messages'; where a response goes is its `Sink`'s
(function_url); processes and deadlines are environments'.
https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import asyncio
import contextlib
import json
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

import h11

from emulator.http_server import Disconnected, Exchange, HttpServer
from emulator.lambda_.runtime_messages import (
    Breach,
    Prelude,
    known_error_type,
    parse_buffered,
    parse_error,
    parse_error_trailer,
    split_prelude,
    unknown_id,
    wrong_moment,
)

API = "/2018-06-01/runtime/"
INTEGRATION = "application/vnd.awslambda.http-integration-response"
ERROR_TYPE, ERROR_BODY = "lambda-runtime-function-error-type", "lambda-runtime-function-error-body"


class Outcome(StrEnum):
    """How an invocation ended."""

    OK = "ok"
    ERROR = "error"  # the runtime reported it: /error, or the trailers
    BREACH = "breach"  # the runtime broke the protocol, so there is no response
    CRASH = "crash"  # the process, or its connection, ended before the response did
    TIMEOUT = "timeout"
    INIT_ERROR = "init error"


class Sink(Protocol):
    """Where a response goes while it is being made. It must not fail because a client has gone."""

    async def begin(self, prelude: Prelude) -> None: ...
    async def write(self, piece: bytes) -> None: ...


@dataclass(eq=False)
class Call:
    """One invocation on its way through the runtime.

    `outcome` is its end, `error_type` what Lambda calls the failure that the runtime reported.
    """

    request_id: str
    event: bytes
    deadline_ms: int
    sink: Sink
    delivered: bool = False
    response_began: bool = False
    error_type: str | None = None
    outcome: asyncio.Future[Outcome] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def finish(self, outcome: Outcome) -> None:
        if not self.outcome.done():
            self.outcome.set_result(outcome)


class RuntimeApi:
    """Serves one environment on a port of its own.

    `initialised` holds None from the first poll on, or the init error that came instead of it.
    """

    def __init__(self, *, concurrency: int, function_arn: str, on_breach: Callable[[str], None]) -> None:
        self.initialised: asyncio.Future[dict[str, Any] | None] = asyncio.get_running_loop().create_future()
        self._concurrency = concurrency
        self._function_arn = function_arn
        self._on_breach = on_breach
        self._waiting: deque[Call] = deque()
        self._polls: deque[asyncio.Future[Call]] = deque()
        self._active: dict[str, Call] = {}
        self._over: set[str] = set()
        self._server = HttpServer(self._serve)

    @property
    def address(self) -> str:
        """What AWS_LAMBDA_RUNTIME_API says."""
        return self._server.url.removeprefix("http://")

    async def start(self) -> None:
        await self._server.start()

    async def close(self) -> None:
        await self._server.close()

    def offer(self, call: Call) -> None:
        """Hands the call to the poll that has waited longest, or keeps it for the next one."""
        self._waiting.append(call)
        self._match()

    def forget(self, call: Call) -> None:
        """The call is over, whatever the runtime may still say about it."""
        self._over.add(call.request_id)
        self._active.pop(call.request_id, None)
        with contextlib.suppress(ValueError):
            self._waiting.remove(call)

    def fail_init(self, error: dict[str, Any]) -> None:
        if not self.initialised.done():
            self.initialised.set_result(error)

    async def process_ended(self, error: dict[str, Any], grace_seconds: float = 1.0) -> None:
        """Lets what the process had sent arrive; whatever is open after that has crashed."""
        deadline = time.monotonic() + grace_seconds
        await asyncio.sleep(0.01)  # a connection that it made last may not have been accepted yet
        while self._server.connections and time.monotonic() < deadline:
            await asyncio.sleep(0.005)
        self.fail_init(error)
        for call in [*self._active.values(), *self._waiting]:
            call.finish(Outcome.CRASH)

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
        self._check_poll()
        if not self.initialised.done():
            self.initialised.set_result(None)
        call = await self._poll(exchange)
        call.delivered = True
        try:
            await exchange.respond(200, self._invocation_headers(call), call.event)
        except ConnectionError:
            self._put_back(call)
            raise

    def _check_poll(self) -> None:
        if self.initialised.done() and self.initialised.result() is not None:
            raise wrong_moment("/next was polled after the init phase had failed.")
        if len(self._active) + len(self._polls) < self._concurrency:
            return
        if self._active:
            ids = ", ".join(self._active)
            raise wrong_moment(f"/next was polled before the response to {ids} had ended.")
        waiting = len(self._polls)
        raise wrong_moment(f"/next was polled with {waiting} waiting already: concurrency is {self._concurrency}.")

    async def _poll(self, exchange: Exchange) -> Call:
        """Waits for a call; a poll whose connection closes gets none."""
        poll: asyncio.Future[Call] = asyncio.get_running_loop().create_future()
        self._polls.append(poll)
        self._match()
        gone = asyncio.create_task(_gone(exchange))
        first: set[asyncio.Future[Any]] = {poll, gone}
        await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
        gone.cancel()
        await asyncio.wait({gone})  # it reads from the connection: the next request is not to be its prey
        if not poll.done():
            self._polls.remove(poll)
            raise Disconnected("the poll was given up")
        return poll.result()

    def _match(self) -> None:
        while self._waiting and self._polls:
            call = self._waiting.popleft()
            self._active[call.request_id] = call
            self._polls.popleft().set_result(call)

    def _put_back(self, call: Call) -> None:
        call.delivered = False
        if self._active.pop(call.request_id, None):
            self._waiting.appendleft(call)
            self._match()

    def _invocation_headers(self, call: Call) -> list[tuple[str, str]]:
        return [
            ("content-type", "application/json"),
            ("lambda-runtime-aws-request-id", call.request_id),
            ("lambda-runtime-deadline-ms", str(call.deadline_ms)),
            ("lambda-runtime-invoked-function-arn", self._function_arn),
            ("lambda-runtime-trace-id", trace_id(call.request_id)),
        ]

    # --- invocation/{id}/response ---

    async def _response(self, exchange: Exchange, request_id: str) -> None:
        call = self._active_call(request_id, "/response")
        if call.response_began:
            raise wrong_moment(f"A second /response for {request_id}.")
        call.response_began = True
        try:
            call.error_type = await _receive_response(exchange, call.sink)
        except Breach:
            call.finish(Outcome.BREACH)
            raise
        except ConnectionError:
            call.finish(Outcome.CRASH)
            raise
        finally:
            self.forget(call)
        call.finish(Outcome.ERROR if call.error_type else Outcome.OK)
        await _accepted(exchange)

    # --- invocation/{id}/error, init/error ---

    async def _error(self, exchange: Exchange, request_id: str) -> None:
        call = self._active_call(request_id, "/error")
        if call.response_began:
            raise wrong_moment(f"/error for {request_id} after its response began: only trailers can tell it now.")
        self.forget(call)
        call.error_type = _error_type(exchange)
        call.finish(Outcome.ERROR)
        parse_error(await exchange.body())
        await _accepted(exchange)

    async def _init_error(self, exchange: Exchange) -> None:
        error = {**parse_error(await exchange.body()), "errorType": _error_type(exchange)}
        if self.initialised.done():
            raise wrong_moment("/init/error came after the init phase.")
        self.fail_init(error)
        await _accepted(exchange)

    def _active_call(self, request_id: str, what: str) -> Call:
        if request_id in self._active:
            return self._active[request_id]
        if request_id in self._over:
            raise wrong_moment(f"A second {what} for {request_id}, or one that came too late: it is over.")
        raise unknown_id(f"{what} for {request_id!r}, an id that this environment was never given.")


def trace_id(request_id: str) -> str:
    """An X-Ray trace header for the request: Lambda sends one whether tracing is on or not."""
    digits = request_id.replace("-", "")
    return f"Root=1-{digits[:8]}-{digits[8:]};Parent={digits[:16]};Sampled=0"


def _error_type(exchange: Exchange) -> str:
    """Lambda goes by the header, whatever the report's body says."""
    return known_error_type(exchange.header(ERROR_TYPE))


async def _receive_response(exchange: Exchange, sink: Sink) -> str | None:
    """Passes the response on; the error type if its trailers report a failure."""
    mode = exchange.header("lambda-runtime-function-response-mode", "buffered")
    try:
        if mode == "streaming":
            return await _stream(exchange, sink)
        if mode == "buffered":
            await _buffered(exchange, sink)
            return None
    except h11.RemoteProtocolError as error:
        raise Breach(f"The response is not valid HTTP: {error}.") from error
    raise Breach(f"Lambda-Runtime-Function-Response-Mode is {mode!r}: expected streaming or buffered.")


async def _buffered(exchange: Exchange, sink: Sink) -> None:
    prelude, body = parse_buffered(await exchange.body())
    await sink.begin(prelude)
    await sink.write(body)


async def _stream(exchange: Exchange, sink: Sink) -> str | None:
    """Passes the response on as it arrives, each piece with one write."""
    _check_trailers_are_declared(exchange)
    pieces = exchange.chunks()
    head = await _head(exchange, pieces)
    if head is not None:
        prelude, rest = head
        await sink.begin(prelude)
        await sink.write(rest)
        async for piece in pieces:
            await sink.write(piece)
    return _failure_in_trailers(exchange.trailers)


async def _head(exchange: Exchange, pieces: AsyncIterator[bytes]) -> tuple[Prelude, bytes] | None:
    """The response's head and the first of its body; None if the function failed before there was one."""
    content_type = exchange.header("content-type", "application/octet-stream")
    if content_type == INTEGRATION:
        return await _head_from_prelude(exchange, pieces)
    first = await anext(pieces, b"")
    if not first and ERROR_TYPE in exchange.trailers:
        return None
    return Prelude(headers=(("content-type", content_type),)), first


async def _head_from_prelude(exchange: Exchange, pieces: AsyncIterator[bytes]) -> tuple[Prelude, bytes] | None:
    received = b""
    async for piece in pieces:
        received += piece
        if head := split_prelude(received):
            return head
    if ERROR_TYPE in exchange.trailers:
        return None
    raise Breach(f"The response ended without a prelude and its 8 NUL bytes: {received[:80]!r}.")


def _check_trailers_are_declared(exchange: Exchange) -> None:
    declared = {name.strip().lower() for name in exchange.header("trailer").split(",")}
    missing = [name for name in (ERROR_TYPE, ERROR_BODY) if name not in declared]
    if missing:
        raise Breach(f"The streaming response does not declare Trailer: {', '.join(missing)}.")


def _failure_in_trailers(trailers: Mapping[str, str]) -> str | None:
    if ERROR_TYPE not in trailers:
        return None
    parse_error_trailer(trailers.get(ERROR_BODY, ""))
    return known_error_type(trailers[ERROR_TYPE])


async def _gone(exchange: Exchange) -> None:
    with contextlib.suppress(ConnectionError):
        await exchange.disconnected()


async def _accepted(exchange: Exchange) -> None:
    await _answer(exchange, 202, {"status": "OK"})


async def _answer(exchange: Exchange, status: int, body: Mapping[str, str]) -> None:
    raw = json.dumps(body, separators=(",", ":")).encode()
    await exchange.respond(status, [("content-type", "application/json")], raw)
