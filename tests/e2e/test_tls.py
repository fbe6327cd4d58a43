"""In AWS every call goes over TLS: the function behind a TLS endpoint in front of the simulator."""

import asyncio
import contextlib
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.background import Background
from tests.conftest import Deploy, Deployment


class TlsFront:
    """Terminates TLS on a loopback port and passes the bytes on to `target`; counts the connections."""

    def __init__(self, certificate: Path) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate)
        self.connections = 0
        self.target = 0

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._context)
        self.url = f"https://localhost:{self._server.sockets[0].getsockname()[1]}"

    async def close(self) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        there, back = await asyncio.open_connection("127.0.0.1", self.target)
        await asyncio.gather(_pass_on(reader, back), _pass_on(there, writer))


async def _pass_on(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await source.read(65536):
            sink.write(data)
            await sink.drain()
    sink.close()


@pytest.fixture(scope="module")
def front(background: Background, certificate: Path) -> Iterator[TlsFront]:
    front = TlsFront(certificate)
    background.run(front.start())
    yield front
    background.run(front.close())


def behind(front: TlsFront, deploy: Deploy, **variables: str) -> Deployment:
    deployment = deploy(
        variables={
            "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": front.url,
            "HEARTBEAT_SECONDS": "0.2",
            "FIRST_EVENT_WAIT_SECONDS": "0.2",
            **variables,
        }
    )
    front.target = int(deployment.simulator.url.rpartition(":")[2])
    return deployment


def test_an_answer_streams_over_tls_on_a_connection_that_is_kept(
    front: TlsFront, deploy: Deploy, certificate: Path
) -> None:
    deployment = behind(front, deploy, SSL_CERT_FILE=str(certificate))
    before = front.connections
    for _ in range(3):
        assert "event: done" in deployment.http.get("/stream", params={"prompt": "你好"}).text
    assert front.connections == before + 1


def test_silence_over_tls_is_filled_with_pings_and_loses_nothing(
    front: TlsFront, deploy: Deploy, certificate: Path
) -> None:
    deployment = behind(front, deploy, SSL_CERT_FILE=str(certificate))
    whole = deployment.http.get("/stream", params={"prompt": "/long 300"}).text
    answer = deployment.http.get("/stream", params={"prompt": "/silent 3"}).text
    assert answer.count("event: ping") >= 3
    assert "event: done" in answer
    assert whole.count('data: "') >= 300


def test_an_endpoint_with_an_unknown_certificate_gets_no_request(front: TlsFront, deploy: Deploy) -> None:
    deployment = behind(front, deploy, FIRST_EVENT_WAIT_SECONDS="60")
    answer = deployment.http.get("/stream", params={"prompt": "hello"})
    assert answer.status_code == 503
    assert "cannot be reached" in answer.json()["error"]["message"]
    assert [request.operation for request in deployment.simulator.requests] == ["GetSecretValue"] * 2
