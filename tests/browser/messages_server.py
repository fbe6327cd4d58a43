"""A function URL with only what the page needs: POST /v1/messages as events, CORS, and faults of the line.

The emulator with the real function stands behind `test_page.py`; this fake is for what neither of them
does on purpose, such as breaking off without a word.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from local.answers import answer, pieces
from local.http_server import Exchange, HttpServer

API_KEY = "key-for-tests"
CORS = [
    ("access-control-allow-origin", "*"),
    ("access-control-allow-headers", "content-type, x-api-key, anthropic-version"),
    ("access-control-allow-methods", "POST"),
]
PIECES_PER_SECOND = {"/slow": 2.0}


class MessagesServer(HttpServer):
    """Faults are chosen by the prompt's first word, as in the simulator; `requests` keeps what it was sent."""

    def __init__(self) -> None:
        super().__init__(self._answer)
        self.requests: list[dict[str, Any]] = []

    async def _answer(self, exchange: Exchange) -> None:
        if exchange.method == "OPTIONS":
            return await exchange.respond(204, CORS)
        if exchange.header("x-api-key") != API_KEY:
            return await _refuse(exchange, 401, "authentication_error", "The key is not valid.")
        body = json.loads(await exchange.body())
        self.requests.append(body)
        return await self._play(exchange, body["messages"][-1]["content"])

    async def _play(self, exchange: Exchange, prompt: str) -> None:
        fault = prompt.split(maxsplit=1)[0]
        if fault == "/throttle":
            return await _refuse(
                exchange, 429, "rate_limit_error", "Too many requests: wait a little, then try again."
            )
        if fault == "/html":
            return await exchange.respond(502, [*CORS, ("content-type", "text/html")], b"<h1>Bad Gateway</h1>")
        await exchange.start(200, [*CORS, ("content-type", "text/event-stream")])
        async for event in _events(fault, prompt):
            await exchange.send(b"data: " + event + b"\n\n")
        if fault != "/abort":
            return await exchange.end()
        await asyncio.sleep(0.2)  # a reset overtakes what the client has not read yet
        return exchange.abort()


async def _events(fault: str, prompt: str) -> AsyncIterator[bytes]:
    yield _json({"type": "message_start", "message": {"role": "assistant", "content": []}})
    yield _json({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}})
    yield _json({"type": "ping"})
    if fault == "/pings":
        for _ in range(5):
            await asyncio.sleep(0.2)
            yield _json({"type": "ping"})
    text = pieces(answer(prompt))
    cut = {"/abort": 5, "/end": 5, "/unreadable": 5, "/error-event": 5, "/nothing": 0}.get(fault)
    for piece in text[:cut]:
        yield _json({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": piece}})
        await asyncio.sleep(1 / PIECES_PER_SECOND.get(fault, 500))
    if fault == "/error-event":
        yield _json(
            {"type": "error", "error": {"type": "overloaded_error", "message": "Bedrock is busy: try again."}}
        )
    elif fault == "/unreadable":
        yield b"{not json"
    elif cut is None:
        yield _json({"type": "content_block_stop", "index": 0})
        reason = "max_tokens" if fault == "/limit" else "end_turn"
        yield _json(
            {"type": "message_delta", "delta": {"stop_reason": reason}, "usage": {"output_tokens": len(text)}}
        )
        yield _json({"type": "message_stop"})


async def _refuse(exchange: Exchange, status: int, kind: str, message: str) -> None:
    body = _json({"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_1"})
    await exchange.respond(status, [*CORS, ("content-type", "application/json")], body)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
