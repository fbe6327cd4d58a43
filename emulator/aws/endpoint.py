"""What every simulated endpoint of AWS starts from: a port on loopback, and the check of a request's signature."""

from abc import abstractmethod

from emulator.aws import sigv4
from emulator.exchange import Exchange
from emulator.http_server import HttpServer, Startable


class AwsEndpoint(Startable):
    """Serves on `port` (0 takes a free one). Without `verify_signatures` it accepts any caller."""

    def __init__(self, *, port: int, verify_signatures: bool) -> None:
        self._verify_signatures = verify_signatures
        self._server = HttpServer(self._serve, port)

    @property
    def url(self) -> str:
        return self._server.url

    async def start(self) -> None:
        await self._server.start()

    async def close(self) -> None:
        await self._server.close()

    @abstractmethod
    async def _serve(self, exchange: Exchange) -> None: ...

    def _verify(self, exchange: Exchange, body: bytes, service: str) -> None:
        """Raises ServiceError unless the known caller has signed the request for `service`."""
        if self._verify_signatures:
            headers = {name: exchange.header(name) for name, _ in exchange.headers}
            url = f"http://{exchange.header('host')}{exchange.target}"
            sigv4.verify(sigv4.SignedRequest(exchange.method, url, headers, body), service)
