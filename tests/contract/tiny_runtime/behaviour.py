"""What a request can ask the tiny runtime for: a function's name is the request's path."""

import os
import threading
from collections.abc import Callable
from typing import Any

Event = dict[str, Any]

behaviours: dict[str, Callable[[str, Event], None]] = {}
concurrency = int(os.environ.get("AWS_LAMBDA_MAX_CONCURRENCY", "1"))
everyone = threading.Barrier(concurrency)


def behaviour(act: Callable[[str, Event], None]) -> Callable[[str, Event], None]:
    behaviours[act.__name__] = act
    return act


def say(line: object) -> None:
    print(line, flush=True)
