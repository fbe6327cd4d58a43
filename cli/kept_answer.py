"""A streamed answer of a deployed function: when the connection breaks, the rest is fetched, not asked for again.

The function keeps the answer under an id for a while (docs/api.md); each event has a number.
"""

import json
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
from httpx_sse import EventSource, connect_sse

from cli.failure import Failure

Json = dict[str, Any]

_FIRST_PAUSE_SECONDS = 0.25
_LONGEST_PAUSE_SECONDS = 8.0
_ATTEMPTS = 8  # in a row without an event: half a minute
_DELETE_SECONDS = httpx.Timeout(5, read=1)  # the function goes on without a reader
_PASSING = ("overloaded_error", "timeout_error")  # these are of the request that fetches, not of the answer


class KeptAnswer:
    """One answer of the function at `url`, asked with `http`."""

    def __init__(self, http: httpx.Client, url: str) -> None:
        self._http = http
        self._url = url
        self._id = str(uuid.uuid4())
        self._number = 0  # of the last event that came
        self._may_be_kept = True

    def events(self, request: Json) -> Iterator[Json]:
        """Claude's events to the last. httpx.TransportError where the rest cannot be fetched."""
        try:
            yield from self._asked(request)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol):
            raise  # nothing was asked
        except httpx.TransportError as error:
            yield from self._rest(error)

    def delete(self) -> None:
        """Makes the function forget the answer, and stop it if it goes on."""
        with suppress(httpx.HTTPError):
            if self._may_be_kept:
                self._http.delete(self._address, timeout=_DELETE_SECONDS)

    @property
    def _address(self) -> str:
        return f"{self._url}/v1/answers/{self._id}"

    def _asked(self, request: Json) -> Iterator[Json]:
        headers = {"x-answer-id": self._id}
        with connect_sse(self._http, "POST", f"{self._url}/v1/messages", json=request, headers=headers) as source:
            yield from self._read(source)

    def _rest(self, broken: httpx.TransportError) -> Iterator[Json]:
        failures, number = 0, self._number
        while failures < _ATTEMPTS:
            try:
                with connect_sse(self._http, "GET", f"{self._address}?after={self._number}") as source:
                    if source.response.status_code != 404:
                        yield from self._read(source, passing=_PASSING)
                        return
            except httpx.TransportError:
                pass
            else:
                # It is not kept; but one that has not begun may be about to.
                if self._number or failures == _ATTEMPTS // 2:
                    break
            failures, number = (0 if self._number > number else failures + 1), self._number
            time.sleep(min(_FIRST_PAUSE_SECONDS * 2**failures, _LONGEST_PAUSE_SECONDS))
        raise broken

    def _read(self, source: EventSource, passing: tuple[str, ...] = ()) -> Iterator[Json]:
        """The events to the last. Errors of a type in `passing` are not the answer's, unless they have a number."""
        if source.response.status_code != 200:
            raise Failure(refusal(source.response))
        for event in source.iter_sse():
            data: Json = json.loads(event.data)
            number = int(event.id or 0)
            if data.get("type") == "error" and number <= self._number and data["error"]["type"] in passing:
                break
            self._number = max(self._number, number)
            self._may_be_kept = self._number > 0
            yield data
            if data.get("type") in ("message_stop", "error"):
                return
        raise httpx.RemoteProtocolError("the stream ended before the answer did")


def refusal(response: httpx.Response) -> str:
    """The function's own sentence on why it refused."""
    response.read()
    try:
        return str(response.json()["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return f"{response.url} answered {response.status_code}, and not as a claude-stream function does"
