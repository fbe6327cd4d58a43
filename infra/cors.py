"""The function URL's CORS, defined once: `streaming_api.py` deploys it, `local/demo.py` emulates it. Pure.

Which origins may call is a stage's setting.
"""

# What Anthropic's and OpenAI's SDKs for JavaScript add of themselves, so that a front end of others' works too.
_SDK_HEADERS = (
    "anthropic-dangerous-direct-browser-access",
    "x-stainless-arch",
    "x-stainless-helper",
    "x-stainless-helper-method",
    "x-stainless-lang",
    "x-stainless-os",
    "x-stainless-package-version",
    "x-stainless-retry-count",
    "x-stainless-runtime",
    "x-stainless-runtime-version",
    "x-stainless-timeout",
)
# Each by name: the `*` of a function URL does not cover authorization.
ALLOWED_HEADERS = (
    "content-type",
    "x-api-key",
    "authorization",
    "anthropic-version",
    "anthropic-beta",
    *_SDK_HEADERS,
)
# No OPTIONS: Lambda answers the preflight itself, and refuses to have it listed.
ALLOWED_METHODS = ("GET", "POST")
EXPOSED_HEADERS = ("request-id", "retry-after")
MAX_AGE_SECONDS = 3600
