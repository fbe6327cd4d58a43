"""A stage's verbs: synth, diff, deploy, destroy."""

import argparse
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from tools.cloud import cdk as command
from tools.cloud.consent import agreed, approval_is_settled
from tools.cloud.failures import why_it_failed
from tools.cloud.preflight import look, may_go_on
from tools.cloud.target import Target, describe, find_target, resources_of

RECOVERY_DAYS = 7  # for deleted API keys


def synth(options: argparse.Namespace) -> int:
    status = command.cdk(options.stage, "synth", "--quiet", *options.more)
    if status == 0:
        print(f"cdk.out/ClaudeStream-{options.stage}.template.json is made, and passes every check.")
    return status


def diff(options: argparse.Namespace) -> int:
    target = find_target(options.stage)
    return command.cdk(target.stage, "diff", *options.more, region=target.region)


def deploy(options: argparse.Namespace) -> int:
    target = find_target(options.stage)
    print(f"{target.stack} -> account {target.account}, {target.region}", flush=True)
    if not may_go_on(look(target, options), options):
        return 1
    status = _bootstrap(target) or _deploy(target, options)
    if status == 0:
        _welcome(target)
    return status


def _deploy(target: Target, options: argparse.Namespace) -> int:
    approval = () if approval_is_settled(options) else ("--require-approval", "broadening")
    status = command.cdk(target.stage, "deploy", *approval, *options.more, region=target.region)
    if status != 0:
        for sentence in why_it_failed(target):
            print(sentence, flush=True)
    return status


def _bootstrap(target: Target) -> int:
    """Makes, once for an account and region, the bucket and the roles that `cdk deploy` works with."""
    if describe(target, "CDKToolkit"):
        return 0
    print(
        f"The CDK has not been used in {target.region} of this account: bootstrapping it (a bucket, some roles).",
        flush=True,
    )
    with tempfile.TemporaryDirectory() as empty:  # away from cdk.json, so that it does not synthesise the app first
        place = f"aws://{target.account}/{target.region}"
        return command.cdk(target.stage, "bootstrap", place, region=target.region, folder=Path(empty))


def _welcome(target: Target) -> None:
    found = describe(target, target.stack)
    outputs = {output["OutputKey"]: output["OutputValue"] for output in (found or {}).get("Outputs", [])}
    direct = f"\n  Function URL  {outputs['FunctionUrl']}" if "FunctionUrl" in outputs else ""
    print(f"""
  Page          {outputs.get("PageUrl")}
  API           {outputs.get("ApiUrl")}{direct}
  API key       make key STAGE={target.stage}
  Dashboard     {outputs.get("DashboardUrl")}""")


def destroy(options: argparse.Namespace) -> int:
    """Deletes the stage, and what would stay behind: logs, and keys whose removal policy is "retain"."""
    target = find_target(options.stage)
    resources = resources_of(target)
    question = (
        f"This deletes {target.stack} in account {target.account}, {target.region}: the page, the API, its logs, "
        f"its named keys and their use, and its secret's keys (these can be restored for {RECOVERY_DAYS} days)."
    )
    if not agreed(options, question, target.stack):
        return 1
    _unprotect(target)
    status = command.cdk(target.stage, "destroy", "--force", *options.more, region=target.region)
    if status == 0:
        _clear_up(target, resources)
        print("What stays is the CDK's own stack, CDKToolkit: every CDK app of this account shares it.")
    return status


def _unprotect(target: Target) -> None:
    """Lifts the protection from deletion by mistake: a person that has typed the stage's name means it."""
    if (describe(target, target.stack) or {}).get("EnableTerminationProtection"):
        cloudformation = target.client("cloudformation")
        cloudformation.update_termination_protection(StackName=target.stack, EnableTerminationProtection=False)


def _clear_up(target: Target, resources: Sequence[dict[str, Any]]) -> None:
    for resource in resources:
        if resource["ResourceType"] == "AWS::SecretsManager::Secret":
            _unless_gone(
                target.client("secretsmanager").delete_secret,
                SecretId=resource["PhysicalResourceId"],
                RecoveryWindowInDays=RECOVERY_DAYS,
            )
        if resource["ResourceType"] == "AWS::DynamoDB::Table":
            _unless_gone(_delete_table, target=target, name=resource["PhysicalResourceId"])
        if resource["ResourceType"] == "AWS::Logs::LogGroup":
            _unless_gone(target.client("logs").delete_log_group, logGroupName=resource["PhysicalResourceId"])


def _delete_table(target: Target, name: str) -> None:
    client = target.client("dynamodb")
    if client.describe_table(TableName=name)["Table"].get("DeletionProtectionEnabled"):
        client.update_table(TableName=name, DeletionProtectionEnabled=False)
        client.get_waiter("table_exists").wait(TableName=name)
    client.delete_table(TableName=name)


def _unless_gone(delete: Callable[..., object], **arguments: object) -> None:
    try:
        delete(**arguments)
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("ResourceNotFoundException", "InvalidRequestException"):
            raise
