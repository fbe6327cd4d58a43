"""Claude's answers as the Responses API has them, each read with the OpenAI SDK's own types."""

import itertools
import json
from typing import Any

import httpx
from httpx_sse import EventSource
from openai.types.responses import Response, ResponseStreamEvent
from pydantic import TypeAdapter

from claude_stream.bedrock.event_stream import Event
from claude_stream.dialects.openai_responses.answers import Asked, echo, response_of
from claude_stream.dialects.openai_responses.stream import Writer
from claude_stream.dialects.openai_responses.tools import Tool
from tests.unit.claude_stream.test_openai_chat import events

Json = dict[str, Any]
EVENT: TypeAdapter[Any] = TypeAdapter(ResponseStreamEvent)
TOOLS = {"patch": Tool("custom", "patch"), "agents__spawn": Tool("function", "spawn", "agents")}
ASKED = Asked(echo({"instructions": "Be brief.", "tools": [], "metadata": {"a": "b"}}), TOOLS, summary=True)
THOUGHT = {"type": "thinking", "thinking": "Hm.", "signature": "c2ln"}


def whole(message: Json, asked: Asked = ASKED) -> Json:
    answer = response_of(message, 5, "asked", asked)
    Response.model_validate(answer)
    return answer


def streamed(message: Json, cuts: list[int] | None = None, asked: Asked = ASKED) -> list[Json]:
    """The events, in the SDK's types, and numbered one after the other."""
    writer = Writer(5, "asked", asked, "r1")
    pieces = [writer.event(one) for one in claudes(message, cuts or [])]
    return read([*pieces, writer.end()])


def claudes(message: Json, cuts: list[int]) -> list[Event]:
    found = []
    for data in events(message, cuts):
        if data["type"] == "content_block_stop" and message["content"][data["index"]]["type"] == "thinking":
            signature = message["content"][data["index"]]["signature"]
            delta = {"type": "signature_delta", "signature": signature}
            found.append({"type": "content_block_delta", "index": data["index"], "delta": delta})
        if data["type"] == "content_block_start" and data["content_block"]["type"] == "thinking":
            data["content_block"] = {"type": "thinking", "thinking": "", "signature": ""}
        found.append(data)
    return [Event(data["type"], data, b"") for data in found]


def read(pieces: list[bytes]) -> list[Json]:
    answer = httpx.Response(200, headers={"content-type": "text/event-stream"}, content=iter(pieces))
    found = []
    for number, event in enumerate(EventSource(answer).iter_sse()):
        data = json.loads(event.data)
        EVENT.validate_python(data)
        assert (data["sequence_number"], data["type"]) == (number, event.event)
        found.append(data)
    return found


def kinds(found: list[Json]) -> list[str]:
    """The events' types in order, each once where it comes several times in a row."""
    return [kind.removeprefix("response.") for kind, _ in itertools.groupby(data["type"] for data in found)]
