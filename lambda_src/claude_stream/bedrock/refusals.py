"""Turns a failed call of Bedrock into an error for the caller; only here does a failure become a sentence.

AWS's own messages name roles and accounts, so only those about the caller's own input are passed on.
"""

import re
from typing import NamedTuple

from claude_stream import errors
from claude_stream.bedrock.signing import AwsError, NoCredentials
from claude_stream.errors import ApiError

# Bedrock names the field at the beginning of its sentence, and nowhere else.
_FIELD = re.compile(r"([a-z_]+(?:\[\d+\]|\.[a-z_]+)*): ")


class AttemptedCall(NamedTuple):
    """The call that failed: its model, its region, and the IAM action that it needs."""

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
        make = _REFUSALS.get(error.code.removesuffix("Exception")) or _BY_STATUS.get(error.status, _unknown)
        return make(error, self)


class TokensNotCounted(errors.InvalidRequest):
    """Bedrock Runtime counts no tokens for this model."""


def _invalid(error: AwsError, call: AttemptedCall) -> ApiError:
    if "support counting tokens" in error.message:
        return TokensNotCounted(
            f"Bedrock does not count tokens for {call.model_id}: go on without the count. The usage of an answer "
            "has the exact number.",
            can_retry=False,
        )
    found = _FIELD.match(error.message)
    if found:
        return errors.InvalidRequest(error.message[found.end() :], field=found[1])
    return errors.InvalidRequest(error.message or "Bedrock found the request invalid.")


def _denied(_: AwsError, call: AttemptedCall) -> ApiError:
    return errors.PermissionDenied(
        f"Bedrock denies access to {call.model_id} in {call.region}. Check that the caller's IAM policy allows "
        f"bedrock:{call.action} on it, and that Anthropic's usage form was sent in for this account "
        "(Bedrock console, Model catalog)."
    )


def _bad_credentials(_: AwsError, __: AttemptedCall) -> ApiError:
    return errors.PermissionDenied("AWS refuses the credentials that the request was signed with. Renew them.")


def _not_found(_: AwsError, call: AttemptedCall) -> ApiError:
    return errors.NotFound(
        f"Bedrock in {call.region} does not have {call.model_id}. `aws bedrock list-inference-profiles` lists "
        "what it has."
    )


def _too_large(_: AwsError, __: AttemptedCall) -> ApiError:
    return errors.RequestTooLarge("Bedrock finds the request too large. Send less text, or smaller files.")


def _throttled(error: AwsError, _: AttemptedCall) -> ApiError:
    if "per day" in error.message:
        return errors.RateLimited(
            "This account's daily quota of tokens for the model is used up. Choose another model, ask again "
            "tomorrow, or ask AWS for more in the Service Quotas console.",
            can_retry=False,
        )
    return errors.RateLimited(
        "Bedrock is throttling: this account's quota for the model is used up for now. Wait, then ask again.",
        retry_after=error.retry_after or 10,
    )


def _quota(_: AwsError, __: AttemptedCall) -> ApiError:
    return errors.RateLimited(
        "This account's Bedrock quota for the model is used up. Ask for more in the Service Quotas console.",
        retry_after=60,
    )


def _unavailable(error: AwsError, _: AttemptedCall) -> ApiError:
    return errors.Unavailable(
        "Bedrock is unavailable just now. Ask again in a moment.", retry_after=error.retry_after or 5
    )


def _overloaded(error: AwsError, _: AttemptedCall) -> ApiError:
    return errors.Overloaded(
        "The model is overloaded just now. Ask again in a moment.", retry_after=error.retry_after or 5
    )


def _model_timed_out(_: AwsError, __: AttemptedCall) -> ApiError:
    return errors.TimedOut("The model took too long. Ask again, or ask for less.")


def _unknown(_: AwsError, __: AttemptedCall) -> ApiError:
    return errors.ApiError("Bedrock failed to answer. Ask again; if it goes on, look at the AWS Health Dashboard.")


# Keys are Bedrock's exceptions without "Exception", which some inside a stream do not end in, and the
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
    "invalid_request_error": _invalid,
    "rate_limit_error": _throttled,
    "overloaded_error": _overloaded,
    "timeout_error": _model_timed_out,
}

# For answers that name no known exception, such as a proxy's.
_BY_STATUS = {
    401: _bad_credentials,
    403: _denied,
    404: _not_found,
    413: _too_large,
    429: _throttled,
    502: _unavailable,
    503: _unavailable,
    504: _model_timed_out,
    529: _overloaded,
}
