"""Bedrock Runtime: the three calls that Claude is reached by, and what it says when it says no.

https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModelWithResponseStream.html
"""

import base64
import binascii
import json
from typing import Any, NamedTuple
from urllib.parse import quote

from botocore.eventstream import EventStreamBuffer, EventStreamMessage, ParserError

from claude_stream import errors
from claude_stream.aws import AwsError, Call, NoCredentials, Service
from claude_stream.errors import ApiError
from claude_stream.http_connection import BrokenConnection
from claude_stream.models import foundation_model
from claude_stream.sse import json_bytes

_JSON = {"Content-Type": "application/json", "Accept": "application/json"}
_STREAM = {"Content-Type": "application/json", "X-Amzn-Bedrock-Accept": "application/json"}
_ACTIONS = {
    "invoke-with-response-stream": "InvokeModelWithResponseStream",
    "invoke": "InvokeModel",
    "count-tokens": "CountTokens",
}


class Event(NamedTuple):
    """One event of Claude's: `data` decoded, and `json` as the UTF-8 bytes that it came in."""

    type: str
    data: dict[str, Any]
    json: bytes


class Bedrock:
    """The model's side. `guardrail` is (id, version). Shared by threads."""

    def __init__(self, service: Service, region: str, guardrail: tuple[str, str] | None = None) -> None:
        self._service = service
        self._region = region
        self._guardrail: dict[str, str] = {}
        if guardrail:
            self._guardrail["X-Amzn-Bedrock-GuardrailIdentifier"] = guardrail[0]
            self._guardrail["X-Amzn-Bedrock-GuardrailVersion"] = guardrail[1]

    def stream(self, model_id: str, body: bytes) -> "EventStream":
        """Asks for a streamed answer; `body` is the InvokeModel body's JSON. Nothing is waited for yet."""
        operation = "invoke-with-response-stream"
        call = self._call(model_id, operation, {**_STREAM, **self._guardrail}, body)
        return EventStream(call, self._blame(model_id, operation))

    def invoke(self, model_id: str, body: bytes, until: float) -> bytes:
        """The whole answer as one JSON message. TimedOut when it is not there by `until`."""
        return self._content(model_id, "invoke", {**_JSON, **self._guardrail}, body, until)

    def count_tokens(self, model_id: str, body: bytes, until: float) -> int:
        """How many input tokens `body` would be. Bedrock counts for models only, not for inference profiles."""
        wrapped = json_bytes({"input": {"invokeModel": {"body": base64.b64encode(body).decode("ascii")}}})
        model_id = foundation_model(model_id)
        answer = self._content(model_id, "count-tokens", {"Content-Type": "application/json"}, wrapped, until)
        return int(json.loads(answer)["inputTokens"])

    def _call(self, model_id: str, operation: str, headers: dict[str, str], body: bytes) -> Call:
        return self._service.post(f"/model/{quote(model_id, safe='')}/{operation}", headers, body)

    def _content(self, model_id: str, operation: str, headers: dict[str, str], body: bytes, until: float) -> bytes:
        call = self._call(model_id, operation, headers, body)
        try:
            return call.content(until)
        except (AwsError, BrokenConnection, NoCredentials) as error:
            raise self._blame(model_id, operation).api_error(error) from error
        except TimeoutError:
            raise errors.TimedOut("A whole answer took too long. Ask for a streamed one, or for less.") from None
        finally:
            call.close()

    def _blame(self, model_id: str, operation: str) -> "_Blame":
        return _Blame(model_id, self._region, _ACTIONS[operation])


class EventStream:
    """The events of one streamed answer."""

    def __init__(self, call: Call, blame: "_Blame") -> None:
        self._call = call
        self._blame = blame
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
            raise self._blame.api_error(error) from error

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


class _Blame(NamedTuple):
    """What failed, in words: the one place where a failure below becomes a sentence for the caller.

    AWS's own messages name roles and accounts, so only those about the caller's own input are passed on.
    """

    model_id: str
    region: str
    action: str

    def api_error(self, error: Exception) -> ApiError:
        if isinstance(error, NoCredentials):
            return errors.PermissionDenied(
                f"No AWS credentials ({error}): run `aws configure` or `aws sso login`, or set AWS_PROFILE."
            )
        if not isinstance(error, AwsError):
            return errors.ApiError(
                "The answer was cut off on its way from Bedrock; what came so far is kept. Ask again."
            )
        if not error.code:
            return errors.Unavailable(
                f"Bedrock in {self.region} cannot be reached. Ask again in a moment.", retry_after=5
            )
        make = _REFUSALS.get(error.code.removesuffix("Exception"), _unknown)
        return make(error, self)


def _invalid(error: AwsError, _: _Blame) -> ApiError:
    return errors.InvalidRequest(error.message or "Bedrock found the request invalid.")


def _denied(_: AwsError, blame: _Blame) -> ApiError:
    return errors.PermissionDenied(
        f"Bedrock denies access to {blame.model_id} in {blame.region}. Check that the caller's IAM policy allows "
        f"bedrock:{blame.action} on it, and that Anthropic's usage form was sent in for this account "
        "(Bedrock console, Model catalog)."
    )


def _bad_credentials(_: AwsError, __: _Blame) -> ApiError:
    return errors.PermissionDenied("AWS refuses the credentials that the request was signed with. Renew them.")


def _not_found(_: AwsError, blame: _Blame) -> ApiError:
    return errors.NotFound(
        f"Bedrock in {blame.region} does not have {blame.model_id}. `aws bedrock list-inference-profiles` lists "
        "what it has."
    )


def _throttled(error: AwsError, _: _Blame) -> ApiError:
    return errors.RateLimited(
        "Bedrock is throttling: this account's quota for the model is used up for now. Wait, then ask again.",
        retry_after=error.retry_after or 10,
    )


def _quota(_: AwsError, __: _Blame) -> ApiError:
    return errors.RateLimited(
        "This account's Bedrock quota for the model is used up. Ask for more in the Service Quotas console.",
        retry_after=60,
    )


def _unavailable(error: AwsError, _: _Blame) -> ApiError:
    return errors.Unavailable(
        "Bedrock is unavailable just now. Ask again in a moment.", retry_after=error.retry_after or 5
    )


def _overloaded(error: AwsError, _: _Blame) -> ApiError:
    return errors.Overloaded(
        "The model is overloaded just now. Ask again in a moment.", retry_after=error.retry_after or 5
    )


def _model_timed_out(_: AwsError, __: _Blame) -> ApiError:
    return errors.TimedOut("The model took too long. Ask again, or ask for less.")


def _unknown(_: AwsError, __: _Blame) -> ApiError:
    return errors.ApiError("Bedrock failed to answer. Ask again; if it goes on, look at the AWS Health Dashboard.")


# Keys are Bedrock's exceptions without their ending, which the ones inside a stream have not all got, and the
# types of Claude's own error events. https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html
_REFUSALS = {
    "Validation": _invalid,
    "AccessDenied": _denied,
    "UnrecognizedClient": _bad_credentials,
    "InvalidSignature": _bad_credentials,
    "ExpiredToken": _bad_credentials,
    "MissingAuthenticationToken": _bad_credentials,
    "IncompleteSignature": _bad_credentials,
    "ResourceNotFound": _not_found,
    "Throttling": _throttled,
    "ServiceQuotaExceeded": _quota,
    "ServiceUnavailable": _unavailable,
    "ModelNotReady": _overloaded,
    "ModelTimeout": _model_timed_out,
    "HTTP 503": _unavailable,
    "HTTP 529": _overloaded,
    "invalid_request_error": _invalid,
    "rate_limit_error": _throttled,
    "overloaded_error": _overloaded,
    "timeout_error": _model_timed_out,
}
