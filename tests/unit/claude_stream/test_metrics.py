"""A request's record and its line."""

import json
from datetime import datetime
from typing import Any

import pytest

from claude_stream.bedrock.event_stream import Event
from claude_stream.errors import AuthenticationFailed
from claude_stream.metrics import Record


def line_of(record: Record, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    record.emit()
    written = capsys.readouterr().out
    assert written.count("\n") == 1
    line: dict[str, Any] = json.loads(written)
    return line


def observe(record: Record, *events: dict[str, Any]) -> None:
    for data in events:
        record.observe(Event(data["type"], data, b""))


def test_a_request_that_failed_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    record = Record("Mine", "r-1")
    record.status = 401
    record.failed(AuthenticationFailed("No."))
    line = line_of(record, capsys)
    aws = line.pop("_aws")
    assert datetime.fromisoformat(line.pop("timestamp")).timestamp() * 1000 == pytest.approx(aws["Timestamp"])
    assert line.pop("Duration") >= 0
    assert line == {
        "level": "INFO",
        "RequestId": "r-1",
        "Status": 401,
        "ErrorType": "authentication_error",
        "Requests": 1,
        "Errors": 1,
    }
    assert [directive["Namespace"] for directive in aws["CloudWatchMetrics"]] == ["Mine", "Mine"]
    assert [directive["Dimensions"] for directive in aws["CloudWatchMetrics"]] == [[[]], [["ErrorType"]]]


def test_an_answer(capsys: pytest.CaptureFixture[str]) -> None:
    record = Record("Mine", "r-1")
    record.model = "m"
    usage = {
        "input_tokens": 11,
        "output_tokens": 1,
        "cache_read_input_tokens": 7,
        "cache_creation_input_tokens": None,
    }
    observe(
        record,
        {"type": "message_start", "message": {"usage": usage}},
        {"type": "content_block_delta"},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 42}},
        {"type": "message_stop"},
    )
    line = line_of(record, capsys)
    assert (line["InputTokens"], line["OutputTokens"], line["StopReason"]) == (11, 42, "end_turn")
    assert (line["CacheReadTokens"], line["CacheWriteTokens"]) == (7, 0)
    assert line["OutputTokensPerSecond"] > 0
    assert line["TimeToFirstToken"] <= line["Duration"]
    assert [directive["Dimensions"] for directive in line["_aws"]["CloudWatchMetrics"]] == [[[], ["Model"]]]
    named = [metric["Name"] for metric in line["_aws"]["CloudWatchMetrics"][0]["Metrics"]]
    assert set(named) <= line.keys()
    assert len(named) == len(set(named)) <= 100


def test_a_level_filter_lets_the_line_through(capsys: pytest.CaptureFixture[str]) -> None:
    """Lambda drops a line below its filter's level, and takes one without level and timestamp for INFO."""
    line = line_of(Record("Mine", "r-1", log_level="FATAL"), capsys)
    assert line["level"] == "FATAL"
    assert datetime.fromisoformat(line["timestamp"]).tzinfo


@pytest.mark.parametrize("nothing", [None, 0])
def test_what_was_counted_is_not_taken_back(nothing: int | None, capsys: pytest.CaptureFixture[str]) -> None:
    record = Record("Mine", "r-1")
    later = {"input_tokens": nothing, "cache_read_input_tokens": nothing, "output_tokens": 2}
    observe(
        record,
        {"type": "message_start", "message": {"usage": {"input_tokens": 11, "cache_read_input_tokens": 100}}},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": later},
    )
    line = line_of(record, capsys)
    assert (line["InputTokens"], line["CacheReadTokens"], line["OutputTokens"]) == (11, 100, 2)


def test_a_guardrail_that_intervened_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    streamed, whole, other = Record("Mine", "1"), Record("Mine", "2"), Record("Mine", "3")
    observe(streamed, {"type": "message_stop", "amazon-bedrock-guardrailAction": "INTERVENED"})
    whole.observe_whole({"amazon-bedrock-guardrailAction": "INTERVENED", "stop_reason": "end_turn", "usage": {}})
    observe(other, {"type": "message_stop", "amazon-bedrock-guardrailAction": "NONE"})
    by_reason = Record("Mine", "4")
    observe(
        by_reason,
        {"type": "message_delta", "delta": {"stop_reason": "guardrail_intervened"}},
        {"type": "message_stop"},
    )
    for record in (streamed, whole, by_reason):
        line = line_of(record, capsys)
        assert (line["GuardrailInterventions"], line["GuardrailAction"]) == (1, "INTERVENED")
    assert "GuardrailInterventions" not in line_of(other, capsys)


def test_a_request_that_reached_a_model_is_counted_as_one(capsys: pytest.CaptureFixture[str]) -> None:
    record = Record("Mine", "r-1")
    record.model = "m"
    assert line_of(record, capsys)["ModelRequests"] == 1


def test_a_request_that_reached_no_model_is_not_counted_as_one(capsys: pytest.CaptureFixture[str]) -> None:
    record = Record("Mine", "r-1")
    record.key_name = "ann"
    assert "ModelRequests" not in line_of(record, capsys)


def test_an_answer_that_was_cut_off_has_no_rate(capsys: pytest.CaptureFixture[str]) -> None:
    record = Record("Mine", "r-1")
    observe(
        record,
        {"type": "message_start", "message": {"usage": {"input_tokens": 1, "output_tokens": 1}}},
        {"type": "content_block_delta"},
    )
    line = line_of(record, capsys)
    assert "TimeToFirstToken" in line
    assert "OutputTokensPerSecond" not in line


def test_events_without_usage_do_no_harm(capsys: pytest.CaptureFixture[str]) -> None:
    record = Record("Mine", "r-1")
    observe(record, {"type": "message_start", "message": {}}, {"type": "message_delta"}, {"type": "ping"})
    assert "InputTokens" not in line_of(record, capsys)
