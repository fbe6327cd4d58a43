"""Quotas of 0, which new accounts have: Bedrock's for each model, and Lambda's concurrency.

Bedrock's codes differ from model to model and are not documented, so a quota is found by its name, such as "Global
cross-region model inference tokens per minute for Anthropic Claude Haiku 5.5". Requests a minute are no longer
limited everywhere, so a quota that is not listed says nothing.
https://docs.aws.amazon.com/bedrock/latest/userguide/quotas.html
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from botocore.exceptions import ClientError

from infra.model_access import Model
from tools.preflight.account import Account
from tools.preflight.findings import Consent, Finding, Offer, State, denied

_LAMBDA_CONCURRENCY = "L-B99A9384"  # "Concurrent executions", the same in every account
_LAMBDA_UNRESERVED = 100  # executions that functions may not reserve
_SUPPORT = "https://console.aws.amazon.com/support/home#/case/create?issueType=service-limit-increase"
_NAME = re.compile(
    r"(?:(?P<reach>on-demand|cross-region|global cross-region) model inference (?P<unit>tokens|requests) per minute"
    r"|model invocation max tokens per day) for (?P<model>.+?)(?: \(doubled for cross-region calls\))?",
    re.IGNORECASE,
)
_REACH = {"": "on-demand", "global": "global cross-region"}  # any other prefix is a geography's


def of_models(account: Account, models: Sequence[Model]) -> Iterator[Finding]:
    for model in models:
        found = [quota for quota in account.bedrock_quotas if applies(quota["QuotaName"], model)]
        zero = [quota for quota in found if quota["Value"] == 0]
        for quota in zero:
            yield _blocked(account, quota)
        if not zero:
            yield Finding(State.OK, f"{model.id}: {_summary(found)}")


def applies(quota: str, model: Model) -> bool:
    """Whether the quota of that name limits calls of the model."""
    name = _NAME.fullmatch(quota)
    if not name or (name["reach"] and name["reach"].lower() != _REACH.get(model.prefix, "cross-region")):
        return False
    return _words_of_name(name["model"]) in _words_of_id(model.foundation_model)


def _words_of_name(name: str) -> frozenset[str]:
    """ "Anthropic Claude 3.5 Sonnet V2" and "Claude Sonnet 3.5 V2" are one model's."""
    return frozenset(name.lower().split()) - {"anthropic", "v1"}


def _words_of_id(foundation_model: str) -> list[frozenset[str]]:
    """As a quota may name `anthropic.claude-3-5-sonnet-20241022-v2:0`: with its version, or without."""
    name, _, version = re.sub(r":\d+$", "", foundation_model.removeprefix("anthropic.")).partition("-v")
    parts = [part for part in name.split("-") if not re.fullmatch(r"\d{8}", part)]
    number = ".".join(part for part in parts if part.isdigit())
    words = frozenset({*(part for part in parts if not part.isdigit()), number} - {""})
    return [words | {f"v{version}"}] if version not in ("", "1") else [words]


def _summary(found: list[dict[str, Any]]) -> str:
    minute = [quota for quota in found if "tokens per minute" in quota["QuotaName"].lower()]
    if not minute:
        return "no quota is listed for it, so AWS's default holds"
    return f"{minute[0]['Value']:,.0f} tokens a minute"


def _blocked(account: Account, quota: dict[str, Any]) -> Finding:
    said = (
        f'the quota "{quota["QuotaName"]}" ({quota["QuotaCode"]}) is 0 in {account.region}: every call is refused'
    )
    if not quota["Adjustable"]:
        return Finding(State.BLOCKED, f"{said}. It cannot be raised by request, only by AWS Support: {_SUPPORT}")
    return _with_request(account, said, "bedrock", quota["QuotaCode"])


def concurrency(account: Account, reserved: int | None) -> Iterator[Finding]:
    """Lambda's concurrency; `reserved` is the part that the stage wants for its function."""
    limit = account.client("lambda").get_account_settings()["AccountLimit"]
    total, free = limit["ConcurrentExecutions"], limit["UnreservedConcurrentExecutions"]
    if total == 0:
        said = f"Lambda may run nothing in {account.region}: the quota of concurrent executions is 0"
        yield _with_request(account, said, "lambda", _LAMBDA_CONCURRENCY)
    elif reserved and total - reserved < _LAMBDA_UNRESERVED:
        yield Finding(
            State.BLOCKED,
            f"reserved_concurrency {reserved} is too much: of this account's {total} concurrent executions "
            f"{_LAMBDA_UNRESERVED} have to stay unreserved, so the deployment would fail; leave the setting out",
        )
    elif free == 0:
        yield Finding(
            State.BLOCKED, f"all {total} concurrent executions are reserved by other functions: free some of them"
        )
    else:
        yield Finding(State.OK, f"Lambda may run {free:,} at once")


def _with_request(account: Account, said: str, service: str, code: str) -> Finding:
    try:
        quota = account.client("service-quotas").get_aws_default_service_quota(ServiceCode=service, QuotaCode=code)
        default = quota["Quota"]["Value"]
    except ClientError:
        default = 0
    if not default:
        return Finding(State.BLOCKED, f"{said}. AWS Support raises it: {_SUPPORT}")
    question = (
        f"Ask AWS to raise it to its default, {default:,.0f}? It costs nothing; AWS may want to know what for."
    )
    return Finding(
        State.BLOCKED, said, Offer(Consent.QUOTA, question, lambda: _request(account, service, code, default))
    )


def _request(account: Account, service: str, code: str, value: float) -> Finding:
    """Asks for a higher quota. It is still 0 until AWS decides, so it still blocks."""
    try:
        account.client("service-quotas").request_service_quota_increase(
            ServiceCode=service, QuotaCode=code, DesiredValue=value
        )
    except ClientError as error:
        return Finding(State.BLOCKED, f"{code} was not asked for: {_why_not(error)}")
    return Finding(
        State.BLOCKED,
        f"{code}: {value:,.0f} is asked for; AWS decides within some days (Service Quotas, Quota request history)",
    )


def _why_not(error: ClientError) -> str:
    code = error.response["Error"]["Code"]
    if code == "ResourceAlreadyExistsException":
        return "an earlier request for it is still open"
    if denied(error):
        return "your credentials may not call servicequotas:RequestServiceQuotaIncrease"
    return f"AWS answered {code}; ask AWS Support: {_SUPPORT}"
