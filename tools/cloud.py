"""A stage in AWS, from the command line: `python -m tools.cloud deploy --stage prod`; a Makefile verb for each.

Owns what a person needs around the CDK's own command: it says in a sentence what is missing, bootstraps, shows the
API key, and clears up. `cdk` used directly works just as well.
"""

import argparse
import json
import os
import secrets
import string
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, PartialCredentialsError

_ROOT = Path(__file__).resolve().parent.parent
_CDK = _ROOT / "node_modules" / ".bin" / "cdk"
_KEY_CHARACTERS = (
    string.ascii_letters + string.digits
)  # as Secrets Manager makes the first one: see streaming_api.py
_KEY_LENGTH = 48
_RECOVERY_DAYS = 7


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
    """Where the credentials and the region that are configured lead to."""
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


# The CDK


def cdk(stage: str, *arguments: str, region: str | None = None, folder: Path = _ROOT) -> int:
    """Runs the CDK's command for a stage; its exit status."""
    if not _CDK.exists():
        raise Missing("the CDK's command is not installed: run make setup (it needs Node 20 or newer)")
    environment = os.environ | ({"AWS_REGION": region} if region else {})
    command = [str(_CDK), *arguments, "--context", f"stage={stage}", "--no-notices"]
    return subprocess.run(command, cwd=folder, env=environment, check=False).returncode


def synth(options: argparse.Namespace) -> int:
    status = cdk(options.stage, "synth", "--quiet", *options.more)
    if status == 0:
        print(f"cdk.out/ClaudeStream-{options.stage}.template.json is made, and passes every check.")
    return status


def diff(options: argparse.Namespace) -> int:
    target = find_target(options.stage)
    return cdk(target.stage, "diff", *options.more, region=target.region)


def deploy(options: argparse.Namespace) -> int:
    target = find_target(options.stage)
    print(f"{target.stack} -> account {target.account}, {target.region}", flush=True)
    status = _bootstrap(target)
    approval = () if "--require-approval" in options.more else ("--require-approval", "broadening")
    status = status or cdk(target.stage, "deploy", *approval, *options.more, region=target.region)
    if status == 0:
        _welcome(target)
    return status


def _bootstrap(target: Target) -> int:
    """Once for an account and region: the bucket and the roles that `cdk deploy` works with."""
    if _describe(target, "CDKToolkit"):
        return 0
    print(
        f"The CDK has not been used in {target.region} of this account: bootstrapping it (a bucket, some roles).",
        flush=True,
    )
    with tempfile.TemporaryDirectory() as empty:  # away from cdk.json, so that it does not synthesise the app first
        place = f"aws://{target.account}/{target.region}"
        return cdk(target.stage, "bootstrap", place, region=target.region, folder=Path(empty))


def _welcome(target: Target) -> None:
    found = _describe(target, target.stack)
    outputs = {output["OutputKey"]: output["OutputValue"] for output in (found or {}).get("Outputs", [])}
    print(f"""
  Page          {outputs.get("PageUrl")}
  Function URL  {outputs.get("FunctionUrl")}
  API key       make key STAGE={target.stage}
  Dashboard     {outputs.get("DashboardUrl")}""")


def _describe(target: Target, stack: str) -> dict[str, Any] | None:
    """The stack as CloudFormation describes it, None where there is none."""
    try:
        found: dict[str, Any] = target.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":  # it "does not exist"
            return None
        raise
    return found


# API keys


def show_key(options: argparse.Namespace) -> int:
    """The keys alone on standard output, so that KEY=$(make -s key) works."""
    target = find_target(options.stage)
    keys = _keys(target, _secret_of(target))
    print("\n".join(keys.values() if len(keys) == 1 else (f"{name} {key}" for name, key in keys.items())))
    return 0


def rotate_key(options: argparse.Namespace) -> int:
    """A new key under the name; what was current becomes AWSPREVIOUS, which the function accepts too."""
    target = find_target(options.stage)
    secret = _secret_of(target)
    keys = _keys(target, secret)
    if options.name not in keys:
        raise Missing(f"there is no key named {options.name}, only {', '.join(keys)}")
    question = (
        f"Make a new key '{options.name}' for {target.stack}? The one of now goes on working until the next "
        "rotation; one that was replaced before stops at once."
    )
    if not _agreed(options, question, "yes"):
        return 1
    renewed = with_new_key(keys, options.name)
    target.client("secretsmanager").put_secret_value(SecretId=secret, SecretString=json.dumps(renewed))
    print(f"The new key is in force within 30 seconds; make key STAGE={target.stage} shows it.")
    return 0


def with_new_key(keys: dict[str, str], name: str) -> dict[str, str]:
    """`keys` with a random key under `name`."""
    return keys | {name: "".join(secrets.choice(_KEY_CHARACTERS) for _ in range(_KEY_LENGTH))}


def _keys(target: Target, secret: str) -> dict[str, str]:
    value = target.client("secretsmanager").get_secret_value(SecretId=secret)["SecretString"]
    keys: dict[str, str] = json.loads(value)
    return keys


def _secret_of(target: Target) -> str:
    for resource in _resources(target):
        if resource["ResourceType"] == "AWS::SecretsManager::Secret":
            return str(resource["PhysicalResourceId"])
    raise Missing(f"{target.stack} has no API keys: deploy it again with make deploy STAGE={target.stage}")


def _resources(target: Target) -> list[dict[str, Any]]:
    if not _describe(target, target.stack):
        raise Missing(
            f"stage {target.stage} is not deployed in {target.region} of account {target.account}: "
            f"run make deploy STAGE={target.stage}, or choose another region"
        )
    pages = target.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=target.stack)
    return [resource for page in pages for resource in page["StackResourceSummaries"]]


# The end


def destroy(options: argparse.Namespace) -> int:
    """Deletes the stage, and what would stay behind: logs, and API keys whose removal policy is "retain"."""
    target = find_target(options.stage)
    resources = _resources(target)
    question = (
        f"This deletes {target.stack} in account {target.account}, {target.region}: the page, the API, its logs "
        f"and its API keys (these can be restored for {_RECOVERY_DAYS} days)."
    )
    if not _agreed(options, question, target.stack):
        return 1
    _unprotect(target)
    status = cdk(target.stage, "destroy", "--force", *options.more, region=target.region)
    if status == 0:
        _clear_up(target, resources)
        print("What stays is the CDK's own stack, CDKToolkit: every CDK app of this account shares it.")
    return status


def _unprotect(target: Target) -> None:
    """A stage to keep is protected from deletion by mistake; whoever has typed its name means it."""
    if (_describe(target, target.stack) or {}).get("EnableTerminationProtection"):
        cloudformation = target.client("cloudformation")
        cloudformation.update_termination_protection(StackName=target.stack, EnableTerminationProtection=False)


def _clear_up(target: Target, resources: Sequence[dict[str, Any]]) -> None:
    for resource in resources:
        if resource["ResourceType"] == "AWS::SecretsManager::Secret":
            _unless_gone(
                target.client("secretsmanager").delete_secret,
                SecretId=resource["PhysicalResourceId"],
                RecoveryWindowInDays=_RECOVERY_DAYS,
            )
        if resource["ResourceType"] == "AWS::Logs::LogGroup":
            _unless_gone(target.client("logs").delete_log_group, logGroupName=resource["PhysicalResourceId"])


def _unless_gone(delete: Callable[..., object], **arguments: object) -> None:
    try:
        delete(**arguments)
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("ResourceNotFoundException", "InvalidRequestException"):
            raise


def _agreed(options: argparse.Namespace, question: str, answer: str) -> bool:
    if options.yes:
        return True
    print(question, file=sys.stderr)
    try:
        given = input(f"Type {answer} to go on: ")
    except EOFError:
        given = ""
    if given.strip() != answer:
        print("Nothing was changed.", file=sys.stderr)
        return False
    return True


_COMMANDS = {
    "synth": synth,
    "diff": diff,
    "deploy": deploy,
    "destroy": destroy,
    "key": show_key,
    "rotate-key": rotate_key,
}


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tools.cloud", description=__doc__.partition("\n")[0], allow_abbrev=False
    )
    parser.add_argument("command", choices=_COMMANDS)
    parser.add_argument("--stage", default="dev")
    parser.add_argument("--name", default="default", help="rotate-key: the key's name")
    parser.add_argument("--yes", action="store_true", help="destroy and rotate-key: do not ask")
    options, options_of_cdk = parser.parse_known_args(arguments)
    options.more = options_of_cdk
    try:
        return _COMMANDS[options.command](options)
    except Missing as missing:
        print(f"{options.command}: {missing}", file=sys.stderr)
    except (ClientError, BotoCoreError) as error:
        print(f"{options.command}: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
