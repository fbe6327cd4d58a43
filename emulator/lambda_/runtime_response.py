"""Reads a runtime's response, buffered or streamed, and passes it on to a sink as it arrives.

runtime_messages.py checks what its parts say.
"""

from collections.abc import AsyncIterator, Mapping

import h11

from emulator.exchange import Exchange
from emulator.lambda_.invocation import Sink
from emulator.lambda_.runtime_messages import (
    Breach,
    Prelude,
    known_error_type,
    parse_buffered,
    parse_error_trailer,
    split_prelude,
)

INTEGRATION = "application/vnd.awslambda.http-integration-response"
ERROR_TYPE, ERROR_BODY = "lambda-runtime-function-error-type", "lambda-runtime-function-error-body"


async def pass_on(exchange: Exchange, sink: Sink) -> str | None:
    """The error type if the response's trailers report a failure. Breach if Lambda would refuse the response."""
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
    """Passes each piece on with one write."""
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
    """The response's head and the beginning of its body; None if the function failed before the head."""
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
