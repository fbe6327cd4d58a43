"""The log of a kept answer means the same to two implementations of DynamoDB that know nothing of each other."""

import os
import time
import uuid
from typing import Any

import pytest

from claude_stream.answers.log import AnswerLog, Head, Part
from tests.contract.accounts.tables import TableServer


@pytest.fixture
def log(server: TableServer) -> AnswerLog:
    return AnswerLog(server.open(), "default", str(uuid.uuid4()))


def new_head(expires_in: int = 3600) -> Head:
    return Head(os.urandom(6).hex(), "/v1/messages", "0" * 64, int(time.time()) + expires_in)


@pytest.fixture
def head(log: AnswerLog) -> Head:
    return log.claim(new_head())


def part(number: int, **values: Any) -> Part:
    return Part(number, 1_900_000_000.25, f"id: {number}\ndata: 你好\n\n".encode())._replace(**values)


def test_only_the_first_claim_begins_an_answer(log: AnswerLog, head: Head) -> None:
    assert log.claim(new_head()) == log.head() == head


def test_an_answer_that_has_expired_is_not_found_and_makes_room(log: AnswerLog) -> None:
    log.claim(new_head(expires_in=-1))
    assert log.head() is None
    assert log.claim(again := new_head()) == log.head() == again


def test_parts_are_read_from_any_number_on_as_they_were_written(log: AnswerLog, head: Head) -> None:
    parts = [part(number) for number in range(1, 13)] + [part(13, state="done", usage='{"output_tokens": 3}')]
    assert [log.write(head, each) for each in parts] == [None] * 13
    assert [log.parts(head, after) for after in range(14)] == [parts[after:] for after in range(14)]
    assert log.last(head) == parts[-1]


def test_a_write_that_is_repeated_changes_nothing(log: AnswerLog, head: Head) -> None:
    assert [log.write(head, part(1)) for _ in range(3)] == [None] * 3
    assert log.parts(head, 0) == [part(1)]


def test_a_wish_to_stop_stands_in_the_writers_way_and_an_end_in_the_readers(log: AnswerLog, head: Head) -> None:
    wish, end = Part(1, 0.0, stop=True), part(2, state="cancelled")
    assert log.write(head, wish) is None
    assert log.write(head, part(1)) == wish
    assert log.write(head, end) is None
    assert log.write(head, wish._replace(number=2)) == end
    assert log.parts(head, 0) == [wish, end]


def test_another_run_under_the_same_id_is_not_mixed_in(log: AnswerLog, head: Head) -> None:
    log.write(head, part(1))
    assert log.parts(new_head(), 0) == []


def test_what_is_forgotten_is_gone_however_many_parts_it_had(log: AnswerLog, head: Head) -> None:
    for number in range(1, 61):
        log.write(head, part(number))
    log.forget()
    log.forget()
    assert (log.head(), log.parts(head, 0), log.last(head)) == (None, [], Part(0, 0))
