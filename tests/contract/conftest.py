"""The AWS that our calls of it are tested against, with an answer at once."""

from collections.abc import Iterator

import pytest

from emulator.aws.simulator import AwsSimulator, Pace
from emulator.background import Background


@pytest.fixture(scope="module")
def simulator(background: Background) -> Iterator[AwsSimulator]:
    simulator = AwsSimulator(keys={"default": "k"}, pace=Pace(0, 0))
    background.run(simulator.start())
    yield simulator
    background.run(simulator.close())
