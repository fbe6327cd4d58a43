"""Log lines as JSON objects, one a line, as Lambda's JSON log format has them.

Lambda filters by `level`, in its own words. A line with another word, or without an RFC 3339 `timestamp`, is INFO:
https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
An exception is logged by its type and place, never by its message: that may quote what a person sent.
"""

import json
import logging
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime

request_id_of_this_thread: ContextVar[str | None] = ContextVar("request_id", default=None)

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
        line: dict[str, object] = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": _level(record.levelno),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_id := request_id_of_this_thread.get():
            line["requestId"] = request_id
        if record.exc_info and record.exc_info[0]:
            line["errorType"] = record.exc_info[0].__name__
            frames = traceback.extract_tb(record.exc_info[2])
            line["stackTrace"] = [f"{frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
        return json.dumps(line, ensure_ascii=False)


def _level(number: int) -> str:
    """Lambda's word for a level of Python's: that of the nearest level at or below it."""
    return next(word for word, threshold in reversed(_LEVELS.items()) if number >= threshold)


def configure(level: str) -> None:
    """Sends the root logger's records to standard output; `level` is one of AWS_LAMBDA_LOG_LEVEL's."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=_LEVELS.get(level.upper(), logging.INFO), handlers=[handler], force=True)
