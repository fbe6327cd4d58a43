"""Acts that the Runtime API forbids: each logs the answer, then ends its invocation properly if it still can."""

import json
import time

from tests.contract.tiny_runtime.behaviour import Event, behaviour, say
from tests.contract.tiny_runtime.runtime_api import ERROR, NULS, Answer, Connection, Response


def say_answer(answer: Answer) -> None:
    say(f"answered {answer[0]} {json.loads(answer[2]).get('errorType')}")


@behaviour
def unknown_id(request_id: str, event: Event) -> None:
    say_answer(Response("no-such-id").prelude().end())
    Response(request_id).prelude().end()


@behaviour
def two_responses(request_id: str, event: Event) -> None:
    Response(request_id).prelude().chunk(b"the first").end()
    say_answer(Response(request_id).prelude().chunk(b"the second").end())


@behaviour
def two_responses_at_once(request_id: str, event: Event) -> None:
    first = Response(request_id).prelude().chunk(b"the ")
    time.sleep(0.05)
    say_answer(Response(request_id).prelude().chunk(b"second").end())
    first.chunk(b"first").end()


@behaviour
def error_after_response_began(request_id: str, event: Event) -> None:
    response = Response(request_id).prelude().chunk(b"begun")
    time.sleep(0.05)
    say_answer(Connection().post(f"/invocation/{request_id}/error", json.dumps(ERROR).encode()))
    response.end()


@behaviour
def trailer_undeclared(request_id: str, event: Event) -> None:
    say_answer(Response(request_id, trailers="").prelude().end())


@behaviour
def nuls_missing(request_id: str, event: Event) -> None:
    say_answer(Response(request_id).chunk(b'{"statusCode":200}').chunk(b"body").end())


@behaviour
def prelude_missing(request_id: str, event: Event) -> None:
    say_answer(Response(request_id).chunk(b"x" * 70_000).end())


@behaviour
def prelude_not_json(request_id: str, event: Event) -> None:
    say_answer(Response(request_id).chunk(b"{statusCode}" + NULS).end())


@behaviour
def trailer_not_base64(request_id: str, event: Event) -> None:
    response = Response(request_id).prelude().chunk(b"begun").connection
    response.send(b"0\r\nLambda-Runtime-Function-Error-Type: A\r\nLambda-Runtime-Function-Error-Body: {}\r\n\r\n")
    say_answer(response.answer())


@behaviour
def chunks_malformed(request_id: str, event: Event) -> None:
    response = Response(request_id).prelude().connection
    response.send(b"not a size\r\n")
    say_answer(response.answer())


@behaviour
def mode_unknown(request_id: str, event: Event) -> None:
    mode = "Lambda-Runtime-Function-Response-Mode: trickling"
    say_answer(Connection().post(f"/invocation/{request_id}/response", b"{}", mode))


@behaviour
def polls_too_early(request_id: str, event: Event) -> None:
    response = Response(request_id).prelude().chunk(b"begun")
    second = Connection()
    second.send_poll()
    say_answer(second.answer())
    response.end()


@behaviour
def polls_twice(request_id: str, event: Event) -> None:
    Response(request_id).prelude().end()
    first, second = Connection(), Connection()
    first.send_poll()
    time.sleep(0.05)
    second.send_poll()
    first.close()
    time.sleep(0.05)
    say_answer(second.answer())


@behaviour
def error_not_json(request_id: str, event: Event) -> None:
    say_answer(Connection().post(f"/invocation/{request_id}/error", b"it broke"))


@behaviour
def init_error_too_late(request_id: str, event: Event) -> None:
    say_answer(Connection().post("/init/error", json.dumps(ERROR).encode()))
    Response(request_id).prelude().end()


@behaviour
def no_such_route(request_id: str, event: Event) -> None:
    say_answer(Connection().post(f"/invocation/{request_id}/reply", b""))
    Response(request_id).prelude().end()
