"""An AWS account's control plane on a loopback port: what a preflight looks at, and what it may change.

Bedrock's model access, Service Quotas, Lambda's account settings, IAM's policy simulator, STS and the stacks of
CloudFormation, each with its protocol's real wire shapes. Owns the endpoint, which checks signature, permission and
parameters; the answers and the state are account_services', the protocols account_protocols'.
"""

from typing import Any

from emulator.aws import sigv4
from emulator.aws.account.protocols import Call, answer, read, refuse
from emulator.aws.account.services import OPERATIONS, Account, Quota, allow
from emulator.aws.error import AwsError
from emulator.http_server import Exchange, HttpServer, Startable

__all__ = ["Account", "AccountSimulator", "Quota"]


class AccountSimulator(Startable):
    """Serves `account`. Without `verify_signatures` it takes any caller, such as another emulator's."""

    def __init__(self, account: Account, *, port: int = 0, verify_signatures: bool = True) -> None:
        self.account = account
        self.calls: list[str] = []  # IAM actions, in the order in which they came
        self._verify_signatures = verify_signatures
        self._server = HttpServer(self._serve, port)

    @property
    def url(self) -> str:
        return self._server.url

    async def start(self) -> None:
        await self._server.start()

    async def close(self) -> None:
        await self._server.close()

    async def _serve(self, exchange: Exchange) -> None:
        body = await exchange.body()
        call = read(exchange, body)
        try:
            self._verify(exchange, body, call)
            result = self._answer(call)
        except AwsError as error:
            await refuse(exchange, call, error)
        else:
            await answer(exchange, call, result)

    def _verify(self, exchange: Exchange, body: bytes, call: Call) -> None:
        if self._verify_signatures:
            headers = {name: exchange.header(name) for name, _ in exchange.headers}
            url = f"http://{exchange.header('host')}{exchange.target}"
            sigv4.verify(sigv4.SignedRequest(exchange.method, url, headers, body), call.signing_name)

    def _answer(self, call: Call) -> dict[str, Any]:
        self.calls.append(call.action)
        operation = OPERATIONS.get(call.action)
        if operation is None:
            raise AwsError(404, "UnknownOperationException", f"The simulator has no {call.action}.")
        if call.action != "sts:GetCallerIdentity":  # needs no permission
            allow(self.account, call.action)
        call.validate()
        return operation(self.account, call.parameters)
