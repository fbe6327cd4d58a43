"""Accounts that the Makefile's verbs are run against: simulated over the network, and held in memory."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import boto3
import pytest

from emulator.aws.account.simulator import Account, AccountSimulator
from emulator.background import Background
from tests.cloud import account_in_memory, deployed_stage
from tests.cloud.looking import Preflight, Simulate
from tests.deploy import account as emulated
from tests.simulated_account import CREDENTIALS, simulated
from tools.cloud.__main__ import main


@pytest.fixture
def simulate(background: Background, monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulate]:
    """Puts this process in front of a simulated account.

    The commands leave their clients open until the process ends; here they are closed after each test.
    """
    session = boto3.Session()
    make, made = session.client, []

    def client(*arguments: Any, **options: Any) -> Any:
        made.append(make(*arguments, **options))
        return made[-1]

    monkeypatch.setattr(session, "client", client)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", session)
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    with ExitStack() as stack:

        def start(account: Account) -> AccountSimulator:
            simulator = stack.enter_context(simulated(account, background))
            monkeypatch.setenv("AWS_ENDPOINT_URL", simulator.url)
            return simulator

        yield start
        for each in made:
            each.close()


@pytest.fixture
def preflight(simulate: Simulate, capsys: pytest.CaptureFixture[str]) -> Preflight:
    """The command's status and what it says, with nobody there to answer."""

    def run(account: Account, *options: str) -> tuple[int, str]:
        simulate(account)
        status = main(["preflight", *options])
        said = capsys.readouterr()
        return status, said.out + said.err

    return run


@pytest.fixture(scope="session")
def account_with_a_stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[emulated.Account]:
    with deployed_stage.account_with_a_stage(tmp_path_factory.mktemp("account")) as account:
        yield account


@pytest.fixture
def stage(
    account_with_a_stage: emulated.Account, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> deployed_stage.Stage:
    """A deployed stage with an empty table."""
    deployed_stage.put_before(account_with_a_stage, monkeypatch)
    return deployed_stage.Stage(account_with_a_stage, capsys)


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> account_in_memory.Account:
    account = account_in_memory.Account()
    monkeypatch.setattr("boto3.client", account.client)
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    return account
