"""Serves the page in web/ on loopback, as the bucket and the CDN do in AWS; and the API, where the CDN has it.

Owns which files are served, with which headers; cdn.py passes the API's paths on, and `infra/security_headers.py`
owns the security headers, so the page runs here under the policy that it is deployed with.
"""

import functools
import gzip
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from emulator.cdn import ApiOrigin
from emulator.exchange import Exchange
from emulator.http_server import HttpServer, Startable
from infra import cdn
from infra.page_files import WORKER, worker
from infra.security_headers import preview_headers, security_headers

# The kinds of file that a page is made of. Files with another suffix (type declarations, notes) are not served.
CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
PACKED = ("image/png", "font/")  # compressed already; the CDN compresses the rest, and so do we
HTML, JSON, TEXT = CONTENT_TYPES[".html"], CONTENT_TYPES[".json"], "text/plain; charset=utf-8"


@functools.lru_cache(maxsize=256)
def _gzipped(body: bytes) -> bytes:
    return gzip.compress(body, compresslevel=6, mtime=0)


class NoPageLibraries(Exception):
    """The page's libraries have not been copied to web/vendor/."""


def vendored(web: Path) -> None:
    """NoPageLibraries unless the page's libraries are in place. `tools/vendor` copies them whole or not at all."""
    if not (web / "vendor").is_dir():
        raise NoPageLibraries("the page's libraries are missing from web/vendor: run make setup")


class PageServer(Startable):
    """The page on a loopback port.

    `config` becomes `/config.json`, which a deployment writes into the bucket. `api` is behind the page's own
    address; without one `function_url` is the only other origin that the page may reach. `port` 0 takes a free one;
    OSError when it is busy.
    """

    def __init__(
        self,
        *,
        web: Path,
        config: Mapping[str, Any],
        function_url: str | None = None,
        api: ApiOrigin | None = None,
        port: int = 0,
    ) -> None:
        vendored(web)
        self._web = web.resolve()
        self._config = json.dumps(config, ensure_ascii=False).encode()
        self._api = api
        # Always revalidated: on this machine the files change while the page is open.
        self._headers = {**security_headers(function_url), "cache-control": "no-cache"}
        self._preview_headers = {**self._headers, **preview_headers()}
        self._server = HttpServer(self._answer, port)

    @property
    def url(self) -> str:
        return self._server.url

    @property
    def port(self) -> int:
        return self._server.port

    async def start(self) -> None:
        await self._server.start()

    async def close(self) -> None:
        await self._server.close()
        if self._api:
            await self._api.close()

    async def _answer(self, exchange: Exchange) -> None:
        if self._api and cdn.is_api(exchange.path):
            await self._api.pass_on(exchange)
        elif exchange.method not in ("GET", "HEAD"):
            await self._respond(exchange, 405, TEXT, b"Only GET and HEAD.\n", {"allow": "GET, HEAD"})
        elif found := self._find(unquote(exchange.path)):
            await self._respond(exchange, 200, *found)
        else:
            await self._respond(exchange, 404, TEXT, b"There is nothing here.\n")

    async def _respond(
        self, exchange: Exchange, status: int, content_type: str, body: bytes, more: Mapping[str, str] | None = None
    ) -> None:
        own = self._preview_headers if cdn.is_preview(exchange.path) else self._headers
        headers = {"content-type": content_type, **own, **(more or {})}
        if "gzip" in exchange.header("accept-encoding") and not content_type.startswith(PACKED):
            body = _gzipped(body)
            headers |= {"content-encoding": "gzip", "vary": "accept-encoding"}
        await exchange.respond(status, headers.items(), body)

    def _find(self, path: str) -> tuple[str, bytes] | None:
        """Content type and bytes for a decoded path, or None."""
        if path == "/config.json":
            return JSON, self._config
        if path == f"/{WORKER}":
            return CONTENT_TYPES[".js"], worker("", self._web).encode()
        file = self._inside("index.html" if path == "/" else path.lstrip("/"))
        if file is None or file.suffix not in CONTENT_TYPES:
            return None
        return CONTENT_TYPES[file.suffix], file.read_bytes()

    def _inside(self, relative: str) -> Path | None:
        """The regular file of that name, only if it lies in web/ once links and `..` are resolved."""
        if relative.endswith("/"):
            return None
        try:
            file = (self._web / relative).resolve()
            return file if file.is_relative_to(self._web) and file.is_file() else None
        except (OSError, ValueError):  # a name that no file can have: too long, or with a NUL
            return None
