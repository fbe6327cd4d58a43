"""Python imports this at its start where it is on the path: the application's `time.sleep` then waits for the test.

Its sleep number n, counted from 1, ends once the test has made the file n, or the file `all`, in the folder GATES.
So a test can hold the application between two pieces as long as it likes, and no clock decides.
"""

import itertools
import os
import time
from pathlib import Path

GATES = Path(os.environ["GATES"])
sleep = time.sleep
numbers = itertools.count(1)


def wait_for_the_test(_seconds: object) -> None:
    number = str(next(numbers))
    for _ in range(10_000):
        if (GATES / number).exists() or (GATES / "all").exists():
            return
        sleep(0.002)
    raise AssertionError(f"the test did not end sleep {number}")


time.sleep = wait_for_the_test
