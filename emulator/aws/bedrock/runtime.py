"""Bedrock's model operations: each reads a request's body, and sends the reply or the fault that it asks for.

Owns what earlier requests leave behind (the prompt cache, how often a fault was met). validation.py refuses bodies,
faults.py chooses the fault, claude.py makes the reply, and sending.py sends it.
"""

import base64
import binascii
import json
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from emulator.aws.bedrock import claude
from emulator.aws.bedrock.claude import Reply
from emulator.aws.bedrock.faults import Fault, fault
from emulator.aws.bedrock.models import Model, find_mantle_model, refuse_on_demand
from emulator.aws.bedrock.prompt_cache import PromptCache
from emulator.aws.bedrock.refusals import ProxyError
from emulator.aws.bedrock.sending import Pace, respond, send_message, send_stream, while_listening
from emulator.aws.bedrock.validation import check, check_count
from emulator.aws.error import ServiceError, invalid
from emulator.exchange import Exchange

_GUARDRAIL_HEADERS = ("x-amzn-bedrock-guardrailidentifier", "x-amzn-bedrock-guardrailversion")

Check = Callable[[Any, Model], None]


class Bedrock:
    """The model operations. `active` counts the model streams that are being sent right now, silent ones too."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._met: Counter[tuple[str, str]] = Counter()
        self._cache = PromptCache()
        self.active = 0

    async def stream(self, exchange: Exchange, model: Model, body: Any) -> None:
        """InvokeModelWithResponseStream."""
        played, reply = self._reply("InvokeModelWithResponseStream", exchange, model, body)
        self.active += 1
        try:
            await while_listening(exchange, send_stream(exchange, self._pace.under(played), played, reply))
        finally:
            self.active -= 1

    async def invoke(self, exchange: Exchange, model: Model, body: Any) -> None:
        """InvokeModel."""
        played, reply = self._reply("InvokeModel", exchange, model, body)
        await while_listening(exchange, send_message(exchange, self._pace.under(played), played, reply))

    async def count_tokens(self, exchange: Exchange, model: Model, request: Any) -> None:
        """CountTokens. https://docs.aws.amazon.com/bedrock/latest/userguide/count-tokens.md"""
        if not model.counts_tokens:
            raise invalid("The provided model doesn't support counting tokens.")
        body = _body_to_count(request)
        self._check("CountTokens", model, body, check)
        await respond(exchange, 200, {"inputTokens": claude.input_tokens(body)})

    async def count_on_mantle(self, exchange: Exchange, body: Any) -> None:
        """Anthropic's own count, on Bedrock Mantle: .../userguide/count-tokens.md#count-tokens-mantle"""
        name = body.get("model") if isinstance(body, dict) else None
        if not exchange.header("anthropic-version"):
            raise invalid("anthropic-version: header is required")
        if not isinstance(name, str):
            raise invalid("model: Field required")
        model = find_mantle_model(name)
        if model is None:
            raise ServiceError(404, "ResourceNotFoundException", f"model: {name}")
        self._check("MantleCountTokens", model, body, check_count)
        await respond(exchange, 200, {"input_tokens": claude.input_tokens(body)})

    def _reply(self, operation: str, exchange: Exchange, model: Model, body: Any) -> tuple[Fault, Reply]:
        refuse_on_demand(model)
        guarded = _has_guardrail(dict(exchange.headers))
        played = self._check(operation, model, body, check)
        blocks = claude.cacheable(body)
        sizes = claude.sizes(blocks)
        cached = self._cache.visit(model.base, blocks, sizes, model.family.cache_minimum)
        return played, claude.reply(body, model, played, cached, guarded=guarded)

    def _check(self, operation: str, model: Model, body: Any, check_body: Check) -> Fault:
        """Raises Bedrock's refusal, or that of the fault the prompt asks for; otherwise returns the fault."""
        if not isinstance(body, dict):
            raise invalid("Malformed input request, please reformat your input and try again.")
        check_body(body, model)
        prompt = claude.prompt_of(body)
        played = fault(prompt)
        self._met[operation, prompt] += 1
        if played.bare_status:
            raise ProxyError(played.bare_status)
        if played.refusal and self._met[operation, prompt] <= played.times:
            raise played.refusal
        return played


def parsed(body: bytes) -> Any:
    """The body's JSON; None if it is not JSON."""
    try:
        return json.loads(body)
    except ValueError:
        return None


def _has_guardrail(headers: Mapping[str, str]) -> bool:
    identifier, version = (headers.get(name, "") for name in _GUARDRAIL_HEADERS)
    if bool(identifier) != bool(version):
        raise invalid("Guardrail identifier and guardrail version must be specified together.")
    return bool(identifier)


def _body_to_count(request: Any) -> Any:
    try:
        return parsed(base64.b64decode(request["input"]["invokeModel"]["body"], validate=True))
    except (KeyError, TypeError, binascii.Error) as error:
        raise invalid("input.invokeModel.body: expected base64 of an InvokeModel body") from error
