"""HTTP request -> the event that a function URL hands to its function: payload format 2.0.

https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads
"""

import base64
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote

from emulator.lambda_.tracing import trace_id

HOP_BY_HOP = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
_TEXT = re.compile(r"text/.*|application/(json|xml|javascript|.*\+json|.*\+xml)")


@dataclass(frozen=True)
class Request:
    """A request from the wire. `path` and `query_string` are as sent; header names are in lower case.

    A function URL passes the path on as it was sent, slashes and percent signs included. (An HTTP API of API
    Gateway decodes it: https://github.com/middleapi/standard-server/pull/93.)
    """

    method: str
    path: str
    query_string: str
    http_version: str
    headers: Iterable[tuple[str, str]]
    body: bytes
    client_host: str


@dataclass(frozen=True)
class UrlIdentity:
    """The function URL's own name and port."""

    url_id: str
    region: str
    port: int

    @property
    def domain(self) -> str:
        return f"{self.url_id}.lambda-url.{self.region}.on.aws"


def build_event(request: Request, identity: UrlIdentity, request_id: str) -> dict[str, Any]:
    headers = _headers(request, identity, request_id)
    cookies = [cookie.strip() for cookie in headers.pop("cookie", "").split(";") if cookie.strip()]
    query = _joined(parse_qsl(request.query_string, keep_blank_values=True))
    body, is_base64 = _body(request.body, headers.get("content-type", ""))
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": request.path,
        "rawQueryString": request.query_string,
        **({"cookies": cookies} if cookies else {}),
        "headers": headers,
        **({"queryStringParameters": query} if query else {}),
        "requestContext": _context(request, identity, request_id, headers),
        **({"body": body} if request.body else {}),
        "isBase64Encoded": is_base64,
    }


def _headers(request: Request, identity: UrlIdentity, request_id: str) -> dict[str, str]:
    """The event's headers: as on AWS, without the client's own claims about its address."""
    dropped = HOP_BY_HOP | {"expect"}
    kept_headers = [(name, value) for name, value in request.headers if name not in dropped]
    cookies = [value for name, value in request.headers if name == "cookie"]
    return {
        **_joined(kept_headers),
        **({"cookie": "; ".join(cookies)} if cookies else {}),
        "x-forwarded-for": request.client_host,
        "x-forwarded-proto": "http",
        "x-forwarded-port": str(identity.port),
        "x-amzn-trace-id": trace_id(request_id).split(";", 1)[0],
    }


def _context(request: Request, identity: UrlIdentity, request_id: str, headers: dict[str, str]) -> dict[str, Any]:
    now = time.time()
    return {
        "accountId": "anonymous",
        "apiId": identity.url_id,
        "domainName": identity.domain,
        "domainPrefix": identity.url_id,
        "http": {
            "method": request.method,
            "path": unquote(request.path),
            "protocol": f"HTTP/{request.http_version}",
            "sourceIp": request.client_host,
            "userAgent": headers.get("user-agent", ""),
        },
        "requestId": request_id,
        "routeKey": "$default",
        "stage": "$default",
        "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
        "timeEpoch": int(now * 1000),
    }


def _joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The pairs with each name once: values of a repeated name are joined by commas."""
    joined: dict[str, str] = {}
    for name, value in pairs:
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def _body(body: bytes, content_type: str) -> tuple[str, bool]:
    """The body as text if its type says so and its bytes agree, else base64."""
    media_type = content_type.split(";", 1)[0].strip().lower()
    if not body:
        return "", False
    if _TEXT.fullmatch(media_type):
        try:
            return body.decode(), False
        except UnicodeDecodeError:
            pass
    return base64.b64encode(body).decode(), True
