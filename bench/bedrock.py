"""The Bedrock of the bench: the emulator's wire formats, each piece of text saying when it was sent.

`python -m bench.bedrock` runs it in a process of its own, beside the emulator's Secrets Manager, and prints where
both are. It does less than emulator.aws.simulator, to take little of the machine from those who are measured.
"""

import asyncio
import json
import time
from typing import Any

from bench.processes import run_until_stopped
from bench.prompt import Prompt, piece
from emulator.aws.bedrock import event_stream
from emulator.aws.simulator import AwsSimulator
from emulator.http_server import Exchange, HttpServer

KEY = "bench-key"
FIRST_EVENT_SECONDS = 0.02

_USAGE = {"input_tokens": 10, "output_tokens": 1}
_BEGIN: tuple[dict[str, Any], ...] = (
    {
        "type": "message_start",
        "message": {"id": "msg_bench", "type": "message", "role": "assistant", "content": [], "usage": _USAGE},
    },
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
)


async def answer(exchange: Exchange) -> None:
    """InvokeModelWithResponseStream; what to say is in the prompt."""
    body = json.loads(await exchange.body())
    prompt = Prompt.parse(body["messages"][-1]["content"][0]["text"])
    await asyncio.sleep(FIRST_EVENT_SECONDS)
    await exchange.start(200, [("content-type", event_stream.CONTENT_TYPE), ("x-amzn-requestid", "bench")])
    for event in _BEGIN:
        await exchange.send(event_stream.chunk(event))
    await _send_pieces(exchange, prompt)
    for event in _end(prompt.pieces):
        await exchange.send(event_stream.chunk(event))
    await exchange.end()


async def _send_pieces(exchange: Exchange, prompt: Prompt) -> None:
    start = time.monotonic()
    for number in range(prompt.pieces):
        # By the clock, so that delays do not add up.
        await asyncio.sleep(max(0, start + number / prompt.per_second - time.monotonic()))
        delta = {"type": "text_delta", "text": piece()}
        await exchange.send(event_stream.chunk({"type": "content_block_delta", "index": 0, "delta": delta}))


def _end(pieces: int) -> tuple[dict[str, Any], ...]:
    return (
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": pieces}},
        {"type": "message_stop"},
    )


async def main() -> None:
    async with HttpServer(answer) as bedrock, AwsSimulator(keys={"bench": KEY}) as secrets:
        table = secrets.dynamodb.table_name
        await run_until_stopped(
            {"bedrock": bedrock.url, "secrets": secrets.url, "secret_arn": secrets.secret_arn, "table": table}
        )


if __name__ == "__main__":
    asyncio.run(main())
