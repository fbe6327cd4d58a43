"""What the official Node.js client sends, byte for byte except for the id."""

import time

from tests.contract.tiny_runtime.behaviour import Event, behaviour, say
from tests.contract.tiny_runtime.runtime_api import ERROR, INTEGRATION, LAST, Connection, error_trailers

NODE_FIRST_EVENT = (
    b"67\r\n"
    b'{"statusCode":201,"headers":{"Content-Type":"text/event-stream","X-One":"1"},"cookies":["a=b; Path=/"]}\r\n'
    b"8\r\n\x00\x00\x00\x00\x00\x00\x00\x00\r\n"
    b'd\r\ndata: "\xe4\xbd\xa0"\n\n\r\n'
)
NODE_SECOND_EVENT = b'd\r\ndata: "\xe5\xa5\xbd"\n\n\r\n'


@behaviour
def node(request_id: str, event: Event) -> None:
    respond_like_node(request_id, INTEGRATION, NODE_FIRST_EVENT, NODE_SECOND_EVENT, LAST)


@behaviour
def node_throws_before(request_id: str, event: Event) -> None:
    respond_like_node(request_id, "application/octet-stream", b"0\r\n" + error_trailers(ERROR) + b"\r\n")


@behaviour
def node_throws_after(request_id: str, event: Event) -> None:
    end = b"0\r\n" + error_trailers(ERROR) + b"\r\n"
    respond_like_node(request_id, INTEGRATION, NODE_FIRST_EVENT, NODE_SECOND_EVENT, end)


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
