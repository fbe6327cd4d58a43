"""Writes an answer into its log while it streams, and never holds the stream up.

A write is sent, and its reply read when there is time: keeping is driven by the stream's own waits. A write that
fails is sent again; when none gets through, the answer is no longer kept, and the stream goes on.
"""

import json
import math
import time

from claude_stream import log
from claude_stream.answers.log import AnswerLog, Head, Part
from claude_stream.bedrock.connection import BrokenConnection
from claude_stream.bedrock.signing import AwsError, Call, NoCredentials
from claude_stream.table import TableUnavailable

WRITE_SECONDS = 1.0
_PART_BYTES = 16 * 1024
_LOOK_SECONDS = 0.05  # between two looks for a reply
_GLANCE_SECONDS = 0.001  # that a look may take
_REPLY_SECONDS = 2.0
_ATTEMPTS = 5
_CONDITION_FAILED = "ConditionalCheckFailedException"


class StopAsked(Exception):
    """A reader wants the answer to stop."""


class Keeper:
    """`due` is when `step` has something to do again; `until` is the end of all waits: time.monotonic() values."""

    def __init__(self, answer_log: AnswerLog, head: Head, until: float) -> None:
        self._log = answer_log
        self._head = head
        self._until = until
        self._gathered: list[bytes] = []
        self._bytes = 0
        self._number = 0  # of the last part that was begun
        self._part: Part | None = None  # being written
        self._call: Call | None = None  # that writes it
        self._sent_at = 0.0
        self._attempts = 0
        self.due = time.monotonic() + WRITE_SECONDS

    def add(self, events: bytes) -> None:
        if self.due == math.inf:
            return
        self._gathered.append(events)
        self._bytes += len(events)
        if self._bytes >= _PART_BYTES and self._part is None:
            self.due = 0.0

    def step(self) -> None:
        """Does what is due, without waiting. StopAsked once a reader wants it."""
        now = time.monotonic()
        if now < self.due:
            return
        try:
            if self._call is None:
                self._send(now)
            else:
                self._call.content(now + _GLANCE_SECONDS)
                self._written(now)
        except TimeoutError:
            self.due = now + _LOOK_SECONDS
            if now - self._sent_at > _REPLY_SECONDS:
                self._failed(now, "no reply")
        except AwsError as error:
            self._refused(now, error)
        except (BrokenConnection, NoCredentials) as error:
            self._failed(now, type(error).__name__)

    def end(self, state: str, usage: dict[str, object]) -> None:
        """Writes what is left, and how the answer ended. This waits: the client has its last byte."""
        if self.due == math.inf:
            return
        self._release()
        try:
            if self._part:
                self._write(self._part)
            self._write(self._next_part()._replace(state=state, usage=json.dumps(usage)))
        except TableUnavailable as error:
            self._lose(str(error))

    def _write(self, part: Part) -> None:
        """Writes a part; where a wish to stop stands, after it."""
        while self._log.write(self._head, part, min(self._until, time.monotonic() + _REPLY_SECONDS)):
            self._number += 1
            part = part._replace(number=self._number)

    def _send(self, now: float) -> None:
        self._part = self._part or self._next_part()
        self._call = self._log.start(self._head, self._part)
        self._sent_at = now
        self._call.head(now)  # sends it; the time to wait is over at once

    def _refused(self, now: float, error: AwsError) -> None:
        if error.code != _CONDITION_FAILED:
            self._failed(now, error.code)
        elif "stop" not in error.details.get("Item", {}):
            self._written(now)  # by an attempt whose reply was lost
        else:
            self._release()
            if self._part:
                self._number += 1
                self._part = self._part._replace(number=self._number)  # it comes after the wish
            self.due = now + WRITE_SECONDS
            raise StopAsked

    def _written(self, now: float) -> None:
        self._release()
        self._part, self._attempts = None, 0
        self.due = 0.0 if self._bytes >= _PART_BYTES else max(now, self._sent_at + WRITE_SECONDS)

    def _failed(self, now: float, reason: str) -> None:
        self._release()
        self._attempts += 1
        self.due = now + 0.1 * 2**self._attempts
        if self._attempts == _ATTEMPTS:
            self._lose(reason)

    def _lose(self, reason: str) -> None:
        log.error(f"an answer is no longer kept: {reason}")
        self._gathered.clear()
        self._part, self.due = None, math.inf

    def _next_part(self) -> Part:
        self._number += 1
        part = Part(self._number, time.time(), b"".join(self._gathered))
        self._gathered.clear()
        self._bytes = 0
        return part

    def _release(self) -> None:
        """Keeps the connection if the reply was read to its end."""
        if self._call is not None:
            self._call.close()
            self._call = None
