"""What the cases of cases.py share: their names, their texts, and the gates that they wait for."""

import os
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wsgiref.types import StartResponse

Environ = dict[str, Any]
Case = Callable[[Environ, "StartResponse"], Iterable[bytes]]
SECRET = "what a person asked: 我的密码是 hunter2"  # must stay out of every log and report
TEXT = [("Content-Type", "text/plain")]
EVENTS = [("Content-Type", "text/event-stream"), ("X-One", "1"), ("Set-Cookie", "a=b; Path=/")]
EVENT_1, EVENT_2 = 'data: "你"\n\n'.encode(), 'data: "好"\n\n'.encode()
cases: dict[str, Case] = {}
closed: list[str] = []


def case(function: Case) -> Case:
    cases[function.__name__] = function
    return function


class Closing:
    """An iterable that records whether it was closed."""

    def __init__(self, name: str, chunks: Iterator[bytes]) -> None:
        self._name = name
        self._chunks = chunks

    def __iter__(self) -> Iterator[bytes]:
        return self._chunks

    def close(self) -> None:
        closed.append(self._name)


def wait_for(gate: str) -> None:
    """Returns once the test has made the file `gate`; nothing after it can have been sent earlier."""
    deadline = time.monotonic() + 60
    while not Path(os.environ["GATES"], gate).exists():
        assert time.monotonic() < deadline, f"nobody opened {gate}"
        time.sleep(0.002)
