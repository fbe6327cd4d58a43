"""Bedrock Runtime, Bedrock Mantle's count and Secrets Manager on a loopback port: wire-true, with faults.

Owns the endpoints and their state. What is said is bedrock_model's and how it is sent bedrock_sending's; what is
refused is bedrock_validation's and sigv4's, and what goes wrong bedrock_faults'.
"""

import argparse
import asyncio
import base64
import binascii
import json
import re
import signal
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from emulator.aws import sigv4
from emulator.aws.bedrock import claude, refusals
from emulator.aws.bedrock.blocks import Event
from emulator.aws.bedrock.claude import Reply
from emulator.aws.bedrock.faults import Fault, fault
from emulator.aws.bedrock.models import Model, find_mantle_model, find_model, refuse_on_demand
from emulator.aws.bedrock.prompt_cache import PromptCache
from emulator.aws.bedrock.refusals import ProxyError
from emulator.aws.bedrock.sending import Pace, respond, send_message, send_stream, while_listening
from emulator.aws.bedrock.validation import check, check_count
from emulator.aws.error import AwsError, invalid
from emulator.aws.sigv4 import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY
from emulator.http_server import Exchange, HttpServer, Startable

__all__ = ["ACCESS_KEY_ID", "REGION", "SECRET_ACCESS_KEY", "AwsSimulator", "Pace", "Received"]

SECRET_NAME = "claude-stream/api-keys"  # noqa: S105 (a name)
SECRET_ARN = f"arn:aws:secretsmanager:{REGION}:123456789012:secret:{SECRET_NAME}-aB3dE6"
CURRENT, PREVIOUS = "AWSCURRENT", "AWSPREVIOUS"

_BEDROCK_PATH = re.compile(r"/model/([^/]+)/([a-z-]+)")
_MANTLE_PATH = "/anthropic/v1/messages/count_tokens"
_MANTLE_DENIED = (
    "User: arn:aws:sts::123456789012:assumed-role/claude-stream-dev/claude-stream is not authorized to perform: "
    f"bedrock-mantle:CountTokens on resource: arn:aws:bedrock-mantle:{REGION}:123456789012:project/default "
    "because no identity-based policy allows the bedrock-mantle:CountTokens action"
)
_GUARDRAIL_HEADERS = ("x-amzn-bedrock-guardrailidentifier", "x-amzn-bedrock-guardrailversion")

Check = Callable[[Any, Model], None]


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
        serve, refuse = self._service(exchange)
        try:
            await serve(exchange, body)
        except AwsError as error:
            await refuse(exchange, error)
        except ProxyError as error:
            await refusals.answer_bare(exchange, error)

    def _service(
        self, exchange: Exchange
    ) -> tuple[Callable[[Exchange, bytes], Awaitable[None]], Callable[[Exchange, AwsError], Awaitable[None]]]:
        """Who serves the request, and the shape of its refusals."""
        if exchange.path == "/" and exchange.header("x-amz-target"):
            return self._secrets_manager, refusals.answer_json_1_1
        if (exchange.method, exchange.path) == ("POST", _MANTLE_PATH):
            return self._mantle, refusals.answer_anthropic
        return self._bedrock, refusals.answer_rest_json

    # Secrets Manager

    async def _secrets_manager(self, exchange: Exchange, body: bytes) -> None:
        operation = exchange.header("x-amz-target").removeprefix("secretsmanager.")
        request = self._receive(exchange, operation, "", body)
        self._verify(exchange, body, "secretsmanager")
        if operation != "GetSecretValue":
            raise AwsError(400, "UnknownOperationException", f"The simulator has no {operation}.")
        secret = self._secret(request.body or {})
        await respond(exchange, 200, secret, ("content-type", "application/x-amz-json-1.1"))

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
        await answer(exchange, find_model(path[1]), request)

    async def _stream(self, exchange: Exchange, model: Model, request: Received) -> None:
        played, reply = self._reply(model, request)
        self.active += 1
        try:
            await while_listening(exchange, send_stream(exchange, self._pace.under(played), played, reply))
        finally:
            self.active -= 1

    async def _invoke(self, exchange: Exchange, model: Model, request: Received) -> None:
        played, reply = self._reply(model, request)
        await while_listening(exchange, send_message(exchange, self._pace.under(played), played, reply))

    async def _count_tokens(self, exchange: Exchange, model: Model, request: Received) -> None:
        # https://docs.aws.amazon.com/bedrock/latest/userguide/count-tokens.md
        if not model.counts_tokens:
            raise invalid("The provided model doesn't support counting tokens.")
        body = _body_to_count(request.body)
        self._check(model, request.operation, body, check)
        await respond(exchange, 200, {"inputTokens": claude.input_tokens(body)})

    def _reply(self, model: Model, request: Received) -> tuple[Fault, Reply]:
        refuse_on_demand(model)
        guarded = _has_guardrail(request.headers)
        played = self._check(model, request.operation, request.body, check)
        blocks = claude.cacheable(request.body)
        sizes = claude.sizes(blocks)
        cached = self._cache.visit(model.base, blocks, sizes, model.family.cache_minimum)
        return played, claude.reply(request.body, model, played, cached, guarded=guarded)

    # Bedrock Mantle: https://docs.aws.amazon.com/bedrock/latest/userguide/count-tokens.md#count-tokens-mantle

    async def _mantle(self, exchange: Exchange, body: bytes) -> None:
        asked = _parsed(body)
        name = asked.get("model") if isinstance(asked, dict) else None
        request = self._receive(exchange, "MantleCountTokens", str(name or ""), body)
        self._verify(exchange, body, "bedrock-mantle")
        if request.operation in self._denied:
            raise AwsError(403, "AccessDeniedException", _MANTLE_DENIED)
        if not exchange.header("anthropic-version"):
            raise invalid("anthropic-version: header is required")
        if not isinstance(name, str):
            raise invalid("model: Field required")
        model = find_mantle_model(name)
        if model is None:
            raise AwsError(404, "ResourceNotFoundException", f"model: {name}")
        self._check(model, request.operation, asked, check_count)
        await respond(exchange, 200, {"input_tokens": claude.input_tokens(asked)})

    def _check(self, model: Model, operation: str, body: Any, check: Check) -> Fault:
        """Raises what Bedrock, or the fault that the prompt asks for, refuses; returns that fault."""
        if not isinstance(body, dict):
            raise invalid("Malformed input request, please reformat your input and try again.")
        check(body, model)
        prompt = claude.prompt_of(body)
        played = fault(prompt)
        self._met[operation, prompt] += 1
        if played.bare_status:
            raise ProxyError(played.bare_status)
        if played.refusal and self._met[operation, prompt] <= played.times:
            raise played.refusal
        return played

    def _receive(self, exchange: Exchange, operation: str, model_id: str, body: bytes) -> Received:
        request = Received(operation, model_id, dict(exchange.headers), _parsed(body))
        self.requests.append(request)
        return request


def _has_guardrail(headers: Mapping[str, str]) -> bool:
    identifier, version = (headers.get(name, "") for name in _GUARDRAIL_HEADERS)
    if bool(identifier) != bool(version):
        raise invalid("Guardrail identifier and guardrail version must be specified together.")
    return bool(identifier)


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
    parser = argparse.ArgumentParser(prog="python -m emulator.aws.simulator", description=__doc__)
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
