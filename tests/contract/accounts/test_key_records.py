"""Named keys, read from a table over a real socket, with a clock that tests can move."""

import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest

from claude_stream.accounts.key_format import hash_of
from claude_stream.accounts.ledger import Ledger
from claude_stream.accounts.named_keys import NamedKeys
from claude_stream.accounts.schema import key_place
from claude_stream.errors import AuthenticationFailed, PermissionDenied, RateLimited
from claude_stream.models import ModelCatalog
from claude_stream.table import TableUnavailable
from emulator.aws.dynamodb import DynamoDb, Fault
from emulator.aws.named_keys import make_key, put_key
from emulator.background import Background
from tests.contract.accounts.tables import TableServer
from tests.contract.aws_calls.asking import HAIKU

Put = Callable[..., str]


@pytest.fixture
def keys(moto: TableServer, dynamodb: DynamoDb) -> NamedKeys:
    table = moto.open()
    return NamedKeys(table, ModelCatalog((HAIKU,)), Ledger(table, {}, {}).observe)


@pytest.fixture
def put(background: Background, dynamodb: DynamoDb) -> Put:
    def put_one(key: str = "", **attributes: object) -> str:
        key = key or make_key()
        background.run(put_key(dynamodb, key, "alice", **attributes), 120)
        return key

    return put_one


@pytest.fixture
def pass_seconds(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Lets time pass by the wall clock; the monotonic one stands still, as in a frozen environment."""
    began, ahead = time.time(), [0.0]
    clocks = SimpleNamespace(time=lambda: began + ahead[0], monotonic=time.monotonic)
    monkeypatch.setattr("claude_stream.accounts.named_keys.time", clocks)

    def turn(seconds: float) -> None:
        ahead[0] += seconds

    return turn


def reads(dynamodb: DynamoDb) -> int:
    return sum(operation == "BatchGetItem" for operation, _ in dynamodb.calls)


def remove(moto: TableServer, key: str) -> None:
    pk, sk = key_place(hash_of(key))
    moto.client.delete_item(TableName=moto.name, Key={"pk": {"S": pk}, "sk": {"S": sk}})


def test_a_new_key_works_at_once(keys: NamedKeys, put: Put) -> None:
    assert keys.caller_of(put()).name == "alice"


def test_a_record_is_read_once_a_minute(
    keys: NamedKeys, put: Put, dynamodb: DynamoDb, pass_seconds: Callable[[float], None]
) -> None:
    key, before = put(), reads(dynamodb)
    for _ in range(4):
        keys.caller_of(key)
        pass_seconds(29)
    assert reads(dynamodb) == before + 2


@pytest.mark.parametrize("seconds", [60, 3600, -3600])
def test_a_disabled_key_is_dead_within_a_minute_on_a_thawed_environment(
    keys: NamedKeys, put: Put, pass_seconds: Callable[[float], None], seconds: float
) -> None:
    """By the wall clock, and also where it was set back."""
    key = put()
    keys.caller_of(key)
    put(key, disabled=True)
    assert keys.caller_of(key).name == "alice", "as long as the record is fresh"
    pass_seconds(seconds)
    with pytest.raises(PermissionDenied, match="disabled"):
        keys.caller_of(key)


def test_a_removed_key_is_dead_within_a_minute(
    keys: NamedKeys, put: Put, moto: TableServer, pass_seconds: Callable[[float], None]
) -> None:
    key = put()
    keys.caller_of(key)
    remove(moto, key)
    pass_seconds(60)
    with pytest.raises(AuthenticationFailed):
        keys.caller_of(key)


def test_a_key_that_is_not_there_is_not_looked_for_again_before_a_minute_is_over(
    keys: NamedKeys, put: Put, dynamodb: DynamoDb, pass_seconds: Callable[[float], None]
) -> None:
    key, before = make_key(), reads(dynamodb)
    for _ in range(3):
        with pytest.raises(AuthenticationFailed):
            keys.caller_of(key)
    assert reads(dynamodb) == before + 1
    put(key)
    pass_seconds(60)
    assert keys.caller_of(key).name == "alice"


def test_a_flood_of_unknown_keys_costs_thirty_reads_a_minute_and_known_keys_go_on(
    keys: NamedKeys, put: Put, dynamodb: DynamoDb, pass_seconds: Callable[[float], None]
) -> None:
    known, before = put(), reads(dynamodb)
    keys.caller_of(known)
    for number in range(100):
        with pytest.raises(AuthenticationFailed if number < 30 else RateLimited):
            keys.caller_of(make_key())
    assert reads(dynamodb) == before + 31
    assert keys.caller_of(known).name == "alice"
    pass_seconds(60)
    with pytest.raises(AuthenticationFailed):
        keys.caller_of(make_key())
    assert keys.caller_of(known).name == "alice"


def test_what_is_kept_of_keys_is_bounded(
    keys: NamedKeys, dynamodb: DynamoDb, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("claude_stream.accounts.named_keys._MOST_RECORDS", 5)
    for _ in range(12):
        with pytest.raises(AuthenticationFailed):
            keys.caller_of(make_key())
    assert len(keys._records) == 5


def test_a_limited_keys_sums_are_read_with_its_record_in_one_call(
    keys: NamedKeys, put: Put, dynamodb: DynamoDb, pass_seconds: Callable[[float], None]
) -> None:
    key, before = put(requests_per_minute=5), reads(dynamodb)
    assert keys.caller_of(key).limits == {"requests_per_minute": 5}
    assert reads(dynamodb) == before + 2, "the first time, its name is not known before"
    pass_seconds(60)
    keys.caller_of(key)
    assert reads(dynamodb) == before + 3


def test_no_stale_record_is_used_when_the_table_cannot_be_reached(
    keys: NamedKeys,
    put: Put,
    dynamodb: DynamoDb,
    pass_seconds: Callable[[float], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("claude_stream.accounts.named_keys._READ_SECONDS", 0.5)
    key = put()
    keys.caller_of(key)
    dynamodb.fault = lambda _: Fault.THROTTLED
    assert keys.caller_of(key).name == "alice"
    pass_seconds(60)
    with pytest.raises(TableUnavailable):
        keys.caller_of(key)


@pytest.fixture(autouse=True)
def no_connection_is_left(moto: TableServer) -> Iterator[None]:
    yield
    moto.close_connections()
