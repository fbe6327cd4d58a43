"""The account that the simulated services answer from: what is set up in it, and what calls have changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from emulator.aws.caller import ACCOUNT_ID


@dataclass
class Quota:
    name: str
    value: float
    default: float
    adjustable: bool = True
    requested: float | None = None


@dataclass
class Account:
    """An account; by default a fresh one, without quotas: no form sent in, no terms accepted.

    `agreements` are statuses by foundation model, such as "ERROR <reason>"; a new one is PENDING for
    `pending_looks` requests, then AVAILABLE. `denied` are IAM actions that the caller's policies do not allow,
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
    unreserved: int | None = None  # None: all of `concurrency`
    arn: str = f"arn:aws:iam::{ACCOUNT_ID}:user/developer"
    denied: frozenset[str] = frozenset()
    forbidden: frozenset[str] = frozenset()
    events: dict[str, list[Mapping[str, str]]] = field(default_factory=dict)

    @classmethod
    def ready(cls, *models: str) -> "Account":
        """An account where nothing stands in the way of a first call of these foundation models."""
        return cls(form=b'{"companyName": "Example"}', agreements=dict.fromkeys(models, "AVAILABLE"))
