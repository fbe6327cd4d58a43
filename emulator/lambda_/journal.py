"""A record of what a function's environments did, for tests and for people."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from emulator.lambda_.invocation import Outcome
from emulator.lambda_.runtime_messages import Prelude

LOG_LINES_KEPT = 10_000


@dataclass
class InvocationRecord:
    """What happened to one request. `started` is a `time.time()`; `init_ms` is set only on a cold start.

    `request` is its method and path, `prelude` the status and headers that the function answered with;
    `error_type` is Lambda's name for the failure that the runtime reported.
    """

    request_id: str
    started: float
    request: str
    prelude: Prelude | None = None
    cold: bool = False
    pid: int | None = None
    init_ms: float | None = None
    duration_ms: float | None = None
    outcome: Outcome | None = None
    error_type: str | None = None


@dataclass
class Journal:
    """A function's records. `on_log` gets each line of its log, `on_failure` a sentence for each failed runtime."""

    on_log: Callable[[str], None] | None = None
    on_failure: Callable[[str], None] | None = None
    breaches: list[str] = field(default_factory=list)
    init_errors: list[dict[str, Any]] = field(default_factory=list)
    invocations: list[InvocationRecord] = field(default_factory=list)
    logs: deque[str] = field(default_factory=lambda: deque(maxlen=LOG_LINES_KEPT))

    def log(self, line: str) -> None:
        self.logs.append(line)
        if self.on_log:
            self.on_log(line)

    def breach(self, sentence: str) -> None:
        self.breaches.append(sentence)
        self.failure(sentence)

    def init_error(self, error: dict[str, Any]) -> None:
        self.init_errors.append(error)
        self.failure(f"{error['errorType']}: {error['errorMessage']}")

    def failure(self, sentence: str) -> None:
        if self.on_failure:
            self.on_failure(sentence)
