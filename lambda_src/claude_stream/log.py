"""Log lines as JSON objects, as Lambda has them. The module `logging` would be a quarter of a cold start.

An exception is logged by its type and place, never by its message: that may quote what a person sent.
"""

import json
import sys
import time
from collections.abc import Mapping


def write(line: Mapping[str, object]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def timestamp(now: float) -> str:
    """`now`, in seconds since the epoch, as Lambda reads it: 2027-01-15T08:00:00.250+00:00."""
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(now))}.{int(now % 1 * 1000):03}+00:00"


def error(message: str, *, failure: BaseException | None = None, request_id: str = "") -> None:
    """Writes an error's line; `failure` is an exception that nobody expected."""
    line: dict[str, object] = {
        "timestamp": timestamp(time.time()),
        "level": "ERROR",
        "logger": "claude_stream",
        "message": message,
    }
    if request_id:
        line["requestId"] = request_id
    if failure is not None:
        line["errorType"] = type(failure).__name__
        line["stackTrace"] = _places(failure)
    write(line)


def _places(failure: BaseException) -> list[str]:
    """A frame each, the innermost last."""
    found, trace = [], failure.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        found.append(f"{code.co_filename}:{trace.tb_lineno} in {code.co_name}")
        trace = trace.tb_next
    return found
