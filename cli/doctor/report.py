"""A doctor's report: a line for each step, and whether all is well.

Each step is one fact; a step that fails says what fixes it. If a needed step fails, no step after it is tried.
"""

import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from claude_stream.errors import ApiError
from cli.failure import Failure

OK, FAILED = "ok", "FAIL"


class Remark(Exception):
    """What could not be checked, or may turn out wrong, without failing the step. `mark` begins its line."""

    def __init__(self, mark: str, sentence: str) -> None:
        super().__init__(sentence)
        self.mark = mark


class Step(NamedTuple):
    """A check: `check` returns what it found, or raises Failure or ApiError for what is wrong, or a Remark."""

    name: str
    check: Callable[[], str]
    needed: bool = False  # if it fails, the steps after it are not tried


def report(steps: Iterator[Step]) -> int:
    """Prints a line for each step, as soon as it was tried; returns the exit status: 0 if none failed."""
    failed = 0
    for step in steps:
        began = time.monotonic()
        mark, sentence = _tried(step)
        milliseconds = (time.monotonic() - began) * 1000
        print(f"{mark:<4}  {step.name:<16} {sentence} ({milliseconds:.0f} ms)", flush=True)
        failed += mark == FAILED
        if mark == FAILED and step.needed:
            print("      the steps after this one need it; fix it and run doctor again")
            break
    print("All is well." if not failed else f"{failed} of the steps failed.")
    return 1 if failed else 0


def _tried(step: Step) -> tuple[str, str]:
    """The mark of the step's line, and its sentence."""
    try:
        return OK, step.check()
    except Remark as remark:
        return remark.mark, str(remark)
    except (Failure, ApiError) as error:
        return FAILED, str(error)
