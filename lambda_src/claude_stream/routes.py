"""The routes, by path. A route turns a request into a response and leaves all else to the modules below."""

import json
import re
from collections.abc import Callable, Iterable
from functools import cached_property, partial
from typing import TYPE_CHECKING, NamedTuple

from claude_stream import sse
from claude_stream.accounts.accounts import Accounts
from claude_stream.accounts.callers import Caller, Reservation
from claude_stream.answer_stream import AnswerStream
from claude_stream.bedrock.client import Bedrock
from claude_stream.bedrock.signing import Service
from claude_stream.cdn import end_of_silence
from claude_stream.dialects import CHAT_COMPLETIONS, RESPONSES, STREAM, Dialect, anthropic
from claude_stream.errors import MethodNotAllowed, NotFound
from claude_stream.metrics import Record
from claude_stream.model_call import MaxTokens, ModelCall
from claude_stream.models import ModelCatalog
from claude_stream.request import Request
from claude_stream.settings import Settings
from claude_stream.sse import json_bytes

if TYPE_CHECKING:
    from claude_stream.answers.answers import Answers, Keeping

ANSWERS, CANCEL = "/v1/answers/", "/cancel"
_MODEL = "/v1/models/"
_LONGEST_HEADER = 2000  # characters
_UNPRINTABLE = re.compile(r"[^ -~]")
_PROBES = ("/", "/api/hello")  # clients send HEAD to see whether anybody is there, before they send a key


class Response(NamedTuple):
    status: int
    headers: list[tuple[str, str]]
    body: Iterable[bytes]


class Exchange:
    """A request, its dialect and its record; later who asks, and what is reserved for the answer."""

    def __init__(self, request: Request, dialect: Dialect, record: Record, request_id: str) -> None:
        self.request = request
        self.dialect = dialect
        self.record = record
        self.request_id = request_id
        self.caller = Caller("")
        self.reservation: Reservation | None = None


Handler = Callable[[Exchange], Response]


class Routes:
    """The table of paths and methods, and the routes themselves."""

    def __init__(
        self, settings: Settings, models: ModelCatalog, bedrock: Bedrock, accounts: Accounts, table: Service | None
    ) -> None:
        self._settings = settings
        self._max_tokens = MaxTokens(settings.max_tokens_limit, settings.default_max_tokens)
        self._bedrock = bedrock
        self._models = models
        self._accounts = accounts
        self._table: dict[str, dict[str, Handler]] = {
            "/healthz": {"GET": self.health, "HEAD": self.health},
            STREAM: {"GET": self.answer},
            "/v1/messages": {"POST": self.answer},
            "/v1/messages/count_tokens": {"POST": self.count_tokens},
            CHAT_COMPLETIONS: {"POST": self.answer},
            RESPONSES: {"POST": self.answer},
            "/v1/models": {"GET": self.models},
            "/v1/models/{id}": {"GET": self.model},
            "/v1/usage": {"GET": self.usage},
        }
        self._dynamodb = table
        self._keeps = bool(table and settings.keep_answers_minutes)
        if self._keeps:
            self._table["/v1/answers/{id}"] = {"GET": self.follow, "DELETE": self.forget}
            self._table["/v1/answers/{id}/cancel"] = {"POST": self.cancel}

    @staticmethod
    def is_public(request: Request) -> bool:
        return request.path == "/healthz" or _is_probe(request)

    def find(self, exchange: Exchange) -> Handler:
        """The handler; NotFound for the path, MethodNotAllowed for the method."""
        request = exchange.request
        path = "/healthz" if _is_probe(request) else self._template(request.path)
        methods = self._table.get(path)
        if methods is None:
            raise NotFound(self._nothing_at(request.path))
        exchange.record.route = path
        if request.method not in methods:
            raise MethodNotAllowed(request.method, list(methods))
        return methods[request.method]

    @staticmethod
    def _template(path: str) -> str:
        if path.startswith(ANSWERS):
            return f"{ANSWERS}{{id}}{CANCEL if path.endswith(CANCEL) else ''}"
        return "/v1/models/{id}" if path.startswith(_MODEL) else path

    def _nothing_at(self, path: str) -> str:
        """Says whether /v1 is missing in the client's base URL, or is there twice."""
        if path.startswith("/v1/v1/"):
            return "/v1 stands twice in this path: leave it out at the end of the client's base URL."
        if path.startswith(f"{RESPONSES}/"):
            return (
                f"No responses are kept here: there is only POST {RESPONSES}, with the whole conversation as input."
            )
        if self._template(f"/v1{path}") in self._table:
            return f"There is nothing at this path, but at /v1{path}: add /v1 to the client's base URL."
        return f"There is nothing at this path; there are {', '.join(self._table)}."

    def health(self, exchange: Exchange) -> Response:
        return json_response({"status": "ok"})

    def answer(self, exchange: Exchange) -> Response:
        """A prompt's answer, streamed or whole, in whichever dialect it was asked."""
        limits = self._max_tokens.at_most(exchange.caller.max_tokens)
        call = exchange.dialect.read(exchange.request, self._models_for(exchange), limits)
        exchange.record.model = call.model_id
        if not exchange.request.header("x-answer-id"):
            return self._asked(exchange, call)
        if call.stream and self._keeps:
            return self._answers.ask(exchange, call, partial(self._asked, exchange))
        return self._asked(exchange, call.dropping("x-answer-id"))

    def follow(self, exchange: Exchange) -> Response:
        return self._answers.follow(exchange)

    def cancel(self, exchange: Exchange) -> Response:
        return self._answers.cancel(exchange)

    def forget(self, exchange: Exchange) -> Response:
        return self._answers.forget(exchange)

    @cached_property
    def _answers(self) -> "Answers":
        from claude_stream.answers.answers import Answers  # noqa: PLC0415
        from claude_stream.table import Table  # noqa: PLC0415

        assert self._dynamodb is not None
        return Answers(Table(self._dynamodb, self._settings.table_name), self._settings)

    def count_tokens(self, exchange: Exchange) -> Response:
        call = anthropic.read_count(exchange.request, self._models_for(exchange))
        exchange.record.model = call.model_id
        count = self._bedrock.count_tokens(call.model_id, call.body, end_of_silence(exchange.request))
        return json_response({"input_tokens": count}, headers=_dropped(call.dropped))

    def models(self, exchange: Exchange) -> Response:
        return json_response(exchange.dialect.models(self._models_for(exchange), exchange.request))

    def model(self, exchange: Exchange) -> Response:
        name = exchange.request.path.removeprefix(_MODEL)
        return json_response(exchange.dialect.model(self._models_for(exchange), name))

    def usage(self, exchange: Exchange) -> Response:
        return json_response(self._accounts.usage(exchange.caller))

    def _models_for(self, exchange: Exchange) -> ModelCatalog:
        return exchange.caller.models or self._models

    def _asked(self, exchange: Exchange, call: ModelCall, keeping: "Keeping | None" = None) -> Response:
        """The model's answer, which `keeping` keeps."""
        self._accounts.reserve(exchange, call)
        return self._streamed(call, exchange, keeping) if call.stream else self._whole(call, exchange)

    def _whole(self, call: ModelCall, exchange: Exchange) -> Response:
        dropped = [*call.dropped]
        answer = self._bedrock.invoke(call.model_id, call.body, end_of_silence(exchange.request), dropped)
        message = json.loads(answer)
        exchange.record.observe_whole(message)
        body = exchange.dialect.whole(call, answer, message)
        return Response(200, [("content-type", "application/json"), *_dropped(dropped)], [body])

    def _streamed(self, call: ModelCall, exchange: Exchange, keeping: "Keeping | None") -> Response:
        events = self._bedrock.stream(call.model_id, call.body)
        writer = exchange.dialect.writer(call, exchange.request_id)
        answer = AnswerStream(
            keeping.watch(events) if keeping else events,
            writer,
            exchange.record,
            deadline=exchange.request.deadline,
            heartbeat=self._settings.heartbeat_seconds,
        )
        answer.wait_for_first(self._settings.first_event_wait_seconds)
        headers = [*sse.HEADERS, *_dropped([*call.dropped, *events.dropped])]
        return Response(200, headers, keeping.keep(answer, writer.ping) if keeping else answer)


def _dropped(names: Iterable[str]) -> list[tuple[str, str]]:
    """Names that callers made up may hold anything, and be many."""
    told = _UNPRINTABLE.sub("?", ", ".join(names))
    if len(told) > _LONGEST_HEADER:
        told = f"{told[:_LONGEST_HEADER].rpartition(', ')[0]}, ..."
    return [("x-claude-stream-dropped", told)] if told else []


def _is_probe(request: Request) -> bool:
    return request.method == "HEAD" and request.path in _PROBES


def json_response(value: object, status: int = 200, headers: Iterable[tuple[str, str]] = ()) -> Response:
    return Response(status, [("content-type", "application/json"), *headers], [json_bytes(value)])
