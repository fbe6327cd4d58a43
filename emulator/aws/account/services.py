"""What the services of the simulated account answer, and the account that they answer from.

`Account` is the state, which calls change; an operation takes it with the call's parameters, and returns the result
or raises what AWS refuses. Assumed, as AWS does not document it: no agreement before the usage form is sent.
"""

import base64
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from emulator.aws.error import AwsError, invalid
from emulator.aws.sigv4 import REGION

ID = "123456789012"
LAMBDA_CONCURRENCY = "L-B99A9384"
_SUBSCRIBE = ("aws-marketplace:Subscribe", "aws-marketplace:ViewSubscriptions")
_NOT_A_PRINCIPAL = "Invalid Entity Arn: {} does not clearly define entity type and name."


@dataclass
class Quota:
    name: str
    value: float
    default: float
    adjustable: bool = True
    requested: float | None = None


@dataclass
class Account:
    """A fresh account by default, but for its quotas: no form sent in, no terms accepted.

    `agreements` are statuses by foundation model, "ERROR <reason>" among them; a new one is seen PENDING
    `pending_looks` times before it is AVAILABLE. `denied` are IAM actions that the caller's policies do not allow,
    `forbidden` those that an organisation denies. `events` are CloudFormation's by stack, newest first, as
    DescribeStackEvents has them.
    """

    form: bytes | None = None
    agreements: dict[str, str] = field(default_factory=dict)
    pending_looks: int = 1
    authorised: bool = True
    entitled: bool = True
    not_offered: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()
    offers: int = 1
    quotas: dict[str, dict[str, Quota]] = field(default_factory=lambda: {"bedrock": {}, "lambda": {}})
    concurrency: int = 1000
    unreserved: int | None = None  # all of it
    arn: str = f"arn:aws:iam::{ID}:user/developer"
    denied: frozenset[str] = frozenset()
    forbidden: frozenset[str] = frozenset()
    events: dict[str, list[Mapping[str, str]]] = field(default_factory=dict)

    @classmethod
    def ready(cls, *models: str) -> "Account":
        """Where nothing stands in the way of a first call of these foundation models."""
        return cls(form=b'{"companyName": "Example"}', agreements=dict.fromkeys(models, "AVAILABLE"))


def allow(account: Account, *actions: str) -> None:
    for action in actions:
        if action in account.denied | account.forbidden:
            reason = (
                "with an explicit deny in a service control policy"
                if action in account.forbidden
                else (f"because no identity-based policy allows the {action} action")
            )
            message = f"User: {account.arn} is not authorized to perform: {action} {reason}"
            raise AwsError(403, "AccessDeniedException", message)


# Bedrock


def _availability(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    model = parameters["modelId"]
    if model in account.unknown:
        raise invalid("The provided model identifier is invalid.")
    status = account.agreements.get(model, "NOT_AVAILABLE")
    if status.startswith("PENDING"):
        left = int(status.partition(" ")[2] or "1")
        account.agreements[model] = f"PENDING {left - 1}" if left > 1 else "AVAILABLE"
    shown, _, reason = status.partition(" ")
    agreement = {"status": shown} | ({"errorMessage": reason} if shown == "ERROR" else {})
    return {
        "modelId": model,
        "agreementAvailability": agreement,
        "authorizationStatus": "AUTHORIZED" if account.authorised else "NOT_AUTHORIZED",
        "entitlementAvailability": "AVAILABLE" if account.entitled else "NOT_AVAILABLE",
        "regionAvailability": "NOT_AVAILABLE" if model in account.not_offered else "AVAILABLE",
    }


def _offers(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    allow(account, "aws-marketplace:ViewSubscriptions")
    model = parameters["modelId"]
    terms = {
        "usageBasedPricingTerm": {
            "rateCard": [
                {"dimension": "input", "price": "0.0001", "description": "1K input tokens", "unit": "Units"}
            ]
        },
        "legalTerm": {"url": f"https://aws-mp.example/eula/{model}"},
        "supportTerm": {"refundPolicyDescription": "No refunds."},
    }
    offers = [
        {"offerId": f"offer-{number}", "offerToken": _token(model, number), "termDetails": terms}
        for number in range(account.offers)
    ]
    return {"modelId": model, "offers": offers}


def _agree(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    allow(account, *_SUBSCRIBE)
    model = parameters["modelId"]
    if parameters["offerToken"] not in [_token(model, number) for number in range(account.offers)]:
        raise invalid("The provided offer token is invalid.")
    if account.form is None:
        raise invalid("Model use case details have not been submitted for this account.")
    if account.agreements.get(model, "NOT_AVAILABLE") != "NOT_AVAILABLE":
        raise invalid("Could not create agreement - Agreement already exists")
    account.agreements[model] = f"PENDING {account.pending_looks}" if account.pending_looks else "AVAILABLE"
    return {"modelId": model}


def _token(model: str, number: int) -> str:
    return base64.b64encode(f"{model}/{number}".encode()).decode()


def _form(account: Account, _: Mapping[str, Any]) -> dict[str, Any]:
    if account.form is None:
        raise AwsError(404, "ResourceNotFoundException", "Use case details were not found for this account.")
    return {"formData": base64.b64encode(account.form).decode()}


# Service Quotas and Lambda


def _described(service: str, code: str, quota: Quota, value: float) -> dict[str, Any]:
    return {
        "ServiceCode": service,
        "QuotaArn": f"arn:aws:servicequotas:{REGION}:{ID}:{service}/{code}",
        "QuotaCode": code,
        "QuotaName": quota.name,
        "Value": value,
        "Unit": "None",
        "Adjustable": quota.adjustable,
        "GlobalQuota": False,
    }


def _list_quotas(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    service, size = parameters["ServiceCode"], parameters.get("MaxResults", 100)
    start = int(parameters.get("NextToken", "0"))
    everything = list(account.quotas.get(service, {}).items())
    page = [_described(service, code, quota, quota.value) for code, quota in everything[start : start + size]]
    more = {"NextToken": str(start + size)} if start + size < len(everything) else {}
    return {"Quotas": page} | more


def _default_quota(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    service, code = parameters["ServiceCode"], parameters["QuotaCode"]
    quota = _quota(account, service, code)
    return {"Quota": _described(service, code, quota, quota.default)}


def _raise_quota(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    service, code, value = parameters["ServiceCode"], parameters["QuotaCode"], parameters["DesiredValue"]
    quota = _quota(account, service, code)
    if not quota.adjustable or value <= quota.value:
        raise AwsError(400, "IllegalArgumentException", "The quota cannot be changed to that value.")
    if quota.requested is not None:
        raise AwsError(400, "ResourceAlreadyExistsException", "There is an open request for the quota already.")
    quota.requested = value
    change = {"Id": uuid.uuid4().hex, "ServiceCode": service, "QuotaCode": code, "DesiredValue": value}
    return {"RequestedQuota": change | {"Status": "PENDING"}}


def _quota(account: Account, service: str, code: str) -> Quota:
    if service == "lambda" and code == LAMBDA_CONCURRENCY:
        account.quotas["lambda"].setdefault(code, Quota("Concurrent executions", account.concurrency, 1000))
    try:
        return account.quotas[service][code]
    except KeyError:
        raise AwsError(400, "NoSuchResourceException", "The specified quota does not exist.") from None


def _settings(account: Account, _: Mapping[str, Any]) -> dict[str, Any]:
    free = account.concurrency if account.unreserved is None else account.unreserved
    limit = {"ConcurrentExecutions": account.concurrency, "UnreservedConcurrentExecutions": free}
    return {"AccountLimit": limit, "AccountUsage": {"FunctionCount": 0, "TotalCodeSize": 0}}


# Who is calling, and what they may do


def _identity(account: Account, _: Mapping[str, Any]) -> dict[str, Any]:
    return {"UserId": "AIDALOCALSIMULATOR00", "Account": ID, "Arn": account.arn}


def _role(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    name = parameters["RoleName"]
    if f":assumed-role/{name}/" not in account.arn:
        raise AwsError(404, "NoSuchEntity", f"The role with name {name} cannot be found.")
    path = "/aws-reserved/sso.amazonaws.com/" if name.startswith("AWSReservedSSO_") else "/"
    arn = f"arn:aws:iam::{ID}:role{path}{name}"
    role = {"Path": path, "RoleName": name, "RoleId": "AROALOCALSIMULATOR00", "Arn": arn}
    return {"Role": role | {"CreateDate": "2026-01-01T00:00:00Z"}}


def _simulate(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    source = parameters["PolicySourceArn"]
    user = source == account.arn and ":user/" in source
    if not user and source != _role_arn(account):
        raise AwsError(400, "InvalidInput", _NOT_A_PRINCIPAL.format(source))
    return {"EvaluationResults": list(_decisions(account, parameters["ActionNames"])), "IsTruncated": False}


def _role_arn(account: Account) -> str | None:
    if ":assumed-role/" not in account.arn:
        return None
    return str(_role(account, {"RoleName": account.arn.split("/")[1]})["Role"]["Arn"])


def _decisions(account: Account, actions: list[str]) -> Iterator[dict[str, Any]]:
    for action in actions:
        refused = action in account.denied | account.forbidden
        organisation = {"OrganizationsDecisionDetail": {"AllowedByOrganizations": action not in account.forbidden}}
        decision = "implicitDeny" if refused else "allowed"
        yield {"EvalActionName": action, "EvalResourceName": "*", "EvalDecision": decision} | organisation


def _events(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {"StackEvents": _stack(account, parameters["StackName"])}


def _stacks(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    name = parameters["StackName"]
    status = _stack(account, name)[0]["ResourceStatus"]
    return {"Stacks": [{"StackName": name, "CreationTime": "2026-01-01T00:00:00Z", "StackStatus": status}]}


def _stack(account: Account, name: str) -> list[Mapping[str, str]]:
    if name not in account.events:
        raise AwsError(400, "ValidationError", f"Stack with id {name} does not exist")
    return account.events[name]


Operation = Callable[[Account, Mapping[str, Any]], dict[str, Any]]
OPERATIONS: Mapping[str, Operation] = {
    "bedrock:GetFoundationModelAvailability": _availability,
    "bedrock:ListFoundationModelAgreementOffers": _offers,
    "bedrock:CreateFoundationModelAgreement": _agree,
    "bedrock:GetUseCaseForModelAccess": _form,
    "servicequotas:ListServiceQuotas": _list_quotas,
    "servicequotas:GetAWSDefaultServiceQuota": _default_quota,
    "servicequotas:RequestServiceQuotaIncrease": _raise_quota,
    "lambda:GetAccountSettings": _settings,
    "sts:GetCallerIdentity": _identity,
    "iam:GetRole": _role,
    "iam:SimulatePrincipalPolicy": _simulate,
    "cloudformation:DescribeStackEvents": _events,
    "cloudformation:DescribeStacks": _stacks,
}
