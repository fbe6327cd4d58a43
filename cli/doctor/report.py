"""A doctor's report: a line for each step, and whether all is well.

Each step is one fact; a step that fails says what fixes it. Steps behind one that they need are not tried.
"""

import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from claude_stream.errors import ApiError
from cli.failure import Failure

OK, FAILED = "ok", "FAIL"


class Remark(Exception):
    """What could not be looked at, or may turn out wrong; the step does not fail for it. `mark` has its line's."""

    def __init__(self, mark: str, sentence: str) -> None:
        super().__init__(sentence)
        self.mark = mark


class Step(NamedTuple):
    """`check` returns what it has seen, or raises: Failure or ApiError for what is wrong, or a Remark."""

    name: str
    check: Callable[[], str]
    needed: bool = False  # without it the others behind it are not tried


def report(steps: Iterator[Step]) -> int:
    """Prints a line a step, as soon as it has been tried. The exit status: 0 when none failed."""
    failed = 0
    for step in steps:
        began = time.monotonic()
        mark, sentence = _tried(step)
        milliseconds = (time.monotonic() - began) * 1000
        print(f"{mark:<4}  {step.name:<16} {sentence} ({milliseconds:.0f} ms)", flush=True)
        failed += mark == FAILED
        if mark == FAILED and step.needed:
            print("      the steps behind it need this one; fix it and run doctor again")
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
