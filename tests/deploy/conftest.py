"""The story that the tests of the deployment look at: deployed, asked, rotated, changed, revoked, destroyed.

Each step keeps what it found as values, so the tests may come in any order; all of them run on one worker.
"""

import json
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from emulator.aws.account import simulator as account_simulator
from emulator.aws.account.simulator import AccountSimulator
from emulator.aws.simulator import Received
from emulator.background import Background
from tests.deploy.account import HOME, Account, account_in
from tests.deploy.assembly import STACK, deployable
from tests.deploy.conversation import serving
from tests.deploy.observed import Observed, observe, unpack, what_is_left
from tests.deploy.processes import Ran
from tests.infra.conftest import STAGES, Synthesise, dev, run_synth, synthesise
from tests.infra.s3 import Bucket
from tests.infra.s3 import serving as serving_answers
from tests.places import ROOT
from tests.snippets import commands, run_shell
from tests.sse_reading import Arrived

__all__ = ["dev", "synthesise"]

CHANGES = {"max_tokens": 1234, "timeout_seconds": 120}


@dataclass(frozen=True)
class Pruned:
    """The keys in the page's bucket, before and after an older version went; `current` are the page's own."""

    current: frozenset[str]
    before: frozenset[str]
    after: frozenset[str]
    answer: dict[str, Any]


@dataclass(frozen=True)
class Conversation:
    """What the deployed function answered, before and after its key was rotated. `shown` is how `make key` ran.

    `curl`: what the READMEs' curl commands printed, by command, with the URL as AWS gives it.
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


@dataclass(frozen=True)
class Revocation:
    """How `make revoke-key` ran; `keys` are those that it found and the new one, `statuses` their fate in new
    environments, `secret` both of its versions, and `variables` the function's."""

    ran: Ran
    keys: dict[str, str]
    secret: dict[str, str]
    variables: dict[str, str]
    statuses: dict[str, int]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker for all of them, and time for the first, which waits for a whole deployment on a busy machine."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.xdist_group("deploy"))
            item.add_marker(pytest.mark.timeout(900))


@pytest.fixture(scope="session")
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as pool:
        yield pool


@pytest.fixture(scope="session")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    if not (HOME / "bin/ministack").exists():
        pytest.fail("no MiniStack for the tests of the deployment: run make setup", pytrace=False)
    with account_in(tmp_path_factory.mktemp("account")) as account:
        yield account


@pytest.fixture(scope="session")
def control(background: Background) -> Iterator[AccountSimulator]:
    """Model access and quotas, which MiniStack has not. Nobody has accepted the models' terms here yet."""
    account = account_simulator.Account(form=b'{"companyName": "Example"}')
    simulator = AccountSimulator(account, verify_signatures=False)  # the caller is one of MiniStack's
    background.run(simulator.start())
    yield simulator
    background.run(simulator.close())


@pytest.fixture(scope="session")
def changed_assembly(pool: ThreadPoolExecutor, tmp_path_factory: pytest.TempPathFactory) -> "Future[Path]":
    """Stage dev with CHANGES; it is made while the first deployment runs."""
    base = tmp_path_factory.mktemp("changed")

    def make() -> Path:
        run_synth("dev", base / "synthesised", STAGES | {"dev": STAGES["dev"] | CHANGES})
        return deployable(base / "synthesised", base / "assembly")

    return pool.submit(make)


@pytest.fixture(scope="session")
def assembly(synthesise: Synthesise, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = synthesise("dev")
    assert made.status == 0, made.said
    return deployable(made.folder, tmp_path_factory.mktemp("dev") / "assembly")


@pytest.fixture(scope="session")
def deployed(
    account: Account, control: AccountSimulator, assembly: Path, changed_assembly: "Future[Path]"
) -> Observed:
    """The stage in an account where neither Claude nor the CDK has ever been."""
    return deploy_stage(account, control, assembly, "--require-approval", "never", "--accept-model-terms")


@pytest.fixture(scope="session")
def talk(
    pool: ThreadPoolExecutor,
    account: Account,
    deployed: Observed,
    background: Background,
    tmp_path_factory: pytest.TempPathFactory,
) -> "Future[Conversation]":
    """It goes on while the CDK is at work."""
    code = unpack(deployed.code, tmp_path_factory.mktemp("task"))
    return pool.submit(converse, account, deployed, code, background)


@pytest.fixture(scope="session")
def differences(account: Account, assembly: Path, deployed: Observed, talk: "Future[Conversation]") -> Ran:
    """What `cdk diff` finds once it is deployed."""
    return account.cloud("diff", "--app", str(assembly), "--fail")


@pytest.fixture(scope="session")
def updated(
    account: Account,
    control: AccountSimulator,
    changed_assembly: "Future[Path]",
    deployed: Observed,
    differences: Ran,
) -> Observed:
    """The same stage with CHANGES, which widen nobody's permissions: nothing has to be approved."""
    return deploy_stage(account, control, changed_assembly.result())


@pytest.fixture(scope="session")
def revoked(
    account: Account,
    updated: Observed,
    talk: "Future[Conversation]",
    background: Background,
    tmp_path_factory: pytest.TempPathFactory,
) -> Revocation:
    """Once nothing else changes the function."""
    return revoke(
        account, updated, talk.result(), unpack(updated.code, tmp_path_factory.mktemp("task")), background
    )


@pytest.fixture(scope="session")
def conversation(talk: "Future[Conversation]") -> Conversation:
    return talk.result()


@pytest.fixture(scope="session")
def pruned(account: Account, updated: Observed) -> Pruned:
    """What CloudFormation would have the function do when the page changes for the third time."""
    s3, bucket = account.client("s3"), updated.named("PageBucket8")
    older, before = "0" * 12, "b" * 12
    for key in (f"{older}/main.js", f"{older}/view/view.js", f"{before}/main.js"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"")
    there = keys_in(s3, bucket)
    (current,) = {key.partition("/")[0] for key in updated.bucket if key.endswith("/main.js")}
    with serving_answers(Bucket(set())) as cloudformation:
        event = {
            "RequestType": "Update",
            "ResponseURL": f"{cloudformation.url}/answer",
            **dict.fromkeys(("StackId", "RequestId", "LogicalResourceId", "PhysicalResourceId"), "x"),
            "ResourceProperties": {"Bucket": bucket, "Current": current},
            "OldResourceProperties": {"Bucket": bucket, "Current": before},
        }
        ran = account.client("lambda").invoke(
            FunctionName=updated.named("PageVersionsPrune"), Payload=json.dumps(event).encode()
        )
        assert "FunctionError" not in ran, ran["Payload"].read()
        (answer,) = cloudformation.answers
    return Pruned(frozenset(updated.bucket), there, keys_in(s3, bucket), json.loads(answer))


def keys_in(s3: Any, bucket: str) -> frozenset[str]:
    return frozenset(item["Key"] for item in s3.list_objects_v2(Bucket=bucket)["Contents"])


@pytest.fixture(scope="session")
def destroyed(
    account: Account,
    changed_assembly: "Future[Path]",
    updated: Observed,
    revoked: Revocation,
    pruned: Pruned,
) -> tuple[Ran, dict[str, list[str]]]:
    """After all else: how `make destroy` ended, and what it left. The tag is the template's; MiniStack loses it."""
    tag = {"TagSet": [{"Key": "aws-cdk:auto-delete-objects", "Value": "true"}]}
    account.client("s3").put_bucket_tagging(Bucket=updated.named("PageBucket8"), Tagging=tag)
    ran = account.cloud("destroy", "--yes", "--app", str(changed_assembly.result()))
    return ran, what_is_left(account)


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
