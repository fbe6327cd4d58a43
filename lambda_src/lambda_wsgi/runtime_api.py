"""The client's side of the Lambda Runtime API.

Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html and, for streamed responses,
https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming
"""

import base64
import json
import re
from typing import Any, NamedTuple, Self

from lambda_wsgi.http1 import Connection, head
from lambda_wsgi.lines import places

_ROOT = "/2018-06-01/runtime"
_ERROR_TYPE = "Lambda-Runtime-Function-Error-Type"
_ERROR_BODY = "Lambda-Runtime-Function-Error-Body"
_PRELUDE_END = bytes(8)
_CHUNK = b"%x\r\n%b\r\n"  # its length and its bytes


class RuntimeApiError(ConnectionError):
    """The Runtime API refused what we sent, or the connection to it broke."""


class Invocation(NamedTuple):
    """One event to answer. `deadline_ms` is in milliseconds since the epoch; `event` is the decoded JSON."""

    request_id: str
    deadline_ms: int
    function_arn: str
    trace_id: str
    event: Any


class ErrorReport(NamedTuple):
    """A failure, as Lambda takes it.

    `type` is one that Lambda keeps, `trace` has a line per frame, innermost last.
    """

    type: str
    message: str
    trace: list[str]

    @classmethod
    def of(cls, error: BaseException, message: str) -> Self:
        """`message` is the caller's to choose: the exception's own text may quote what a person sent."""
        return cls(_error_type(type(error).__name__), message, places(error))

    def json(self) -> bytes:
        body = {"errorType": self.type, "errorMessage": self.message, "stackTrace": self.trace}
        return json.dumps(body).encode()


def _error_type(name: str) -> str:
    """`Function.` and the letters of an exception's name: "http_error" -> "Function.HttpError".

    Lambda keeps types of the form (Runtime|Function).[A-Z][a-zA-Z]+ and calls every other one Runtime.Unknown.
    """
    words = re.findall("[A-Za-z]+", name)
    letters = "".join(word[0].upper() + word[1:] for word in words)
    return f"Function.{letters if len(letters) > 1 else 'Unknown'}"


class RuntimeApi:
    """One worker's connection to the Runtime API at `address` ("host:port"); not shared between threads."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._poll = Connection(address)

    def next(self) -> Invocation:
        """Waits, as long as it takes, for the next invocation."""
        try:
            self._poll.send(
                head(
                    f"GET {_ROOT}/invocation/next HTTP/1.1",
                    ("Host", self._address),
                    ("Accept-Encoding", "identity"),
                )
            )
            response = self._poll.response()
        except OSError as error:
            raise RuntimeApiError(f"the poll for the next invocation broke off: {error!r}") from error
        if response.status != 200:
            raise RuntimeApiError(f"expected 200 to the poll for the next invocation, found {response.status}")
        return Invocation(
            request_id=response.headers["lambda-runtime-aws-request-id"],
            deadline_ms=int(response.headers["lambda-runtime-deadline-ms"]),
            function_arn=response.headers.get("lambda-runtime-invoked-function-arn", ""),
            trace_id=response.headers.get("lambda-runtime-trace-id", ""),
            event=json.loads(response.body),
        )

    def respond(self, request_id: str, prelude: bytes) -> "ResponseStream":
        return ResponseStream(self._address, request_id, prelude)

    def fail(self, request_id: str, report: ErrorReport) -> None:
        """Reports an invocation's failure; allowed only while its response has not begun."""
        self._post_error(f"{_ROOT}/invocation/{request_id}/error", report)

    def fail_init(self, report: ErrorReport) -> None:
        """Reports that the application could not be loaded; the process has to exit afterwards."""
        self._post_error(f"{_ROOT}/init/error", report)

    def close(self) -> None:
        self._poll.close()

    def _post_error(self, path: str, report: ErrorReport) -> None:
        connection, body = Connection(self._address), report.json()
        try:
            connection.send(
                head(
                    f"POST {path} HTTP/1.1",
                    ("Host", self._address),
                    ("Accept-Encoding", "identity"),
                    ("Content-Length", str(len(body))),
                    ("Content-Type", "application/json"),
                    (_ERROR_TYPE, report.type),
                )
                + body
            )
            _expect_accepted(connection)
        except OSError as error:
            raise RuntimeApiError(f"the error report broke off: {error!r}") from error
        finally:
            connection.close()


class ResponseStream:
    """A response on its way to Lambda: a chunked POST on a connection of its own.

    Lambda's documentation asks for the connection to be closed after a streamed response, so each has its own,
    and the poll's stays open. Every `send` is one segment on the wire at once; the head of the response (JSON
    prelude and eight NULs) travels with the first. RuntimeApiError when Lambda no longer takes it.
    """

    def __init__(self, address: str, request_id: str, prelude: bytes) -> None:
        self._connection = Connection(address)
        self._head = b"".join(_CHUNK % (len(part), part) for part in (prelude, _PRELUDE_END))
        self._broken = False
        try:
            self._connection.send(
                head(
                    f"POST {_ROOT}/invocation/{request_id}/response HTTP/1.1",
                    ("Host", address),
                    ("Content-Type", "application/vnd.awslambda.http-integration-response"),
                    ("Lambda-Runtime-Function-Response-Mode", "streaming"),
                    ("Trailer", _ERROR_TYPE),
                    ("Trailer", _ERROR_BODY),
                    ("Transfer-Encoding", "chunked"),
                    ("Connection", "close"),
                )
            )
        except OSError as error:
            self._connection.close()
            raise RuntimeApiError(f"the response could not be started: {error!r}") from error

    def send(self, data: bytes) -> None:
        """Sends `data`, which is not empty, as one chunk."""
        self._write(_CHUNK % (len(data), data))

    def end(self, failure: ErrorReport | None = None) -> None:
        """Ends the body, with the error trailers if the application failed after it had begun."""
        try:
            self._write(b"0\r\n" + (_trailers(failure) if failure else b"") + b"\r\n")
            _expect_accepted(self._connection)
        finally:
            self._connection.close()

    def _write(self, data: bytes) -> None:
        if self._broken:  # it must not go on over a new connection
            raise RuntimeApiError("Lambda took no more of the response")
        begin, self._head = self._head, b""
        try:
            self._connection.send(begin + data)
        except OSError as error:
            self._broken = True
            self._connection.close()
            raise RuntimeApiError(f"Lambda stopped taking the response: {error!r}") from error


def _trailers(failure: ErrorReport) -> bytes:
    body = base64.b64encode(failure.json()).decode("ascii")
    return f"{_ERROR_TYPE}: {failure.type}\r\n{_ERROR_BODY}: {body}\r\n".encode("ascii")


def _expect_accepted(connection: Connection) -> None:
    try:
        response = connection.response()
    except OSError as error:
        raise RuntimeApiError(f"expected 202 from the Runtime API, the connection broke: {error!r}") from error
    if response.status != 202:
        raise RuntimeApiError(f"expected 202 from the Runtime API, found {response.status}")
