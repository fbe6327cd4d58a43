"""CloudFormation's stacks: as much as the look-up of a failed deployment needs."""

from collections.abc import Mapping
from typing import Any

from emulator.aws.account.state import Account
from emulator.aws.error import ServiceError


def events(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {"StackEvents": _stack(account, parameters["StackName"])}


def stacks(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    name = parameters["StackName"]
    status = _stack(account, name)[0]["ResourceStatus"]
    return {"Stacks": [{"StackName": name, "CreationTime": "2026-01-01T00:00:00Z", "StackStatus": status}]}


def _stack(account: Account, name: str) -> list[Mapping[str, str]]:
    if name not in account.events:
        raise ServiceError(400, "ValidationError", f"Stack with id {name} does not exist")
    return account.events[name]
