"""The other sides of our calls to AWS: a recorder, the simulator, and a peer played by hand."""

from collections.abc import Callable, Iterator

import pytest

from emulator.aws.simulator import AwsSimulator
from emulator.background import Background
from emulator.http_server import HttpServer
from tests.asking import model_calls
from tests.contract.aws_calls.asking import opened
from tests.contract.aws_calls.peer import Peer
from tests.contract.aws_calls.recorder import Recorder


@pytest.fixture(autouse=True)
def no_connection_is_left() -> Iterator[None]:
    yield
    while opened:
        opened.pop().endpoint.close()


@pytest.fixture(scope="module")
def recorder(background: Background) -> Iterator[Recorder]:
    recorder = Recorder()
    server = HttpServer(recorder.serve)
    background.run(server.start())
    recorder.url = server.url
    yield recorder
    background.run(server.close())


@pytest.fixture
def attempts(simulator: AwsSimulator) -> Callable[[], int]:
    before = len(model_calls(simulator))
    return lambda: len(model_calls(simulator)) - before


@pytest.fixture
def peer() -> Iterator[Peer]:
    peer = Peer()
    yield peer
    peer.close()
