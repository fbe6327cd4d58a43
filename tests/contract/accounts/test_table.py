"""Our calls of DynamoDB mean the same to two implementations of it that know nothing of each other."""

import json
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from claude_stream.table import Change, Conflict, Table, TableUnavailable
from tests.contract.accounts.tables import TableServer
from tests.contract.aws_calls.asking import soon


@pytest.fixture
def table(server: TableServer) -> Table:
    return server.open()


@pytest.fixture
def place() -> tuple[str, str]:
    return f"spend#{uuid.uuid4().hex}", "day#2026-11-27"


def another(place: tuple[str, str]) -> tuple[str, str]:
    return place[0], "month#2026-11"


def spend(place: tuple[str, str], number: int, at_most: int | None = None) -> Change:
    limits = {} if at_most is None else {"micro_usd": at_most}
    return Change(place, {"micro_usd": number, "requests": 1}, {"expires_at": 1_900_000_000}, limits)


def test_a_number_is_added_to_what_is_there_or_to_nothing(table: Table, place: tuple[str, str]) -> None:
    assert table.read([place], soon()) == {}
    table.change([spend(place, 5)], soon())
    table.change([spend(place, 7), spend(another(place), 1)], soon())
    pk, sk = place
    assert table.read([place, another(place), (pk, "no")], soon()) == {
        place: {"pk": pk, "sk": sk, "micro_usd": 12, "requests": 2, "expires_at": 1_900_000_000},
        another(place): {
            "pk": pk,
            "sk": "month#2026-11",
            "micro_usd": 1,
            "requests": 1,
            "expires_at": 1_900_000_000,
        },
    }


@pytest.mark.parametrize("number", [-12, 0, 10**15])
def test_any_whole_number_is_added_exactly(table: Table, place: tuple[str, str], number: int) -> None:
    table.change([spend(place, 10**15 + 1)], soon())
    table.change([spend(place, number)], soon())
    assert table.read([place], soon())[place]["micro_usd"] == 10**15 + 1 + number


def test_names_may_have_any_characters(table: Table, place: tuple[str, str]) -> None:
    name = "input_tokens claude-haiku-5-5"
    table.change([Change(place, {name: 3}, {"last_used": 1}, {name: 0})], soon())
    assert table.read([place], soon())[place][name] == 3


def test_a_condition_holds_up_to_its_number_and_no_further(table: Table, place: tuple[str, str]) -> None:
    table.change([spend(place, 10, at_most=0)], soon())
    table.change([spend(place, 1, at_most=10)], soon())
    with pytest.raises(Conflict):
        table.change([spend(place, 1, at_most=10)], soon())
    assert table.read([place], soon())[place]["micro_usd"] == 11


def test_all_changes_are_made_or_none_and_the_reasons_have_the_items(table: Table, place: tuple[str, str]) -> None:
    table.change([spend(place, 10), spend(another(place), 20)], soon())
    with pytest.raises(Conflict) as caught:
        table.change([spend(place, 1, at_most=10), spend(another(place), 1, at_most=19)], soon())
    first, second = caught.value.items
    assert first is None
    assert second is not None
    assert (second["micro_usd"], second["requests"]) == (20, 1)
    assert [item["micro_usd"] for item in table.read([place, another(place)], soon()).values()].count(11) == 0


def test_every_condition_that_fails_is_reported(table: Table, place: tuple[str, str]) -> None:
    table.change([spend(place, 10), spend(another(place), 20)], soon())
    with pytest.raises(Conflict) as caught:
        table.change([spend(place, 1, at_most=9), spend(another(place), 1, at_most=19)], soon())
    assert [item and item["micro_usd"] for item in caught.value.items] == [10, 20]


def test_two_conditions_on_an_item_hold_both(table: Table, place: tuple[str, str]) -> None:
    both = Change(place, {"tokens": 5, "micro_usd": 5}, {"expires_at": 1}, {"tokens": 100, "micro_usd": 4})
    table.change([both], soon())
    with pytest.raises(Conflict):
        table.change([both], soon())


def test_at_once_exactly_as_many_fit_as_fit(server: TableServer, place: tuple[str, str]) -> None:
    tables = [server.open() for _ in range(8)]
    started = threading.Barrier(8)

    def ask(table: Table) -> int:
        started.wait(60)
        fitted = 0
        for _ in range(8):
            try:
                table.change([spend(place, 7, at_most=70 - 7), spend(another(place), 7)], soon())
                fitted += 1
            except Conflict:
                pass
        return fitted

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(ask, tables)) == 10
    assert {item["micro_usd"] for item in tables[0].read([place, another(place)], soon()).values()} == {70}


def test_items_of_the_commands_are_read_with_all_their_kinds(server: TableServer, table: Table) -> None:
    pk = f"key#{uuid.uuid4().hex}"
    attributes = {"name": {"S": "alice"}, "created": {"N": "5"}, "disabled": {"BOOL": True}}
    models = {"L": [{"S": "a.b"}, {"S": "c.d"}]}
    server.client.put_item(
        TableName=server.name, Item={"pk": {"S": pk}, "sk": {"S": "key"}, "models": models, **attributes}
    )
    assert table.read([(pk, "key")], soon()) == {
        (pk, "key"): {
            "pk": pk,
            "sk": "key",
            "name": "alice",
            "created": 5,
            "disabled": True,
            "models": ["a.b", "c.d"],
        }
    }


def test_a_hundred_items_are_read_in_one_call_and_changed_in_one(table: Table, place: tuple[str, str]) -> None:
    """As many as DynamoDB takes: a request is in seven windows at most."""
    places = [(place[0], f"day#{number:03}") for number in range(100)]
    table.change([spend(each, 1) for each in places[:25]], soon())
    assert len(table.read(places, soon())) == 25


def test_another_table_cannot_be_used(server: TableServer, capsys: pytest.CaptureFixture[str]) -> None:
    table = server.open("another")
    for ask in (lambda: table.read([("a", "b")], soon()), lambda: table.change([spend(("a", "b"), 1)], soon())):
        with pytest.raises(TableUnavailable, match=r"^Keys and limits cannot be looked up just now") as caught:
            ask()
        assert (caught.value.status, caught.value.retry_after) == (503, 5)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["message"] for line in lines] == ["the table cannot be used: ResourceNotFoundException"] * 2


@pytest.fixture(autouse=True)
def nothing_of_the_table_is_left(server: TableServer) -> Iterator[None]:
    yield
    server.close_connections()
