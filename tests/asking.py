"""How the end-to-end tests ask the function, and what they look at afterwards."""

import time
from collections.abc import Callable
from typing import Any

import httpx

from emulator.aws.simulator import AwsSimulator, Received

HAIKU, SONNET = "global.anthropic.claude-haiku-5-5", "global.anthropic.claude-sonnet-5-5"
# A model that thinks by a budget, and whose tokens Bedrock Runtime counts.
HAIKU_4_5 = "us.anthropic.claude-haiku-4-5-20251001-v1:0"
OF_HAIKU_4_5 = {"DEFAULT_MODEL": HAIKU_4_5, "ALLOWED_MODELS": HAIKU_4_5}


def body_of(prompt: str = "Hello", **fields: Any) -> dict[str, Any]:
    """A Messages body."""
    return {"model": "claude-haiku-5-5", "max_tokens": 1000, "messages": [user(prompt)], **fields}


def user(content: object) -> dict[str, object]:
    return {"role": "user", "content": content}


def refusal(response: httpx.Response, status: int, kind: str) -> str:
    """The message of an error in Anthropic's shape, which has to have this `status` and `kind`."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/json"
    body = response.json()
    assert body == {
        "type": "error",
        "error": {"type": kind, "message": body["error"]["message"]},
        "request_id": response.headers["request-id"],
    }
    assert body["error"]["message"]
    return str(body["error"]["message"])


def model_calls(simulator: AwsSimulator) -> list[Received]:
    """The requests that Bedrock, not Secrets Manager, has received."""
    return [request for request in simulator.requests if request.operation != "GetSecretValue"]


def secret_reads(simulator: AwsSimulator) -> int:
    return sum(request.operation == "GetSecretValue" for request in simulator.requests)


def eventually(condition: Callable[[], object], seconds: float = 60) -> bool:
    """Waits for what another process does; the limit only ends a wait for what never happens.

    It looks a hundred times at least: a machine that stood still, clock running, has had no time.
    """
    deadline, looks = time.monotonic() + seconds, 0
    while not condition():
        looks += 1
        if looks >= 100 and time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True
