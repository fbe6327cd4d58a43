"""OpenAI's Responses API, translated: a request to Claude's (request.py), the answers back (answers.py, stream.py).

Nothing is stored: each request carries its whole conversation, and Claude's signed thoughts travel in it, sealed.
https://platform.openai.com/docs/api-reference/responses
"""

from claude_stream.dialects.openai_responses.answers import whole
from claude_stream.dialects.openai_responses.request import read
from claude_stream.dialects.openai_responses.stream import writer
from claude_stream.dialects.openai_shared.answers import error, limit_headers, model, models

__all__ = ["error", "limit_headers", "model", "models", "read", "request_id_header", "whole", "writer"]
request_id_header = "x-request-id"
