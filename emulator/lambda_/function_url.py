"""A Lambda function URL on your machine (auth NONE, InvokeMode RESPONSE_STREAM) that really streams.

Owns the public HTTP side: request -> event, response -> client, CORS, limits and the statuses that
Lambda itself answers with. environments.py has the processes, runtime_api_server.py the Runtime API.

    async with FunctionUrl(function=Function(root=Path("lambda_src"), environment={...})) as function_url:
        ... function_url.url, function_url.breaches, function_url.invocations ...
"""

import json
import time
import uuid
from collections import deque
from collections.abc import Callable
from typing import Any

from emulator.exchange import Disconnected, Exchange
from emulator.http_server import HttpServer, Startable
from emulator.lambda_.environments import Environments, Throttled
from emulator.lambda_.function import Cors, Function
from emulator.lambda_.invocation import Outcome
from emulator.lambda_.journal import InvocationRecord, Journal
from emulator.lambda_.runtime_messages import Prelude
from emulator.lambda_.url_events import HOP_BY_HOP, Request, UrlIdentity, build_event

__all__ = ["Cors", "Function", "FunctionUrl", "Outcome"]

MAX_EVENT_BYTES = 6_291_456
URL_ID = "local0000000000000000000000000000"
HEADERS_THAT_LAMBDA_SETS = HOP_BY_HOP | {"content-length"}

HeaderList = list[tuple[str, str]]


class RequestTooLarge(Exception):
    """The event would be larger than Lambda accepts."""


class FunctionUrl(Startable):
    """Serves `function` on loopback; environments start with the requests that need them.

    `on_log` gets each line of the function's log, `on_failure` what Lambda would log of a failed runtime.
    """

    def __init__(
        self,
        *,
        function: Function,
        port: int = 0,
        on_log: Callable[[str], None] | None = None,
        on_failure: Callable[[str], None] | None = None,
    ) -> None:
        self._function = function
        self._journal = Journal(on_log, on_failure)
        self._environments = Environments(function, self._journal)
        self._server = HttpServer(self._serve, port)

    @property
    def url(self) -> str:
        return self._server.url

    @property
    def breaches(self) -> list[str]:
        """One sentence for each time that a runtime broke the Runtime API's rules."""
        return self._journal.breaches

    @property
    def init_errors(self) -> list[dict[str, Any]]:
        """Why environments did not start: {"errorType", "errorMessage", ...}."""
        return self._journal.init_errors

    @property
    def invocations(self) -> list[InvocationRecord]:
        """All invocations, in the order of their start; `outcome` is None while one runs."""
        return self._journal.invocations

    @property
    def logs(self) -> deque[str]:
        """The last lines that the function wrote to stdout and stderr."""
        return self._journal.logs

    async def start(self) -> None:
        await self._server.start()

    async def close(self) -> None:
        """Breaks off what is open and ends every process; a second call does nothing."""
        await self._server.close()
        await self._environments.close()

    async def _serve(self, exchange: Exchange) -> None:
        request_id = str(uuid.uuid4())
        cors = self._function.cors
        common = [("x-amzn-requestid", request_id), *(_cors_headers(cors, exchange) if cors else ())]
        if cors and _is_preflight(exchange):
            await exchange.respond(200, [*common, *_preflight_headers(cors)])
            return
        try:
            event = await self._event(exchange, request_id)
        except RequestTooLarge:
            await _refuse_as_too_large(exchange, common)
        else:
            await self._invoke(exchange, request_id, event, common)

    async def _event(self, exchange: Exchange, request_id: str) -> bytes:
        request = Request(
            exchange.method,
            exchange.path,
            exchange.query_string,
            exchange.http_version,
            exchange.headers,
            await _body_within_limit(exchange),
            exchange.client_host,
        )
        identity = UrlIdentity(URL_ID, self._function.region, self._server.port)
        event = json.dumps(build_event(request, identity, request_id), ensure_ascii=False).encode()
        if len(event) > MAX_EVENT_BYTES:
            raise RequestTooLarge
        return event

    async def _invoke(self, exchange: Exchange, request_id: str, event: bytes, common: HeaderList) -> None:
        record = InvocationRecord(request_id, time.time(), f"{exchange.method} {exchange.path}")
        response = _ClientResponse(exchange, common, record)
        try:
            outcome = await self._environments.invoke(record, event, response)
        except Throttled:
            await _answer(exchange, 429, common, '{"Message":"Rate Exceeded."}')
            return
        if outcome is Outcome.OK:
            await response.end()
        elif not response.began:
            await _answer(exchange, 502, common, "Internal Server Error")
        # A response that failed midway gets no last chunk: leaving now closes the connection without one.


class _ClientResponse:
    """Sends the runtime's response to the client. If the client has gone, the runtime does not notice."""

    def __init__(self, exchange: Exchange, common: HeaderList, record: InvocationRecord) -> None:
        self.began = False
        self._record = record
        self._exchange = exchange
        self._common = common
        self._client_is_there = True
        self._has_body = True

    async def begin(self, prelude: Prelude) -> None:
        self.began = True
        self._record.prelude = prelude
        self._has_body = self._exchange.method != "HEAD" and prelude.status not in (204, 304)
        headers = [(name, value) for name, value in prelude.headers if name.lower() not in HEADERS_THAT_LAMBDA_SETS]
        cookies = [("set-cookie", cookie) for cookie in prelude.cookies]
        try:
            await self._exchange.start(prelude.status, [*headers, *cookies, *self._common])
        except ConnectionError:
            self._client_is_there = False

    async def write(self, piece: bytes) -> None:
        if not (self._client_is_there and self._has_body):
            return
        try:
            await self._exchange.send(piece)
        except ConnectionError:
            self._client_is_there = False

    async def end(self) -> None:
        if not self._client_is_there:
            raise Disconnected("the client left before the response ended")
        await self._exchange.end()


async def _body_within_limit(exchange: Exchange) -> bytes:
    """The body; RequestTooLarge once the body is over the event's limit, as the event is at least as long."""
    declared = exchange.header("content-length", "0")
    if int(declared) > MAX_EVENT_BYTES:
        raise RequestTooLarge
    body = bytearray()
    async for piece in exchange.chunks():
        body += piece
        if len(body) > MAX_EVENT_BYTES:
            raise RequestTooLarge
    return bytes(body)


async def _refuse_as_too_large(exchange: Exchange, common: HeaderList) -> None:
    message = f"Request must be smaller than {MAX_EVENT_BYTES} bytes for the InvokeFunction operation"
    await _answer(exchange, 413, [*common, ("connection", "close")], json.dumps({"Message": message}))


async def _answer(exchange: Exchange, status: int, common: HeaderList, body: str) -> None:
    await exchange.respond(status, [("content-type", "application/json"), *common], body.encode())


def _is_preflight(exchange: Exchange) -> bool:
    return exchange.method == "OPTIONS" and bool(exchange.header("access-control-request-method"))


def _cors_headers(cors: Cors, exchange: Exchange) -> HeaderList:
    """The CORS headers that Lambda adds to each response; none if the origin is not allowed."""
    origin = exchange.header("origin")
    everyone = "*" in cors.allow_origins
    if not origin or not (everyone or origin in cors.allow_origins):
        return []
    headers = [("access-control-allow-origin", "*")]
    if not everyone:
        headers = [("access-control-allow-origin", origin), ("vary", "Origin")]
    if cors.expose_headers:
        headers.append(("access-control-expose-headers", ",".join(cors.expose_headers)))
    return headers


def _preflight_headers(cors: Cors) -> HeaderList:
    headers = [("access-control-allow-methods", ",".join(cors.allow_methods))]
    if cors.allow_headers:
        headers.append(("access-control-allow-headers", ",".join(cors.allow_headers)))
    if cors.max_age_seconds is not None:
        headers.append(("access-control-max-age", str(cors.max_age_seconds)))
    return headers
