"""An AWS account's control plane on a loopback port: what a preflight looks at, and what it may change.

Bedrock's model access, Service Quotas, Lambda's account settings, IAM's policy simulator, STS and the stacks of
CloudFormation, each with its protocol's real wire shapes. Owns the order of the checks: signature, permission,
parameters. operations.py has the answers, state.py the account, protocols.py the wire format.
"""

from typing import Any

from emulator.aws.account.operations import OPERATIONS
from emulator.aws.account.permissions import allow
from emulator.aws.account.protocols import Call, answer, read, refuse
from emulator.aws.account.state import Account, Quota
from emulator.aws.endpoint import AwsEndpoint
from emulator.aws.error import ServiceError
from emulator.exchange import Exchange

__all__ = ["Account", "AccountSimulator", "Quota"]


class AccountSimulator(AwsEndpoint):
    """Serves `account`. Without `verify_signatures` it accepts any caller, such as another emulator's."""

    def __init__(self, account: Account, *, port: int = 0, verify_signatures: bool = True) -> None:
        super().__init__(port=port, verify_signatures=verify_signatures)
        self.account = account
        self.calls: list[str] = []  # IAM actions, in the order in which they came

    async def _serve(self, exchange: Exchange) -> None:
        body = await exchange.body()
        call = read(exchange, body)
        try:
            self._verify(exchange, body, call.signing_name)
            result = self._answer(call)
        except ServiceError as error:
            await refuse(exchange, call, error)
        else:
            await answer(exchange, call, result)

    def _answer(self, call: Call) -> dict[str, Any]:
        self.calls.append(call.action)
        operation = OPERATIONS.get(call.action)
        if operation is None:
            raise ServiceError(404, "UnknownOperationException", f"The simulator has no {call.action}.")
        if call.action != "sts:GetCallerIdentity":  # needs no permission
            allow(self.account, call.action)
        call.validate()
        return operation(self.account, call.parameters)
