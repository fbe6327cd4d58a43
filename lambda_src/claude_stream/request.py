"""A WSGI environ -> what is asked of the model. It checks what is ours to check and passes on the rest."""

import json
import re
import time
from codecs import BOM_UTF8
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from claude_stream.errors import InvalidRequest, RequestTooLarge, UnsupportedMediaType
from claude_stream.models import ModelCatalog
from claude_stream.settings import MOST_INPUT_BYTES

_ANTHROPIC_VERSION = "bedrock-2023-05-31"
_DEADLINE_MARGIN_SECONDS = 2.0
_LONGEST_SECONDS = 900.0
CHAT_COMPLETIONS = "/v1/chat/completions"
_STREAM_PARAMETERS = ("prompt", "model", "system", "max_tokens")


class MaxTokens(NamedTuple):
    """The most that a caller may ask for, and what is asked for where a caller names no number."""

    most: int
    default: int


class ModelCall(NamedTuple):
    """What goes to Bedrock: the model's id and the InvokeModel body. `asked_for` is the caller's model name."""

    model_id: str
    body: bytes
    stream: bool
    asked_for: str


class Request:
    """One request. `deadline`, a time.monotonic() value, is when its answer has to be complete."""

    def __init__(self, environ: dict[str, Any], max_input_bytes: int = MOST_INPUT_BYTES) -> None:
        self._environ = environ
        self._max_input_bytes = max_input_bytes
        self.method: str = environ["REQUEST_METHOD"]
        self.path = _tidy_path(environ.get("PATH_INFO") or "/")
        self.deadline = _deadline(environ.get("lambda.deadline_ms"))

    def header(self, name: str) -> str:
        return str(self._environ.get(f"HTTP_{name.upper().replace('-', '_')}", "")).strip()

    def api_key(self) -> str | None:
        """From x-api-key or Authorization: Bearer; never from the URL, which ends up in logs and histories."""
        scheme, _, token = self.header("authorization").partition(" ")
        return self.header("x-api-key") or (token.strip() if scheme.lower() == "bearer" else None) or None

    @property
    def speaks_openai(self) -> bool:
        """Whether the caller is a client of OpenAI's API: by the path, and on those of both APIs by the headers."""
        if self.path == CHAT_COMPLETIONS:
            return True
        shared = self.path.startswith("/v1/") and not self.path.startswith("/v1/messages")
        is_anthropics = bool(self.header("x-api-key") or self.header("anthropic-version"))
        return shared and not is_anthropics and self.header("authorization").lower().startswith("bearer ")

    def query(self) -> dict[str, str]:
        """The query's parameters. InvalidRequest names one that is repeated or not UTF-8."""
        query = self._environ.get("QUERY_STRING", "")
        self._check_size(len(query), "query")
        parameters: dict[str, str] = {}
        pairs = parse_qsl(query, keep_blank_values=True, errors="surrogateescape")
        for name, value in pairs:
            if name in parameters:
                raise InvalidRequest(f"{name}: expected once in the query, found more than once.")
            if not _is_unicode(name + value):
                raise InvalidRequest(f"{printable(name)}: expected percent-encoded UTF-8.")
            parameters[name] = value
        return parameters

    def json(self) -> dict[str, Any]:
        """The body as a JSON object. InvalidRequest says what it is instead."""
        try:
            # A byte order mark is not JSON's, but editors and Windows shells put one before it.
            value = json.loads(self._body().removeprefix(BOM_UTF8).decode(), parse_constant=_refuse_constant)
        except UnicodeDecodeError as error:
            raise InvalidRequest(f"body: expected UTF-8, found another byte at position {error.start}.") from None
        except (ValueError, RecursionError) as error:
            where = (
                f" at line {error.lineno}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
            )
            raise InvalidRequest(f"body: expected JSON, found something else{where}.") from None
        if not isinstance(value, dict):
            raise InvalidRequest(f"body: expected a JSON object, found {kind_of(value)}.")
        return value

    def _body(self) -> bytes:
        encoding = self.header("content-encoding").lower()
        if encoding not in ("", "identity"):
            raise UnsupportedMediaType(
                f"Content-Encoding: expected none, found {printable(encoding)}. Send the body uncompressed."
            )
        length = int(self._environ.get("CONTENT_LENGTH") or 0)
        self._check_size(length, "body")
        body: bytes = self._environ["wsgi.input"].read(length)
        return body

    def _check_size(self, length: int, what: str) -> None:
        if length > self._max_input_bytes:
            raise RequestTooLarge(
                f"The {what} has {length} bytes; max_input_bytes, the limit of this service, is "
                f"{self._max_input_bytes}. Send less text, or smaller images and documents."
            )


def stream_call(request: Request, models: ModelCatalog, limits: MaxTokens) -> ModelCall:
    """`GET /stream?prompt=&model=&system=&max_tokens=` as a call of the model."""
    query = request.query()
    for name in query:
        if name not in _STREAM_PARAMETERS:
            raise InvalidRequest(
                f"{printable(name)}: unknown parameter; there are {', '.join(_STREAM_PARAMETERS)}."
            )
    if not query.get("prompt", "").strip():
        raise InvalidRequest("prompt: expected some text, found none.")
    content = [{"type": "text", "text": query["prompt"]}]
    body: dict[str, Any] = {
        "max_tokens": _query_max_tokens(query.get("max_tokens"), limits),
        "messages": [{"role": "user", "content": content}],
    }
    if query.get("system"):
        body["system"] = query["system"]
    name = query.get("model") or models.default
    return ModelCall(models.resolve(name), bedrock_body(body, ""), stream=True, asked_for=name)


def messages_call(request: Request, models: ModelCatalog, limits: MaxTokens) -> ModelCall:
    """`POST /v1/messages`: the body as it came, less `model` and `stream`, in Bedrock's envelope."""
    body = request.json()
    model_id, name = requested_model(body, models)
    stream = body.pop("stream", False)
    if not isinstance(stream, bool):
        raise InvalidRequest(f"stream: expected true or false, found {kind_of(stream)}.")
    if "max_tokens" in body:
        check_max_tokens(body["max_tokens"], limits.most)
    return ModelCall(model_id, bedrock_body(body, request.header("anthropic-beta")), stream, name)


def count_tokens_call(request: Request, models: ModelCatalog) -> ModelCall:
    """`POST /v1/messages/count_tokens`: as messages, but Bedrock wants a `max_tokens` where Anthropic has none."""
    body = request.json()
    model_id, name = requested_model(body, models)
    body.setdefault("max_tokens", _thinking_budget(body) + 1)
    return ModelCall(model_id, bedrock_body(body, request.header("anthropic-beta")), stream=False, asked_for=name)


def _thinking_budget(body: dict[str, Any]) -> int:
    """What `max_tokens` has to exceed."""
    thinking = body.get("thinking")
    budget = thinking.get("budget_tokens") if isinstance(thinking, dict) else None
    return budget if isinstance(budget, int) else 0


def requested_model(body: dict[str, Any], models: ModelCatalog) -> tuple[str, str]:
    """The Bedrock id of the model that the body names, and that name, which is taken out of the body."""
    name = body.pop("model", models.default)
    if not isinstance(name, str):
        raise InvalidRequest(f"model: expected a string, found {kind_of(name)}.")
    return models.resolve(name), name


def _query_max_tokens(text: str | None, limits: MaxTokens) -> int:
    if text is None:
        return limits.default
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text
    return check_max_tokens(number, limits.most)


def check_max_tokens(value: object, limit: int, name: str = "max_tokens") -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise InvalidRequest(f"{name}: expected a whole number from 1 to {limit}.")
    if value > limit:
        raise InvalidRequest(f"{name}: {value} is over this service's limit of {limit}.")
    return value


def bedrock_body(body: dict[str, Any], beta_header: str) -> bytes:
    """A Messages body, less `model` and `stream`, in Bedrock's envelope."""
    body["anthropic_version"] = _ANTHROPIC_VERSION
    if beta := [value.strip() for value in beta_header.split(",") if value.strip()]:
        body["anthropic_beta"] = beta
    try:
        return json.dumps(body, separators=(",", ":"), allow_nan=False).encode()
    except ValueError:
        raise InvalidRequest("body: a number in it is too large.") from None
    except RecursionError:
        raise InvalidRequest("body: it is nested too deeply.") from None


def _tidy_path(path: str) -> str:
    """Without repeated slashes, and without one at the end: a function URL as AWS prints it ends in one."""
    return re.sub("/{2,}", "/", path).rstrip("/") or "/"


def _deadline(deadline_ms: int | None) -> float:
    """The server's deadline, less the time to say that it has come."""
    if deadline_ms is None:
        return time.monotonic() + _LONGEST_SECONDS
    return time.monotonic() + deadline_ms / 1000 - time.time() - _DEADLINE_MARGIN_SECONDS


def _refuse_constant(name: str) -> None:
    raise ValueError(name)  # NaN and Infinity are Python's, not JSON's


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def printable(name: str) -> str:
    return name[:40].encode("ascii", "backslashreplace").decode()


def kind_of(value: object) -> str:
    kinds = {dict: "an object", list: "an array", str: "a string", bool: "true or false", type(None): "null"}
    return kinds.get(type(value), "a number")
