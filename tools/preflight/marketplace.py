"""Whether the caller may start the Marketplace subscription that a model's first call, or its agreement, needs.

Once a model's terms are accepted nobody in the account needs these permissions, the function's role least of all.
https://docs.aws.amazon.com/bedrock/latest/userguide/model-access.html
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from botocore.exceptions import ClientError

from infra.model_access import Model
from tools.preflight.account import Account
from tools.preflight.findings import Finding, State, denied

ACTIONS = ("aws-marketplace:Subscribe", "aws-marketplace:Unsubscribe", "aws-marketplace:ViewSubscriptions")

_ASSUMED_ROLE = re.compile(r"arn:[\w-]+:sts::\d+:assumed-role/(?P<name>[^/]+)/.+")


def permissions(account: Account, models: Sequence[Model]) -> Iterator[Finding]:
    if _all_accepted(account, models):
        yield Finding(State.OK, "every model's terms are accepted, so nobody needs Marketplace permissions")
        return
    caller = account.client("sts").get_caller_identity()["Arn"]
    if caller.endswith(":root"):
        yield Finding(State.OK, "the account's root user may subscribe to models")
    elif principal := _principal(account, caller):
        yield _judge(_decisions(account, principal))
    else:
        yield Finding(State.UNSEEN, "not looked at: IAM says nothing of a federated user's permissions")


def _all_accepted(account: Account, models: Sequence[Model]) -> bool:
    try:
        states = [account.availability(model.foundation_model)["agreementAvailability"] for model in models]
    except ClientError as error:
        if denied(error):
            return False
        raise
    return all(state["status"] in ("AVAILABLE", "PENDING") for state in states)


def _principal(account: Account, caller: str) -> str | None:
    """The ARN whose policies count: of an assumed role, the role's own, whose path (SSO's) only GetRole gives."""
    if role := _ASSUMED_ROLE.fullmatch(caller):
        return str(account.client("iam").get_role(RoleName=role["name"])["Role"]["Arn"])
    return caller if ":user/" in caller else None


def _decisions(account: Account, principal: str) -> list[dict[str, Any]]:
    answer = account.client("iam").simulate_principal_policy(PolicySourceArn=principal, ActionNames=list(ACTIONS))
    return list(answer["EvaluationResults"])


def _judge(decisions: list[dict[str, Any]]) -> Finding:
    refused = [item for item in decisions if item["EvalDecision"] != "allowed"]
    if not refused:
        return Finding(State.OK, "your credentials may subscribe to models")
    names = ", ".join(item["EvalActionName"] for item in refused)
    if any(not item.get("OrganizationsDecisionDetail", {}).get("AllowedByOrganizations", True) for item in refused):
        return Finding(
            State.BLOCKED,
            f"a policy of your organisation forbids {names}: have its administrators accept the models' terms",
        )
    return Finding(
        State.BLOCKED,
        f"your credentials lack {names}: have an administrator allow you these, or accept the terms for you",
    )
