"""Requests in OpenAI's shape, and what becomes of them."""

import io
import json
from typing import Any

import pytest

from claude_stream.dialects import openai_chat
from claude_stream.dialects.openai_chat.request import messages_body
from claude_stream.errors import InvalidRequest
from claude_stream.model_call import MaxTokens, ModelCall
from claude_stream.models import ModelCatalog
from claude_stream.request import Request
from emulator.aws.bedrock import validation as bedrock_validation
from emulator.aws.bedrock.models import find_model

HAIKU, SONNET, OLDER = (
    "global.anthropic.claude-haiku-5-5",
    "global.anthropic.claude-sonnet-5-5",
    "us.anthropic.claude-haiku-4-5-20251001-v1:0",
)
SONNET_4_6, OPUS_5_5, SONNET_4_5 = (
    "us.anthropic.claude-sonnet-4-6",
    "global.anthropic.claude-opus-5-5",
    "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
)
# One of each family that the simulated Bedrock has.
FAMILIES = (
    HAIKU, SONNET, OPUS_5_5, OLDER, SONNET_4_6, SONNET_4_5, "us.anthropic.claude-sonnet-5",
    "us.anthropic.claude-opus-5", "us.anthropic.claude-opus-4-8", "us.anthropic.claude-opus-4-7",
    "us.anthropic.claude-opus-4-6-v1", "us.anthropic.claude-opus-4-5-20251101-v1:0",
)  # fmt: skip
LIMIT = 4096
LIMITS = MaxTokens(most=LIMIT, default=1000)
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
PDF = "JVBERi0xLjQK"
CALL: dict[str, Any] = {
    "id": "call_1",
    "type": "function",
    "function": {"name": "weather", "arguments": '{"city": "北京"}'},
}
WEATHER: dict[str, Any] = {
    "type": "function",
    "function": {"name": "weather", "parameters": {"type": "object", "properties": {}}},
}


def user(content: Any = "Hello") -> dict[str, Any]:
    return {"role": "user", "content": content}


def text(words: str) -> dict[str, Any]:
    return {"type": "text", "text": words}


def assistant(content: Any = None, *calls: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"role": "assistant", "content": content, **({"tool_calls": list(calls)} if calls else {}), **more}


def call(id_: str = "call_1", arguments: Any = "{}", name: str = "weather") -> dict[str, Any]:
    return {"id": id_, "type": "function", "function": {"name": name, "arguments": arguments}}


def result(id_: str = "call_1", content: Any = "rain", **more: Any) -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": id_, "content": content, **more}


def translated(model: str = HAIKU, **asked: Any) -> dict[str, Any]:
    """The Messages body, which the simulated Bedrock has to take."""
    return with_dropped(model, **asked)[0]


def with_dropped(model: str = HAIKU, **asked: Any) -> tuple[dict[str, Any], list[str]]:
    """The Messages body, and the names of what it lacks."""
    dropped: list[str] = []
    body = messages_body({"messages": [user()], **asked}, model, LIMITS, dropped)
    if model in FAMILIES:
        check(body, model)
    return body, dropped


def said(*messages: dict[str, Any], model: str = HAIKU, **asked: Any) -> list[dict[str, Any]]:
    """The messages that Claude gets."""
    found: list[dict[str, Any]] = translated(model, messages=list(messages), **asked)["messages"]
    return found


def check(body: dict[str, Any], model: str) -> None:
    """Raises the simulated Bedrock's refusal."""
    bedrock_validation.check({**body, "anthropic_version": bedrock_validation.VERSION}, find_model(model))


def refused(model: str = HAIKU, **asked: Any) -> str:
    with pytest.raises(InvalidRequest) as caught:
        translated(model, **asked)
    return caught.value.message


def posted(asked: dict[str, Any], model: str = HAIKU) -> ModelCall:
    """The call that `POST /v1/chat/completions` becomes."""
    body = json.dumps(asked).encode()
    environ = {"REQUEST_METHOD": "POST", "wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
    return openai_chat.read(Request(environ), ModelCatalog((model,)), LIMITS)
