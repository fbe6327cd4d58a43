"""The deployed function, as the tests of bad input ask it."""

from collections.abc import Iterator

import httpx
import pytest

from tests.asking import model_calls
from tests.conftest import Deployment


@pytest.fixture
def http(deployment: Deployment) -> Iterator[httpx.Client]:
    yield deployment.http
    assert deployment.url.breaches == []


@pytest.fixture
def bedrock_is_not_asked(deployment: Deployment) -> Iterator[None]:
    before = len(model_calls(deployment.simulator))
    yield
    assert len(model_calls(deployment.simulator)) == before


@pytest.fixture(scope="module")
def unreachable() -> str:
    """An address where no server listens."""
    return "http://127.0.0.1:9"
