"""The module `logging`, set up for an application that uses it: its records become Lambda's log lines."""

import logging
import sys

from lambda_wsgi.lines import line

_LEVELS = {
    "TRACE": logging.NOTSET,
    "DEBUG": logging.DEBUG,
    "INFO": logging.INFO,
    "WARN": logging.WARNING,
    "ERROR": logging.ERROR,
    "FATAL": logging.CRITICAL,
}


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        error = record.exc_info[1] if record.exc_info else None
        return line(_level(record.levelno), record.name, record.getMessage(), error, record.created)


def _level(number: int) -> str:
    """Lambda's word for a level of Python's: that of the nearest level at or below it."""
    return next(word for word, threshold in reversed(_LEVELS.items()) if number >= threshold)


def configure(level: str) -> None:
    """Sends the root logger's records to standard output; `level` is one of AWS_LAMBDA_LOG_LEVEL's.

    An application that has given the root logger a handler keeps its own.
    """
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=_LEVELS.get(level.upper(), logging.INFO), handlers=[handler])
