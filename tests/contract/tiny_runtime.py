"""A Lambda runtime on bare sockets, well-behaved and not: the request's path names what it does.

The emulator's tests start it in place of lambda_wsgi, so that they say what the Runtime API takes and
refuses whatever our own runtime does. `TINY_INIT` chooses how it comes up.
"""

import base64
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

BASE = "/2018-06-01/runtime"
INTEGRATION = "application/vnd.awslambda.http-integration-response"
TRAILERS = "Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body"
NULS = bytes(8)
ERROR = {"errorType": "TypeError", "errorMessage": "after it began"}
LAST = b"0\r\n\r\n"

Answer = tuple[int, dict[str, str], bytes]


class Connection:
    """One connection to the Runtime API; bytes go out as they are given."""

    def __init__(self) -> None:
        host, port = os.environ["AWS_LAMBDA_RUNTIME_API"].split(":")
        self._socket = socket.create_connection((host, int(port)))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._file = self._socket.makefile("rb")

    def send(self, raw: bytes) -> None:
        self._socket.sendall(raw)

    def answer(self) -> Answer:
        status = int(self._file.readline().split()[1])
        headers = {}
        while line := self._file.readline().strip().decode():
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        return status, headers, self._file.read(int(headers["content-length"]))

    def post(self, path: str, body: bytes, *headers: str) -> Answer:
        lines = [f"POST {BASE}{path} HTTP/1.1", "Host: runtime", f"Content-Length: {len(body)}", *headers]
        self.send("\r\n".join([*lines, "", ""]).encode() + body)
        return self.answer()

    def send_poll(self) -> None:
        self.send(f"GET {BASE}/invocation/next HTTP/1.1\r\nHost: runtime\r\n\r\n".encode())

    def poll(self) -> tuple[str, dict[str, Any]]:
        self.send_poll()
        status, headers, body = self.answer()
        assert status == 200, body
        return headers["lambda-runtime-aws-request-id"], {**json.loads(body), "runtime_headers": headers}

    def close(self) -> None:
        self._file.close()
        self._socket.close()


class Response:
    """A streamed response to one invocation."""

    def __init__(self, request_id: str, content_type: str = INTEGRATION, trailers: str = TRAILERS) -> None:
        self.connection = Connection()
        lines = [
            f"POST {BASE}/invocation/{request_id}/response HTTP/1.1",
            "Host: runtime",
            "Lambda-Runtime-Function-Response-Mode: streaming",
            f"Content-Type: {content_type}",
            "Transfer-Encoding: chunked",
            *([f"Trailer: {trailers}"] if trailers else []),
        ]
        self.connection.send("\r\n".join([*lines, "", ""]).encode())

    def prelude(self, **prelude: Any) -> "Response":
        return self.chunk(json.dumps({"statusCode": 200, **prelude}).encode() + NULS)

    def chunk(self, data: bytes) -> "Response":
        self.connection.send(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        return self

    def end(self, error: dict[str, str] | None = None) -> Answer:
        self.connection.send(b"0\r\n" + error_trailers(error) + b"\r\n" if error else LAST)
        answer = self.connection.answer()
        self.connection.close()
        return answer


def error_trailers(error: dict[str, str]) -> bytes:
    body = base64.b64encode(json.dumps(error).encode()).decode()
    lines = [
        f"Lambda-Runtime-Function-Error-Type: {error['errorType']}",
        f"Lambda-Runtime-Function-Error-Body: {body}",
    ]
    return "".join(f"{line}\r\n" for line in lines).encode()


def say(line: object) -> None:
    print(line, flush=True)


# --- what a request can ask for: a function's name is the request's path ---

Event = dict[str, Any]
behaviours: dict[str, Callable[[str, Event], None]] = {}


def behaviour(act: Callable[[str, Event], None]) -> Callable[[str, Event], None]:
    behaviours[act.__name__] = act
    return act


@behaviour
def echo(request_id: str, event: Event) -> None:
    """The event and the process, as JSON."""
    seen = {"event": event, "environ": dict(os.environ), "cwd": os.getcwd(), "argv": sys.argv, "pid": os.getpid()}
    Response(request_id).prelude().chunk(json.dumps(seen).encode()).end()


@behaviour
def pieces(request_id: str, event: Event) -> None:
    """Three pieces, numbered; each but the first waits for a file of its number in the query's folder."""
    response = Response(request_id).prelude(headers={"content-type": "text/event-stream"})
    for number in range(3):
        while number and not os.path.exists(f"{event['queryStringParameters']['gates']}/{number}"):
            time.sleep(0.005)
        response.chunk(b"%d" % number)
    response.end()


@behaviour
def answers(request_id: str, event: Event) -> None:
    """The prelude that the request's body spells out, then `hello`."""
    Response(request_id).prelude(**json.loads(event["body"])).chunk(b"hello").end()


@behaviour
def byte_by_byte(request_id: str, event: Event) -> None:
    response = Response(request_id)
    for byte in b'{"statusCode":201,"headers":{"x-one":"1"}}' + NULS + NULS + b"body":
        response.chunk(bytes([byte]))
    response.end()


@behaviour
def all_at_once(request_id: str, event: Event) -> None:
    head = b'{"statusCode":201,"headers":{"x-one":"1"}}'
    Response(request_id).chunk(head + NULS + NULS + b"body").end()


@behaviour
def no_prelude(request_id: str, event: Event) -> None:
    Response(request_id, "application/octet-stream").chunk(b"as it is").end()


@behaviour
def buffered(request_id: str, event: Event) -> None:
    Connection().post(f"/invocation/{request_id}/response", event["body"].encode())


@behaviour
def node(request_id: str, event: Event) -> None:
    """What the official Node.js client sends, byte for byte but for the id."""
    respond_like_node(request_id, INTEGRATION, NODE_FIRST_EVENT, NODE_SECOND_EVENT, LAST)


@behaviour
def node_throws_before(request_id: str, event: Event) -> None:
    respond_like_node(request_id, "application/octet-stream", b"0\r\n" + error_trailers(ERROR) + b"\r\n")


@behaviour
def node_throws_after(request_id: str, event: Event) -> None:
    end = b"0\r\n" + error_trailers(ERROR) + b"\r\n"
    respond_like_node(request_id, INTEGRATION, NODE_FIRST_EVENT, NODE_SECOND_EVENT, end)


NODE_FIRST_EVENT = (
    b"67\r\n"
    b'{"statusCode":201,"headers":{"Content-Type":"text/event-stream","X-One":"1"},"cookies":["a=b; Path=/"]}\r\n'
    b"8\r\n\x00\x00\x00\x00\x00\x00\x00\x00\r\n"
    b'd\r\ndata: "\xe4\xbd\xa0"\n\n\r\n'
)
NODE_SECOND_EVENT = b'd\r\ndata: "\xe5\xa5\xbd"\n\n\r\n'


def respond_like_node(request_id: str, content_type: str, *bodies: bytes) -> None:
    connection = Connection()
    head = (
        f"POST /2018-06-01/runtime/invocation/{request_id}/response HTTP/1.1\r\n"
        "Lambda-Runtime-Function-Response-Mode: streaming\r\n"
        "Trailer: Lambda-Runtime-Function-Error-Type\r\n"
        "Trailer: Lambda-Runtime-Function-Error-Body\r\n"
        f"Content-Type: {content_type}\r\n"
        "Host: 127.0.0.1:9910\r\n"
        "Connection: keep-alive\r\n"
        "Transfer-Encoding: chunked\r\n"
        "\r\n"
    )
    connection.send(head.encode())
    for body in bodies:
        connection.send(body)
        time.sleep(0.02)
    say(connection.answer()[::2])


@behaviour
def slow(request_id: str, event: Event) -> None:
    """A second and a half of pieces; says so when it has sent them all."""
    response = Response(request_id).prelude()
    for number in range(10):
        response.chunk(f"{number}\n".encode())
        time.sleep(float(event.get("queryStringParameters", {}).get("pause", "0.15")))
    response.end()
    say(f"sent all of {request_id}")


@behaviour
def held(request_id: str, event: Event) -> None:
    """Begins its response, and ends it once the file that the query names is there."""
    response = Response(request_id).prelude()
    response.chunk(b"begun")
    release = event["queryStringParameters"]["until"]
    while not os.path.exists(release):
        time.sleep(0.005)
    response.end()


@behaviour
def hangs(request_id: str, event: Event) -> None:
    time.sleep(60)


@behaviour
def hangs_midway(request_id: str, event: Event) -> None:
    response = Response(request_id).prelude().chunk(b"begun")
    time.sleep(60)
    response.end()


@behaviour
def fails(request_id: str, event: Event) -> None:
    Connection().post(f"/invocation/{request_id}/error", json.dumps(ERROR).encode())


@behaviour
def fails_midway(request_id: str, event: Event) -> None:
    Response(request_id).prelude().chunk(b"begun").end(error=ERROR)


@behaviour
def fails_as(request_id: str, event: Event) -> None:
    """Names its error in the header as the query says."""
    error_type = f"Lambda-Runtime-Function-Error-Type: {event['queryStringParameters']['type']}"
    Connection().post(f"/invocation/{request_id}/error", json.dumps(ERROR).encode(), error_type)


@behaviour
def fails_midway_as(request_id: str, event: Event) -> None:
    error = {**ERROR, "errorType": event["queryStringParameters"]["type"]}
    Response(request_id).prelude().chunk(b"begun").end(error=error)


@behaviour
def crashes(request_id: str, event: Event) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@behaviour
def crashes_midway(request_id: str, event: Event) -> None:
    Response(request_id).prelude().chunk(b"begun")
    os.kill(os.getpid(), signal.SIGKILL)


@behaviour
def exits_afterwards(request_id: str, event: Event) -> None:
    Response(request_id).prelude().chunk(b"goodbye").end()
    os._exit(0)


@behaviour
def gives_up_a_poll(request_id: str, event: Event) -> None:
    Response(request_id).prelude().end()
    connection = Connection()
    connection.send_poll()
    time.sleep(0.05)
    connection.close()
    time.sleep(0.05)
    say("gave up")


@behaviour
def sends_much_and_exits(request_id: str, event: Event) -> None:
    response = Response(request_id).prelude()
    for _ in range(200):
        response.chunk(b"x" * 10_000)
    response.connection.send(LAST)
    os._exit(0)


@behaviour
def logs(request_id: str, event: Event) -> None:
    """Writes the request's body to its log."""
    say(event["body"])
    Response(request_id).prelude().end()


@behaviour
def says_goodbye(request_id: str, event: Event) -> None:
    """Its last words come with the SIGTERM that ends it."""

    def leave(number: int, frame: object) -> None:
        say("goodbye")
        os._exit(0)

    signal.signal(signal.SIGTERM, leave)
    Response(request_id).prelude().end()


@behaviour
def meets(request_id: str, event: Event) -> None:
    """Answers once as many invocations are here as the environment takes at once."""
    everyone.wait(timeout=60)
    Response(request_id).prelude().chunk(str(os.getpid()).encode()).end()


@behaviour
def leaves_a_child(request_id: str, event: Event) -> None:
    """A grandchild that ignores SIGTERM, and a process that does so too."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    child = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(60)"])
    Response(request_id).prelude().chunk(f"{os.getpid()} {child.pid}".encode()).end()


# --- what the Runtime API forbids: each says how it was answered, then ends well if it still can ---


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


# --- the loop ---

concurrency = int(os.environ.get("AWS_LAMBDA_MAX_CONCURRENCY", "1"))
everyone = threading.Barrier(concurrency)


def serve() -> None:
    connection = Connection()
    while True:
        request_id, event = connection.poll()
        behaviours[unquote(event["rawPath"]).strip("/")](request_id, event)


def main() -> None:
    init = os.environ.get("TINY_INIT", "")
    if init == "error":
        error = {"errorType": "SettingsError", "errorMessage": "DEFAULT_MODEL is missing"}
        error_type = f"Lambda-Runtime-Function-Error-Type: {os.environ['TINY_ERROR_TYPE']}"
        say_answer(Connection().post("/init/error", json.dumps(error).encode(), error_type))
        sys.exit(1)
    if init == "exit":
        sys.exit(3)
    if init == "hang":
        time.sleep(60)
    for _ in range(concurrency - 1):
        threading.Thread(target=serve, daemon=True).start()
    serve()


if __name__ == "__main__":
    main()
