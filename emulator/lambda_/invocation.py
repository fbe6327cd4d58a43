"""One invocation of a runtime: its event, where its response goes, and how it ended."""

import asyncio
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from emulator.lambda_.runtime_messages import Prelude


class Outcome(StrEnum):
    """How an invocation ended."""

    OK = "ok"
    ERROR = "error"  # the runtime reported it: /error, or the trailers
    BREACH = "breach"  # the runtime broke the protocol, so there is no response
    CRASH = "crash"  # the process, its connection or the emulator failed before the response ended
    TIMEOUT = "timeout"
    INIT_ERROR = "init error"


class Sink(Protocol):
    """Receives a response while it is being made. It must not fail because a client has gone."""

    async def begin(self, prelude: Prelude) -> None: ...
    async def write(self, piece: bytes) -> None: ...


@dataclass(eq=False)
class Invocation:
    """One invocation. `deadline_ms` is Unix time; `error_type` is Lambda's name for the reported failure."""

    request_id: str
    event: bytes
    deadline_ms: int
    sink: Sink
    delivered: bool = False
    response_began: bool = False
    error_type: str | None = None
    outcome: asyncio.Future[Outcome] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def finish(self, outcome: Outcome) -> None:
        """The first outcome stands: a second call does nothing."""
        if not self.outcome.done():
            self.outcome.set_result(outcome)
