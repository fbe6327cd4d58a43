"""Answers by their ids: asked once however often they are asked for, followed, cancelled and forgotten."""

import hashlib
import json
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from claude_stream import sse
from claude_stream.answer_stream import AnswerStream
from claude_stream.answers.follower import POLL_SECONDS, UNREADABLE, Follower, error_event
from claude_stream.answers.keeper import Keeper
from claude_stream.answers.kept_answer import Cancelled, KeptAnswer, WatchedEvents
from claude_stream.answers.log import AnswerLog, Head, Part
from claude_stream.bedrock.event_stream import EventStream
from claude_stream.dialects import Dialect, dialect_at
from claude_stream.errors import Conflicting, InvalidRequest, NotFound, Unavailable
from claude_stream.model_call import ModelCall
from claude_stream.request import Request
from claude_stream.routes import ANSWERS, CANCEL, Exchange, Response, json_response
from claude_stream.settings import Settings
from claude_stream.table import Table, TableUnavailable

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_END_SECONDS = 1.0  # of the two that are left after a request's deadline
_CANCEL_SECONDS = 5.0


class Keeping:
    """One answer while it is made: `watch` its events, `keep` what is written of them."""

    def __init__(self, log: AnswerLog, head: Head, deadline: float) -> None:
        self._keeper = Keeper(log, head, deadline + _END_SECONDS)

    def watch(self, events: EventStream) -> WatchedEvents:
        self._events = WatchedEvents(events, self._keeper)
        return self._events

    def keep(self, stream: AnswerStream, ping: bytes) -> KeptAnswer:
        return KeptAnswer(stream, ping, self._events, self._keeper)

    def end(self, error: bytes) -> None:
        """It was cancelled before it began, and asking again changes nothing."""
        self._keeper.add(error)
        self._keeper.end("cancelled", {})


class Answers:
    """The answers of all keys. Shared by threads."""

    def __init__(self, table: Table, settings: Settings) -> None:
        self._table = table
        self._keep_seconds = settings.keep_answers_minutes * 60
        self._heartbeat = settings.heartbeat_seconds

    def ask(
        self, exchange: Exchange, call: ModelCall, stream: Callable[[ModelCall, Keeping | None], Response]
    ) -> Response:
        """The answer that `stream` makes, or the one that is kept under the request's id."""
        request = exchange.request
        log = self._log(exchange, request.header("x-answer-id"), "x-answer-id")
        head = Head(os.urandom(6).hex(), request.path, _fingerprint(call), int(time.time()) + self._keep_seconds)
        try:
            found = log.claim(head)
        except TableUnavailable:
            return stream(call.dropping("x-answer-id"), None)  # the answer matters more than its keeping
        if found.run != head.run:
            if (found.path, found.asked) != (head.path, head.asked):
                raise Conflicting("another request has this id; use a new one for each.", field="x-answer-id")
            return self._follow(exchange, log, found, exchange.dialect)
        keeping = Keeping(log, head, request.deadline)
        try:
            return stream(call, keeping)
        except Cancelled as error:
            keeping.end(error_event(exchange.dialect.error(error, exchange.request_id)))
            raise
        except BaseException:
            _forget(log)  # nothing was answered: the same can be asked again
            raise

    def follow(self, exchange: Exchange) -> Response:
        """`GET /v1/answers/{id}`: the events after number `after`, or `Last-Event-ID`."""
        log, head = self._find(exchange)
        return self._follow(exchange, log, head, dialect_at(head.path))

    def cancel(self, exchange: Exchange) -> Response:
        """`POST /v1/answers/{id}/cancel`: says how the answer has ended, once it has."""
        log, head = self._find(exchange)
        with _reading():
            last = _stop(log, head)
        return _json(exchange, last.state or "cancelling", usage=json.loads(last.usage or "null"))

    def forget(self, exchange: Exchange) -> Response:
        """`DELETE /v1/answers/{id}`. An answer that is being written is cancelled first."""
        log, head = self._find(exchange)
        with _reading():
            _stop(log, head)
            log.forget()
        return _json(exchange, "deleted")

    def _follow(self, exchange: Exchange, log: AnswerLog, head: Head, dialect: Dialect) -> Response:
        request = exchange.request
        body = Follower(
            log,
            head,
            dialect,
            after=_after(request),
            deadline=request.deadline,
            heartbeat=self._heartbeat,
            request_id=exchange.request_id,
        )
        return Response(200, list(sse.HEADERS), body)

    def _find(self, exchange: Exchange) -> tuple[AnswerLog, Head]:
        log = self._log(exchange, _id_in(exchange.request.path), "id")
        with _reading():
            head = log.head()
        if head is None:
            minutes = self._keep_seconds // 60
            raise NotFound(f"No answer of this key has this id; each is kept for {minutes} minutes.")
        return log, head

    def _log(self, exchange: Exchange, answer_id: str, field: str) -> AnswerLog:
        if not _UUID.fullmatch(answer_id.lower()):
            raise InvalidRequest("expected a UUID, such as 0f8fad5b-d9cb-469f-a165-70867728950e.", field=field)
        return AnswerLog(self._table, exchange.caller.name, answer_id.lower())


def _stop(log: AnswerLog, head: Head) -> Part:
    """Puts a wish to stop in the writer's way; the answer's last part, or what there is after some seconds."""
    last = log.last(head)
    until = time.monotonic() + _CANCEL_SECONDS
    if not (last.state or last.stop):
        wish = Part(last.number + 1, 0.0, stop=True)
        while found := log.write(head, wish):  # the writer was faster
            if found.state:
                return found
            wish = wish._replace(number=wish.number + 1)
        last = wish
    while not last.state and time.monotonic() < until:
        time.sleep(POLL_SECONDS)
        last = [last, *log.parts(head, last.number)][-1]
    return last


def _forget(log: AnswerLog) -> None:
    with suppress(TableUnavailable):  # then it expires
        log.forget()


def _fingerprint(call: ModelCall) -> str:
    """Of all that an answer's events depend on."""
    asked = repr((call.model_id, call.asked_for, call.include_usage)).encode() + call.body
    return hashlib.sha256(asked).hexdigest()


def _id_in(path: str) -> str:
    return path.removeprefix(ANSWERS).removesuffix(CANCEL)


def _after(request: Request) -> int:
    text = request.query().get("after") if request.path.startswith(ANSWERS) else None
    text = text or request.header("last-event-id") or "0"
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise InvalidRequest("expected the number of an event.", field="after")
    return int(text)


def _json(exchange: Exchange, state: str, **more: object) -> Response:
    return json_response({"id": _id_in(exchange.request.path), "type": "answer", "state": state, **more})


@contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except TableUnavailable as error:
        raise Unavailable(UNREADABLE, retry_after=error.retry_after) from error
