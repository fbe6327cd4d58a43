"""What the bench asks for, and the pieces that it gets: each says when it was sent.

It reads one clock, the machine's monotonic one, which all processes share.
"""

import re
import time
from dataclasses import dataclass, field
from typing import NamedTuple, Self

_WRAP = 10**8  # a piece is as long as a word: eight digits of microseconds start again after 100 s
_PIECE = re.compile(rb'data: "(\d{8}) "')


class Prompt(NamedTuple):
    """How many pieces to send, and how many a second."""

    pieces: int
    per_second: int

    def __str__(self) -> str:
        return f"{self.pieces} pieces at {self.per_second} a second"

    @classmethod
    def parse(cls, text: str) -> Self:
        words = text.split()
        return cls(int(words[0]), int(words[3]))


def piece() -> str:
    """A piece of text that is sent now."""
    return f"{time.monotonic_ns() // 1000 % _WRAP:08d} "


@dataclass
class Arrivals:
    """The pieces of one answer as they come; times in milliseconds."""

    began: int  # nanoseconds of time.monotonic_ns()
    first_after: float = 0
    latencies: list[float] = field(default_factory=list)
    _rest: bytes = b""

    def add(self, data: bytes, at: int) -> None:
        """`data`, in server-sent events, arrived `at`."""
        self._rest += data
        end = 0
        for match in _PIECE.finditer(self._rest):
            end = match.end()
            self.add_piece(match[1], at)
        self._rest = self._rest[end:]

    def add_piece(self, sent_us: bytes | str, at: int) -> None:
        if not self.latencies:
            self.first_after = (at - self.began) / 1e6
        self.latencies.append((at // 1000 - int(sent_us)) % _WRAP / 1000)
