"""Which path answers what. A route turns a request into a response and leaves all else to the modules below."""

import json
import time
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from claude_stream import sse
from claude_stream.answer_stream import AnswerStream, Format, MessagesFormat, TextFormat
from claude_stream.bedrock.client import Bedrock
from claude_stream.errors import MethodNotAllowed, NotFound
from claude_stream.metrics import Record
from claude_stream.models import ModelCatalog
from claude_stream.request import (
    CHAT_COMPLETIONS,
    MaxTokens,
    ModelCall,
    Request,
    count_tokens_call,
    messages_call,
    stream_call,
)
from claude_stream.settings import Settings
from claude_stream.sse import json_bytes

_MODEL = "/v1/models/"
_PROBES = ("/", "/api/hello")  # clients look with HEAD whether anybody is there, before they have sent a key


class Response(NamedTuple):
    status: int
    headers: list[tuple[str, str]]
    body: Iterable[bytes]


Handler = Callable[[Request, Record], Response]


class Routes:
    """The table of paths and methods, and the routes themselves."""

    def __init__(self, settings: Settings, bedrock: Bedrock) -> None:
        self._settings = settings
        self._max_tokens = MaxTokens(settings.max_tokens_limit, settings.default_max_tokens)
        self._bedrock = bedrock
        self._models = ModelCatalog(settings.allowed_models)
        self._table: dict[str, dict[str, Handler]] = {
            "/healthz": {"GET": self.health, "HEAD": self.health},
            "/stream": {"GET": self.stream},
            "/v1/messages": {"POST": self.messages},
            "/v1/messages/count_tokens": {"POST": self.count_tokens},
            CHAT_COMPLETIONS: {"POST": self.chat_completions},
            "/v1/models": {"GET": self.models},
            "/v1/models/{id}": {"GET": self.model},
        }

    @staticmethod
    def is_public(request: Request) -> bool:
        return request.path == "/healthz" or _is_probe(request)

    def find(self, request: Request, record: Record) -> Handler:
        """The handler; NotFound for the path, MethodNotAllowed for the method."""
        path = "/healthz" if _is_probe(request) else self._template(request.path)
        methods = self._table.get(path)
        if methods is None:
            raise NotFound(self._nothing_at(request.path))
        record.route = path
        if request.method not in methods:
            raise MethodNotAllowed(request.method, list(methods))
        return methods[request.method]

    @staticmethod
    def _template(path: str) -> str:
        return "/v1/models/{id}" if path.startswith(_MODEL) else path

    def _nothing_at(self, path: str) -> str:
        """Clients put /v1 behind their base URL, or they don't: say which of the two went wrong."""
        if path.startswith("/v1/v1/"):
            return "/v1 stands twice in this path: leave it out at the end of the client's base URL."
        if self._template(f"/v1{path}") in self._table:
            return f"There is nothing at this path, but at /v1{path}: add /v1 to the client's base URL."
        return f"There is nothing at this path; there are {', '.join(self._table)}."

    def health(self, request: Request, record: Record) -> Response:
        return json_response({"status": "ok"})

    def stream(self, request: Request, record: Record) -> Response:
        call = stream_call(request, self._models, self._max_tokens)
        return self._streamed(call, TextFormat(), request, record)

    def messages(self, request: Request, record: Record) -> Response:
        call = messages_call(request, self._models, self._max_tokens)
        if call.stream:
            return self._streamed(call, MessagesFormat(), request, record)
        answer, _ = self._whole(call, request, record)
        return Response(200, [("content-type", "application/json")], [answer])

    def chat_completions(self, request: Request, record: Record) -> Response:
        # Imported for those who ask for it: nobody else's start pays for a second API.
        from claude_stream.dialects.openai_chat import answers as openai_chat  # noqa: PLC0415
        from claude_stream.dialects.openai_chat import request as openai_request  # noqa: PLC0415

        call, include_usage = openai_request.chat_call(request, self._models, self._max_tokens)
        created = int(time.time())
        if call.stream:
            form = openai_chat.ChatFormat(created, call.asked_for, include_usage)
            return self._streamed(call, form, request, record)
        _, message = self._whole(call, request, record)
        return json_response(openai_chat.completion(message, created, call.asked_for))

    def count_tokens(self, request: Request, record: Record) -> Response:
        call = count_tokens_call(request, self._models)
        record.model = call.model_id
        count = self._bedrock.count_tokens(call.model_id, call.body, request.deadline)
        return json_response({"input_tokens": count})

    def models(self, request: Request, record: Record) -> Response:
        if request.speaks_openai:
            from claude_stream.dialects.openai_chat import answers as openai_chat  # noqa: PLC0415

            return json_response(openai_chat.models(self._models.names))
        return json_response(self._models.page(request.query()))

    def model(self, request: Request, record: Record) -> Response:
        name = request.path.removeprefix(_MODEL)
        model = self._models.describe(name)
        if request.speaks_openai:
            from claude_stream.dialects.openai_chat import answers as openai_chat  # noqa: PLC0415

            return json_response(openai_chat.model(name))
        return json_response(model)

    def _whole(self, call: ModelCall, request: Request, record: Record) -> tuple[bytes, dict[str, Any]]:
        """The whole answer, as it came and decoded."""
        record.model = call.model_id
        answer = self._bedrock.invoke(call.model_id, call.body, request.deadline)
        message: dict[str, Any] = json.loads(answer)
        record.observe_whole(message)
        return answer, message

    def _streamed(self, call: ModelCall, form: Format, request: Request, record: Record) -> Response:
        record.model = call.model_id
        answer = AnswerStream(
            self._bedrock.stream(call.model_id, call.body),
            form,
            record,
            deadline=request.deadline,
            heartbeat=self._settings.heartbeat_seconds,
        )
        answer.wait_for_first(self._settings.first_event_wait_seconds)
        return Response(200, [("content-type", sse.CONTENT_TYPE), ("x-accel-buffering", "no")], answer)


def _is_probe(request: Request) -> bool:
    return request.method == "HEAD" and request.path in _PROBES


def json_response(value: object, status: int = 200, headers: Iterable[tuple[str, str]] = ()) -> Response:
    return Response(status, [("content-type", "application/json"), *headers], [json_bytes(value)])
