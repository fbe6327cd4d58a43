"""The steps of the deployment in conftest.py, and the results that each keeps."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx

from emulator.aws.account.simulator import AccountSimulator
from emulator.aws.simulator import Received
from emulator.background import Background
from tests.deploy.account import Account
from tests.deploy.assembly import STACK
from tests.deploy.conversation import serving
from tests.deploy.observed import Observed, observe
from tests.deploy.one_address import visit
from tests.deploy.processes import Ran
from tests.infra.conftest import settings_of
from tests.places import ROOT
from tests.snippets import commands, run_shell
from tests.sse_reading import Arrived

SETTINGS = settings_of("dev")
CHANGES = {"max_tokens": 1234, "timeout_seconds": 120}


@dataclass(frozen=True)
class Pruned:
    """The keys in the page's bucket, before and after an old version was deleted; `current` are the page's own."""

    current: frozenset[str]
    before: frozenset[str]
    after: frozenset[str]
    answer: dict[str, Any]


@dataclass(frozen=True)
class Conversation:
    """What the deployed function answered, before and after its key was rotated. `shown` is how `make key` ran.

    `curl` is what the READMEs' curl commands printed, by command, with the URL as AWS gives it.
    """

    answer: list[Arrived]
    asked_of_bedrock: list[Received]
    preflight: dict[str, str]
    curl: dict[str, str]
    statuses: dict[str, int]
    shown: Ran
    rotated: Ran
    shown_afterwards: Ran
    secret: dict[str, str]
    statuses_afterwards: dict[str, int]
    breaches: list[str]
    through_cdn: dict[str, httpx.Response]


@dataclass(frozen=True)
class Revocation:
    """How `make revoke-key` ran; `keys` are those that it found and the new one, `statuses` how new environments
    answered each, `secret` both of its versions, and `variables` the function's."""

    ran: Ran
    keys: dict[str, str]
    secret: dict[str, str]
    variables: dict[str, str]
    statuses: dict[str, int]


def keys_in(s3: Any, bucket: str) -> frozenset[str]:
    return frozenset(item["Key"] for item in s3.list_objects_v2(Bucket=bucket)["Contents"])


def deploy_stage(account: Account, control: AccountSimulator, assembly: Path, *options: str) -> Observed:
    outputs = account.scratch / f"{assembly.parent.name}-outputs.json"
    services = ("BEDROCK", "SERVICE_QUOTAS", "LAMBDA")
    there = {f"AWS_ENDPOINT_URL_{service}": control.url for service in services}
    ran = account.cloud("deploy", "--app", str(assembly), "--outputs-file", str(outputs), *options, variables=there)
    assert ran.status == 0, f"deploying {STACK} failed:\n{ran.said}"
    return observe(account, ran, outputs)


def converse(account: Account, deployed: Observed, code: Path, background: Background) -> Conversation:
    shown = account.cloud("key")
    old = shown.out.strip()
    with serving(account, deployed, code, background) as served:
        answer = served.stream(old)
        asked = list(served.bedrock.requests)
        statuses = {"key": served.status(old), "wrong": served.status(f"{old}x"), "none": served.status(None)}
        preflight = dict(served.preflight().headers)
        curl = run_curl(served.as_given(deployed.url["FunctionUrl"]), old, account.scratch)
        through_cdn = visit(account, deployed, served.url.url, old)
        breaches = served.url.breaches
    rotated = account.cloud("rotate-key", "--yes")
    shown_afterwards = account.cloud("key")
    new = shown_afterwards.out.strip()
    with serving(account, deployed, code, background) as served:
        afterwards = {"new": served.status(new), "old": served.status(old), "wrong": served.status(f"{new}x")}
    return Conversation(
        answer=answer,
        asked_of_bedrock=asked,
        preflight=preflight,
        curl=curl,
        statuses=statuses,
        shown=shown,
        rotated=rotated,
        shown_afterwards=shown_afterwards,
        secret=versions_of_secret(account, deployed.named("ApiApiKeys")),
        statuses_afterwards=afterwards,
        breaches=breaches,
        through_cdn=through_cdn,
    )


def revoke(
    account: Account, deployed: Observed, before: Conversation, code: Path, background: Background
) -> Revocation:
    keys = {
        "current": json.loads(before.secret["AWSCURRENT"])["default"],
        "previous": json.loads(before.secret["AWSPREVIOUS"])["default"],
    }
    ran = account.cloud("revoke-key", "--yes")
    keys["new"] = account.cloud("key").out.strip()
    function = account.client("lambda").get_function_configuration(FunctionName=deployed.function["FunctionName"])
    with serving(account, replace(deployed, function=function), code, background) as served:
        statuses = {name: served.status(key) for name, key in keys.items()}
    return Revocation(
        ran=ran,
        keys=keys,
        secret=versions_of_secret(account, deployed.named("ApiApiKeys")),
        variables=function["Environment"]["Variables"],
        statuses=statuses,
    )


def run_curl(url: str, key: str, home: Path) -> dict[str, str]:
    texts = [(ROOT / name).read_text() for name in ("README.md", "README.zh-CN.md")]
    found = {command for text in texts for command in commands(text) if command.startswith("curl ")}
    variables = {"URL": url, "KEY": key}
    return {command: run_shell(command, home=home, variables=variables).stdout for command in found}


def versions_of_secret(account: Account, name: str) -> dict[str, str]:
    read = account.client("secretsmanager").get_secret_value
    return {
        stage: read(SecretId=name, VersionStage=stage)["SecretString"] for stage in ("AWSCURRENT", "AWSPREVIOUS")
    }
