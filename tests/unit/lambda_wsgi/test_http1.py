"""http1.py: requests and responses over one connection, whatever frames the response and wherever it breaks off."""

import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from lambda_wsgi.http1 import Connection, Response, head

REQUEST = head("GET / HTTP/1.1", ("Host", "here"))
SIZED = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-One: 1\r\n\r\nhello"
CHUNKED_HEAD = b"HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n"
CHUNKED = CHUNKED_HEAD + b"2\r\nhe\r\n3;name=value\r\nllo\r\n0\r\nX-Trailer: t\r\n\r\n"
TO_THE_END = b"HTTP/1.1 200 OK\r\n\r\nhello"

Serve = Callable[..., Connection]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Answers the requests of each connection in turn, with its list of answers, then closes it."""
    opened: list[Connection] = []
    threads: list[threading.Thread] = []

    def start(*connections: list[bytes]) -> Connection:
        listener = socket.create_server(("127.0.0.1", 0))

        def answer() -> None:
            with listener:
                for answers in connections:
                    peer, _ = listener.accept()
                    with peer:
                        for each in answers:
                            assert peer.recv(65536) == REQUEST
                            peer.sendall(each)

        threads.append(threading.Thread(target=answer))
        threads[-1].start()
        opened.append(Connection(f"127.0.0.1:{listener.getsockname()[1]}"))
        return opened[-1]

    yield start
    for connection in opened:
        connection.close()
    for thread in threads:
        thread.join()


def ask(connection: Connection) -> Response:
    connection.send(REQUEST)
    return connection.response()


def test_a_head_is_as_the_protocol_has_it() -> None:
    assert REQUEST == b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"


@pytest.mark.parametrize("answer", [SIZED, CHUNKED, TO_THE_END, b"HTTP/1.1 100 Continue\r\n\r\n" + SIZED])
def test_a_body_is_read_to_its_end(serve: Serve, answer: bytes) -> None:
    response = ask(serve([answer]))
    assert (response.status, response.body) == (200, b"hello")


def test_names_of_headers_have_no_case(serve: Serve) -> None:
    assert ask(serve([SIZED])).headers["x-one"] == "1"


def test_a_connection_serves_one_request_after_the_other(serve: Serve) -> None:
    connection = serve([SIZED, CHUNKED, SIZED])
    assert [ask(connection).body for _ in range(3)] == [b"hello"] * 3


def test_where_the_other_side_closes_the_next_request_has_a_new_connection(serve: Serve) -> None:
    connection = serve([SIZED.replace(b"X-One: 1", b"Connection: close")], [SIZED])
    assert [ask(connection).body for _ in range(2)] == [b"hello"] * 2


@pytest.mark.parametrize("answer", [SIZED, CHUNKED], ids=["sized", "chunked"])
def test_an_answer_that_breaks_off_is_an_error_wherever_it_does(serve: Serve, answer: bytes) -> None:
    for end in range(len(answer)):
        with pytest.raises(ConnectionError, match="closed before"):
            ask(serve([answer[:end]]))


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0\r\n\r\n",
        b"HTTP/1.1\r\n\r\n",
        b"HTTP/1.1 two OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nmany\r\n",
    ],
)
def test_what_is_not_http_is_an_error(serve: Serve, answer: bytes) -> None:
    with pytest.raises(ConnectionError, match=r"not HTTP/1\.1"):
        ask(serve([answer]))
