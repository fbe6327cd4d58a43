"""Sends a reply as a stream of frames or as one message, at a pace, and plays its fault."""

import asyncio
import json
import math
import time
import uuid
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from emulator.aws.bedrock import claude, event_stream
from emulator.aws.bedrock.blocks import Event
from emulator.aws.bedrock.claude import Reply
from emulator.aws.bedrock.faults import PIECES_BEFORE_MIDWAY, Ending, Fault, Midway
from emulator.exchange import Exchange


@dataclass(frozen=True)
class Pace:
    """How fast the model talks; 0 means as fast as the machine can."""

    first_event_seconds: float = 0.3
    pieces_per_second: float = 60

    def seconds(self, pieces: int) -> float:
        return pieces / self.pieces_per_second if self.pieces_per_second else 0

    def under(self, played: Fault) -> "Pace":
        if played.pieces_per_second is None:
            return self
        return Pace(self.first_event_seconds, played.pieces_per_second)


async def respond(exchange: Exchange, status: int, body: Event, *headers: tuple[str, str]) -> None:
    defaults = {"x-amzn-requestid": str(uuid.uuid4()), "content-type": "application/json"}
    text = json.dumps(body, ensure_ascii=False).encode("utf-8", "backslashreplace")
    await exchange.respond(status, list((defaults | dict(headers)).items()), text)


async def send_message(exchange: Exchange, pace: Pace, played: Fault, reply: Reply) -> None:
    stalls = played.midway is not None and played.midway.ending is Ending.STALL
    silence = played.before_head + played.before_first_event + (math.inf if stalls else 0)
    await _sleep(silence + pace.first_event_seconds + pace.seconds(reply.usage.output_tokens))
    if played.midway and played.midway.ending is Ending.BREAK:
        return exchange.abort()
    usage = reply.usage
    return await respond(
        exchange,
        200,
        claude.message(reply),
        ("x-amzn-bedrock-input-token-count", str(usage.input_tokens)),
        ("x-amzn-bedrock-output-token-count", str(usage.output_tokens)),
    )


async def send_stream(exchange: Exchange, pace: Pace, played: Fault, reply: Reply) -> None:
    await _sleep(played.before_head + pace.first_event_seconds)
    await exchange.start(
        200,
        [
            ("x-amzn-requestid", str(uuid.uuid4())),
            ("content-type", event_stream.CONTENT_TYPE),
            ("x-amzn-bedrock-content-type", "application/json"),
        ],
    )
    await _sleep(played.before_first_event)
    await _send_events(exchange, pace, played.midway, reply)


async def while_listening(exchange: Exchange, sending: Coroutine[Any, Any, None]) -> None:
    """Runs `sending` until it is done or the client has gone, whichever comes first."""
    tasks = {asyncio.create_task(sending), asyncio.create_task(exchange.disconnected())}
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _send_events(exchange: Exchange, pace: Pace, midway: Midway | None, reply: Reply) -> None:
    first = round(pace.first_event_seconds * 1000)
    whole = first + round(pace.seconds(reply.usage.output_tokens) * 1000)
    start, count = time.monotonic(), 0
    for event in claude.events(reply, claude.Latency(first, whole)):
        if midway and (count == PIECES_BEFORE_MIDWAY or event["type"] == "content_block_stop"):
            return await _break_off(exchange, midway)
        if event["type"] == "content_block_delta":
            # By the clock, not from piece to piece, so that delays do not add up.
            await _sleep(start + pace.seconds(count) - time.monotonic())
            count += 1
        await exchange.send(event_stream.chunk(event))
    return await exchange.end()


async def _break_off(exchange: Exchange, midway: Midway) -> None:
    await exchange.send(midway.frame)
    if midway.ending is Ending.BREAK:
        exchange.abort()
    elif midway.ending is Ending.STALL:
        await _sleep(math.inf)
    else:
        await exchange.end()


async def _sleep(seconds: float) -> None:
    """Sleeps; other tasks get a turn even for 0 seconds, and math.inf never returns."""
    if seconds == math.inf:
        await asyncio.Event().wait()
    await asyncio.sleep(max(0, seconds))
