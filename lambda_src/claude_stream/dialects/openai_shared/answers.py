"""Errors, limits and the list of models, as both of OpenAI's APIs have them."""

import time
from typing import TYPE_CHECKING, Any

from claude_stream.errors import ApiError
from claude_stream.models import ModelCatalog
from claude_stream.request import Request

if TYPE_CHECKING:
    from claude_stream.accounts.limits import Limit

_ERROR_TYPES = {404: "invalid_request_error", 405: "invalid_request_error", 413: "invalid_request_error"}
_ERROR_CODES = {
    "authentication_error": "invalid_api_key",
    "not_found_error": "not_found",
    "rate_limit_error": "rate_limit_exceeded",
}


def error(error: ApiError, request_id: str) -> dict[str, Any]:
    """OpenAI's has no place for the request's id: a header has it."""
    return error_body(error)


def error_body(error: ApiError) -> dict[str, Any]:
    """https://platform.openai.com/docs/guides/error-codes"""
    body = {
        "message": error.message,
        "type": _ERROR_TYPES.get(error.status, error.type),
        "param": error.field,
        "code": _ERROR_CODES.get(error.type),
    }
    return {"error": body}


def limit_headers(limit: "Limit", used: int) -> list[tuple[str, str]]:
    """https://platform.openai.com/docs/guides/rate-limits#rate-limits-in-headers"""
    minutes, seconds = divmod(limit.seconds_left(time.time()), 60)
    values = {
        "limit": limit.most,
        "remaining": limit.left(used),
        "reset": f"{minutes}m{seconds}s" if minutes else f"{seconds}s",
    }
    return [(f"x-ratelimit-{name}-{limit.counter}", str(value)) for name, value in values.items()]


def models(catalog: ModelCatalog, request: Request) -> dict[str, Any]:
    """All at once: OpenAI's list has no pages, so the query is not looked at."""
    return {"object": "list", "data": [_model(name) for name in catalog.names]}


def model(catalog: ModelCatalog, name: str) -> dict[str, Any]:
    catalog.resolve(name)
    return _model(name)


def _model(name: str) -> dict[str, Any]:
    """Bedrock tells no release date: 1970 stands for unknown."""
    return {"id": name, "object": "model", "created": 0, "owned_by": "anthropic"}
