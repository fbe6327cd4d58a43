"""Anthropic's Messages API: requests and answers pass unchanged, to Bedrock and back.

https://docs.claude.com/en/api/messages
"""

from typing import TYPE_CHECKING, Any

from claude_stream import sse
from claude_stream.bedrock.adaptation import adapt, leave_out_flags
from claude_stream.bedrock.client import invoke_body
from claude_stream.bedrock.event_stream import Event
from claude_stream.errors import ApiError, InvalidRequest
from claude_stream.model_call import MaxTokens, ModelCall, clamped_max_tokens, requested_model
from claude_stream.models import ModelCatalog, display_name, short_name
from claude_stream.request import Request
from claude_stream.values import kind_of

if TYPE_CHECKING:
    from claude_stream.accounts.limits import Limit

request_id_header = "request-id"
_METRICS = "amazon-bedrock-invocationMetrics"


def read(request: Request, models: ModelCatalog, limits: MaxTokens) -> ModelCall:
    """`POST /v1/messages`: the body without what Bedrock does not take, in Bedrock's envelope."""
    body = request.json()
    model_id, name = requested_model(body, models)
    stream = body.pop("stream", False)
    if not isinstance(stream, bool):
        raise InvalidRequest(f"expected true or false, found {kind_of(stream)}.", field="stream")
    dropped: list[str] = []
    if "max_tokens" in body:
        body["max_tokens"] = clamped_max_tokens(body["max_tokens"], limits.of(model_id).most, dropped)
    content = invoke_body(body, request.header("anthropic-beta"), model_id, dropped)
    return ModelCall(model_id, content, stream, name, dropped=tuple(dropped))


def read_count(request: Request, models: ModelCatalog) -> ModelCall:
    """`POST /v1/messages/count_tokens`: as `read`, but Bedrock wants a `max_tokens` where Anthropic has none.

    No flag makes it another count, and Bedrock refuses some, so none is sent.
    """
    body = request.json()
    model_id, name = requested_model(body, models)
    body.setdefault("max_tokens", _thinking_budget(body) + 1)
    body.pop("anthropic_beta", None)
    dropped: list[str] = []
    adapt(body, model_id, "", dropped)
    leave_out_flags(body, body.get("anthropic_beta", []))
    return ModelCall(model_id, invoke_body(body), stream=False, asked_for=name, dropped=tuple(dropped))


def _thinking_budget(body: dict[str, Any]) -> int:
    """The number that `max_tokens` has to exceed."""
    thinking = body.get("thinking")
    budget = thinking.get("budget_tokens") if isinstance(thinking, dict) else None
    return budget if isinstance(budget, int) else 0


class Writer:
    """Writes every event as Bedrock sent it."""

    ping = sse.PING

    def __init__(self, request_id: str) -> None:
        self._request_id = request_id

    def event(self, event: Event) -> bytes:
        if _METRICS in event.data:  # on message_stop; Anthropic's API has no such thing
            kept = {name: value for name, value in event.data.items() if name != _METRICS}
            return sse.event(sse.json_bytes(kept), event.type)
        return sse.event(event.json, event.type)

    def end(self) -> bytes:
        return b""

    def error(self, failure: ApiError) -> bytes:
        return sse.event(sse.json_bytes(error(failure, self._request_id)), "error")


def writer(call: ModelCall, request_id: str) -> Writer:
    return Writer(request_id)


def whole(call: ModelCall, answer: bytes, message: dict[str, Any]) -> bytes:
    return answer


def error(error: ApiError, request_id: str) -> dict[str, Any]:
    """https://docs.claude.com/en/api/errors"""
    return {"type": "error", "error": {"type": error.type, "message": error.message}, "request_id": request_id}


def limit_headers(limit: "Limit", used: int) -> list[tuple[str, str]]:
    """https://docs.claude.com/en/api/rate-limits#response-headers"""
    values = {"limit": limit.most, "remaining": limit.left(used), "reset": limit.begins_again}
    return [(f"anthropic-ratelimit-{limit.counter}-{name}", str(value)) for name, value in values.items()]


def models(catalog: ModelCatalog, request: Request) -> dict[str, Any]:
    """A page of the models: `limit`, and `after_id` or `before_id`."""
    query = request.query()
    begin, end = 0, len(catalog.names)
    if "after_id" in query:
        begin = _index(catalog, "after_id", query["after_id"]) + 1
    if "before_id" in query:
        end = _index(catalog, "before_id", query["before_id"])
    names, limit = catalog.names[begin:end], _limit(query.get("limit", "20"))
    backwards = "before_id" in query and "after_id" not in query
    shown = names[-limit:] if backwards else names[:limit]
    return {
        "data": [model(catalog, name) for name in shown],
        "has_more": len(shown) < len(names),
        "first_id": shown[0] if shown else None,
        "last_id": shown[-1] if shown else None,
    }


def model(catalog: ModelCatalog, name: str) -> dict[str, Any]:
    """One model. Bedrock gives no release date: 1970 stands for unknown."""
    return {
        "type": "model",
        "id": name,
        "display_name": display_name(short_name(catalog.resolve(name))),
        "created_at": "1970-01-01T00:00:00Z",
    }


def _index(catalog: ModelCatalog, cursor: str, name: str) -> int:
    if name not in catalog.names:
        raise InvalidRequest("expected the id of a model in the list, found another.", field=cursor)
    return catalog.names.index(name)


def _limit(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= 1000):
        raise InvalidRequest("expected a whole number from 1 to 1000.", field="limit")
    return int(text)
