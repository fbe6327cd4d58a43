"""Requests in OpenAI's shape, and what becomes of them."""

from typing import Any

import pytest

from claude_stream.dialects.openai_chat.request import messages_body
from claude_stream.errors import InvalidRequest
from claude_stream.model_call import MaxTokens

HAIKU, SONNET, OLDER = (
    "global.anthropic.claude-haiku-5-5",
    "global.anthropic.claude-sonnet-5-5",
    "us.anthropic.claude-haiku-4-5-20251001-v1:0",
)
LIMIT = 4096
LIMITS = MaxTokens(most=LIMIT, default=1000)
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
PDF = "JVBERi0xLjQK"
CALL = {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "北京"}'}}
WEATHER = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {}}}}


def user(content: Any = "Hello") -> dict[str, Any]:
    return {"role": "user", "content": content}


def text(words: str) -> dict[str, Any]:
    return {"type": "text", "text": words}


def translated(model: str = HAIKU, **asked: Any) -> dict[str, Any]:
    return messages_body({"messages": [user()], **asked}, model, LIMITS, [])


def refused(model: str = HAIKU, **asked: Any) -> str:
    with pytest.raises(InvalidRequest) as caught:
        translated(model, **asked)
    return caught.value.message
