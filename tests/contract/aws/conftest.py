"""One simulated AWS for each file of tests, and boto3's clients of it."""

from collections.abc import Iterator
from typing import Any

import pytest

from emulator.aws.simulator import AwsSimulator
from emulator.background import Background
from tests.contract.aws.asking_aws import FLAT_OUT, client_of


@pytest.fixture(scope="module")
def simulator(background: Background) -> Iterator[AwsSimulator]:
    simulator = AwsSimulator(keys={"ann": "key-1"}, pace=FLAT_OUT)
    background.run(simulator.start())
    yield simulator
    background.run(simulator.close())


@pytest.fixture(scope="module")
def bedrock(simulator: AwsSimulator) -> Iterator[Any]:
    client = client_of(simulator, "bedrock-runtime")
    yield client
    client.close()


@pytest.fixture(scope="module")
def secrets(simulator: AwsSimulator) -> Iterator[Any]:
    client = client_of(simulator, "secretsmanager")
    yield client
    client.close()
