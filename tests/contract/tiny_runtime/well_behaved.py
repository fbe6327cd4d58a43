"""What Lambda allows: answers of every kind, failures, crashes, silence."""

import json
import os
import signal
import subprocess
import sys
import time

from tests.contract.tiny_runtime.behaviour import Event, behaviour, everyone, say
from tests.contract.tiny_runtime.runtime_api import ERROR, LAST, NULS, Connection, Response


@behaviour
def echo(request_id: str, event: Event) -> None:
    """Answers the event and the process, as JSON."""
    seen = {"event": event, "environ": dict(os.environ), "cwd": os.getcwd(), "argv": sys.argv, "pid": os.getpid()}
    Response(request_id).prelude().chunk(json.dumps(seen).encode()).end()


@behaviour
def pieces(request_id: str, event: Event) -> None:
    """Sends three numbered pieces; each but the first waits for a file of its number in the query's folder."""
    response = Response(request_id).prelude(headers={"content-type": "text/event-stream"})
    for number in range(3):
        while number and not os.path.exists(f"{event['queryStringParameters']['gates']}/{number}"):
            time.sleep(0.005)
        response.chunk(b"%d" % number)
    response.end()


@behaviour
def answers(request_id: str, event: Event) -> None:
    """Sends the prelude that the request's body spells out, then `hello`."""
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
def slow(request_id: str, event: Event) -> None:
    """Sends pieces for a second and a half, and logs when it has sent them all."""
    response = Response(request_id).prelude()
    for number in range(10):
        response.chunk(f"{number}\n".encode())
        time.sleep(float(event.get("queryStringParameters", {}).get("pause", "0.15")))
    response.end()
    say(f"sent all of {request_id}")


@behaviour
def waits(request_id: str, event: Event) -> None:
    """Begins its response, and ends it once the file that the query names exists."""
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
    """Writes its last log line at the SIGTERM that ends it."""

    def leave(number: int, frame: object) -> None:
        say("goodbye")
        os._exit(0)

    signal.signal(signal.SIGTERM, leave)
    Response(request_id).prelude().end()


@behaviour
def meets(request_id: str, event: Event) -> None:
    """Answers once the environment has as many invocations as it takes at once."""
    everyone.wait(timeout=60)
    Response(request_id).prelude().chunk(str(os.getpid()).encode()).end()


@behaviour
def leaves_a_child(request_id: str, event: Event) -> None:
    """Starts a child that ignores SIGTERM, and ignores it too."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    child = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(60)"])
    Response(request_id).prelude().chunk(f"{os.getpid()} {child.pid}".encode()).end()
