"""One HTTP request, read from its WSGI environ: path, key, query, body and deadline."""

import json
import re
import time
from codecs import BOM_UTF8
from typing import Any
from urllib.parse import parse_qsl

from claude_stream.errors import InvalidRequest, RequestTooLarge, UnsupportedMediaType
from claude_stream.settings import MOST_INPUT_BYTES
from claude_stream.values import kind_of, printable

_DEADLINE_MARGIN_SECONDS = 2.0
_LONGEST_SECONDS = 900.0


class Request:
    """One request. `deadline`, a time.monotonic() value, is when its answer has to be complete."""

    def __init__(self, environ: dict[str, Any], max_input_bytes: int = MOST_INPUT_BYTES) -> None:
        self._environ = environ
        self._max_input_bytes = max_input_bytes
        self.method: str = environ["REQUEST_METHOD"]
        self.path = _tidy_path(environ.get("PATH_INFO") or "/")
        self.deadline = _deadline(environ.get("lambda.deadline_ms"))

    def header(self, name: str) -> str:
        return str(self._environ.get(f"HTTP_{name.upper().replace('-', '_')}", "")).strip()

    def api_key(self) -> str | None:
        """From x-api-key or Authorization: Bearer; never from the URL, which ends up in logs and histories."""
        scheme, _, token = self.header("authorization").partition(" ")
        return self.header("x-api-key") or (token.strip() if scheme.lower() == "bearer" else None) or None

    def query(self) -> dict[str, str]:
        """The query's parameters. InvalidRequest names one that is repeated or not UTF-8."""
        query = self._environ.get("QUERY_STRING", "")
        self._check_size(len(query), "query")
        parameters: dict[str, str] = {}
        pairs = parse_qsl(query, keep_blank_values=True, errors="surrogateescape")
        for name, value in pairs:
            if name in parameters:
                raise InvalidRequest("expected once in the query, found more than once.", field=name)
            if not _is_unicode(name + value):
                raise InvalidRequest("expected percent-encoded UTF-8.", field=printable(name))
            parameters[name] = value
        return parameters

    def json(self) -> dict[str, Any]:
        """The body as a JSON object. InvalidRequest says what it is instead."""
        try:
            # A byte order mark is not JSON's, but editors and Windows shells put one before it.
            value = json.loads(self._body().removeprefix(BOM_UTF8).decode(), parse_constant=_refuse_constant)
        except UnicodeDecodeError as error:
            raise InvalidRequest(
                f"expected UTF-8, found another byte at position {error.start}.", field="body"
            ) from None
        except (ValueError, RecursionError) as error:
            where = (
                f" at line {error.lineno}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
            )
            raise InvalidRequest(f"expected JSON, found something else{where}.", field="body") from None
        if not isinstance(value, dict):
            raise InvalidRequest(f"expected a JSON object, found {kind_of(value)}.", field="body")
        return value

    def _body(self) -> bytes:
        encoding = self.header("content-encoding").lower()
        if encoding not in ("", "identity"):
            raise UnsupportedMediaType(
                f"Content-Encoding: expected none, found {printable(encoding)}. Send the body uncompressed."
            )
        length = int(self._environ.get("CONTENT_LENGTH") or 0)
        self._check_size(length, "body")
        body: bytes = self._environ["wsgi.input"].read(length)
        return body

    def _check_size(self, length: int, what: str) -> None:
        if length > self._max_input_bytes:
            raise RequestTooLarge(
                f"The {what} has {length} bytes; max_input_bytes, the limit of this service, is "
                f"{self._max_input_bytes}. Send less text, or smaller images and documents."
            )


def _tidy_path(path: str) -> str:
    """Without repeated slashes, and without one at the end: a function URL as AWS prints it ends in one."""
    return re.sub("/{2,}", "/", path).rstrip("/") or "/"


def _deadline(deadline_ms: int | None) -> float:
    """The server's deadline, minus the time to report that it has come."""
    if deadline_ms is None:
        return time.monotonic() + _LONGEST_SECONDS
    return time.monotonic() + deadline_ms / 1000 - time.time() - _DEADLINE_MARGIN_SECONDS


def _refuse_constant(name: str) -> None:
    raise ValueError(name)  # NaN and Infinity are Python's, not JSON's


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)
