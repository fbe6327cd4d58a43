"""What a module of tests leaves open fails there, not in whichever later test happens to collect the garbage.

A socket that nobody closed says so when it is collected (ResourceWarning, here an error). One in a circle of
references waits for the garbage collector, which runs at any time.
"""

import gc
from collections.abc import Iterator

import pytest


def pytest_collection_finish() -> None:
    """Takes what importing made, hundreds of thousands of objects, out of every later collection."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="module", autouse=True)
def garbage_of_the_module() -> Iterator[None]:
    yield
    gc.collect()
