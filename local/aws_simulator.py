"""Bedrock Runtime and Secrets Manager on a loopback port: wire-true, paced like a model, with faults.

Owns the endpoints, their timing and their state. What is said is bedrock_model's, what is refused
bedrock_validation's and sigv4's, what goes wrong bedrock_faults'.
"""

import argparse
import asyncio
import base64
import binascii
import json
import math
import re
import signal
import time
import uuid
from collections import Counter
from collections.abc import Collection, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

from local import bedrock_model, event_stream, sigv4
from local.aws_error import AwsError, invalid
from local.bedrock_faults import MIDWAY, Fault, Midway, Then, fault
from local.bedrock_model import Event, Reply
from local.bedrock_validation import Model, check, find_model
from local.http_server import Exchange, HttpServer, Startable
from local.prompt_cache import PromptCache
from local.sigv4 import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY

__all__ = ["ACCESS_KEY_ID", "REGION", "SECRET_ACCESS_KEY", "AwsSimulator", "Pace", "Received"]

SECRET_NAME = "claude-stream/api-keys"  # noqa: S105 (a name)
SECRET_ARN = f"arn:aws:secretsmanager:{REGION}:123456789012:secret:{SECRET_NAME}-aB3dE6"
CURRENT, PREVIOUS = "AWSCURRENT", "AWSPREVIOUS"

_BEDROCK_PATH = re.compile(r"/model/([^/]+)/([a-z-]+)")


@dataclass(frozen=True)
class Pace:
    """How fast the model talks; 0 means as fast as the machine can."""

    first_event_seconds: float = 0.3
    pieces_per_second: float = 60

    def seconds(self, pieces: int) -> float:
        return pieces / self.pieces_per_second if self.pieces_per_second else 0


@dataclass(frozen=True)
class Received:
    """A request that arrived; `body` is its parsed JSON, None where it is not JSON."""

    operation: str
    model_id: str
    headers: Mapping[str, str]
    body: Any


class AwsSimulator(Startable):
    """`keys` and `previous_keys` are the two versions of the secret: {name: key}.

    Without `verify_signatures` it takes any caller: those whose credentials are AWS's own. `denied` are operations
    that the caller's policy does not allow.
    """

    def __init__(  # noqa: PLR0913 (each by its name, most left out)
        self,
        *,
        port: int = 0,
        keys: Mapping[str, str],
        previous_keys: Mapping[str, str] | None = None,
        pace: Pace | None = None,
        verify_signatures: bool = True,
        denied: Collection[str] = (),
    ) -> None:
        self._denied = frozenset(denied)
        self._verify_signatures = verify_signatures
        self._server = HttpServer(self._serve, port)
        self._versions: dict[str, Mapping[str, str] | None] = {CURRENT: keys, PREVIOUS: previous_keys}
        self._pace = pace or Pace()
        self._met: Counter[tuple[str, str]] = Counter()
        self._cache = PromptCache()
        self._operations = {
            "invoke-with-response-stream": ("InvokeModelWithResponseStream", self._stream),
            "invoke": ("InvokeModel", self._invoke),
            "count-tokens": ("CountTokens", self._count_tokens),
        }
        self.requests: list[Received] = []
        self.active = 0  # model streams being sent right now, the silent ones too
        self.secret_arn = SECRET_ARN

    @property
    def url(self) -> str:
        return self._server.url

    def rotate(self, keys: Mapping[str, str]) -> None:
        """`keys` become the secret's current version, the current ones its previous."""
        self._versions = {CURRENT: keys, PREVIOUS: self._versions[CURRENT]}

    async def start(self) -> None:
        await self._server.start()

    async def close(self) -> None:
        await self._server.close()

    async def _serve(self, exchange: Exchange) -> None:
        body = await exchange.body()
        is_secret = exchange.path == "/" and bool(exchange.header("x-amz-target"))
        try:
            if is_secret:
                await self._secrets_manager(exchange, body)
            else:
                await self._bedrock(exchange, body)
        except AwsError as error:
            answer = _json_1_1_error if is_secret else _rest_json_error
            await answer(exchange, error)

    # Secrets Manager

    async def _secrets_manager(self, exchange: Exchange, body: bytes) -> None:
        operation = exchange.header("x-amz-target").removeprefix("secretsmanager.")
        request = self._receive(exchange, operation, "", body)
        self._verify(exchange, body, "secretsmanager")
        if operation != "GetSecretValue":
            raise AwsError(400, "UnknownOperationException", f"The simulator has no {operation}.")
        secret = self._secret(request.body or {})
        await _respond(exchange, 200, secret, ("content-type", "application/x-amz-json-1.1"))

    def _secret(self, request: Mapping[str, Any]) -> Event:
        if request.get("SecretId") not in (SECRET_ARN, SECRET_NAME):
            raise _not_found("Secrets Manager can't find the specified secret.")
        stage = request.get("VersionStage", CURRENT)
        keys = self._versions.get(stage)
        if keys is None:
            raise _not_found(f"Secrets Manager can't find the specified secret value for staging label: {stage}")
        value = json.dumps(dict(keys))
        return {
            "ARN": SECRET_ARN,
            "Name": SECRET_NAME,
            "SecretString": value,
            "VersionId": str(uuid.uuid5(uuid.NAMESPACE_URL, value)),
            "VersionStages": [stage],
            "CreatedDate": 1795420800.0,
        }

    def _verify(self, exchange: Exchange, body: bytes, service: str) -> None:
        if self._verify_signatures:
            headers = {name: exchange.header(name) for name, _ in exchange.headers}
            url = f"http://{exchange.header('host')}{exchange.target}"
            sigv4.verify(sigv4.SignedRequest(exchange.method, url, headers, body), service)

    # Bedrock Runtime

    async def _bedrock(self, exchange: Exchange, body: bytes) -> None:
        path = _BEDROCK_PATH.fullmatch(exchange.path)
        if path is None or path[2] not in self._operations or exchange.method != "POST":
            raise AwsError(404, "UnknownOperationException", f"Unknown operation {exchange.method} {exchange.path}")
        operation, answer = self._operations[path[2]]
        request = self._receive(exchange, operation, path[1], body)
        self._verify(exchange, body, "bedrock")
        if operation in self._denied:
            raise AwsError(403, "AccessDeniedException", f"You are not authorized to perform: bedrock:{operation}")
        model = find_model(path[1])
        await answer(exchange, model, request)

    async def _stream(self, exchange: Exchange, model: Model, request: Received) -> None:
        played, reply = self._reply(model, request.operation, request.body)
        self.active += 1
        try:
            await _while_listening(exchange, self._send_stream(exchange, played, reply))
        finally:
            self.active -= 1

    async def _invoke(self, exchange: Exchange, model: Model, request: Received) -> None:
        played, reply = self._reply(model, request.operation, request.body)
        await _while_listening(exchange, self._send_message(exchange, played, reply))

    async def _count_tokens(self, exchange: Exchange, model: Model, request: Received) -> None:
        # AWS counts for base models alone: https://github.com/pydantic/pydantic-ai/issues/4001
        if model.is_profile:
            raise invalid("The provided model doesn't support counting tokens.")
        body = _body_to_count(request.body)
        self._check(model, request.operation, body)
        await _respond(exchange, 200, {"inputTokens": bedrock_model.input_tokens(body)})

    def _reply(self, model: Model, operation: str, body: Any) -> tuple[Fault, Reply]:
        played = self._check(model, operation, body)
        cached = self._cache.visit(model.base, bedrock_model.cacheable(body))
        return played, bedrock_model.reply(body, model, played, cached=cached)

    def _check(self, model: Model, operation: str, body: Any) -> Fault:
        """Raises what Bedrock, or the fault that the prompt asks for, refuses; returns that fault."""
        if not isinstance(body, dict):
            raise invalid("Malformed input request, please reformat your input and try again.")
        check(body, model)
        prompt = bedrock_model.prompt_of(body)
        played = fault(prompt)
        self._met[operation, prompt] += 1
        if played.refusal and self._met[operation, prompt] <= played.times:
            raise played.refusal
        return played

    async def _send_message(self, exchange: Exchange, played: Fault, reply: Reply) -> None:
        stalls = played.midway is not None and played.midway.then is Then.STALL
        pace = self._pace_of(played)
        silence = played.before_head + played.before_first_event + (math.inf if stalls else 0)
        await _sleep(silence + pace.first_event_seconds + pace.seconds(reply.usage.output_tokens))
        if played.midway and played.midway.then is Then.BREAK:
            return exchange.abort()
        usage = reply.usage
        return await _respond(
            exchange,
            200,
            bedrock_model.message(reply),
            ("x-amzn-bedrock-input-token-count", str(usage.input_tokens)),
            ("x-amzn-bedrock-output-token-count", str(usage.output_tokens)),
        )

    async def _send_stream(self, exchange: Exchange, played: Fault, reply: Reply) -> None:
        pace = self._pace_of(played)
        await _sleep(played.before_head + pace.first_event_seconds)
        await exchange.start(
            200,
            [
                ("x-amzn-requestid", str(uuid.uuid4())),
                ("content-type", event_stream.CONTENT_TYPE),
                ("x-amzn-bedrock-content-type", "application/json"),
            ],
        )
        await _sleep(played.before_first_event)
        await self._send_events(exchange, pace, played.midway, reply)

    async def _send_events(self, exchange: Exchange, pace: Pace, midway: Midway | None, reply: Reply) -> None:
        first = round(pace.first_event_seconds * 1000)
        whole = first + round(pace.seconds(reply.usage.output_tokens) * 1000)
        begun, sent = time.monotonic(), 0
        for event in bedrock_model.events(reply, bedrock_model.Latency(first, whole)):
            if midway and (sent == MIDWAY or event["type"] == "content_block_stop"):
                return await _break_off(exchange, midway)
            if event["type"] == "content_block_delta":
                # By the clock, not from piece to piece, so that delays do not add up.
                await _sleep(begun + pace.seconds(sent) - time.monotonic())
                sent += 1
            await exchange.send(event_stream.chunk(event))
        return await exchange.end()

    def _pace_of(self, played: Fault) -> Pace:
        if played.pieces_per_second is None:
            return self._pace
        return Pace(self._pace.first_event_seconds, played.pieces_per_second)

    def _receive(self, exchange: Exchange, operation: str, model_id: str, body: bytes) -> Received:
        request = Received(operation, model_id, dict(exchange.headers), _parsed(body))
        self.requests.append(request)
        return request


async def _while_listening(exchange: Exchange, sending: Coroutine[Any, Any, None]) -> None:
    """Runs `sending` until it is done or the client has gone, whichever comes first."""
    tasks = {asyncio.create_task(sending), asyncio.create_task(exchange.disconnected())}
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _break_off(exchange: Exchange, midway: Midway) -> None:
    await exchange.send(midway.frame)
    if midway.then is Then.BREAK:
        exchange.abort()
    elif midway.then is Then.STALL:
        await _sleep(math.inf)
    else:
        await exchange.end()


async def _sleep(seconds: float) -> None:
    """Gives others a turn even when there is nothing to wait for; math.inf never returns."""
    if seconds == math.inf:
        await asyncio.Event().wait()
    await asyncio.sleep(max(0, seconds))


async def _respond(exchange: Exchange, status: int, body: Event, *headers: tuple[str, str]) -> None:
    defaults = {"x-amzn-requestid": str(uuid.uuid4()), "content-type": "application/json"}
    text = json.dumps(body, ensure_ascii=False).encode("utf-8", "backslashreplace")
    await exchange.respond(status, list((defaults | dict(headers)).items()), text)


async def _rest_json_error(exchange: Exchange, error: AwsError) -> None:
    more = [] if error.retry_after is None else [("retry-after", str(error.retry_after))]
    await _respond(exchange, error.status, {"message": error.message}, ("x-amzn-errortype", error.code), *more)


async def _json_1_1_error(exchange: Exchange, error: AwsError) -> None:
    """This protocol says 400 to every mistake of the caller's."""
    body = {"__type": error.code, "Message": error.message}
    await _respond(exchange, 400, body, ("content-type", "application/x-amz-json-1.1"))


def _body_to_count(request: Any) -> Any:
    try:
        return _parsed(base64.b64decode(request["input"]["invokeModel"]["body"], validate=True))
    except (KeyError, TypeError, binascii.Error) as error:
        raise invalid("input.invokeModel.body: expected base64 of an InvokeModel body") from error


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _not_found(message: str) -> AwsError:
    return AwsError(400, "ResourceNotFoundException", message)


def main() -> None:
    """Runs the simulator alone until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m local.aws_simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--first-event-seconds", type=float, default=Pace.first_event_seconds)
    parser.add_argument("--pieces-per-second", type=float, default=Pace.pieces_per_second)
    parser.add_argument("--key", required=True, help="the API key, named `local` in the secret")
    options = parser.parse_args()
    pace = Pace(options.first_event_seconds, options.pieces_per_second)
    asyncio.run(_run(AwsSimulator(port=options.port, keys={"local": options.key}, pace=pace)))


async def _run(simulator: AwsSimulator) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with simulator:
        print(json.dumps({"url": simulator.url, "secret_arn": simulator.secret_arn}), flush=True)
        await stop.wait()


if __name__ == "__main__":
    main()
