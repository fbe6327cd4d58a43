"""Where a command works: the stage, the account and the region, and the stage's resources there."""

import os
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, PartialCredentialsError


class Missing(Exception):
    """What a command needs and does not find; the message says how to get it."""


@dataclass(frozen=True)
class Target:
    """A stage, and the account and region that it is deployed to."""

    stage: str
    account: str
    region: str

    @property
    def stack(self) -> str:
        return f"ClaudeStream-{self.stage}"

    def client(self, service: str) -> Any:
        return boto3.client(service, region_name=self.region)


def find_target(stage: str) -> Target:
    """The stage in the account of the configured credentials and in the configured region."""
    region = os.environ.get("AWS_REGION") or boto3.Session().region_name
    if not region:
        raise Missing("no AWS region is chosen: set AWS_REGION=us-east-1, or run `aws configure`")
    try:
        account = boto3.client("sts", region_name=region).get_caller_identity()["Account"]
    except (NoCredentialsError, PartialCredentialsError):
        raise Missing(
            "no AWS credentials were found: run `aws sso login` or `aws configure`, or set AWS_PROFILE"
        ) from None
    except ClientError as error:
        code = error.response["Error"]["Code"]
        raise Missing(f"AWS refuses your credentials ({code}): renew them, as with `aws sso login`") from None
    except BotoCoreError as error:
        raise Missing(f"AWS could not be asked who you are: {error}") from None
    return Target(stage=stage, account=account, region=region)


def describe(target: Target, stack: str) -> dict[str, Any] | None:
    """The stack as CloudFormation describes it, None where there is none."""
    try:
        found: dict[str, Any] = target.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":  # it "does not exist"
            return None
        raise
    return found


def resources_of(target: Target) -> list[dict[str, Any]]:
    """The stage's resources, each with its LogicalResourceId, PhysicalResourceId and ResourceType."""
    if not describe(target, target.stack):
        raise Missing(
            f"stage {target.stage} is not deployed in {target.region} of account {target.account}: "
            f"run make deploy STAGE={target.stage}, or choose another region"
        )
    pages = target.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=target.stack)
    return [resource for page in pages for resource in page["StackResourceSummaries"]]


def function_of(target: Target) -> str:
    """The one that streams: the CDK has functions of its own in the stack."""
    for resource in resources_of(target):
        if resource["ResourceType"] == "AWS::Lambda::Function" and resource["LogicalResourceId"].startswith(
            "ApiFunction"
        ):
            return str(resource["PhysicalResourceId"])
    raise Missing(f"{target.stack} has no function: deploy it again with make deploy STAGE={target.stage}")


def variables_of(target: Target) -> dict[str, str]:
    """The variables of the function that streams."""
    function = function_of(target)
    return variables_in(target.client("lambda").get_function_configuration(FunctionName=function))


def variables_in(configuration: dict[str, Any]) -> dict[str, str]:
    return dict(configuration.get("Environment", {}).get("Variables", {}))
