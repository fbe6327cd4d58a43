"""The tables, by implementation, and the simulated AWS that has one of them."""

from collections.abc import Iterator

import pytest

from emulator.aws.dynamodb import DynamoDb
from emulator.aws.simulator import AwsSimulator
from emulator.background import Background
from tests.contract.accounts.front import Front
from tests.contract.accounts.tables import MINISTACK, TableServer, client_of, make_table, ministack_in


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keeps what asks MiniStack on one worker: one MiniStack is enough."""
    for item in items:
        if "ministack" in item.name:
            item.add_marker(pytest.mark.xdist_group("ministack"))


@pytest.fixture
def dynamodb(simulator: AwsSimulator) -> Iterator[DynamoDb]:
    """The simulator's, without faults before and after."""
    yield simulator.dynamodb
    simulator.dynamodb.fault = lambda _: None


@pytest.fixture(scope="module")
def moto(simulator: AwsSimulator) -> Iterator[TableServer]:
    client = client_of(simulator.url)
    yield TableServer(simulator.url, simulator.dynamodb.table_name, client)
    client.close()


@pytest.fixture(scope="session")
def ministack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TableServer]:
    if not MINISTACK.exists():
        pytest.fail("no MiniStack to compare with: run make setup", pytrace=False)
    with ministack_in(tmp_path_factory.mktemp("ministack")) as url:
        client = client_of(url)
        make_table(client, "accounts")
        yield TableServer(url, "accounts", client)
        client.close()


@pytest.fixture
def front(server: TableServer, background: Background) -> Iterator[Front]:
    """Stands before the server, for faults."""
    front = Front(server.url)
    background.run(front.start())
    yield front
    background.run(front.close())


@pytest.fixture(params=["moto", "ministack"])
def server(request: pytest.FixtureRequest) -> Iterator[TableServer]:
    server: TableServer = request.getfixturevalue(request.param)
    yield server
    server.close_connections()
