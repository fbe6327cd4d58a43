"""`python -m local ask`: one question, and the answer on the terminal as it comes.

Owns where the answer comes from (Bedrock itself, a deployed function, a demo) and how it is printed. Whatever the
source, it is a sequence of Claude's events (dicts, as in the Anthropic API); a failure is an `AskError`.
"""

import json
import os
import sys
import time
from argparse import Namespace
from collections.abc import Iterator
from typing import Any

import botocore.session
import httpx
from botocore.exceptions import BotoCoreError
from httpx_sse import SSEError, connect_sse

from claude_stream.aws import Service, find_credentials
from claude_stream.bedrock import Bedrock
from claude_stream.errors import ApiError
from local.background import Background
from local.demo import MODELS, Demo

Events = Iterator[dict[str, Any]]
LONGEST_SILENCE_SECONDS = 900.0


class AskError(Exception):
    """Why there is no answer, or no more of it: a sentence for the person at the terminal."""


def ask(arguments: Namespace) -> int:
    """Prints the answer to standard output, and all else to standard error. The exit status."""
    answer = Answer()
    try:
        prompt = read_prompt(arguments.prompt)
        for event in events(arguments, prompt):
            answer.show(event)
    except (AskError, ApiError) as error:
        answer.break_line()
        print(f"ask: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        answer.break_line()
        print("ask: stopped", file=sys.stderr)
        return 130
    answer.break_line()
    if answer.stop_reason == "max_tokens":
        print(f"ask: cut at {arguments.max_tokens} tokens; --max-tokens allows more", file=sys.stderr)
    if arguments.usage:
        print(answer.usage_line(), file=sys.stderr)
    return 0


def read_prompt(words: list[str]) -> str:
    """The prompt of the command line, and behind it what is piped in."""
    parts = [" ".join(words)]
    if not sys.stdin.isatty():
        try:
            parts.append(sys.stdin.read())
        except UnicodeDecodeError as error:
            raise AskError("what was piped in is not text in UTF-8") from error
    prompt = "\n\n".join(part.strip() for part in parts if part.strip())
    if not prompt:
        raise AskError('there is no question: say it, as in ask "你好", or pipe it in')
    return prompt


def events(arguments: Namespace, prompt: str) -> Events:
    """The answer's events, from where the arguments say."""
    body: dict[str, Any] = {"max_tokens": arguments.max_tokens, "messages": [{"role": "user", "content": prompt}]}
    if arguments.system:
        body["system"] = arguments.system
    if arguments.demo:
        return _from_demo(body, arguments.model)
    if arguments.url:
        if not arguments.key:
            raise AskError("--url needs the API key too: --key KEY, or the variable CLAUDE_STREAM_KEY")
        return _from_url(body, arguments.model, arguments.url, arguments.key)
    return _from_bedrock(body, arguments.model or MODELS[0])


def _from_bedrock(body: dict[str, Any], model: str) -> Events:
    region = _region()
    url = os.environ.get("AWS_ENDPOINT_URL_BEDROCK_RUNTIME") or f"https://bedrock-runtime.{region}.amazonaws.com"
    bedrock = Bedrock(Service("bedrock", url, region, find_credentials()), region)
    stream = bedrock.stream(model, json.dumps({"anthropic_version": "bedrock-2023-05-31", **body}).encode())
    try:
        while event := stream.next(time.monotonic() + LONGEST_SILENCE_SECONDS):
            yield event.data
    except TimeoutError:
        raise AskError("Bedrock has been silent for too long") from None
    finally:
        stream.close()


def _region() -> str:
    try:
        # The profile's, unless AWS_REGION says another: botocore itself knows AWS_DEFAULT_REGION alone.
        region = os.environ.get("AWS_REGION") or botocore.session.get_session().get_config_variable("region")
    except BotoCoreError as error:
        raise AskError(f"{error}: set AWS_PROFILE to one of `aws configure list-profiles`") from error
    if not region:
        raise AskError("no AWS region is set: set AWS_REGION, or run `aws configure`")
    return str(region)


def _from_url(body: dict[str, Any], model: str | None, url: str, key: str) -> Events:
    asked = {**body, "stream": True, **({"model": model} if model else {})}
    address = f"{url.rstrip('/')}/v1/messages"
    timeout = httpx.Timeout(10, read=LONGEST_SILENCE_SECONDS)
    try:
        with (
            httpx.Client(timeout=timeout) as http,
            connect_sse(http, "POST", address, json=asked, headers={"x-api-key": key}) as source,
        ):
            if source.response.status_code != 200:
                raise AskError(_refusal(source.response))
            for event in source.iter_sse():
                yield json.loads(event.data)
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise AskError(f"{url} is not an address: expected one that begins with https://") from error
    except (SSEError, json.JSONDecodeError) as error:
        raise AskError(f"{url} answered, but not as a claude-stream function does") from error
    except httpx.RemoteProtocolError as error:
        raise AskError("the answer was cut off; what came so far is above") from error
    except httpx.HTTPError as error:
        raise AskError(f"{url} cannot be reached") from error


def _from_demo(body: dict[str, Any], model: str | None) -> Events:
    demo = Demo(with_page=False)
    with Background() as background:
        background.run(demo.__aenter__())
        try:
            yield from _from_url(body, model, demo.function_url.url, demo.key)
        finally:
            background.run(demo.__aexit__(None, None, None))


def _refusal(response: httpx.Response) -> str:
    response.read()
    try:
        return str(response.json()["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return f"{response.url} answered {response.status_code}, and not as a claude-stream function does"


class Answer:
    """The answer as it is printed, and what is to be said about it at its end."""

    def __init__(self) -> None:
        self.stop_reason: str | None = None
        self._usage: dict[str, Any] = {}
        self._started = time.monotonic()
        self._first_at: float | None = None
        self._at_line_start = True

    def show(self, event: dict[str, Any]) -> None:
        """Prints the event's text, at once. AskError for an event that is an error."""
        kind = event.get("type")
        if kind == "content_block_delta":
            self._first_at = self._first_at or time.monotonic()
            self._print(event["delta"].get("text", ""))
        elif kind == "message_start":
            self._usage.update(event["message"].get("usage", {}))
        elif kind == "message_delta":
            self._usage.update(event.get("usage", {}))
            self.stop_reason = event["delta"].get("stop_reason")
        elif kind == "error":
            raise AskError(event["error"]["message"])

    def break_line(self) -> None:
        """Ends the line that the answer stopped in."""
        if not self._at_line_start:
            self._print("\n")

    def usage_line(self) -> str:
        now = time.monotonic()
        first_at = self._first_at or now
        tokens = self._usage.get("output_tokens", 0)
        rate = f", {tokens / (now - first_at):.0f} tokens/s" if now > first_at else ""
        return (
            f"{self._usage.get('input_tokens', 0)} tokens in, {tokens} out, stopped by {self.stop_reason}; "
            f"first token after {first_at - self._started:.2f} s, all after {now - self._started:.2f} s{rate}"
        )

    def _print(self, text: str) -> None:
        if text:
            sys.stdout.write(text)
            sys.stdout.flush()
            self._at_line_start = text.endswith("\n")
