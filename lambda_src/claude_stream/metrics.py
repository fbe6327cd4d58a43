"""One request's record, and its line in CloudWatch's embedded metric format.

Each request prints one JSON line; CloudWatch makes metrics of it without a call.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import json
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from claude_stream.bedrock.event_stream import Event
from claude_stream.errors import ApiError
from claude_stream.outcome import INTERVENED, Outcome

_UNITS = {
    "Requests": "Count",
    "ModelRequests": "Count",
    "Errors": "Count",
    "GuardrailInterventions": "Count",
    "TimeToFirstToken": "Milliseconds",
    "Duration": "Milliseconds",
    "OutputTokensPerSecond": "Count/Second",
    "InputTokens": "Count",
    "OutputTokens": "Count",
    "CacheReadTokens": "Count",
    "CacheWriteTokens": "Count",
    "TableErrors": "Count",
    "BudgetUsedPercent": "Percent",
}
_TOKENS = {
    "InputTokens": "input_tokens",
    "OutputTokens": "output_tokens",
    "CacheReadTokens": "cache_read_input_tokens",
    "CacheWriteTokens": "cache_creation_input_tokens",
}


class Record:
    """Records what happens to one request; never a prompt, an answer or a key."""

    def __init__(self, namespace: str, request_id: str, *, log_level: str = "INFO") -> None:
        """`log_level` is Lambda's filter for the function's lines."""
        self.route = ""
        self.model = ""
        self.key_name = ""
        self.status = 0
        self.outcome = Outcome()
        self.is_refused = False  # by Bedrock, before its first event: nothing is billed
        self.of_accounts: dict[str, float] = {}  # metrics of limits and their table
        self._request_id = request_id
        self._error_type = ""
        self._log_level = log_level
        self._namespace = namespace
        self._started = time.monotonic()
        self._first_token_at: float | None = None

    def observe(self, event: Event) -> None:
        """Records an event of a streamed answer."""
        if event.type == "content_block_delta":
            self._first_token_at = self._first_token_at or time.monotonic()
        else:
            self.outcome.observe(event)

    def observe_whole(self, message: Mapping[str, Any]) -> None:
        """Records a whole answer."""
        self.outcome.observe_whole(message)

    def failed(self, error: ApiError) -> None:
        """Records that the answer is, or ends with, an error."""
        self._error_type = error.type
        self.is_refused = not self.outcome.usage and bool(getattr(error.__cause__, "code", ""))
        if error.is_of_table:
            self.of_accounts["TableErrors"] = 1

    def emit(self) -> None:
        """Writes the line."""
        sys.stdout.write(json.dumps(self._line()) + "\n")
        sys.stdout.flush()

    def _line(self) -> dict[str, object]:
        values = self._values()
        properties = {
            "RequestId": self._request_id,
            "Route": self.route,
            "Model": self.model,
            "KeyName": self.key_name,
            "Status": self.status,
            "ErrorType": self._error_type,
            "StopReason": self.outcome.stop_reason or "",
            "GuardrailAction": INTERVENED if self.outcome.guardrail_intervened else "",
        }
        now = datetime.now(UTC)
        return {
            # Lambda drops lines below its filter's level, and takes one without level and timestamp for INFO: the
            # filter's own level passes every filter.
            "timestamp": now.isoformat(timespec="milliseconds"),
            "level": self._log_level,
            "_aws": {"Timestamp": int(now.timestamp() * 1000), "CloudWatchMetrics": self._directives(values)},
            **{name: value for name, value in properties.items() if value != ""},
            **values,
        }

    def _values(self) -> dict[str, float]:
        now = time.monotonic()
        values: dict[str, float] = {
            "Requests": 1,
            "Errors": 1 if self._error_type else 0,
            "Duration": _milliseconds(now - self._started),
            **self.of_accounts,
        }
        if self.model:
            values["ModelRequests"] = 1
        if self.outcome.guardrail_intervened:
            values["GuardrailInterventions"] = 1
        for metric, field in _TOKENS.items():
            if field in self.outcome.usage:
                values[metric] = self.outcome.usage[field] or 0
        if self._first_token_at:
            values["TimeToFirstToken"] = _milliseconds(self._first_token_at - self._started)
            streamed_for = now - self._first_token_at
            if self.outcome.stop_reason and streamed_for:  # the tokens of an answer that was cut off are not known
                values["OutputTokensPerSecond"] = round(values.get("OutputTokens", 0) / streamed_for, 1)
        return values

    def _directives(self, values: dict[str, float]) -> list[dict[str, object]]:
        dimensions: list[list[str]] = [[]]
        if self.model:
            dimensions.append(["Model"])
        directives = [self._directive(dimensions, list(values))]
        if self._error_type:
            directives.append(self._directive([["ErrorType"]], ["Errors"]))
        return directives

    def _directive(self, dimensions: list[list[str]], names: list[str]) -> dict[str, object]:
        metrics = [{"Name": name, "Unit": _UNITS[name]} for name in names]
        return {"Namespace": self._namespace, "Dimensions": dimensions, "Metrics": metrics}


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 1)
