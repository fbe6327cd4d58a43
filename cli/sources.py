"""Where an answer comes from: Bedrock itself, a deployed function, or a demo that is started for it.

Whatever the source, a streamed answer is a sequence of Claude's events (dicts, as in the Anthropic API) and a whole
one is a message; a failure is an `AskError`, or the `ApiError` of the function's own code.
"""

import json
import os
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE
from typing import Any, NamedTuple, Protocol

import botocore.session
import httpx
from botocore.exceptions import BotoCoreError
from httpx_sse import SSEError, connect_sse

from claude_stream.bedrock.client import Bedrock
from claude_stream.bedrock.signing import Service, find_credentials
from infra.settings import DEFAULT_MODEL

Body = dict[str, Any]
Events = Iterator[dict[str, Any]]
LONGEST_SILENCE_SECONDS = 900.0
ROOT = Path(__file__).resolve().parent.parent


class AskError(Exception):
    """Why there is no answer, or no more of it: a sentence for the person at the terminal."""


class Source(Protocol):
    """`body` is a Messages body, less `model` and `stream`."""

    def events(self, body: Body) -> Events: ...

    def message(self, body: Body) -> dict[str, Any]: ...


@contextmanager
def source_of(arguments: Namespace) -> Iterator[Source]:
    """What the arguments --url, --key, --demo and --model name."""
    if arguments.demo:
        with running_demo() as demo:
            yield Deployed(demo.url, demo.key, arguments.model)
    elif arguments.url:
        if not arguments.key:
            raise AskError("--url needs the API key too: --key KEY, or the variable CLAUDE_STREAM_KEY")
        yield Deployed(arguments.url, arguments.key, arguments.model)
    else:
        yield Direct(arguments.model or DEFAULT_MODEL)


class Demo(NamedTuple):
    """A demo's function URL, and its API key."""

    url: str
    key: str


@contextmanager
def running_demo() -> Iterator[Demo]:
    """Starts the demo's command, which ends with its standard input."""
    command = [sys.executable, "-m", "emulator.demo", "--for-program"]
    with subprocess.Popen(command, cwd=ROOT, stdin=PIPE, stdout=PIPE, text=True, start_new_session=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        started = process.stdout.readline()
        if not started:
            raise AskError("the demo did not start; `make demo` shows why")
        try:
            yield Demo(**json.loads(started))
        finally:
            process.stdin.close()


class Direct:
    """Bedrock, called with the caller's credentials by the function's own code."""

    def __init__(self, model: str) -> None:
        region, credentials, variables = region_of_caller(), find_credentials(), os.environ
        runtime = (
            variables.get("AWS_ENDPOINT_URL_BEDROCK_RUNTIME") or f"https://bedrock-runtime.{region}.amazonaws.com"
        )
        mantle = variables.get("AWS_ENDPOINT_URL_BEDROCK_MANTLE") or f"https://bedrock-mantle.{region}.api.aws"
        self._bedrock = Bedrock(
            Service("bedrock", runtime, region, credentials),
            region,
            mantle=Service("bedrock-mantle", mantle, region, credentials),
        )
        self._model = model

    def events(self, body: Body) -> Events:
        stream = self._bedrock.stream(self._model, _enveloped(body))
        try:
            while event := stream.next(_latest()):
                yield event.data
        except TimeoutError:
            raise AskError("Bedrock has been silent for too long") from None
        finally:
            stream.close()

    def message(self, body: Body) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self._bedrock.invoke(self._model, _enveloped(body), _latest()))
        return message

    def count_tokens(self, body: Body) -> int:
        return self._bedrock.count_tokens(self._model, _enveloped(body), _latest())


class Deployed:
    """A function at its URL."""

    def __init__(self, url: str, key: str, model: str | None) -> None:
        self._url = url
        self._address = f"{url.rstrip('/')}/v1/messages"
        self._headers = {"x-api-key": key}
        self._model = {"model": model} if model else {}
        self._timeout = httpx.Timeout(10, read=LONGEST_SILENCE_SECONDS)

    def events(self, body: Body) -> Events:
        asked = {**body, "stream": True, **self._model}
        with (
            self._failures_told(),
            httpx.Client(timeout=self._timeout) as http,
            connect_sse(http, "POST", self._address, json=asked, headers=self._headers) as source,
        ):
            if source.response.status_code != 200:
                raise AskError(_refusal(source.response))
            for event in source.iter_sse():
                yield json.loads(event.data)

    def message(self, body: Body) -> dict[str, Any]:
        with self._failures_told():
            asked = {**body, **self._model}
            response = httpx.post(self._address, json=asked, headers=self._headers, timeout=self._timeout)
            if response.status_code != 200:
                raise AskError(_refusal(response))
            message: dict[str, Any] = response.json()
            return message

    @contextmanager
    def _failures_told(self) -> Iterator[None]:
        try:
            yield
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise AskError(f"{self._url} is not an address: expected one that begins with https://") from error
        except (SSEError, json.JSONDecodeError) as error:
            raise AskError(f"{self._url} answered, but not as a claude-stream function does") from error
        except httpx.RemoteProtocolError as error:
            raise AskError("the answer was cut off; what came so far is above") from error
        except httpx.HTTPError as error:
            raise AskError(f"{self._url} cannot be reached") from error


def region_of_caller() -> str:
    try:
        # The profile's, unless AWS_REGION says another: botocore itself knows AWS_DEFAULT_REGION alone.
        region = os.environ.get("AWS_REGION") or botocore.session.get_session().get_config_variable("region")
    except BotoCoreError as error:
        raise AskError(f"{error}: set AWS_PROFILE to one of `aws configure list-profiles`") from error
    if not region:
        raise AskError("no AWS region is set: set AWS_REGION, or run `aws configure`")
    return str(region)


def _enveloped(body: Body) -> bytes:
    return json.dumps({"anthropic_version": "bedrock-2023-05-31", **body}).encode()


def _latest() -> float:
    return time.monotonic() + LONGEST_SILENCE_SECONDS


def _refusal(response: httpx.Response) -> str:
    response.read()
    try:
        return str(response.json()["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return f"{response.url} answered {response.status_code}, and not as a claude-stream function does"
