"""Log lines as JSON objects, one a line, as Lambda's JSON log format has them.

Lambda filters by `level`, in its own words. A line with another word, or without an RFC 3339 `timestamp`, is INFO:
https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
An exception is logged by its type and place, never by its message: that may quote what a person sent.
"""

import json
import time
from contextvars import ContextVar

request_id_of_this_thread: ContextVar[str | None] = ContextVar("request_id", default=None)


def write(level: str, message: str, error: BaseException | None = None) -> None:
    """Writes a line of the runtime's own. The module `logging` would be a quarter of a cold start."""
    print(line(level, "lambda_wsgi", message, error, time.time()), flush=True)


def line(level: str, logger: str, message: str, error: BaseException | None, at: float) -> str:
    """`level` is one of Lambda's words; `at` is the time, in seconds since the epoch."""
    seconds, microseconds = divmod(round(at * 1e6), 1_000_000)
    time_of_day = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    fields: dict[str, object] = {
        "timestamp": f"{time_of_day}.{microseconds // 1000:03}+00:00",
        "level": level,
        "logger": logger,
        "message": message,
    }
    if request_id := request_id_of_this_thread.get():
        fields["requestId"] = request_id
    if error is not None:
        fields["errorType"] = type(error).__name__
        fields["stackTrace"] = places(error)
    return json.dumps(fields, ensure_ascii=False)


def places(error: BaseException) -> list[str]:
    """Where it was raised: a frame each, the innermost last. The module `traceback` would read the sources too."""
    found, trace = [], error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        found.append(f"{code.co_filename}:{trace.tb_lineno} in {code.co_name}")
        trace = trace.tb_next
    return found
