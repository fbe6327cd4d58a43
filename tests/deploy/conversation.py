"""The deployed function in our own emulator: the zip, the variables and the settings are those of the deployment.

MiniStack runs no exec wrapper and does not stream, so it only stores the function; the emulator runs it. Bedrock is
the simulator; the API keys come from the account's Secrets Manager, under the name that the deployment gave.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from emulator.aws.simulator import AwsSimulator, Pace
from emulator.background import Background
from emulator.lambda_.function_url import Cors, Function, FunctionUrl
from tests.deploy.account import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY, Account
from tests.deploy.observed import Observed
from tests.sse_reading import Arrived, ask

PACE = Pace(first_event_seconds=0, pieces_per_second=100)


@dataclass
class Served:
    """The deployed function at a URL, and the Bedrock behind it."""

    url: FunctionUrl
    bedrock: AwsSimulator

    def stream(self, key: str) -> list[Arrived]:
        try:
            with self._client(key) as http:
                return ask(http, "GET", "/stream", params={"prompt": "hello"})
        except AssertionError as error:
            log = "\n".join([*map(str, self.url.init_errors), *self.url.logs])
            raise AssertionError(f"{error}\nThe function said:\n{log}") from None

    def status(self, key: str | None, path: str = "/v1/models") -> int:
        with self._client(key) as http:
            return http.get(path).status_code

    def usage(self, key: str) -> dict[str, Any]:
        with self._client(key) as http:
            answer: dict[str, Any] = http.get("/v1/usage").json()
            return answer

    def preflight(self) -> httpx.Response:
        headers = {"origin": "https://example.com", "access-control-request-method": "POST"}
        with self._client(None) as http:
            return http.options("/v1/messages", headers=headers)

    def as_given(self, given: str) -> str:
        """The deployment's URL, exactly as AWS gives it except for scheme and host, which are the emulator's."""
        here = urlsplit(self.url.url)
        return urlsplit(given)._replace(scheme=here.scheme, netloc=here.netloc).geturl()

    def _client(self, key: str | None) -> httpx.Client:
        return httpx.Client(base_url=self.url.url, headers={"x-api-key": key} if key else {}, timeout=60)


@contextmanager
def serving(account: Account, deployed: Observed, code: Path, background: Background) -> Iterator[Served]:
    """Serves the function while the block runs, in environments that have seen no key yet."""
    bedrock = AwsSimulator(keys={}, pace=PACE, verify_signatures=False)
    background.run(bedrock.start())
    url = FunctionUrl(function=_function(account, deployed, code, bedrock))
    background.run(url.start())
    try:
        yield Served(url, bedrock)
    finally:
        background.run(url.close())
        background.run(bedrock.close())


def _function(account: Account, deployed: Observed, code: Path, bedrock: AwsSimulator) -> Function:
    configuration = deployed.function
    return Function(
        root=code,
        name=configuration["FunctionName"],
        handler=configuration["Handler"],
        timeout_seconds=configuration["Timeout"],
        memory_mb=configuration["MemorySize"],
        cors=_cors(deployed.url["Cors"]),
        environment={
            **configuration["Environment"]["Variables"],
            "AWS_LAMBDA_LOG_FORMAT": configuration["LoggingConfig"]["LogFormat"],
            # The addresses of AWS for this function.
            "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": bedrock.url,
            "AWS_ENDPOINT_URL_SECRETS_MANAGER": account.url,
            "AWS_ENDPOINT_URL_DYNAMODB": account.url,
            "SSL_CERT_FILE": str(account.certificate),
            "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
            "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
            "AWS_REGION": REGION,
        },
    )


def _cors(deployed: Mapping[str, object]) -> Cors:
    def listed(name: str) -> tuple[str, ...]:
        found = deployed.get(name, ())
        assert isinstance(found, list)
        return tuple(found)

    age = deployed["MaxAge"]
    assert isinstance(age, int)
    return Cors(
        allow_origins=listed("AllowOrigins"),
        allow_methods=listed("AllowMethods"),
        allow_headers=listed("AllowHeaders"),
        expose_headers=listed("ExposeHeaders"),
        max_age_seconds=age,
    )
