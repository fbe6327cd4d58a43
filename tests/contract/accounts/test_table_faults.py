"""A change is made once, whatever happens to the calls that ask for it and to their replies."""

import uuid

import pytest

from claude_stream.table import Change, Conflict, Table, TableUnavailable
from emulator.aws.dynamodb import Fault
from tests.contract.accounts.front import Front
from tests.contract.accounts.tables import TableServer
from tests.contract.aws_calls.asking import soon

PLACE = (f"spend#{uuid.uuid4().hex}", "day#2026-11-27")
MAY_HAVE_ARRIVED = (Fault.LOST_CALL, Fault.LOST_REPLY, Fault.FAILED, Fault.SILENT)
WAS_REFUSED = (Fault.THROTTLED, Fault.CONFLICT)


@pytest.fixture
def table(server: TableServer, front: Front) -> Table:
    return server.open(url=front.url)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Takes a reply for lost sooner than it is in AWS, so that the test does not wait as long."""
    monkeypatch.setattr("claude_stream.table._REPLY_SECONDS", 1.0)


def spent(server: TableServer) -> int:
    found = server.open().read([PLACE], soon())
    return int(found[PLACE]["micro_usd"]) if found else 0


def spend(number: int, at_most: int = 10**9) -> Change:
    return Change(PLACE, {"micro_usd": number}, {"expires_at": 1}, {"micro_usd": at_most})


def tokens(front: Front) -> list[str]:
    return [request["ClientRequestToken"] for request in front.requests]


@pytest.mark.parametrize("fault", Fault, ids=lambda fault: fault.name)
def test_after_a_fault_a_change_is_made_once(server: TableServer, table: Table, front: Front, fault: Fault) -> None:
    before = spent(server)
    front.faults = [fault]
    table.change([spend(7)], soon())
    assert spent(server) == before + 7
    first, second = tokens(front)
    assert (first == second) == (fault in MAY_HAVE_ARRIVED)


@pytest.mark.parametrize("refused", WAS_REFUSED, ids=lambda fault: fault.name)
@pytest.mark.parametrize("lost", MAY_HAVE_ARRIVED[:3], ids=lambda fault: fault.name)
def test_after_a_lost_reply_a_refusal_changes_nothing_of_the_token(
    server: TableServer, table: Table, front: Front, lost: Fault, refused: Fault
) -> None:
    """The first call may be made still, so the third has to be the same change."""
    before = spent(server)
    front.faults = [lost, refused]
    table.change([spend(7)], soon())
    assert spent(server) == before + 7
    assert len(set(tokens(front))) == 1


def test_a_lost_reply_to_a_change_that_has_room_once_is_no_conflict(
    server: TableServer, table: Table, front: Front
) -> None:
    room = spent(server)
    front.faults = [Fault.LOST_REPLY]
    table.change([spend(7, at_most=room)], soon())
    assert spent(server) == room + 7
    with pytest.raises(Conflict):
        table.change([spend(7, at_most=room)], soon())


@pytest.mark.parametrize("fault", Fault, ids=lambda fault: fault.name)
def test_a_read_is_asked_again(server: TableServer, table: Table, front: Front, fault: Fault) -> None:
    server.open().change([spend(1)], soon())
    front.faults = [fault]
    assert PLACE in table.read([PLACE], soon())


@pytest.mark.parametrize("fault", Fault, ids=lambda fault: fault.name)
def test_what_never_comes_back_ends_in_a_sentence(table: Table, front: Front, fault: Fault) -> None:
    front.faults = [fault] * 200
    with pytest.raises(TableUnavailable, match="Ask again in a moment"):
        table.change([spend(0)], soon(2.5))
    front.faults.clear()
