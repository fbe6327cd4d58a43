"""Anthropic's dialect: Claude's events pass as they came, and the models are listed in pages."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from claude_stream.bedrock.event_stream import Event
from claude_stream.dialects import anthropic
from claude_stream.errors import InvalidRequest
from claude_stream.models import ModelCatalog
from claude_stream.request import Request
from tests.sse_reading import Arrived, events_in

HAIKU, DATED = "global.anthropic.claude-haiku-5-5", "anthropic.claude-haiku-4-5-20251001-v1:0"


def event(data: dict[str, Any]) -> Event:
    return Event(data["type"], data, json.dumps(data).encode())


@pytest.mark.parametrize(
    "data",
    [{"type": "ping"}, {"type": "message_start", "message": {"id": "你"}}, {"type": "something new", "a": [1]}],
)
def test_native_events_are_passed_on(data: dict[str, Any]) -> None:
    assert events_in([anthropic.Writer("r").event(event(data))]) == [Arrived(data["type"], data)]


def test_native_events_are_passed_on_byte_for_byte() -> None:
    wire = anthropic.Writer("r").event(Event("ping", {}, b'{ "type": "ping",  "x": 1.50 }'))
    assert wire == b'event: ping\ndata: { "type": "ping",  "x": 1.50 }\n\n'


def test_bedrocks_own_metrics_are_left_out() -> None:
    stop = event({"type": "message_stop", "amazon-bedrock-invocationMetrics": {"inputTokenCount": 1}})
    assert events_in([anthropic.Writer("r").event(stop)]) == [Arrived("message_stop", {"type": "message_stop"})]
    assert anthropic.Writer("r").end() == b""


def test_what_bedrock_says_of_a_guardrail_is_kept() -> None:
    stop_data = {"type": "message_stop", "amazon-bedrock-guardrailAction": "INTERVENED"}
    stop = event({**stop_data, "amazon-bedrock-invocationMetrics": {"inputTokenCount": 1}})
    assert events_in([anthropic.Writer("r").event(stop)]) == [Arrived("message_stop", stop_data)]


@pytest.mark.parametrize(
    ("model_id", "display_name"),
    [
        (HAIKU, "Claude Haiku 5.5"),
        (DATED, "Claude Haiku 4.5"),
        ("anthropic.claude-opus-5", "Claude Opus 5"),
        ("anthropic.claude-instant", "Claude Instant"),
        ("amazon.nova-pro-v1:0", "amazon.nova-pro"),
    ],
)
def test_a_model_is_described_in_words(model_id: str, display_name: str) -> None:
    assert anthropic.model(ModelCatalog((model_id,)), model_id)["display_name"] == display_name


# Pages

A, B, C = (f"claude-{name}-5" for name in ("a", "b", "c"))


def page_of(model_ids: list[str], query: dict[str, str]) -> dict[str, Any]:
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/v1/models", "QUERY_STRING": urlencode(query)}
    return anthropic.models(ModelCatalog(tuple(model_ids)), Request(environ))


@pytest.mark.parametrize(
    ("query", "shown", "more"),
    [
        ({}, [A, B, C], False),
        ({"limit": "2"}, [A, B], True),
        ({"limit": "3"}, [A, B, C], False),
        ({"after_id": A}, [B, C], False),
        ({"after_id": A, "limit": "1"}, [B], True),
        ({"after_id": C}, [], False),
        ({"before_id": C}, [A, B], False),
        ({"before_id": C, "limit": "1"}, [B], True),
        ({"before_id": A}, [], False),
    ],
)
def test_a_page_of_models(query: dict[str, str], shown: list[str], more: bool) -> None:
    page = page_of([f"anthropic.{name}" for name in (A, B, C)], query)
    assert [model["id"] for model in page["data"]] == shown
    assert page["has_more"] is more
    assert (page["first_id"], page["last_id"]) == ((shown[0], shown[-1]) if shown else (None, None))


@pytest.mark.parametrize(
    "query", [{"limit": "0"}, {"limit": "1001"}, {"limit": "many"}, {"limit": "9" * 5000}, {"after_id": "x"}]
)
def test_a_page_that_there_is_not(query: dict[str, str]) -> None:
    with pytest.raises(InvalidRequest, match=f"^{next(iter(query))}: expected"):
        page_of([HAIKU], query)
