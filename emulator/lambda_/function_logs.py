"""A function's log as its log group gets it: line by line, without lines below the function's log level.

Owns the pipe and the filter; environments.py gets the lines.
https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
"""

import asyncio
import contextlib
import json
import os
import re
from collections.abc import Callable

LEVELS = ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")

_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")


def level_of(line: str) -> str:
    """A line's level as Lambda sees it: its own if it is JSON with one of LEVELS and a valid timestamp, else INFO.

    AWS does not document the level of lines that are not JSON; INFO is the stricter reading.
    """
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return "INFO"
    if not isinstance(record, dict) or not _RFC_3339.fullmatch(str(record.get("timestamp"))):
        return "INFO"
    level = str(record.get("level")).upper()
    return level if level in LEVELS else "INFO"


class LogLines(asyncio.Protocol):
    """Reads a process's output line by line, and passes on lines that are at least as severe as `level`.

    It has a pipe of its own: with asyncio's, `Process.wait()` also waits for every grandchild that holds it.
    """

    def __init__(self, level: str, on_line: Callable[[str], None]) -> None:
        self._threshold = LEVELS.index(level)
        self._on_line = on_line
        self._partial = b""
        self._transport: asyncio.ReadTransport | None = None
        self._ended = asyncio.Event()

    async def open(self) -> int:
        """The file descriptor to write to; the caller closes it once the process has it."""
        read_end, write_end = os.pipe()
        self._transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: self, os.fdopen(read_end, "rb", 0)
        )
        return write_end

    async def close(self) -> None:
        """Reads what is still in the pipe, but does not wait long for processes that keep it open."""
        if self._transport is None:
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._ended.wait(), 0.5)
        self._transport.close()
        await self._ended.wait()

    def data_received(self, data: bytes) -> None:
        *lines, self._partial = (self._partial + data).split(b"\n")
        for line in lines:
            self._pass_on(line)

    def connection_lost(self, _error: Exception | None) -> None:
        if self._partial:
            self._pass_on(self._partial)
        self._ended.set()

    def _pass_on(self, raw: bytes) -> None:
        line = raw.decode("utf-8", "replace")
        if LEVELS.index(level_of(line)) >= self._threshold:
            self._on_line(line)
