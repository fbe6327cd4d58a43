"""The APIs that clients speak: a module each, with the functions of `Dialect`.

`dialect_of` chooses the one that a request speaks. It imports OpenAI's only when needed, which keeps all other cold
starts short.
"""

from typing import TYPE_CHECKING, Any, Protocol

from claude_stream.bedrock.event_stream import Event
from claude_stream.dialects import anthropic, text
from claude_stream.errors import ApiError
from claude_stream.model_call import MaxTokens, ModelCall
from claude_stream.models import ModelCatalog
from claude_stream.request import Request

if TYPE_CHECKING:
    from claude_stream.accounts.limits import Limit

CHAT_COMPLETIONS = "/v1/chat/completions"
RESPONSES = "/v1/responses"
STREAM = "/stream"


class Writer(Protocol):
    """Writes one streamed answer as server-sent events; b"" where there is nothing to send."""

    ping: bytes

    def event(self, event: Event) -> bytes: ...

    def end(self) -> bytes: ...

    def error(self, error: ApiError) -> bytes: ...


class Dialect(Protocol):
    """What each dialect's module offers. Values are JSON's; `whole` and `models` have the dialect's shape."""

    @property
    def request_id_header(self) -> str: ...

    def read(self, request: Request, models: ModelCatalog, limits: MaxTokens) -> ModelCall: ...

    def writer(self, call: ModelCall, request_id: str) -> Writer: ...

    def whole(self, call: ModelCall, answer: bytes, message: dict[str, Any]) -> bytes: ...

    def error(self, error: ApiError, request_id: str) -> dict[str, Any]: ...

    def limit_headers(self, limit: "Limit", used: int) -> list[tuple[str, str]]: ...

    def models(self, catalog: ModelCatalog, request: Request) -> dict[str, Any]: ...

    def model(self, catalog: ModelCatalog, name: str) -> dict[str, Any]: ...


def dialect_of(request: Request) -> Dialect:
    """Chooses by the path, and on paths that two APIs share by the headers."""
    dialect = dialect_at(request.path)
    return dialect_at(CHAT_COMPLETIONS) if dialect is anthropic and _is_from_openais_client(request) else dialect


def dialect_at(path: str) -> Dialect:
    if path == STREAM:
        return text
    if path == RESPONSES or path.startswith(f"{RESPONSES}/"):
        from claude_stream.dialects import openai_responses  # noqa: PLC0415

        return openai_responses
    if path == CHAT_COMPLETIONS:
        from claude_stream.dialects import openai_chat  # noqa: PLC0415

        return openai_chat
    return anthropic


def _is_from_openais_client(request: Request) -> bool:
    shared = request.path.startswith("/v1/") and not request.path.startswith("/v1/messages")
    is_anthropics = bool(request.header("x-api-key") or request.header("anthropic-version"))
    return shared and not is_anthropics and request.header("authorization").lower().startswith("bearer ")
