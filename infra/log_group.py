"""A log group as every function here has it, and what a role needs to write to that one alone."""

from aws_cdk import RemovalPolicy
from aws_cdk.aws_iam import PolicyDocument, PolicyStatement
from aws_cdk.aws_logs import LogGroup, RetentionDays
from constructs import Construct

from infra.settings import RETENTION_DAYS, Settings

_RETENTION = dict(
    zip(RETENTION_DAYS, (days for days in RetentionDays if days != RetentionDays.INFINITE), strict=True)
)


def log_group(scope: Construct, construct_id: str, *, settings: Settings, removal: RemovalPolicy) -> LogGroup:
    return LogGroup(
        scope,
        construct_id,
        retention=_RETENTION[settings.log_retention_days],
        removal_policy=removal,
    )


def may_write(logs: LogGroup) -> PolicyDocument:
    return PolicyDocument(
        statements=[
            PolicyStatement(actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[logs.log_group_arn])
        ]
    )
