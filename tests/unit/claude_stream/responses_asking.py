"""Requests in the shape of OpenAI's Responses API, and what becomes of them."""

from typing import Any

import pytest

from claude_stream.dialects.openai_responses.request import messages_body
from claude_stream.errors import InvalidRequest
from claude_stream.model_call import MaxTokens
from emulator.aws.bedrock import validation
from emulator.aws.bedrock.models import find_model

HAIKU, SONNET, OPUS, OPUS_4_6, OLDER = (
    "global.anthropic.claude-haiku-5-5",
    "global.anthropic.claude-sonnet-5-5",
    "global.anthropic.claude-opus-5-5",
    "us.anthropic.claude-opus-4-6-v1",
    "us.anthropic.claude-haiku-4-5-20251001-v1:0",
)
LIMIT = 4096
LIMITS = MaxTokens(most=LIMIT, default=1000)
PNG = "data:image/png;base64,iVBORw0KGgo="
PDF = "data:application/pdf;base64,JVBERi0xLjQK"

Json = dict[str, Any]


def said(role: str, content: Any) -> Json:
    return {"type": "message", "role": role, "content": content}


def function(name: str = "weather", **more: Any) -> Json:
    return {"type": "function", "name": name, "parameters": {"type": "object", "properties": {}}, **more}


def call(id_: str = "call_1", name: str = "weather", arguments: str = '{"city": "北京"}', **more: Any) -> Json:
    return {"type": "function_call", "call_id": id_, "name": name, "arguments": arguments, **more}


def output(id_: str = "call_1", content: Any = "晴天") -> Json:
    return {"type": "function_call_output", "call_id": id_, "output": content}


def translated(model: str = HAIKU, given: Any = "Hello", **asked: Any) -> tuple[Json, list[str]]:
    """The body, which the simulated Bedrock takes, and what was left out."""
    dropped: list[str] = []
    body, _ = messages_body({"input": given, **asked}, model, LIMITS, dropped)
    validation.check({**body, "anthropic_version": validation.VERSION}, find_model(model))
    return body, dropped


def messages(*items: Json, **asked: Any) -> Any:
    return translated(given=list(items), **asked)[0]["messages"]


def refused(model: str = HAIKU, **asked: Any) -> str:
    with pytest.raises(InvalidRequest) as caught:
        messages_body({"input": "Hello", **asked}, model, LIMITS, [])
    return caught.value.message
