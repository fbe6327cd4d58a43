"""Bedrock Runtime, Bedrock Mantle's count, Secrets Manager and DynamoDB on a loopback port, with faults.

Owns the endpoint: which service a request is for, who may call, and the shape of a refusal. bedrock/runtime.py,
secrets_manager.py and dynamodb.py answer.
"""

import argparse
import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from emulator.aws.bedrock import refusals
from emulator.aws.bedrock.models import Model, find_model
from emulator.aws.bedrock.refusals import ProxyError
from emulator.aws.bedrock.runtime import Bedrock, parsed
from emulator.aws.bedrock.sending import Pace, respond
from emulator.aws.caller import ACCESS_KEY_ID, ACCOUNT_ID, REGION, SECRET_ACCESS_KEY
from emulator.aws.dynamodb import DynamoDb
from emulator.aws.endpoint import AwsEndpoint
from emulator.aws.error import ServiceError
from emulator.aws.secrets_manager import SECRET_ARN, SecretsManager
from emulator.exchange import Exchange
from emulator.running import port, stop_signal

# Code that starts a simulator signs its requests as the caller that the simulator knows.
__all__ = ["ACCESS_KEY_ID", "REGION", "SECRET_ACCESS_KEY", "SECRET_ARN", "AwsSimulator", "Pace", "Received"]

_BEDROCK_PATH = re.compile(r"/model/([^/]+)/([a-z-]+)")
_MANTLE_PATH = "/anthropic/v1/messages/count_tokens"
_MANTLE_DENIED = (
    f"User: arn:aws:sts::{ACCOUNT_ID}:assumed-role/claude-stream-dev/claude-stream is not authorized to perform: "
    f"bedrock-mantle:CountTokens on resource: arn:aws:bedrock-mantle:{REGION}:{ACCOUNT_ID}:project/default "
    "because no identity-based policy allows the bedrock-mantle:CountTokens action"
)

Serve = Callable[[Exchange, bytes], Awaitable[None]]
Refuse = Callable[[Exchange, ServiceError], Awaitable[None]]
Answer = Callable[[Exchange, Model, Any], Awaitable[None]]


@dataclass(frozen=True)
class Received:
    """A request that arrived; `body` is its parsed JSON, None if it is not JSON."""

    operation: str
    model_id: str
    headers: Mapping[str, str]
    body: Any


class AwsSimulator(AwsEndpoint):
    """The simulated AWS. `keys` and `previous_keys` are the two versions of its secret: {name: key}.

    Without `verify_signatures` it accepts any caller, such as one with real AWS credentials. `denied` are the
    operations that the caller's policy does not allow.
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
        cdn_secret: str | None = None,
    ) -> None:
        super().__init__(port=port, verify_signatures=verify_signatures)
        self._denied = frozenset(denied)
        self._secrets = SecretsManager(keys, previous_keys, cdn_secret)
        self._bedrock = Bedrock(pace or Pace())
        self.dynamodb = DynamoDb()
        self._operations: dict[str, tuple[str, Answer]] = {
            "invoke-with-response-stream": ("InvokeModelWithResponseStream", self._bedrock.stream),
            "invoke": ("InvokeModel", self._bedrock.invoke),
            "count-tokens": ("CountTokens", self._bedrock.count_tokens),
        }
        self.requests: list[Received] = []
        self.secret_arn = SECRET_ARN

    @property
    def active(self) -> int:
        """How many model streams are being sent right now, silent ones too."""
        return self._bedrock.active

    async def close(self) -> None:
        await super().close()
        self.dynamodb.close()

    def rotate(self, keys: Mapping[str, str]) -> None:
        """Makes `keys` the secret's current version, and the current version its previous one."""
        self._secrets.rotate(keys)

    async def _serve(self, exchange: Exchange) -> None:
        body = await exchange.body()
        serve, refuse = self._service(exchange)
        try:
            await serve(exchange, body)
        except ServiceError as error:
            await refuse(exchange, error)
        except ProxyError as error:
            await refusals.answer_bare(exchange, error)

    def _service(self, exchange: Exchange) -> tuple[Serve, Refuse]:
        """The method that serves the request, and the one that sends its refusals."""
        if exchange.header("x-amz-target").startswith("DynamoDB_"):
            return self._serve_dynamodb, refusals.answer_json_1_0
        if exchange.path == "/" and exchange.header("x-amz-target"):
            return self._serve_secrets, refusals.answer_json_1_1
        if (exchange.method, exchange.path) == ("POST", _MANTLE_PATH):
            return self._serve_mantle, refusals.answer_anthropic
        return self._serve_bedrock, refusals.answer_rest_json

    async def _serve_secrets(self, exchange: Exchange, body: bytes) -> None:
        operation = exchange.header("x-amz-target").removeprefix("secretsmanager.")
        request = self._receive(exchange, operation, "", body)
        self._verify(exchange, body, "secretsmanager")
        secret = self._secrets.answer(operation, request.body or {})
        await respond(exchange, 200, secret, ("content-type", "application/x-amz-json-1.1"))

    async def _serve_dynamodb(self, exchange: Exchange, body: bytes) -> None:
        self._verify(exchange, body, "dynamodb")
        await self.dynamodb.serve(exchange, body)

    async def _serve_bedrock(self, exchange: Exchange, body: bytes) -> None:
        path = _BEDROCK_PATH.fullmatch(exchange.path)
        if path is None or path[2] not in self._operations or exchange.method != "POST":
            raise ServiceError(
                404, "UnknownOperationException", f"Unknown operation {exchange.method} {exchange.path}"
            )
        operation, answer = self._operations[path[2]]
        request = self._receive(exchange, operation, path[1], body)
        self._verify(exchange, body, "bedrock")
        if operation in self._denied:
            raise ServiceError(
                403, "AccessDeniedException", f"You are not authorized to perform: bedrock:{operation}"
            )
        await answer(exchange, find_model(path[1]), request.body)

    async def _serve_mantle(self, exchange: Exchange, body: bytes) -> None:
        request = parsed(body)
        model_id = str(request.get("model") or "") if isinstance(request, dict) else ""
        request = self._receive(exchange, "MantleCountTokens", model_id, body)
        self._verify(exchange, body, "bedrock-mantle")
        if request.operation in self._denied:
            raise ServiceError(403, "AccessDeniedException", _MANTLE_DENIED)
        await self._bedrock.count_on_mantle(exchange, request.body)

    def _receive(self, exchange: Exchange, operation: str, model_id: str, body: bytes) -> Received:
        request = Received(operation, model_id, dict(exchange.headers), parsed(body))
        self.requests.append(request)
        return request


def main() -> None:
    """`python -m emulator.aws.simulator`: the simulator by itself, until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m emulator.aws.simulator", description=__doc__)
    parser.add_argument("--port", type=port, default=0)
    parser.add_argument("--first-event-seconds", type=float, default=Pace.first_event_seconds)
    parser.add_argument("--pieces-per-second", type=float, default=Pace.pieces_per_second)
    parser.add_argument("--key", required=True, help="the API key, named `local` in the secret")
    options = parser.parse_args()
    pace = Pace(options.first_event_seconds, options.pieces_per_second)
    asyncio.run(_run(AwsSimulator(port=options.port, keys={"local": options.key}, pace=pace)))


async def _run(simulator: AwsSimulator) -> None:
    stopped = stop_signal()
    async with simulator:
        print(json.dumps({"url": simulator.url, "secret_arn": simulator.secret_arn}), flush=True)
        await stopped.wait()


if __name__ == "__main__":
    main()
