"""What every client has to do, seen from both ends: what it printed, and what the function and Bedrock received."""

import json
import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from cli.client_configurations import PAGE
from emulator.aws.simulator import Received
from emulator.lambda_.journal import InvocationRecord
from tests.real_clients.running import FIRST, SECOND, SECRET

_COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07")
_ANSWER = "It is the local simulator of Amazon Bedrock"
_ANSWER_TO_TOOL = "The tool has answered"


def problems(printed: str, requests: Sequence[Received], lacks: Collection[str] = ()) -> Iterator[str]:
    """What the client has not done. It need not do what it has not: `lacks` has "answer", "turn" or "tool"."""
    shown = " ".join(re.sub(r"[*_│|>]", "", _COLOURS.sub("", printed)).split())
    bodies = [request.body for request in requests if request.operation.startswith("InvokeModel") and request.body]
    if not any(request.operation == "InvokeModelWithResponseStream" for request in requests):
        yield "no streamed answer"
    if "answer" not in lacks and _ANSWER not in shown:
        yield "no answer shown"
    if "turn" not in lacks and not any(_is_second_turn(body["messages"]) for body in bodies):
        yield "no second turn"
    if "tool" in lacks:
        return
    if not any(SECRET in json.dumps(body["messages"]) for body in bodies):
        yield "no tool called"
    elif _ANSWER_TO_TOOL not in shown and SECRET not in shown:
        yield "no answer after the tool's result shown"


def dropped(invocations: Sequence[InvocationRecord]) -> list[str]:
    """What the function has left out of the client's requests, each thing once."""
    preludes = [record.prelude for record in invocations if record.prelude]
    headers = [
        value for prelude in preludes for name, value in prelude.headers if name == "x-claude-stream-dropped"
    ]
    return sorted({name for header in headers for name in header.split(", ")})


def documented_as_dropped(name: str) -> list[str]:
    """What docs/clients.md says is left out of the client's requests."""
    row = next(line for line in PAGE.read_text().splitlines() if f"](#{name}) |" in line)
    return sorted(re.findall("`([^`]+)`", row.split("|")[4]))


def refused(invocations: Sequence[InvocationRecord]) -> list[str]:
    """The requests that the function refused: `404 POST /v1/messages`."""
    found = {
        f"{record.prelude.status} {record.request}"
        for record in invocations
        if record.prelude and record.prelude.status >= 400
    }
    return sorted(found)


def _is_second_turn(messages: Sequence[dict[str, Any]]) -> bool:
    """Whether both questions are there, with an answer between them."""
    text = json.dumps(messages)
    return '"assistant"' in text.partition(FIRST)[2].rpartition(SECOND)[0]
