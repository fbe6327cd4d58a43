"""How our connections to AWS are kept, used again, replaced and closed."""

import socket
import time

import pytest

from claude_stream.bedrock.connection import BrokenConnection, Connection
from claude_stream.bedrock.signing import AwsError
from tests.contract.aws_calls.asking import service, soon
from tests.contract.aws_calls.peer import Peer, answered_on, eventually_accepts, post, request_on, response, waits


def test_a_connection_is_kept_and_used_again(peer: Peer) -> None:
    aws = service(peer.url)
    for number in range(3):
        call = post(aws)
        waits(call.head)
        if number == 0:
            connection = peer.accept()
        request_on(connection)
        connection.sendall(response(b"answer %d" % number))
        assert call.content(soon()) == b"answer %d" % number
        call.close()
    assert peer.no_other_came()


def test_the_network_is_probed_while_a_model_thinks(peer: Peer) -> None:
    call = post(service(peer.url))
    waits(call.head)
    peer.accept()
    connection = call._connection
    assert connection
    assert connection._socket._socket.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    if hasattr(socket, "TCP_KEEPIDLE"):
        assert connection._socket._socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 60
    call.close()


def test_a_connection_of_an_answer_that_was_not_read_to_its_end_is_closed(peer: Peer) -> None:
    aws = service(peer.url)
    call = post(aws)
    waits(call.head)
    connection = peer.accept()
    request_on(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf")
    assert call.head(soon()).status == 200
    assert call.read_some(soon()) == b"half"
    call.close()
    assert connection.recv(1) == b""


def test_an_idle_connection_that_was_closed_is_replaced_unnoticed(peer: Peer) -> None:
    aws = service(peer.url)
    call = post(aws)
    waits(call.head)
    first = peer.accept()
    assert answered_on(first, call, b"one") == b"one"
    first.close()
    time.sleep(0.02)
    call = post(aws)
    waits(call.head)  # shorter than the pause before a second attempt
    assert answered_on(peer.accept(), call, b"two") == b"two"


def test_an_idle_connection_that_is_closed_upon_the_request_is_replaced_unnoticed(peer: Peer) -> None:
    aws = service(peer.url)
    call = post(aws)
    waits(call.head)
    first = peer.accept()
    assert answered_on(first, call, b"one") == b"one"
    call = post(aws)
    waits(call.head)
    request_on(first)
    first.close()
    waits(call.head)  # shorter than the pause before a second attempt
    assert answered_on(peer.accept(), call, b"two") == b"two"


def test_a_fresh_connection_that_breaks_costs_an_attempt(peer: Peer) -> None:
    aws = service(peer.url)
    call = post(aws)
    began = time.monotonic()
    for number in range(3):
        waits(call.head)
        while number and not eventually_accepts(call, peer):
            pass
        connection = peer.accept() if number == 0 else peer._open[-1]
        request_on(connection)
        connection.close()
    with pytest.raises(AwsError) as caught:
        call.head(soon())
    assert caught.value.code == ""
    assert time.monotonic() - began > 0.6
    assert peer.no_other_came()


def test_an_error_that_comes_in_pieces_is_read_to_its_end(peer: Peer) -> None:
    call = post(service(peer.url))
    waits(call.head)
    connection = peer.accept()
    request_on(connection)
    content = b'{"message": "The body is bad."}'
    for piece in (
        b"HTTP/1.1 400 No\r\nx-amzn-Errortype: ValidationException:http://x\r\n",
        b"content-length: 31\r\n\r\n",
    ):
        connection.sendall(piece)
        waits(call.head)
    connection.sendall(content[:10])
    waits(call.head)
    connection.sendall(content[10:])
    with pytest.raises(AwsError) as caught:
        call.head(soon())
    assert (caught.value.status, caught.value.code) == (400, "ValidationException")
    assert caught.value.message == "The body is bad."


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"HTTP/2 200\r\n\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n-5\r\nhello\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nx: " + b"x" * 70_000,
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + b"1" * 70_000,
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n",
        b"",
    ],
)
def test_what_is_not_http_is_a_broken_connection(answer: bytes) -> None:
    ours, theirs = socket.socketpair()
    connection = Connection(ours)
    connection.send("POST", "/", {"host": "x"}, b"")
    theirs.sendall(answer)
    theirs.close()
    with pytest.raises(BrokenConnection):
        read_everything(connection)
    connection.close()


def read_everything(connection: Connection) -> bytes:
    connection.head(soon())
    return b"".join(iter(lambda: connection.read_some(soon()), b""))


def test_two_threads_do_not_share_a_connection(peer: Peer) -> None:
    aws = service(peer.url)
    one, two = post(aws), post(aws)
    for call in (one, two):
        waits(call.head)
    first, second = peer.accept(), peer.accept()
    assert answered_on(second, two, b"second") == b"second"
    assert answered_on(first, one, b"first") == b"first"
