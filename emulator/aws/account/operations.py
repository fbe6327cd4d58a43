"""The account's operations: what answers each, by its IAM action."""

from collections.abc import Callable, Mapping
from typing import Any

from emulator.aws.account import model_access, permissions, quotas, stacks
from emulator.aws.account.state import Account

# Takes the account with the call's parameters; returns the result, or raises what AWS refuses.
Operation = Callable[[Account, Mapping[str, Any]], dict[str, Any]]
OPERATIONS: Mapping[str, Operation] = {
    "bedrock:GetFoundationModelAvailability": model_access.availability,
    "bedrock:ListFoundationModelAgreementOffers": model_access.offers,
    "bedrock:CreateFoundationModelAgreement": model_access.agree,
    "bedrock:GetUseCaseForModelAccess": model_access.form,
    "servicequotas:ListServiceQuotas": quotas.list_quotas,
    "servicequotas:GetAWSDefaultServiceQuota": quotas.default_quota,
    "servicequotas:RequestServiceQuotaIncrease": quotas.raise_quota,
    "lambda:GetAccountSettings": quotas.lambda_settings,
    "sts:GetCallerIdentity": permissions.identity,
    "iam:GetRole": permissions.role,
    "iam:SimulatePrincipalPolicy": permissions.simulate,
    "cloudformation:DescribeStackEvents": stacks.events,
    "cloudformation:DescribeStacks": stacks.stacks,
}
