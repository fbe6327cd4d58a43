"""Who is calling, and what they may do: STS, and IAM's policy simulator."""

from collections.abc import Iterator, Mapping
from typing import Any

from emulator.aws.account.state import Account
from emulator.aws.caller import ACCOUNT_ID
from emulator.aws.error import ServiceError

_NOT_A_PRINCIPAL = "Invalid Entity Arn: {} does not clearly define entity type and name."


def allow(account: Account, *actions: str) -> None:
    """Raises AWS's refusal of the first action that the caller may not do."""
    for action in actions:
        if action in account.denied | account.forbidden:
            reason = (
                "with an explicit deny in a service control policy"
                if action in account.forbidden
                else (f"because no identity-based policy allows the {action} action")
            )
            message = f"User: {account.arn} is not authorized to perform: {action} {reason}"
            raise ServiceError(403, "AccessDeniedException", message)


def identity(account: Account, _: Mapping[str, Any]) -> dict[str, Any]:
    return {"UserId": "AIDALOCALSIMULATOR00", "Account": ACCOUNT_ID, "Arn": account.arn}


def role(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    name = parameters["RoleName"]
    if f":assumed-role/{name}/" not in account.arn:
        raise ServiceError(404, "NoSuchEntity", f"The role with name {name} cannot be found.")
    path = "/aws-reserved/sso.amazonaws.com/" if name.startswith("AWSReservedSSO_") else "/"
    arn = f"arn:aws:iam::{ACCOUNT_ID}:role{path}{name}"
    role = {"Path": path, "RoleName": name, "RoleId": "AROALOCALSIMULATOR00", "Arn": arn}
    return {"Role": role | {"CreateDate": "2026-01-01T00:00:00Z"}}


def simulate(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    source = parameters["PolicySourceArn"]
    user = source == account.arn and ":user/" in source
    if not user and source != _role_arn(account):
        raise ServiceError(400, "InvalidInput", _NOT_A_PRINCIPAL.format(source))
    return {"EvaluationResults": list(_decisions(account, parameters["ActionNames"])), "IsTruncated": False}


def _role_arn(account: Account) -> str | None:
    if ":assumed-role/" not in account.arn:
        return None
    return str(role(account, {"RoleName": account.arn.split("/")[1]})["Role"]["Arn"])


def _decisions(account: Account, actions: list[str]) -> Iterator[dict[str, Any]]:
    for action in actions:
        refused = action in account.denied | account.forbidden
        organisation = {"OrganizationsDecisionDetail": {"AllowedByOrganizations": action not in account.forbidden}}
        decision = "implicitDeny" if refused else "allowed"
        yield {"EvalActionName": action, "EvalResourceName": "*", "EvalDecision": decision} | organisation
