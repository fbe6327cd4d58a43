"""The CDN's way to the function: passes requests on and answers back, each piece at once, as CloudFront does.

Which paths, how long it waits and what it adds is infra/cdn.py's, so that the demo serves what is deployed.
"""

import uuid
from collections.abc import Iterable

import httpx

from emulator.exchange import Exchange
from emulator.lambda_.url_events import HOP_BY_HOP
from infra import cdn

_NOT_PASSED_ON = HOP_BY_HOP | {"host", "content-length", "expect"}
_CONNECT_SECONDS = 10
_HTML = ("content-type", "text/html")

HeaderList = list[tuple[str, str]]


class ApiOrigin:
    """The function at `url`, as the CDN asks it. `secret` is for a function that answers nobody else."""

    def __init__(
        self, url: str, *, secret: str | None = None, read_timeout_seconds: int = cdn.READ_TIMEOUT_SECONDS
    ) -> None:
        self._url = httpx.URL(url)
        self._added = {cdn.WAITS_HEADER: str(read_timeout_seconds)} | (
            {cdn.SECRET_HEADER: secret} if secret else {}
        )
        timeout = httpx.Timeout(_CONNECT_SECONDS, read=read_timeout_seconds)
        self._http = httpx.AsyncClient(timeout=timeout, trust_env=False)

    async def close(self) -> None:
        await self._http.aclose()

    async def pass_on(self, exchange: Exchange) -> None:
        """Answers the exchange as the function does. An answer that breaks off there breaks off here too."""
        request = httpx.Request(
            exchange.method,
            self._url.copy_with(raw_path=exchange.target.encode()),
            headers=self._headers(exchange),
            content=await exchange.body(),
        )
        try:
            response = await self._http.send(request, stream=True)
        except httpx.TimeoutException:
            await exchange.respond(504, [_HTML, *_OF_CDN], b"<H1>504 Gateway Timeout ERROR</H1>")
            return
        except httpx.TransportError:
            await exchange.respond(502, [_HTML, *_OF_CDN], b"<H1>502 Bad Gateway ERROR</H1>")
            return
        try:
            await exchange.start(response.status_code, [*_kept(response.headers.multi_items()), *_OF_CDN])
            async for piece in response.aiter_raw():
                await exchange.send(piece)
        except httpx.TransportError:
            exchange.abort()
        else:
            await exchange.end()
        finally:
            await response.aclose()

    def _headers(self, exchange: Exchange) -> HeaderList:
        own = {"x-forwarded-for": exchange.client_host, "x-amz-cf-id": uuid.uuid4().hex, **self._added}
        return [*((name, value) for name, value in _kept(exchange.headers) if name not in own), *own.items()]


_OF_CDN = (("x-cache", "Miss from cloudfront"), ("via", "1.1 emulator.cloudfront.net (CloudFront)"))


def _kept(headers: Iterable[tuple[str, str]]) -> HeaderList:
    return [(name, value) for name, value in headers if name.lower() not in _NOT_PASSED_ON]
