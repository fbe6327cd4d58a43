"""The errors that a client sees: every exception becomes one of these.

Types and statuses are the Anthropic API's, so that its clients raise their own exceptions:
https://docs.anthropic.com/en/api/errors
"""

from typing import ClassVar

INTERNAL_ERROR = "Something went wrong on the server's side. Ask again; its log has the place."


class ApiError(Exception):
    """An answer that is an error.

    `message` is a sentence for the caller: what is wrong and what to do. It begins with the `field` of the request
    that is to blame, such as `messages[0].role`, where there is one.
    """

    status: ClassVar[int] = 500
    type: ClassVar[str] = "api_error"
    is_of_table: ClassVar[bool] = False  # counted apart, for an alarm

    def __init__(
        self, message: str, *, field: str | None = None, retry_after: int | None = None, can_retry: bool = True
    ) -> None:
        """`retry_after` is in seconds. Without `can_retry`, SDKs do not ask again by themselves."""
        self.message = f"{field}: {message}" if field else message
        super().__init__(self.message)
        self.field = field
        self.retry_after = retry_after
        self.can_retry = can_retry

    def headers(self) -> list[tuple[str, str]]:
        """`x-should-retry` is what Anthropic's and OpenAI's SDKs obey before they look at the status."""
        after = [] if self.retry_after is None else [("retry-after", str(self.retry_after))]
        return after if self.can_retry else [*after, ("x-should-retry", "false")]


class InvalidRequest(ApiError):
    status = 400
    type = "invalid_request_error"


class AuthenticationFailed(ApiError):
    status = 401
    type = "authentication_error"

    def headers(self) -> list[tuple[str, str]]:
        return [("www-authenticate", "Bearer")]


class PermissionDenied(ApiError):
    status = 403
    type = "permission_error"


class NotThroughCdn(ApiError):
    """Not a permission_error, which alarms take for AWS's refusal: anybody on the internet can cause this one."""

    status = 403
    type = "invalid_request_error"


class NotFound(ApiError):
    status = 404
    type = "not_found_error"


class MethodNotAllowed(ApiError):
    status = 405
    type = "invalid_request_error"

    def __init__(self, method: str, allowed: list[str]) -> None:
        super().__init__(f"{method} is not answered here; use {' or '.join(allowed)}.")
        self.allowed = allowed

    def headers(self) -> list[tuple[str, str]]:
        return [("allow", ", ".join(self.allowed))]


class Conflicting(ApiError):
    status = 409
    type = "invalid_request_error"

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message, field=field, can_retry=False)  # SDKs take any other 409 for one that passes


class RequestTooLarge(ApiError):
    status = 413
    type = "request_too_large"


class UnsupportedMediaType(ApiError):
    status = 415
    type = "invalid_request_error"


class RateLimited(ApiError):
    status = 429
    type = "rate_limit_error"


class Unavailable(ApiError):
    """Bedrock is reachable but cannot serve: its own 503, Anthropic's `overloaded_error`."""

    status = 503
    type = "overloaded_error"


class TimedOut(ApiError):
    status = 504
    type = "timeout_error"


class Overloaded(ApiError):
    status = 529
    type = "overloaded_error"
