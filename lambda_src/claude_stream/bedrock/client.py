"""Calls of Claude through Bedrock Runtime. refusals.py says what a refusal means to the caller.

https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModelWithResponseStream.html
"""

import base64
import json
from typing import Any
from urllib.parse import quote

from claude_stream.bedrock.adaptation import adapt
from claude_stream.bedrock.connection import BrokenConnection
from claude_stream.bedrock.event_stream import EventStream
from claude_stream.bedrock.refusals import AttemptedCall, TokensNotCounted
from claude_stream.bedrock.refused_parts import Attempts, RefusedParts
from claude_stream.bedrock.signing import AwsError, Call, NoCredentials, Service
from claude_stream.errors import ApiError, InvalidRequest, RateLimited, TimedOut
from claude_stream.models import foundation_model, undated_name
from claude_stream.sse import json_bytes

_ANTHROPIC_VERSION = "bedrock-2023-05-31"
_JSON = {"Content-Type": "application/json", "Accept": "application/json"}
_STREAM = {"Content-Type": "application/json", "X-Amzn-Bedrock-Accept": "application/json"}
_ANTHROPIC = {"Content-Type": "application/json", "anthropic-version": "2023-06-01"}
# The fields that Anthropic's count takes; it refuses all others.
_COUNTED_FIELDS = {"cache_control", "messages", "output_config", "system", "thinking", "tool_choice", "tools"}


def invoke_body(
    body: dict[str, Any], betas: str = "", model_id: str = "", dropped: list[str] | None = None
) -> bytes:
    """A Messages body without model and stream, as InvokeModel wants it; `betas` is an anthropic-beta header.

    With the model's id it is made one that this model takes on Bedrock; `dropped` gets the names of what it lacks.
    """
    body["anthropic_version"] = _ANTHROPIC_VERSION
    if model_id:
        adapt(body, model_id, betas, [] if dropped is None else dropped)
    elif flags := [flag.strip() for flag in betas.split(",") if flag.strip()]:
        body["anthropic_beta"] = flags
    try:
        return json.dumps(body, separators=(",", ":"), allow_nan=False).encode()
    except ValueError:
        raise InvalidRequest("a number in it is too large.", field="body") from None
    except RecursionError:
        raise InvalidRequest("it is nested too deeply.", field="body") from None


class Bedrock:
    """Claude on `service`. `guardrail` is (id, version); `mantle` counts tokens where `service` does not.

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
        # The sentence by model, not the exception: its traceback would grow and hold connections.
        self._not_counted: dict[str, str] = {}
        self._refused = RefusedParts()
        self._guardrail: dict[str, str] = {}
        if guardrail:
            self._guardrail["X-Amzn-Bedrock-GuardrailIdentifier"] = guardrail[0]
            self._guardrail["X-Amzn-Bedrock-GuardrailVersion"] = guardrail[1]

    def stream(self, model_id: str, body: bytes) -> EventStream:
        """Asks for a streamed answer; `body` is the InvokeModel body's JSON. It does not wait."""
        attempted = self._attempted(model_id, "InvokeModelWithResponseStream")
        path, headers = _path(model_id, "invoke-with-response-stream"), {**_STREAM, **self._guardrail}
        return EventStream(
            lambda content: self._service.call(path, headers, content),
            Attempts(self._refused, attempted, body),
            attempted,
        )

    def invoke(self, model_id: str, body: bytes, until: float, dropped: list[str] | None = None) -> bytes:
        """The whole answer as one JSON message. TimedOut when it is not there by `until`.

        `dropped` gets the names of what Bedrock refused of the request.
        """
        attempted = self._attempted(model_id, "InvokeModel")
        attempts = Attempts(self._refused, attempted, body)
        path, headers = _path(model_id, "invoke"), {**_JSON, **self._guardrail}
        while True:
            try:
                answer = _content(self._service.call(path, headers, attempts.body), until)
            except (AwsError, BrokenConnection, NoCredentials) as error:
                attempts.leave_out(error)
            else:
                attempts.accepted()
                if dropped is not None:
                    dropped += attempts.dropped
                return answer

    def count_tokens(self, model_id: str, body: bytes, until: float) -> int:
        """How many input tokens `body`, an InvokeModel body, has.

        Bedrock Runtime counts for models, not for inference profiles, and not for models that have only
        profiles; Anthropic's own count on the bedrock-mantle endpoint counts for these.
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
                pass  # mantle is missing here, or not allowed
        raise TokensNotCounted(self._not_counted[model], can_retry=False)

    def _count_by_runtime(self, model: str, body: bytes, until: float) -> int:
        wrapped = json_bytes({"input": {"invokeModel": {"body": base64.b64encode(body).decode("ascii")}}})
        call = self._service.call(_path(model, "count-tokens"), {"Content-Type": "application/json"}, wrapped)
        return int(json.loads(self._count(call, model, until))["inputTokens"])

    def _count_by_mantle(self, mantle: Service, model: str, body: bytes, until: float) -> int:
        counted = {name: value for name, value in json.loads(body).items() if name in _COUNTED_FIELDS}
        request = json_bytes({"model": f"anthropic.{undated_name(model)}", **counted})
        call = mantle.call("/anthropic/v1/messages/count_tokens", _ANTHROPIC, request)
        return int(json.loads(self._count(call, model, until))["input_tokens"])

    def _count(self, call: Call, model: str, until: float) -> bytes:
        try:
            return _content(call, until)
        except (AwsError, BrokenConnection, NoCredentials) as error:
            raise self._attempted(model, "CountTokens").api_error(error) from error

    def _attempted(self, model_id: str, action: str) -> AttemptedCall:
        return AttemptedCall(model_id, self._region, action)


def _path(model_id: str, operation: str) -> str:
    return f"/model/{quote(model_id, safe='')}/{operation}"


def _content(call: Call, until: float) -> bytes:
    try:
        return call.content(until)
    except TimeoutError:
        raise TimedOut(
            "A whole answer took too long. Ask for a streamed one, or for less; or, if this went through a CDN, at "
            "the function's own address.",
            can_retry=False,  # which would be paid for again
        ) from None
    finally:
        call.close()
