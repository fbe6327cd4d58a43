"""Translates OpenAI's Chat Completions: a request to Claude's (request.py), answers back (answers.py)."""

from claude_stream.dialects.openai_chat.answers import whole, writer
from claude_stream.dialects.openai_chat.request import read
from claude_stream.dialects.openai_shared.answers import error, limit_headers, model, models

__all__ = ["error", "limit_headers", "model", "models", "read", "request_id_header", "whole", "writer"]
request_id_header = "x-request-id"
