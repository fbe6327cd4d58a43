"""What a runtime may send, read strictly: preludes, buffered responses, error reports.

Pure: it makes values of bytes, or raises a `Breach` whose sentence says what was expected and what was found.
invocation_queue.py decides what a runtime may send when.
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

NULS = bytes(8)
MAX_PRELUDE_BYTES = 65_536  # so that a forgotten prelude is noticed at once, not when a long stream ends

_ERROR_TYPE = re.compile(r"(Runtime|Function)\.[A-Z][a-zA-Z]+")
_HEADER_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


class Breach(Exception):
    """The runtime did what the Runtime API forbids. The message is a sentence for people."""

    def __init__(self, sentence: str, status: int = 400, error_type: str = "InvalidRequest") -> None:
        super().__init__(sentence)
        self.status = status
        self.error_type = error_type


def unknown_id(sentence: str) -> Breach:
    return Breach(sentence, 400, "InvalidRequestID")


def wrong_moment(sentence: str) -> Breach:
    return Breach(sentence, 403, "InvalidStateTransition")


@dataclass(frozen=True)
class Prelude:
    """The head of the HTTP response that the function wants the client to see."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    cookies: tuple[str, ...] = ()


def split_prelude(received: bytes) -> tuple[Prelude, bytes] | None:
    """The prelude and what follows its 8 NULs; None while they have not arrived."""
    head, nuls, rest = received.partition(NULS)
    if nuls:
        return parse_prelude(head), rest
    if len(received) > MAX_PRELUDE_BYTES:
        raise Breach(f"No 8 NUL bytes within {MAX_PRELUDE_BYTES} bytes: the prelude or its end is missing.")
    return None


def parse_prelude(raw: bytes) -> Prelude:
    prelude = _json_object(raw, "The prelude")
    return _head(prelude, "The prelude")


def parse_buffered(raw: bytes) -> tuple[Prelude, bytes]:
    """The head and body of a whole response in JSON; without a statusCode the value is the body, as on AWS."""
    try:
        response = json.loads(raw)
    except ValueError as error:
        raise Breach(f"The buffered response is not JSON: {error}.") from error
    if not isinstance(response, dict) or "statusCode" not in response:
        return Prelude(headers=(("content-type", "application/json"),)), raw
    return _head(response, "The buffered response"), _buffered_body(response)


def parse_error(raw: bytes) -> dict[str, Any]:
    """The {"errorType", "errorMessage", ...} of /error, /init/error or the error trailer."""
    error = _json_object(raw, "The error report")
    for key in ("errorType", "errorMessage"):
        if not isinstance(error.get(key), str):
            raise Breach(f"The error report has no {key}.")
    return error


def parse_error_trailer(value: str) -> dict[str, Any]:
    try:
        raw = base64.b64decode(value, validate=True)
    except binascii.Error as error:
        raise Breach(f"The trailer Lambda-Runtime-Function-Error-Body is not base64: {error}.") from error
    return parse_error(raw)


def known_error_type(error_type: str) -> str:
    """The error type that Lambda keeps: a type of its own form, or one fixed word for any other.

    It works as GetValidRuntimeOrFunctionErrorType of github.com/aws/aws-lambda-runtime-interface-emulator does.
    """
    if _ERROR_TYPE.fullmatch(error_type):
        return error_type
    return "Function.Unknown" if error_type.startswith("Function.") else "Runtime.Unknown"


def _json_object(raw: bytes, what: str) -> dict[str, Any]:
    try:
        value = json.loads(raw)
    except ValueError as error:
        raise Breach(f"{what} is not JSON: {error}.") from error
    if not isinstance(value, dict):
        raise Breach(f"{what} is not a JSON object.")
    return value


def _head(response: Mapping[str, Any], what: str) -> Prelude:
    status = response.get("statusCode", 200)
    if type(status) is not int or not 200 <= status <= 599:
        raise Breach(f"{what} has the statusCode {status!r}: expected a number from 200 to 599.")
    headers = response.get("headers") or {}
    if not isinstance(headers, dict):
        raise Breach(f"{what} has headers that are not an object.")
    cookies = response.get("cookies") or []
    if not isinstance(cookies, list):
        raise Breach(f"{what} has cookies that are not a list.")
    for name, value in [*headers.items(), *(("set-cookie", cookie) for cookie in cookies)]:
        _check_header(name, value, what)
    return Prelude(status, tuple(headers.items()), tuple(cookies))


def _check_header(name: str, value: object, what: str) -> None:
    if not _HEADER_NAME.fullmatch(name):
        raise Breach(f"{what} has a header named {name!r}, which HTTP does not allow.")
    if not isinstance(value, str) or not _HEADER_VALUE.fullmatch(value) or value != value.strip(" \t"):
        raise Breach(
            f"{what} has the header {name} with the value {value!r}: expected text on one line, with no "
            "white space around it."
        )


def _buffered_body(response: Mapping[str, Any]) -> bytes:
    body = response.get("body") or ""
    if not isinstance(body, str):
        raise Breach(f"The buffered response has a body of type {type(body).__name__}: expected a string.")
    if not response.get("isBase64Encoded"):
        return body.encode()
    try:
        return base64.b64decode(body, validate=True)
    except ValueError as error:
        raise Breach(f"The buffered response's body is not base64: {error}.") from error
