"""Waiting on a socket for a limited time, by the kernel: nothing is lost, and nothing waits for ever."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from claude_stream.bedrock import patient_socket
from claude_stream.bedrock.patient_socket import PatientSocket

SHORT_SECONDS, LONG_SECONDS = 0.001, 0.05


class Ends:
    """The two ends of one connection; `close` closes both."""

    def __init__(self, ours: socket.socket, theirs: socket.socket) -> None:
        self.ours = PatientSocket(ours)
        self.theirs = theirs
        self.theirs.settimeout(60)

    def close(self) -> None:
        self.ours.close()
        self.theirs.close()


@pytest.fixture(params=["plain", "TLS"])
def ends(request: pytest.FixtureRequest, certificate: Path) -> Iterator[Ends]:
    ours, theirs = socket.socketpair()
    if request.param == "TLS":
        ours, theirs = over_tls(ours, theirs, certificate)
    with closing(Ends(ours, theirs)) as ends:
        yield ends


def over_tls(ours: socket.socket, theirs: socket.socket, certificate: Path) -> tuple[socket.socket, socket.socket]:
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate)
    wrapped: list[socket.socket] = []
    thread = threading.Thread(target=lambda: wrapped.append(server.wrap_socket(theirs, server_side=True)))
    thread.start()
    client = ssl.create_default_context(cafile=str(certificate)).wrap_socket(ours, server_hostname="localhost")
    thread.join()
    return client, wrapped[0]


def receive(ours: PatientSocket, count: int) -> bytes:
    """Exactly `count` bytes, or fewer where the other side closes."""
    data = b""
    while len(data) < count:
        piece = ours.receive(LONG_SECONDS)
        if piece == b"":
            break
        data += piece or b""
    return data


@pytest.mark.parametrize("seconds", [0, SHORT_SECONDS, LONG_SECONDS])
def test_a_wait_ends_and_loses_nothing(ends: Ends, seconds: float) -> None:
    for number in range(3):
        assert ends.ours.receive(seconds) is None
        ends.theirs.sendall(b"piece %d" % number)
        assert receive(ends.ours, 7) == b"piece %d" % number


def test_a_record_that_comes_in_halves_is_waited_for(certificate: Path) -> None:
    ours, theirs = socket.socketpair()
    middle, far = socket.socketpair()
    client, server = over_tls_through(ours, theirs, middle, far, certificate)
    with closing(Ends(client, server)) as ends, theirs, middle:
        server.sendall(b"a piece")
        record = middle.recv(65536)
        for half in (record[:3], record[3:9], record[9:]):
            assert ends.ours.receive(LONG_SECONDS) is None
            theirs.sendall(half)
        assert receive(ends.ours, 7) == b"a piece"


def over_tls_through(
    ours: socket.socket, theirs: socket.socket, middle: socket.socket, far: socket.socket, certificate: Path
) -> tuple[socket.socket, socket.socket]:
    """TLS between `ours` and `far`; once it stands, what is sent between `theirs` and `middle` is the test's."""
    done = threading.Event()

    def pass_on(source: socket.socket, sink: socket.socket) -> None:
        source.settimeout(0.01)
        while not done.is_set():
            try:
                sink.sendall(source.recv(65536))
            except TimeoutError:
                continue
        source.settimeout(60)

    threads = [threading.Thread(target=pass_on, args=pair) for pair in ((theirs, middle), (middle, theirs))]
    for thread in threads:
        thread.start()
    try:
        client, server = over_tls(ours, far, certificate)
        # The session's tickets have passed once something behind them has.
        server.sendall(b"!")
        while not client.recv(1):
            pass
    finally:
        done.set()
        for thread in threads:
            thread.join()
    return client, server


def test_the_other_side_closes(ends: Ends) -> None:
    assert ends.ours.receive(LONG_SECONDS) is None
    ends.theirs.close()
    assert receive(ends.ours, 1) == b""


@pytest.mark.parametrize("seconds", [0, SHORT_SECONDS, LONG_SECONDS])
def test_what_is_sent_after_a_wait_arrives_however_long_it_is(ends: Ends, seconds: float) -> None:
    assert ends.ours.receive(seconds) is None
    sent, arrived = b"x" * 5_000_000, bytearray()

    def read() -> None:
        while len(arrived) < len(sent):
            arrived.extend(ends.theirs.recv(65536))

    reader = threading.Timer(0.05, read)  # what is sent fills the connection first
    reader.start()
    ends.ours.send(sent)
    reader.join()
    assert arrived == sent


def test_what_nobody_takes_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patient_socket, "_SEND_SECONDS", 0.05)
    with closing(Ends(*socket.socketpair())) as ends, pytest.raises(OSError):  # noqa: PT011 (BlockingIOError)
        ends.ours.send(b"x" * 5_000_000)


def test_waits_that_are_nearly_the_same_cost_no_call_each() -> None:
    ours, theirs = socket.socketpair()

    class Counted(socket.socket):
        calls = 0

        def setsockopt(self, *arguments: object) -> None:
            Counted.calls += 1
            super().setsockopt(*arguments)  # type: ignore[call-overload]

    with closing(Ends(Counted(fileno=ours.detach()), theirs)) as ends:
        for number in range(10):
            theirs.sendall(b"x")
            assert ends.ours.receive(60 - number) == b"x"
        assert Counted.calls == 2, "one for what is sent, and one for what is received"
        theirs.sendall(b"x")
        assert ends.ours.receive(1) == b"x"
        assert Counted.calls == 3
