"""A log line is one JSON object; an exception stands in it by its type and place, without its message."""

import json
import logging
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_wsgi.lines import request_id_of_this_thread, write
from lambda_wsgi.logs import JsonFormatter, configure


def line_of(message: str, *arguments: object, **fields: Any) -> dict[str, Any]:
    record = logging.LogRecord("some.module", logging.WARNING, "file.py", 1, message, arguments, None)
    record.__dict__.update(fields)
    text = JsonFormatter().format(record)
    assert "\n" not in text
    line: dict[str, Any] = json.loads(text)
    return line


@pytest.fixture
def root_logger() -> Iterator[logging.Logger]:
    """The root logger, free to be configured; it is put back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers.clear()
    yield root
    root.handlers[:] = handlers
    root.setLevel(level)


def test_has_time_level_logger_and_message() -> None:
    line = line_of("%d of %s", 1, "你好", created=1_800_000_000.25)
    assert line == {
        "timestamp": "2027-01-15T08:00:00.250+00:00",
        "level": "WARN",
        "logger": "some.module",
        "message": "1 of 你好",
    }


def test_time_is_now_in_utc() -> None:
    before = datetime.now(UTC) - timedelta(milliseconds=1)
    assert before <= datetime.fromisoformat(line_of("x")["timestamp"]) <= datetime.now(UTC)


def test_names_the_request_while_there_is_one() -> None:
    token = request_id_of_this_thread.set("id-1")
    try:
        assert line_of("x")["requestId"] == "id-1"
    finally:
        request_id_of_this_thread.reset(token)
    assert "requestId" not in line_of("x")


@given(message=st.text())
def test_is_one_line_whatever_the_message(message: str) -> None:
    assert line_of("%s", message)["message"] == message


def test_of_an_exception_has_type_and_place_without_its_message() -> None:
    try:
        try:
            raise KeyError("first secret")
        except KeyError as error:
            raise TypeError("second secret") from error
    except TypeError:
        line = line_of("it failed", exc_info=sys.exc_info())
    assert line["errorType"] == "TypeError"
    assert "test_logs.py:" in line["stackTrace"][-1]
    assert line["stackTrace"][-1].endswith("in test_of_an_exception_has_type_and_place_without_its_message")
    assert "secret" not in json.dumps(line)


@pytest.mark.parametrize(
    ("number", "level"),
    [
        (0, "TRACE"),
        (9, "TRACE"),
        (10, "DEBUG"),
        (20, "INFO"),
        (25, "INFO"),
        (30, "WARN"),
        (40, "ERROR"),
        (50, "FATAL"),
        (60, "FATAL"),
    ],
)
def test_level_is_lambdas_word_for_the_number(number: int, level: str) -> None:
    assert line_of("x", levelno=number)["level"] == level


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("TRACE", ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"]),
        ("DEBUG", ["DEBUG", "INFO", "WARN", "ERROR", "FATAL"]),
        ("INFO", ["INFO", "WARN", "ERROR", "FATAL"]),
        ("warn", ["WARN", "ERROR", "FATAL"]),
        ("ERROR", ["ERROR", "FATAL"]),
        ("FATAL", ["FATAL"]),
        ("unheard of", ["INFO", "WARN", "ERROR", "FATAL"]),
    ],
)
def test_nothing_below_the_functions_level_is_written(
    capsys: pytest.CaptureFixture[str], root_logger: logging.Logger, name: str, written: list[str]
) -> None:
    root_logger.handlers.clear()  # pytest's own
    configure(name)
    for level in (5, logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR, logging.CRITICAL):
        logging.getLogger("some.module").log(level, "x")
    assert [json.loads(line)["level"] for line in capsys.readouterr().out.splitlines()] == written


def test_an_application_that_sets_logging_up_keeps_its_own(root_logger: logging.Logger) -> None:
    handlers = [logging.NullHandler()]
    root_logger.handlers[:] = handlers
    configure("DEBUG")
    assert root_logger.handlers == handlers


def test_a_line_of_the_runtime_has_what_lambda_reads(capsys: pytest.CaptureFixture[str]) -> None:
    write("WARN", "你好", KeyError("secret"))
    text = capsys.readouterr().out
    line = json.loads(text)
    assert datetime.fromisoformat(line.pop("timestamp")).tzinfo is UTC
    assert line == {
        "level": "WARN",
        "logger": "lambda_wsgi",
        "message": "你好",
        "errorType": "KeyError",
        "stackTrace": [],
    }
    assert "secret" not in text
