"""Accounts for `make preflight`, and how its lines are read."""

from collections.abc import Callable

from emulator.aws.account.simulator import Account, AccountSimulator, Quota
from tests.simulated_account import MODELS

SENT = b'{"companyName": "Example"}'
SSO_ROLE = "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Developer_0f1e2d3c4b5a6978/ann"
TOKENS = "Global cross-region model inference tokens per minute for Anthropic Claude Haiku 5.5"
Simulate = Callable[[Account], AccountSimulator]
Preflight = Callable[..., tuple[int, str]]


def lines(said: str, name: str) -> list[str]:
    return [line for line in said.splitlines() if line[6:].startswith(name)]


def with_quota(quota: Quota, code: str = "L-0A1B2C3D") -> Account:
    account = Account.ready(*MODELS)
    account.quotas["bedrock"][code] = quota
    return account
