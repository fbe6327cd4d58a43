"""The metrics line that every request writes, as CloudWatch reads it."""

import itertools
import time

import pytest

from tests.asking import HAIKU, body_of
from tests.conftest import Deployment
from tests.e2e.function_log import WRONG_KEY, metrics, metrics_of

UNITS = {
    "Requests": "Count",
    "ModelRequests": "Count",
    "Errors": "Count",
    "Duration": "Milliseconds",
    "TimeToFirstToken": "Milliseconds",
    "OutputTokensPerSecond": "Count/Second",
    "InputTokens": "Count",
    "OutputTokens": "Count",
    "CacheReadTokens": "Count",
    "CacheWriteTokens": "Count",
}


def test_a_streamed_answer_in_numbers(deployment: Deployment) -> None:
    before = time.time() * 1000
    response = deployment.http.get("/stream", params={"prompt": "Hello", "max_tokens": 40})
    line = metrics_of(deployment, response)
    assert line["Route"] == "/stream"
    assert line["Model"] == HAIKU
    assert line["KeyName"] == "default"
    assert line["Status"] == 200
    assert line["StopReason"] == "max_tokens"
    assert (line["Requests"], line["Errors"]) == (1, 0)
    assert (line["OutputTokens"], line["CacheReadTokens"], line["CacheWriteTokens"]) == (40, 0, 0)
    assert line["InputTokens"] > 0
    assert 0 < line["TimeToFirstToken"] <= line["Duration"]
    streamed_for = (line["Duration"] - line["TimeToFirstToken"]) / 1000
    assert line["OutputTokensPerSecond"] == pytest.approx(40 / streamed_for, rel=0.05)
    assert "ErrorType" not in line
    assert before - 1 <= line["_aws"]["Timestamp"] <= time.time() * 1000


def test_a_whole_answer_has_no_first_token(deployment: Deployment) -> None:
    line = metrics_of(deployment, deployment.http.post("/v1/messages", json=body_of(max_tokens=7)))
    assert (line["OutputTokens"], line["StopReason"]) == (7, "max_tokens")
    assert not {"TimeToFirstToken", "OutputTokensPerSecond"} & line.keys()


def test_a_prompt_that_was_written_to_the_cache(deployment: Deployment) -> None:
    long = "Be brief. " * 1500  # shorter prompts are not cached
    system = [{"type": "text", "text": long, "cache_control": {"type": "ephemeral"}}]
    line = metrics_of(deployment, deployment.http.post("/v1/messages", json=body_of(system=system, stream=True)))
    assert line["CacheWriteTokens"] > 0


@pytest.mark.parametrize(
    ("prompt", "status", "kind"),
    [
        ("/denied", 403, "permission_error"),
        ("/cut", 200, "api_error"),
        ("/throttle-midway", 200, "rate_limit_error"),
    ],
)
def test_an_error_is_counted_by_its_type(deployment: Deployment, prompt: str, status: int, kind: str) -> None:
    line = metrics_of(deployment, deployment.http.get("/stream", params={"prompt": prompt}))
    assert (line["Status"], line["ErrorType"], line["Errors"]) == (status, kind, 1)
    assert "OutputTokensPerSecond" not in line


def test_a_request_without_a_key_has_no_name(deployment: Deployment) -> None:
    line = metrics_of(deployment, deployment.http.get("/v1/models", headers={"x-api-key": WRONG_KEY}))
    assert (line["Status"], line["ErrorType"]) == (401, "authentication_error")
    assert not {"KeyName", "Model", "Route"} & line.keys()


def test_every_line_is_what_cloudwatch_takes(deployment: Deployment) -> None:
    for path in ("/healthz", "/nowhere", "/stream?prompt=a", "/stream?prompt=/denied"):
        deployment.http.get(path)
    for line in metrics(deployment, 4):
        # https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
        assert isinstance(line["_aws"]["Timestamp"], int)
        for directive in line["_aws"]["CloudWatchMetrics"]:
            assert directive["Namespace"] == "ClaudeStream"
            for dimension in itertools.chain(*directive["Dimensions"]):
                assert isinstance(line[dimension], str), "a dimension is a field of text"
            for metric in directive["Metrics"]:
                assert isinstance(line[metric["Name"]], int | float), "a metric is a field with a number"
                assert metric["Unit"] == UNITS[metric["Name"]]


def test_dimensions_stay_few(deployment: Deployment) -> None:
    """Each set of values is a metric that CloudWatch charges for: never a key's name or a request's id."""
    deployment.http.get("/stream", params={"prompt": "/denied"})
    line = metrics_of(deployment, deployment.http.get("/stream", params={"prompt": "/denied"}))
    overall, by_error = line["_aws"]["CloudWatchMetrics"]
    assert overall["Dimensions"] == [[], ["Model"]]
    assert by_error["Dimensions"] == [["ErrorType"]]
    assert [metric["Name"] for metric in by_error["Metrics"]] == ["Errors"]
