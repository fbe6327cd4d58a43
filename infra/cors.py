"""The function URL's CORS, defined once: `streaming_api.py` deploys it, `emulator/demo.py` emulates it. Pure.

Which origins may call is a stage's setting. Lambda takes at most 100 headers in a list, of at most 1024 characters
each: https://docs.aws.amazon.com/lambda/latest/api/API_Cors.html
"""

# What the SDKs of Anthropic, OpenAI and Vercel can send, so that somebody else's front end works too;
# tests/clients/test_sdk_headers.py finds the headers that a new version of theirs adds.
_ANTHROPIC_HEADERS = (
    "x-api-key",
    "anthropic-version",
    "anthropic-beta",
    "anthropic-dangerous-direct-browser-access",
    "anthropic-user-profile-id",
    "anthropic-worker-id",
    "anthropic-workspace-id",
)
_OPENAI_HEADERS = (
    "idempotency-key",
    "openai-beta",
    "openai-organization",
    "openai-project",
)
_STAINLESS_HEADERS = tuple(
    f"x-stainless-{name}"
    for name in (
        "arch",
        "async",
        "custom-event-handler",
        "custom-poll-interval",
        "helper",
        "helper-method",
        "lang",
        "os",
        "package-version",
        "poll-helper",
        "raw-response",
        "read-timeout",
        "retry-count",
        "runtime",
        "runtime-version",
        "stream-helper",
        "timeout",
    )
)
# A page may set user-agent since it is no longer a forbidden header name, and then the browser asks for it.
_GENERAL_HEADERS = ("content-type", "authorization", "user-agent", "traceparent", "tracestate", "baggage")
OWN_HEADERS = ("x-answer-id", "last-event-id")

# Each header by name: the `*` of a function URL does not cover authorization.
ALLOWED_HEADERS = (*_GENERAL_HEADERS, *OWN_HEADERS, *_ANTHROPIC_HEADERS, *_OPENAI_HEADERS, *_STAINLESS_HEADERS)
# No OPTIONS: Lambda answers the preflight itself, and refuses to have it listed.
ALLOWED_METHODS = ("GET", "POST", "DELETE")
# The limits of a key, as Anthropic and OpenAI call them, on the routes of each.
_LIMIT_HEADERS = (
    *(
        f"anthropic-ratelimit-{of}-{what}"
        for of in ("requests", "tokens")
        for what in ("limit", "remaining", "reset")
    ),
    *(f"x-ratelimit-{what}-{of}" for of in ("requests", "tokens") for what in ("limit", "remaining", "reset")),
)
# What SDKs and people read of an answer. A page may read content-type and the like of any answer.
EXPOSED_HEADERS = (
    "request-id",
    "x-request-id",
    "retry-after",
    "x-should-retry",
    "x-claude-stream-dropped",
    *_LIMIT_HEADERS,
)
MAX_AGE_SECONDS = 3600
