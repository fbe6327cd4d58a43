"""A module of tests that leaves a socket open fails, not a later test in which the garbage happens to be collected.

An open socket warns when it is collected (ResourceWarning, here an error). A socket in a circle of references waits
for the garbage collector, which runs at any time.
"""

import gc
from collections.abc import Iterator

import pytest


def pytest_collection_finish() -> None:
    """Excludes the objects that imports made, hundreds of thousands, from every later collection."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="module", autouse=True)
def garbage_of_the_module() -> Iterator[None]:
    yield
    gc.collect()
