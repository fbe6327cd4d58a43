"""The function's log, as CloudWatch would get it, and the metrics lines in it."""

import json
from typing import Any

import httpx

from tests.asking import eventually
from tests.conftest import Deployment

WRONG_KEY = "wrong-key-77b2"


def log_text(deployment: Deployment) -> str:
    return "\n".join(deployment.url.logs)


def metrics(deployment: Deployment, count: int = 0) -> list[dict[str, Any]]:
    """The metrics lines; waits until there are `count`."""

    def lines() -> list[str]:
        return [line for line in list(deployment.url.logs) if '"_aws"' in line]

    assert eventually(lambda: len(lines()) >= count), deployment.url.logs
    return [json.loads(line) for line in lines()]


def metrics_of(deployment: Deployment, response: httpx.Response) -> dict[str, Any]:
    request_id = response.headers["request-id"]
    assert eventually(lambda: request_id in log_text(deployment))
    found = [line for line in metrics(deployment) if line["RequestId"] == request_id]
    assert len(found) == 1, "one line for each request"
    return found[0]
