"""The errors that a client sees, in the Anthropic API's words, and what Bedrock's exceptions become."""

import pytest

from claude_stream import errors
from claude_stream.bedrock.connection import BrokenConnection
from claude_stream.bedrock.refusals import AttemptedCall
from claude_stream.bedrock.signing import AwsError, NoCredentials
from claude_stream.dialects import anthropic
from claude_stream.errors import ApiError

# https://docs.anthropic.com/en/api/errors
STATUS_OF = {
    "invalid_request_error": {400, 403, 405, 409, 415},
    "authentication_error": {401},
    "permission_error": {403},
    "not_found_error": {404},
    "request_too_large": {413},
    "rate_limit_error": {429},
    "api_error": {500},
    "timeout_error": {504},
    "overloaded_error": {503, 529},
}
CALL = AttemptedCall("global.anthropic.claude-haiku-5-5", "eu-central-1", "InvokeModel")


def test_every_type_has_its_status() -> None:
    classes: set[type[ApiError]] = {ApiError, *ApiError.__subclasses__()}
    assert {kind: {each.status for each in classes if each.type == kind} for kind in STATUS_OF} == STATUS_OF
    assert {each.type for each in classes} == STATUS_OF.keys()


def test_a_message_begins_with_the_field_that_is_to_blame() -> None:
    error = errors.InvalidRequest("expected some text, found none.", field="prompt")
    assert (error.message, error.field) == ("prompt: expected some text, found none.", "prompt")
    assert errors.InvalidRequest("one: two").field is None


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ("max_tokens: 5000 > 4096, which is the maximum", "max_tokens"),
        ("Malformed input request: expected a string", None),
    ],
)
def test_the_field_that_bedrock_blames_is_taken_from_the_beginning_of_its_sentence(
    said: str, field: str | None
) -> None:
    error = CALL.api_error(AwsError("ValidationException", said, 400))
    assert (error.message, error.field) == (said, field)


def test_the_body_is_anthropics() -> None:
    assert anthropic.error(errors.NotFound("Nothing here."), "r-1") == {
        "type": "error",
        "error": {"type": "not_found_error", "message": "Nothing here."},
        "request_id": "r-1",
    }


def test_headers() -> None:
    assert errors.InvalidRequest("No.").headers() == []
    assert errors.RateLimited("Wait.", retry_after=7).headers() == [("retry-after", "7")]
    assert errors.RateLimited("No.", can_retry=False).headers() == [("x-should-retry", "false")]
    assert errors.MethodNotAllowed("PUT", ["GET", "HEAD"]).headers() == [("allow", "GET, HEAD")]
    assert errors.AuthenticationFailed("No.").headers() == [("www-authenticate", "Bearer")]


SECRET = "arn:aws:iam::123456789012:role/secret"


@pytest.mark.parametrize(
    ("code", "kind", "says"),
    [
        ("AccessDeniedException", errors.PermissionDenied, "bedrock:InvokeModel on it"),
        ("UnrecognizedClientException", errors.PermissionDenied, "Renew them"),
        ("ExpiredTokenException", errors.PermissionDenied, "Renew them"),
        ("InvalidSignatureException", errors.PermissionDenied, "Renew them"),
        ("ResourceNotFoundException", errors.NotFound, "list-inference-profiles"),
        ("ThrottlingException", errors.RateLimited, "Wait"),
        ("ServiceQuotaExceededException", errors.RateLimited, "Service Quotas"),
        ("ServiceUnavailableException", errors.Unavailable, "Ask again"),
        ("ModelNotReadyException", errors.Overloaded, "Ask again"),
        ("ModelTimeoutException", errors.TimedOut, "Ask again"),
        ("ModelErrorException", ApiError, "Ask again"),
        ("ModelStreamErrorException", ApiError, "Ask again"),
        ("InternalServerException", ApiError, "Ask again"),
        ("", errors.Unavailable, "Bedrock in eu-central-1 cannot be reached"),
        # inside a stream
        ("overloaded_error", errors.Overloaded, "Ask again"),
        ("rate_limit_error", errors.RateLimited, "Wait"),
        ("None", ApiError, "Ask again"),
    ],
)
def test_bedrocks_exceptions_become_sentences_of_ours(code: str, kind: type[ApiError], says: str) -> None:
    error = CALL.api_error(AwsError(code, SECRET, 400))
    assert type(error) is kind
    assert says in error.message
    assert SECRET not in error.message
    assert error.message.endswith((".", ")."))


@pytest.mark.parametrize(
    ("status", "kind", "says"),
    [
        (401, errors.PermissionDenied, "Renew them"),
        (403, errors.PermissionDenied, "denies access"),
        (404, errors.NotFound, "does not have"),
        (413, errors.RequestTooLarge, "too large"),
        (429, errors.RateLimited, "throttling"),
        (500, ApiError, "failed to answer"),
        (502, errors.Unavailable, "unavailable"),
        (503, errors.Unavailable, "unavailable"),
        (504, errors.TimedOut, "too long"),
        (529, errors.Overloaded, "overloaded"),
    ],
)
def test_an_answer_without_an_exception_is_understood_by_its_status(
    status: int, kind: type[ApiError], says: str
) -> None:
    error = CALL.api_error(AwsError(f"HTTP {status}", SECRET, status))
    assert type(error) is kind
    assert says in error.message
    assert SECRET not in error.message


def test_a_daily_quota_promises_nothing_in_ten_seconds() -> None:
    refusal = AwsError("ThrottlingException", "Too many tokens per day, please wait before trying again.", 429)
    error = CALL.api_error(refusal)
    assert (type(error), error.retry_after) == (errors.RateLimited, None)
    assert "daily quota" in error.message
    assert error.headers() == [("x-should-retry", "false")]


@pytest.mark.parametrize("code", ["ValidationException", "invalid_request_error"])
def test_what_is_wrong_with_the_callers_input_is_passed_on(code: str) -> None:
    error = CALL.api_error(AwsError(code, "messages.0: bad", 400))
    assert (type(error), error.message) == (errors.InvalidRequest, "messages.0: bad")
    assert CALL.api_error(AwsError(code, "", 400)).message == "Bedrock found the request invalid."


def test_retry_after_is_bedrocks_own_when_it_says_so() -> None:
    for code in ("ThrottlingException", "ServiceUnavailableException", "ModelNotReadyException"):
        assert CALL.api_error(AwsError(code, "", 429, retry_after=77)).retry_after == 77
        assert CALL.api_error(AwsError(code, "", 429)).retry_after


def test_a_broken_connection_and_no_credentials() -> None:
    assert "cut off" in CALL.api_error(BrokenConnection("the connection broke")).message
    assert "aws configure" in CALL.api_error(NoCredentials("none were found")).message
