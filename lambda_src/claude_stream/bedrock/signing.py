"""Signed calls to an AWS service, tried again as long as no answer has begun.

Why not a boto3 client: docs/decisions/0002-bedrock-over-a-socket-of-our-own.md. The signature is botocore's.
"""

import functools
import json
import os
import random
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import BotoCoreError

from claude_stream.bedrock.connection import BrokenConnection, Connection, Endpoint, Head

ATTEMPTS = 3
# Not 429: callers' SDKs try again themselves, and three tries of ours for each of theirs are nine.
_TRANSIENT = frozenset((500, 503))


class NoCredentials(Exception):
    """There are no AWS credentials to sign with; the message says why."""


class AwsError(Exception):
    """The service refused, or could not be reached. `code` is its exception's name ("" if not reached)."""

    def __init__(
        self,
        code: str,
        message: str,
        status: int = 0,
        retry_after: int | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        """`details` is the refusal's whole JSON."""
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.retry_after = retry_after
        self.details = details or {}


class Credentials(NamedTuple):
    access_key: str
    secret_key: str
    token: str | None


def find_credentials() -> Callable[[], Any]:
    """Returns a function that gives the current credentials: Lambda's, from its environment, or botocore's."""
    access_key, secret_key = os.environ.get("AWS_ACCESS_KEY_ID"), os.environ.get("AWS_SECRET_ACCESS_KEY")
    if not (access_key and secret_key):
        return _ask_botocore
    found = Credentials(access_key, secret_key, os.environ.get("AWS_SESSION_TOKEN"))
    return lambda: found


@functools.cache
def _botocore_session() -> Any:
    import botocore.session  # noqa: PLC0415 - half of a cold start, and never needed on Lambda

    return botocore.session.get_session()


def _ask_botocore() -> Any:
    try:
        credentials = _botocore_session().get_credentials()
        if credentials is None:
            raise NoCredentials("none were found")
        return credentials.get_frozen_credentials()
    except BotoCoreError as error:  # a missing profile, an expired login
        raise NoCredentials(str(error)) from error


class Service:
    """One AWS service; its calls are signed for `name`. Shared by threads."""

    def __init__(self, name: str, url: str, region: str, credentials: Callable[[], Any]) -> None:
        self._name = name
        self._url = url
        self._region = region
        self._credentials = credentials
        self.endpoint = Endpoint(url)

    def call(self, path: str, headers: Mapping[str, str], body: bytes) -> "Call":
        """A call, not sent yet; `path` is percent-encoded."""
        return Call(self, path, headers, body)

    def signed_headers(self, path: str, headers: Mapping[str, str], body: bytes) -> dict[str, str]:
        """All of the request's headers except its length."""
        request = AWSRequest("POST", self._url + path, headers={**headers, "Host": self.endpoint.host}, data=body)
        SigV4Auth(self._credentials(), self._name, self._region).add_auth(request)
        return dict(request.headers.items())


class Call:
    """One request and its response. Waits take `until` (time.monotonic()); after a TimeoutError, call again."""

    def __init__(self, service: Service, path: str, headers: Mapping[str, str], body: bytes) -> None:
        self._service = service
        self._path = path
        self._headers = headers
        self._body = body
        self._connection: Connection | None = None
        self._head: Head | None = None
        self._content = bytearray()
        self._attempt = 1
        self.sends = 0  # how often the request may have reached the service
        self._not_before = 0.0

    def head(self, until: float) -> Head:
        """The head of a response that is not an error. AwsError when, after the retries, there is none."""
        while True:
            try:
                return self._try(until)
            except BrokenConnection as error:
                self._prepare_retry(AwsError("", str(error)))
            except AwsError as error:
                self._prepare_retry(error)

    def read_some(self, until: float) -> bytes:
        """The next piece of the body, b"" at its end. BrokenConnection when cut off: nothing is sent again."""
        assert self._connection is not None
        return self._connection.read_some(until)

    def content(self, until: float) -> bytes:
        """The whole body."""
        self.head(until)
        return self._rest(until)

    def close(self) -> None:
        """Keeps the connection for the next call if this one was read to its end, and closes it otherwise."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        if connection.complete:
            self._service.endpoint.keep(connection)
        else:
            connection.close()

    def _try(self, until: float) -> Head:
        if self._head is None:
            self._wait_for_turn(until)
            self._head = self._head_of_answer(until)
        if self._head.status >= 400:
            raise _refusal(self._head, self._rest(until))
        return self._head

    def _wait_for_turn(self, until: float) -> None:
        wait = min(self._not_before, until) - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        if self._not_before > until:
            raise TimeoutError

    def _head_of_answer(self, until: float) -> Head:
        if self._connection is None:
            self._send(fresh=False)
        assert self._connection is not None
        try:
            return self._connection.head(until)
        except BrokenConnection as error:
            if not error.stale:
                raise
        # The other side had closed the idle connection before it saw this request: no attempt was made.
        self.close()
        self._send(fresh=True)
        return self._connection.head(until)

    def _send(self, *, fresh: bool) -> None:
        self.sends += 1
        headers = self._service.signed_headers(self._path, self._headers, self._body)
        self._connection = self._service.endpoint.connection(fresh=fresh)
        try:
            self._connection.send("POST", self._path, headers, self._body)
        except BrokenConnection as error:
            self.close()
            if not error.stale:
                raise
            self._send(fresh=True)

    def _rest(self, until: float) -> bytes:
        while piece := self.read_some(until):
            self._content += piece
        return bytes(self._content)

    def _prepare_retry(self, error: AwsError) -> None:
        """Gets ready for another attempt after a pause, or raises `error` when it is final."""
        self.close()
        if self._attempt == ATTEMPTS or (error.status and error.status not in _TRANSIENT):
            raise error
        self._not_before = time.monotonic() + random.uniform(0.1, 0.2) * 2**self._attempt  # noqa: S311
        self._attempt += 1
        self._head = None
        self._content.clear()


def _refusal(head: Head, content: bytes) -> AwsError:
    """The error's name is in a header (AWS's REST), the body (AWS's JSON 1.1) or its "error" (Anthropic's)."""
    try:
        body = json.loads(content)
    except ValueError:
        body = {}
    if not isinstance(body, dict):
        body = {}
    if isinstance(body.get("error"), dict):
        body = {"__type": body["error"].get("type", ""), **body["error"]}
    code = head.headers.get("x-amzn-errortype") or str(body.get("__type", ""))
    message = body.get("message") or body.get("Message") or ""
    retry_after = head.headers.get("retry-after", "")
    return AwsError(
        code.partition(":")[0].rpartition("#")[2] or f"HTTP {head.status}",
        str(message),
        head.status,
        int(retry_after) if retry_after.isdigit() else None,
        body,
    )
