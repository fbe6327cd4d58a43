"""A deployed function at its URL: asks it, and explains an answer that is not as it should be."""

import json
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from httpx_sse import SSEError

from cli.failure import Failure
from cli.kept_answer import KeptAnswer, refusal
from cli.target import Target

LONGEST_SILENCE_SECONDS = 900.0  # Lambda runs no function longer


class Deployed:
    """A source of answers (sources.py): the deployed function at `target`."""

    def __init__(self, target: Target, model: str | None) -> None:
        self._url = target.url.rstrip("/")
        self._address = f"{self._url}/v1/messages"
        self._headers = {"x-api-key": target.key}
        self._model = {"model": model} if model else {}
        self._timeout = httpx.Timeout(10, read=LONGEST_SILENCE_SECONDS)

    def events(self, body: dict[str, Any]) -> Generator[dict[str, Any]]:
        """The events, fetched on after every break of the connection. Closing this cancels the answer."""
        request = {**body, "stream": True, **self._model}
        with reaching(self._url), httpx.Client(headers=self._headers, timeout=self._timeout) as http:
            answer = KeptAnswer(http, self._url)
            try:
                yield from answer.events(request)
            except (KeyboardInterrupt, GeneratorExit):
                answer.delete()
                raise
            answer.delete()

    def message(self, body: dict[str, Any]) -> dict[str, Any]:
        with reaching(self._url):
            request = {**body, **self._model}
            response = httpx.post(self._address, json=request, headers=self._headers, timeout=self._timeout)
            if response.status_code != 200:
                raise Failure(refusal(response))
            message: dict[str, Any] = response.json()
            return message


@contextmanager
def reaching(url: str) -> Iterator[None]:
    """Whatever goes wrong on the way to `url` and back becomes a Failure."""
    try:
        yield
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise Failure(f"{url} is not an address: expected one that begins with https://") from error
    except (SSEError, json.JSONDecodeError) as error:
        raise Failure(f"{url} answered, but not as a claude-stream function does") from error
    except httpx.RemoteProtocolError as error:
        raise Failure("the answer was cut off before its end") from error
    except httpx.HTTPError as error:
        raise Failure(
            f"{url} cannot be reached ({type(error).__name__}): compare it with the stack's output, and check that "
            "this machine reaches the internet"
        ) from error
