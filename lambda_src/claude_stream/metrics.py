"""What is known of one request, and its line in CloudWatch's embedded metric format.

One JSON line on standard output a request; CloudWatch makes metrics of it without a call.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import json
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from claude_stream.bedrock.client import INTERVENED, Event, guardrail_intervened

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
}
_TOKENS = {
    "InputTokens": "input_tokens",
    "OutputTokens": "output_tokens",
    "CacheReadTokens": "cache_read_input_tokens",
    "CacheWriteTokens": "cache_creation_input_tokens",
}


class Record:
    """One request's record, filled in as the request goes; never a prompt, an answer or a key."""

    def __init__(self, namespace: str, request_id: str, *, log_level: str = "INFO") -> None:
        """`log_level` is Lambda's filter for the function's lines."""
        self.request_id = request_id
        self.route = ""
        self.model = ""
        self.key_name = ""
        self.status = 0
        self.error_type = ""
        self.stop_reason: str | None = None
        self.usage: dict[str, Any] = {}
        self.guardrail_intervened = False
        self._log_level = log_level
        self._namespace = namespace
        self._started = time.monotonic()
        self._first_token_at: float | None = None

    def observe(self, event: Event) -> None:
        """Takes from an event what the metrics need of it."""
        if event.type == "content_block_delta":
            self._first_token_at = self._first_token_at or time.monotonic()
        elif event.type == "message_start":
            self._count(event.data["message"].get("usage"))
        elif event.type == "message_delta":
            self._count(event.data.get("usage"))
            delta = event.data.get("delta") or {}
            self.stop_reason = delta.get("stop_reason")
            self.guardrail_intervened = guardrail_intervened(delta)
        elif event.type == "message_stop":
            self.guardrail_intervened |= guardrail_intervened(event.data)

    def observe_whole(self, message: Mapping[str, Any]) -> None:
        """Takes from a whole answer what the metrics need of it."""
        self._count(message.get("usage"))
        self.stop_reason = message.get("stop_reason")
        self.guardrail_intervened = guardrail_intervened(message)

    def _count(self, usage: Mapping[str, Any] | None) -> None:
        """A later event repeats some of the numbers, and may have null or 0 for one that was counted before."""
        for name, value in (usage or {}).items():
            if value or name not in self.usage:
                self.usage[name] = value

    def emit(self) -> None:
        """Writes the line."""
        sys.stdout.write(json.dumps(self._line()) + "\n")
        sys.stdout.flush()

    def _line(self) -> dict[str, object]:
        values = self._values()
        properties = {
            "RequestId": self.request_id,
            "Route": self.route,
            "Model": self.model,
            "KeyName": self.key_name,
            "Status": self.status,
            "ErrorType": self.error_type,
            "StopReason": self.stop_reason or "",
            "GuardrailAction": INTERVENED if self.guardrail_intervened else "",
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
            "Errors": 1 if self.error_type else 0,
            "Duration": _milliseconds(now - self._started),
        }
        if self.model:
            values["ModelRequests"] = 1
        if self.guardrail_intervened:
            values["GuardrailInterventions"] = 1
        for metric, field in _TOKENS.items():
            if field in self.usage:
                values[metric] = self.usage[field] or 0
        if self._first_token_at:
            values["TimeToFirstToken"] = _milliseconds(self._first_token_at - self._started)
            streamed_for = now - self._first_token_at
            if self.stop_reason and streamed_for:  # the tokens of an answer that was cut off are not known
                values["OutputTokensPerSecond"] = round(values.get("OutputTokens", 0) / streamed_for, 1)
        return values

    def _directives(self, values: dict[str, float]) -> list[dict[str, object]]:
        dimensions: list[list[str]] = [[]]
        if self.model:
            dimensions.append(["Model"])
        directives = [self._directive(dimensions, list(values))]
        if self.error_type:
            directives.append(self._directive([["ErrorType"]], ["Errors"]))
        return directives

    def _directive(self, dimensions: list[list[str]], names: list[str]) -> dict[str, object]:
        metrics = [{"Name": name, "Unit": _UNITS[name]} for name in names]
        return {"Namespace": self._namespace, "Dimensions": dimensions, "Metrics": metrics}


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 1)
