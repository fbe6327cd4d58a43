"""A front before a table's server: it passes calls on, and plays faults with some of them."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx

from emulator.aws.dynamodb import Fault, refusal_of
from emulator.exchange import Exchange
from emulator.http_server import HttpServer


class Front:
    """`faults` are played with the next calls, in their order; `requests` has what came."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._server = HttpServer(self._serve)
        self.faults: list[Fault | None] = []
        self.requests: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        return self._server.url

    async def start(self) -> None:
        self._client = httpx.AsyncClient(timeout=60)
        await self._server.start()

    async def close(self) -> None:
        await self._server.close()
        await self._client.aclose()

    async def _serve(self, exchange: Exchange) -> None:
        body = await exchange.body()
        self.requests.append(json.loads(body))
        fault = self.faults.pop(0) if self.faults else None
        if fault is Fault.LOST_CALL:
            return exchange.abort()
        if fault in (Fault.THROTTLED, Fault.CONFLICT):
            status, answer = refusal_of(fault, self.requests[-1])
            return await exchange.respond(status, [("content-type", "application/x-amz-json-1.0")], answer)
        reply = await self._client.post(self._url, headers=exchange.headers, content=body)
        if fault is Fault.LOST_REPLY:
            return exchange.abort()
        if fault is Fault.SILENT:
            await asyncio.Event().wait()
        status = 500 if fault is Fault.FAILED else reply.status_code
        return await exchange.respond(status, [("content-type", reply.headers["content-type"])], reply.content)


Make = Callable[[str], Front]
