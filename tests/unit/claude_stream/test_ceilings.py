"""The most tokens that a request can take: text by its bytes, all else by its ceiling, no more than the window."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_stream.accounts.ceilings import Ceiling, ceiling_of

HAIKU, OLD = "global.anthropic.claude-haiku-5-5", "anthropic.claude-3-haiku-20240307-v1:0"
WINDOW, SMALL_WINDOW = 1_000_000, 200_000
DATA = "A" * 40_000
IMAGE = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": DATA}}
PDF = {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": DATA}}
TEXT_FILE = {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": DATA}}


def ceiling(content: Any, model: str = HAIKU, **more: Any) -> Ceiling:
    body = {"max_tokens": 100, "messages": [{"role": "user", "content": content}], **more}
    return ceiling_of(json.dumps(body, separators=(",", ":")).encode(), model)


BARE = ceiling("").input_tokens


@given(st.text())
def test_no_text_has_more_tokens_than_bytes(text: str) -> None:
    assert ceiling(text).input_tokens >= BARE + len(text.encode("utf-8", "surrogatepass"))


def test_the_answer_has_max_tokens_at_most() -> None:
    assert ceiling("Hello").output_tokens == 100


def test_without_max_tokens_it_has_what_the_model_has() -> None:
    assert ceiling_of(b'{"messages":[]}', OLD).output_tokens == 4096


@pytest.mark.parametrize(
    "content",
    [
        [IMAGE],
        [{"type": "tool_result", "tool_use_id": "t", "content": [IMAGE]}],
        [{"type": "document", "source": {"type": "content", "content": [IMAGE]}}],
        [{"type": "image", "source": {"type": "url", "url": "https://example.com/a.png"}}],
    ],
)
def test_an_image_counts_by_its_ceiling_wherever_it_is(content: Any) -> None:
    assert 4784 < ceiling(content).input_tokens - BARE < 5500


def test_a_pdf_may_fill_the_window() -> None:
    assert ceiling([PDF]).input_tokens == WINDOW


def test_a_file_of_text_counts_by_its_bytes() -> None:
    assert len(DATA) <= ceiling([TEXT_FILE]).input_tokens - BARE < len(DATA) + 500


@pytest.mark.parametrize(
    "holder", [{"type": "tool_use", "id": "t", "name": "n", "input": IMAGE}, {"type": "x", "a": [IMAGE]}]
)
def test_what_only_looks_like_an_image_is_text(holder: dict[str, Any]) -> None:
    """Or a long text could be had at an image's ceiling."""
    assert ceiling([holder]).input_tokens - BARE >= len(DATA)


def test_what_is_over_the_window_cannot_be_read() -> None:
    assert ceiling("a" * 2_000_000).input_tokens == WINDOW
    assert ceiling("a" * 2_000_000, OLD).input_tokens == SMALL_WINDOW
    assert ceiling("a" * 2_000_000, OLD, anthropic_beta=["context-1m-2025-08-07"]).input_tokens == WINDOW


def test_a_tool_of_anthropics_has_a_description_that_is_not_in_the_request() -> None:
    own, theirs = {"name": "bash", "input_schema": {}}, {"name": "bash", "type": "bash_20250124"}
    assert ceiling("", tools=[theirs]).input_tokens - ceiling("", tools=[own]).input_tokens > 1000


def test_a_compaction_is_one_more_run() -> None:
    edits = {"edits": [{"type": "compact_20260112"}]}
    once, twice = ceiling("a" * 5000), ceiling("a" * 5000, context_management=edits)
    assert twice.input_tokens > 2 * once.input_tokens
    assert twice.output_tokens == 2 * once.output_tokens


def test_an_hour_in_the_cache_is_noticed() -> None:
    mark = {"cache_control": {"type": "ephemeral", "ttl": "1h"}}
    assert ceiling([{"type": "text", "text": "Hello", **mark}]).for_an_hour
    assert not ceiling('a "1h" in the text').for_an_hour


@pytest.mark.parametrize(
    "content", [None, 5, [5, None, {"type": "image"}, {"type": "image", "source": 5}], {"a": 1}]
)
def test_a_body_that_bedrock_will_refuse_is_counted_too(content: Any) -> None:
    assert ceiling(content, tools=5).input_tokens > 0
