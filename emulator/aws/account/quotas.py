"""Service Quotas, and Lambda's account settings."""

import uuid
from collections.abc import Mapping
from typing import Any

from emulator.aws.account.state import Account, Quota
from emulator.aws.caller import ACCOUNT_ID, REGION
from emulator.aws.error import ServiceError

LAMBDA_CONCURRENCY = "L-B99A9384"


def _described(service: str, code: str, quota: Quota, value: float) -> dict[str, Any]:
    return {
        "ServiceCode": service,
        "QuotaArn": f"arn:aws:servicequotas:{REGION}:{ACCOUNT_ID}:{service}/{code}",
        "QuotaCode": code,
        "QuotaName": quota.name,
        "Value": value,
        "Unit": "None",
        "Adjustable": quota.adjustable,
        "GlobalQuota": False,
    }


def list_quotas(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    service, size = parameters["ServiceCode"], parameters.get("MaxResults", 100)
    start = int(parameters.get("NextToken", "0"))
    everything = list(account.quotas.get(service, {}).items())
    page = [_described(service, code, quota, quota.value) for code, quota in everything[start : start + size]]
    more = {"NextToken": str(start + size)} if start + size < len(everything) else {}
    return {"Quotas": page} | more


def default_quota(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    service, code = parameters["ServiceCode"], parameters["QuotaCode"]
    quota = _quota(account, service, code)
    return {"Quota": _described(service, code, quota, quota.default)}


def raise_quota(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    service, code, value = parameters["ServiceCode"], parameters["QuotaCode"], parameters["DesiredValue"]
    quota = _quota(account, service, code)
    if not quota.adjustable or value <= quota.value:
        raise ServiceError(400, "IllegalArgumentException", "The quota cannot be changed to that value.")
    if quota.requested is not None:
        raise ServiceError(400, "ResourceAlreadyExistsException", "There is an open request for the quota already.")
    quota.requested = value
    change = {"Id": uuid.uuid4().hex, "ServiceCode": service, "QuotaCode": code, "DesiredValue": value}
    return {"RequestedQuota": change | {"Status": "PENDING"}}


def _quota(account: Account, service: str, code: str) -> Quota:
    if service == "lambda" and code == LAMBDA_CONCURRENCY:
        account.quotas["lambda"].setdefault(code, Quota("Concurrent executions", account.concurrency, 1000))
    try:
        return account.quotas[service][code]
    except KeyError:
        raise ServiceError(400, "NoSuchResourceException", "The specified quota does not exist.") from None


def lambda_settings(account: Account, _: Mapping[str, Any]) -> dict[str, Any]:
    free = account.concurrency if account.unreserved is None else account.unreserved
    limit = {"ConcurrentExecutions": account.concurrency, "UnreservedConcurrentExecutions": free}
    return {"AccountLimit": limit, "AccountUsage": {"FunctionCount": 0, "TotalCodeSize": 0}}
