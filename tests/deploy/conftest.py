"""The deployment that the tests look at: deployed, asked, its key rotated, changed, a key revoked, destroyed.

Each step keeps its results as values, so the tests may run in any order; all of them run on one worker.
"""

import json
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from emulator.aws.account import simulator as account_simulator
from emulator.aws.account.simulator import AccountSimulator
from emulator.background import Background
from tests.deploy.account import HOME, Account, account_in
from tests.deploy.assembly import deployable
from tests.deploy.named_keys import NamedKeyLife, live
from tests.deploy.observed import Observed, unpack, what_is_left
from tests.deploy.processes import Ran
from tests.deploy.steps import CHANGES, Conversation, Pruned, Revocation, converse, deploy_stage, keys_in, revoke
from tests.infra.conftest import STAGES, Synthesise, dev, run_synth, synthesise
from tests.infra.s3 import Bucket
from tests.infra.s3 import serving as serving_answers

__all__ = ["dev", "synthesise"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Gives all tests one worker, and the first one time to wait for a whole deployment on a busy machine."""
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
    """Model access and quotas, which MiniStack does not have. The models' terms are not accepted here yet."""
    account = account_simulator.Account(form=b'{"companyName": "Example"}')
    simulator = AccountSimulator(account, verify_signatures=False)  # the caller is MiniStack's user
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
    """The conversation with the function; it runs while the CDK works."""
    code = unpack(deployed.code, tmp_path_factory.mktemp("task"))
    return pool.submit(converse, account, deployed, code, background)


@pytest.fixture(scope="session")
def differences(account: Account, assembly: Path, deployed: Observed, talk: "Future[Conversation]") -> Ran:
    """What `cdk diff` finds after the deployment."""
    return account.cloud("diff", "--app", str(assembly), "--fail")


@pytest.fixture(scope="session")
def updated(
    account: Account,
    control: AccountSimulator,
    changed_assembly: "Future[Path]",
    deployed: Observed,
    differences: Ran,
) -> Observed:
    """The same stage with CHANGES, which widen no permissions: nothing has to be approved."""
    return deploy_stage(account, control, changed_assembly.result())


@pytest.fixture(scope="session")
def revoked(
    account: Account,
    updated: Observed,
    talk: "Future[Conversation]",
    background: Background,
    tmp_path_factory: pytest.TempPathFactory,
) -> Revocation:
    """The revocation of a key, after the other changes of the function."""
    return revoke(
        account, updated, talk.result(), unpack(updated.code, tmp_path_factory.mktemp("task")), background
    )


@pytest.fixture(scope="session")
def conversation(talk: "Future[Conversation]") -> Conversation:
    return talk.result()


@pytest.fixture(scope="session")
def named_key(
    account: Account,
    updated: Observed,
    revoked: Revocation,
    background: Background,
    tmp_path_factory: pytest.TempPathFactory,
) -> NamedKeyLife:
    """A named key's whole life, in the stage that has been changed."""
    return live(account, updated, unpack(updated.code, tmp_path_factory.mktemp("task")), background)


@pytest.fixture(scope="session")
def pruned(account: Account, updated: Observed) -> Pruned:
    """The result of the pruning function, called as CloudFormation does when the page changes a third time."""
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


@pytest.fixture(scope="session")
def destroyed(
    account: Account,
    changed_assembly: "Future[Path]",
    updated: Observed,
    named_key: NamedKeyLife,
    pruned: Pruned,
) -> tuple[Ran, dict[str, list[str]]]:
    """How `make destroy` ended, after all else, and what it left. It sets a tag again that MiniStack loses."""
    tag = {"TagSet": [{"Key": "aws-cdk:auto-delete-objects", "Value": "true"}]}
    account.client("s3").put_bucket_tagging(Bucket=updated.named("PageBucket8"), Tagging=tag)
    ran = account.cloud("destroy", "--yes", "--app", str(changed_assembly.result()))
    return ran, what_is_left(account)
