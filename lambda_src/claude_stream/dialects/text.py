"""`GET /stream`: a prompt in the query, and only the answer's text as server-sent events.

Each piece is `data: <JSON string>`; `event: done` follows with stop_reason and usage. The rest is Anthropic's API.
"""

import json
from typing import Any

from claude_stream import sse
from claude_stream.bedrock.client import invoke_body
from claude_stream.bedrock.event_stream import Event
from claude_stream.dialects import anthropic
from claude_stream.dialects.anthropic import error, limit_headers, model, models, request_id_header, whole
from claude_stream.errors import InvalidRequest
from claude_stream.model_call import MaxTokens, ModelCall, clamped_max_tokens
from claude_stream.models import ModelCatalog
from claude_stream.outcome import INTERVENED, Outcome
from claude_stream.request import Request
from claude_stream.text_pieces import WholeCharacters
from claude_stream.values import printable

__all__ = ["error", "limit_headers", "model", "models", "read", "request_id_header", "whole", "writer"]
_PARAMETERS = ("prompt", "model", "system", "max_tokens")


def read(request: Request, models: ModelCatalog, limits: MaxTokens) -> ModelCall:
    """`prompt`, and if you like `model`, `system` and `max_tokens`."""
    query = request.query()
    for name in query:
        if name not in _PARAMETERS:
            raise InvalidRequest(f"unknown parameter; there are {', '.join(_PARAMETERS)}.", field=printable(name))
    if not query.get("prompt", "").strip():
        raise InvalidRequest("expected some text, found none.", field="prompt")
    dropped: list[str] = []
    name = query.get("model") or models.default
    model_id = models.resolve(name)
    content = [{"type": "text", "text": query["prompt"]}]
    body: dict[str, Any] = {
        "max_tokens": _max_tokens(query.get("max_tokens"), limits.of(model_id), dropped),
        "messages": [{"role": "user", "content": content}],
    }
    if query.get("system"):
        body["system"] = query["system"]
    return ModelCall(model_id, invoke_body(body), stream=True, asked_for=name, dropped=tuple(dropped))


def _max_tokens(text: str | None, limits: MaxTokens, dropped: list[str]) -> int:
    if text is None:
        return limits.default
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 21 else text
    return clamped_max_tokens(number, limits.most, dropped)


class Writer(anthropic.Writer):
    """Writes the answer's text only; pings and errors are as in Anthropic's API."""

    def __init__(self, request_id: str) -> None:
        super().__init__(request_id)
        self._characters = WholeCharacters()
        self._outcome = Outcome()

    def event(self, event: Event) -> bytes:
        if event.type != "content_block_delta":
            self._outcome.observe(event)
            return b""
        delta = event.data.get("delta") or {}
        text = self._characters.add(delta.get("text") or "") if delta.get("type") == "text_delta" else ""
        return sse.event(sse.json_bytes(text)) if text else b""

    def end(self) -> bytes:
        done: dict[str, object] = {"stop_reason": self._outcome.stop_reason, "usage": self._outcome.usage}
        if self._outcome.guardrail_intervened:
            done["guardrail_action"] = INTERVENED
        return sse.event(json.dumps(done).encode(), "done")


def writer(call: ModelCall, request_id: str) -> Writer:
    return Writer(request_id)
