"""Bedrock Runtime: the calls that Claude is reached by. What a refusal means to the caller is refusals.py's.

https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModelWithResponseStream.html
"""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

from botocore.eventstream import EventStreamBuffer, EventStreamMessage, ParserError

from claude_stream.bedrock.connection import BrokenConnection
from claude_stream.bedrock.refusals import AttemptedCall, TokensNotCounted
from claude_stream.bedrock.signing import AwsError, Call, NoCredentials, Service
from claude_stream.errors import ApiError, InvalidRequest, RateLimited, TimedOut
from claude_stream.models import foundation_model, undated_name
from claude_stream.sse import json_bytes

_JSON = {"Content-Type": "application/json", "Accept": "application/json"}
_STREAM = {"Content-Type": "application/json", "X-Amzn-Bedrock-Accept": "application/json"}
_ANTHROPIC = {"Content-Type": "application/json", "anthropic-version": "2023-06-01"}
# What Anthropic's count takes of a request; it refuses the rest.
_COUNTED_FIELDS = {"cache_control", "messages", "output_config", "system", "thinking", "tool_choice", "tools"}


INTERVENED = "INTERVENED"


class Event(NamedTuple):
    """One event of Claude's: `data` decoded, and `json` as the UTF-8 bytes that it came in."""

    type: str
    data: dict[str, Any]
    json: bytes


class Bedrock:
    """The model's side, `service`. `guardrail` is (id, version); `mantle` counts the tokens that it does not count.

    Shared by threads.
    """

    def __init__(
        self,
        service: Service,
        region: str,
        guardrail: tuple[str, str] | None = None,
        *,
        mantle: Service | None = None,
    ) -> None:
        self._service = service
        self._mantle = mantle
        self._region = region
        # By model: the sentence, not the exception, whose traceback would grow and hold connections.
        self._not_counted: dict[str, str] = {}
        self._guardrail: dict[str, str] = {}
        if guardrail:
            self._guardrail["X-Amzn-Bedrock-GuardrailIdentifier"] = guardrail[0]
            self._guardrail["X-Amzn-Bedrock-GuardrailVersion"] = guardrail[1]

    def stream(self, model_id: str, body: bytes) -> "EventStream":
        """Asks for a streamed answer; `body` is the InvokeModel body's JSON. Nothing is waited for yet."""
        call = self._service.post(
            _path(model_id, "invoke-with-response-stream"), {**_STREAM, **self._guardrail}, body
        )
        return EventStream(call, self._attempted(model_id, "InvokeModelWithResponseStream"))

    def invoke(self, model_id: str, body: bytes, until: float) -> bytes:
        """The whole answer as one JSON message. TimedOut when it is not there by `until`."""
        call = self._service.post(_path(model_id, "invoke"), {**_JSON, **self._guardrail}, body)
        return _content(call, self._attempted(model_id, "InvokeModel"), until)

    def count_tokens(self, model_id: str, body: bytes, until: float) -> int:
        """How many input tokens `body`, InvokeModel's, would be.

        Bedrock Runtime counts for models, not for inference profiles, and not for the models that are offered only
        through these; Anthropic's own count on the bedrock-mantle endpoint does.
        https://docs.aws.amazon.com/bedrock/latest/userguide/count-tokens.html
        """
        model = foundation_model(model_id)
        if model not in self._not_counted:
            try:
                return self._count_by_runtime(model, body, until)
            except TokensNotCounted as error:
                self._not_counted[model] = error.message
        if self._mantle is not None:
            try:
                return self._count_by_mantle(self._mantle, model, body, until)
            except (InvalidRequest, RateLimited):
                raise
            except ApiError:
                pass  # not there, or not allowed
        raise TokensNotCounted(self._not_counted[model], can_retry=False)

    def _count_by_runtime(self, model: str, body: bytes, until: float) -> int:
        wrapped = json_bytes({"input": {"invokeModel": {"body": base64.b64encode(body).decode("ascii")}}})
        call = self._service.post(_path(model, "count-tokens"), {"Content-Type": "application/json"}, wrapped)
        return int(json.loads(_content(call, self._attempted(model, "CountTokens"), until))["inputTokens"])

    def _count_by_mantle(self, mantle: Service, model: str, body: bytes, until: float) -> int:
        counted = {name: value for name, value in json.loads(body).items() if name in _COUNTED_FIELDS}
        request = json_bytes({"model": f"anthropic.{undated_name(model)}", **counted})
        call = mantle.post("/anthropic/v1/messages/count_tokens", _ANTHROPIC, request)
        return int(json.loads(_content(call, self._attempted(model, "CountTokens"), until))["input_tokens"])

    def _attempted(self, model_id: str, action: str) -> AttemptedCall:
        return AttemptedCall(model_id, self._region, action)


def guardrail_intervened(told: Mapping[str, Any]) -> bool:
    """Whether a guardrail replaced the answer: a whole message says so, and a stream's message_stop.

    Some streams have it as the stop reason instead: https://github.com/langchain-ai/langchain-aws/issues/937
    """
    stop_reason = told.get("stop_reason")
    return told.get("amazon-bedrock-guardrailAction") == INTERVENED or stop_reason == "guardrail_intervened"


def _path(model_id: str, operation: str) -> str:
    return f"/model/{quote(model_id, safe='')}/{operation}"


def _content(call: Call, attempted: AttemptedCall, until: float) -> bytes:
    try:
        return call.content(until)
    except (AwsError, BrokenConnection, NoCredentials) as error:
        raise attempted.api_error(error) from error
    except TimeoutError:
        raise TimedOut("A whole answer took too long. Ask for a streamed one, or for less.") from None
    finally:
        call.close()


class EventStream:
    """The events of one streamed answer."""

    def __init__(self, call: Call, attempted: AttemptedCall) -> None:
        self._call = call
        self._attempted = attempted
        self._buffer = EventStreamBuffer()
        self._begun = False
        self._stopped = False

    def next(self, until: float) -> Event | None:
        """The next event, None after message_stop. TimeoutError at `until`; then it can be called again.

        Any other end is an ApiError: before the first event with the status that Bedrock gave, after it with what
        broke the answer off.
        """
        if self._stopped:
            self._drain(until)
            return None
        try:
            if not self._begun:
                self._call.head(until)
                self._begun = True
            return self._next_event(until)
        except (AwsError, BrokenConnection, NoCredentials, ParserError) as error:
            raise self._attempted.api_error(error) from error

    def close(self) -> None:
        self._call.close()

    def _next_event(self, until: float) -> Event:
        while (frame := next(self._buffer, None)) is None:
            piece = self._call.read_some(until)
            if not piece:
                raise BrokenConnection("the answer ended before the model had finished")
            self._buffer.add_data(piece)
        event = _event(frame)
        self._stopped = event.type == "message_stop"
        return event

    def _drain(self, until: float) -> None:
        """Reads the few bytes behind the last event, so that the connection can serve the next request."""
        try:
            while self._call.read_some(until):
                pass
        except (BrokenConnection, TimeoutError):
            pass  # the answer is whole; the connection is simply not kept


def _event(frame: EventStreamMessage) -> Event:
    headers = frame.headers
    if headers.get(":message-type") != "event":
        code = headers.get(":exception-type") or headers.get(":error-code") or ""
        raise AwsError(code[:1].upper() + code[1:] or "unnamed", _message_of(frame.payload))
    try:
        raw = base64.b64decode(json.loads(frame.payload)["bytes"])
        data = json.loads(raw)
        event = Event(data["type"], data, raw)
    except (ValueError, KeyError, TypeError, binascii.Error) as error:
        raise BrokenConnection("an event could not be read") from error
    if event.type == "error":
        told = data.get("error") or {}
        raise AwsError(str(told.get("type")), str(told.get("message")))
    return event


def _message_of(payload: bytes) -> str:
    try:
        return str(json.loads(payload).get("message", ""))
    except (ValueError, AttributeError):
        return ""
