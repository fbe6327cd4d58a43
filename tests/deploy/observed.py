"""What is in the account after a deployment, read through the services' own interfaces.

It is kept as values, so that a test may look at it after the next deployment has replaced it.
"""

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.deploy.account import ID, REGION, Account
from tests.deploy.assembly import STACK
from tests.deploy.processes import Ran

VISITED = ("/", "/config.json", "/sw.js", "/no-such-page")
_STREAM = "bedrock:InvokeModelWithResponseStream"
_PROFILE = f"arn:aws:bedrock:{REGION}:{ID}:inference-profile/global.anthropic.claude-"
# The questions to IAM about the function's role: (action, resource).
ASKED_OF_ROLE = {
    "its model's profile": (_STREAM, f"{_PROFILE}haiku-5-5"),
    "its model past the profile": (
        _STREAM,
        f"arn:aws:bedrock:{REGION}::foundation-model/anthropic.claude-haiku-5-5",
    ),
    "another model's profile": (_STREAM, f"{_PROFILE}opus-5-5"),
    "another secret": (
        "secretsmanager:GetSecretValue",
        f"arn:aws:secretsmanager:{REGION}:{ID}:secret:other-1a2b3c",
    ),
    "its models' terms": ("aws-marketplace:Subscribe", "*"),
    "the page's files": ("s3:GetObject", "arn:aws:s3:::anything/index.html"),
}


@dataclass(frozen=True)
class Stored:
    """An object of the page's bucket, as S3 sends it."""

    content_type: str
    cache_control: str


@dataclass(frozen=True)
class Observed:
    """A deployed stage. `resources` are physical names by logical id, `visits` the CDN's answers by path."""

    ran: Ran
    outputs: Mapping[str, str]
    resources: Mapping[str, str]
    function: Mapping[str, Any]
    code: bytes
    url: Mapping[str, Any]
    permissions: tuple[Mapping[str, Any], ...]
    secret: Mapping[str, Any]
    bucket: Mapping[str, Stored]
    visits: Mapping[str, httpx.Response]
    plain_visit: httpx.Response
    host: str
    alarms: tuple[str, ...]
    dashboards: tuple[str, ...]
    log_groups: Mapping[str, int]
    role_may: Mapping[str, bool]

    def named(self, logical_id: str) -> str:
        """The physical name of the only resource whose logical id begins with `logical_id`."""
        return _named(self.resources, logical_id)


def observe(account: Account, ran: Ran, outputs: Path) -> Observed:
    resources = _resources(account)
    function = _named(resources, "ApiFunction6")
    bucket = _named(resources, "PageBucket8")
    aws_lambda, cloudwatch = account.client("lambda"), account.client("cloudwatch")
    deployed = aws_lambda.get_function(FunctionName=function)
    cdn = account.client("cloudfront").get_distribution(Id=_named(resources, "PageDistribution"))
    host = cdn["Distribution"]["DomainName"]
    objects = _objects(account, bucket)
    frame = next(f"/{key}" for key in objects if key.endswith("/preview/frame.html"))
    groups = account.client("logs").describe_log_groups()["logGroups"]
    return Observed(
        ran=ran,
        outputs=json.loads(outputs.read_text())[STACK],
        resources=resources,
        function=deployed["Configuration"],
        code=_download(account, deployed["Code"]["Location"]),
        url=aws_lambda.get_function_url_config(FunctionName=function),
        permissions=tuple(json.loads(aws_lambda.get_policy(FunctionName=function)["Policy"])["Statement"]),
        secret=account.client("secretsmanager").get_secret_value(SecretId=_named(resources, "ApiApiKeys")),
        bucket=objects,
        visits={path: account.get(path, host) for path in (*VISITED, frame)},
        plain_visit=account.get("/", host, scheme="http"),
        host=host,
        alarms=tuple(alarm["AlarmName"] for alarm in cloudwatch.describe_alarms()["MetricAlarms"]),
        dashboards=tuple(board["DashboardName"] for board in cloudwatch.list_dashboards()["DashboardEntries"]),
        log_groups={group["logGroupName"]: group.get("retentionInDays", 0) for group in groups},
        role_may={
            name: _may(account, deployed["Configuration"]["Role"], *asked) for name, asked in ASKED_OF_ROLE.items()
        },
    )


def what_is_left(account: Account) -> dict[str, list[str]]:
    """The names of all resources in the account by kind, without those of the CDK's own stack."""
    stacks = account.client("cloudformation").describe_stacks()["Stacks"]
    secrets = account.client("secretsmanager").list_secrets(IncludePlannedDeletion=True)["SecretList"]
    cloudfront, cloudwatch = account.client("cloudfront"), account.client("cloudwatch")
    found = {
        "stacks": [stack["StackName"] for stack in stacks if stack["StackName"] != "CDKToolkit"],
        "functions": [item["FunctionName"] for item in account.client("lambda").list_functions()["Functions"]],
        "buckets": [item["Name"] for item in account.client("s3").list_buckets()["Buckets"]],
        "tables": account.client("dynamodb").list_tables()["TableNames"],
        "secrets": [item["Name"] for item in secrets],
        "log groups": [item["logGroupName"] for item in account.client("logs").describe_log_groups()["logGroups"]],
        "roles": [item["RoleName"] for item in account.client("iam").list_roles()["Roles"]],
        "distributions": cloudfront.list_distributions()["DistributionList"].get("Items", []),
        "alarms": [item["AlarmName"] for item in cloudwatch.describe_alarms()["MetricAlarms"]],
        "dashboards": [item["DashboardName"] for item in cloudwatch.list_dashboards()["DashboardEntries"]],
    }
    return {
        kind: [name for name in names if not name.startswith("cdk-hnb659fds-")] for kind, names in found.items()
    }


def unpack(code: bytes, folder: Path) -> Path:
    """The deployed zip as Lambda lays it out, each file with the mode that the zip gives it."""
    with zipfile.ZipFile(io.BytesIO(code)) as archive:
        archive.extractall(folder)
        for entry in archive.infolist():
            (folder / entry.filename).chmod(entry.external_attr >> 16 & 0o777)
    return folder


def _resources(account: Account) -> dict[str, str]:
    pages = account.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=STACK)
    found = [item for page in pages for item in page["StackResourceSummaries"]]
    return {item["LogicalResourceId"]: item["PhysicalResourceId"] for item in found}


def _named(resources: Mapping[str, str], logical_id: str) -> str:
    (found,) = (name for logical, name in resources.items() if logical.startswith(logical_id))
    return found


def _download(account: Account, location: str) -> bytes:
    """The code at `location`; MiniStack's link always says plain HTTP, even if it is served over TLS."""
    link = httpx.URL(location)
    answer = account.get(link.raw_path.decode(), "localhost")
    return answer.raise_for_status().content


def _may(account: Account, role: str, action: str, resource: str) -> bool:
    answer = account.client("iam").simulate_principal_policy(
        PolicySourceArn=role, ActionNames=[action], ResourceArns=[resource]
    )
    return bool(answer["EvaluationResults"][0]["EvalDecision"] == "allowed")


def _objects(account: Account, bucket: str) -> dict[str, Stored]:
    s3 = account.client("s3")
    heads = {item["Key"]: s3.head_object(Bucket=bucket, Key=item["Key"]) for item in _list(s3, bucket)}
    return {key: Stored(head["ContentType"], head.get("CacheControl", "")) for key, head in heads.items()}


def _list(s3: Any, bucket: str) -> list[dict[str, Any]]:
    return list(s3.list_objects_v2(Bucket=bucket)["Contents"])
