"""An HTTP event of Lambda -> a WSGI environ. Pure.

Two shapes are known: payload format 2.0 (function URLs, HTTP APIs) and 1.0 (REST APIs).
Sources: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads and PEP 3333.
"""

import base64
import io
from collections.abc import Iterable, Mapping
from typing import IO, Any
from urllib.parse import quote, unquote_to_bytes, urlencode

from lambda_wsgi.runtime_api import Invocation


class UnsupportedEvent(ValueError):
    """The event is not an HTTP request in a shape that this server knows."""


def build_environ(invocation: Invocation, *, errors: IO[str], multithread: bool) -> dict[str, Any]:
    """The WSGI environ of one invocation.

    Beside PEP 3333's keys it has `lambda.request_id`, `lambda.deadline_ms` (int, milliseconds since the epoch),
    `lambda.trace_id`, `lambda.function_arn` and `lambda.event` (the event itself).
    UnsupportedEvent when the event is not an HTTP request.
    """
    event = invocation.event
    request = _request(event)
    body = _body(event)
    host, _, port = request["headers"].get("host", "localhost").partition(":")
    scheme = request["headers"].get("x-forwarded-proto", "https")
    return {
        "REQUEST_METHOD": request["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(request["path"]).decode("latin-1"),
        "QUERY_STRING": request["query"],
        "SERVER_NAME": host,
        "SERVER_PORT": request["headers"].get("x-forwarded-port") or port or "443",
        "SERVER_PROTOCOL": request["protocol"],
        "REMOTE_ADDR": request["client"],
        "CONTENT_LENGTH": str(len(body)),
        **_http_variables(request["headers"]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": errors,
        "wsgi.multithread": multithread,
        "wsgi.multiprocess": True,  # other execution environments serve the same function
        "wsgi.run_once": False,
        "lambda.request_id": invocation.request_id,
        "lambda.deadline_ms": invocation.deadline_ms,
        "lambda.trace_id": invocation.trace_id,
        "lambda.function_arn": invocation.function_arn,
        "lambda.event": event,
    }


def _request(event: Any) -> dict[str, Any]:
    context = event.get("requestContext") if isinstance(event, dict) else None
    if isinstance(context, dict) and isinstance(context.get("http"), dict):
        return _request_2_0(event, context["http"])
    if isinstance(context, dict) and "httpMethod" in event:
        return _request_1_0(event, context)
    raise UnsupportedEvent(
        "expected an HTTP request from a function URL or API Gateway (requestContext.http or httpMethod), "
        "found an event of another kind"
    )


def _request_2_0(event: dict[str, Any], http: dict[str, Any]) -> dict[str, Any]:
    headers = _headers((event.get("headers") or {}).items())
    if event.get("cookies"):
        headers["cookie"] = "; ".join(event["cookies"])
    return {
        "method": http["method"],
        "path": _path_2_0(event),
        "query": event.get("rawQueryString") or "",
        "protocol": http.get("protocol") or "HTTP/1.1",
        "client": http.get("sourceIp") or "",
        "headers": headers,
    }


def _path_2_0(event: dict[str, Any]) -> str:
    """The path, percent-encoded: a function URL gives it as it was sent, an HTTP API decoded."""
    path = event.get("rawPath") or "/"
    domain = event["requestContext"].get("domainName") or ""
    is_decoded = domain and ".lambda-url." not in domain
    return quote(path, errors="surrogatepass") if is_decoded else path


def _request_1_0(event: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    many = event.get("multiValueHeaders") or {}
    single = event.get("headers") or {}
    query = event.get("multiValueQueryStringParameters") or event.get("queryStringParameters") or {}
    return {
        "method": event["httpMethod"],
        "path": event.get("path") or "/",
        "query": urlencode(query, doseq=True),
        "protocol": context.get("protocol") or "HTTP/1.1",
        "client": (context.get("identity") or {}).get("sourceIp") or "",
        "headers": _headers((name, _joined(name, values)) for name, values in many.items())
        or _headers(single.items()),
    }


def _joined(name: str, values: Iterable[str]) -> str:
    return ("; " if name.lower() == "cookie" else ",").join(values)


def _headers(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {name.lower(): value for name, value in pairs}


def _http_variables(headers: Mapping[str, str]) -> dict[str, str]:
    # CONTENT_LENGTH is counted from the decoded body; the client's own number may be of its base64 form.
    # A name with an underscore would pass for the one with a hyphen (x_api_key): it is dropped, as servers do.
    variables = {
        f"HTTP_{name.upper().replace('-', '_')}": value
        for name, value in headers.items()
        if name not in ("content-type", "content-length") and "_" not in name
    }
    if "content-type" in headers:
        variables["CONTENT_TYPE"] = headers["content-type"]
    return variables


def _body(event: dict[str, Any]) -> bytes:
    body = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return str(body).encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(body, validate=True)
    except ValueError as error:
        raise UnsupportedEvent("expected base64 in the event's body, as isBase64Encoded says") from error
