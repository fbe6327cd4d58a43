"""The function URL's CORS, defined once: `streaming_api.py` deploys it, `local/demo.py` emulates it. Pure.

Which origins may call is a stage's setting.
"""

# Each by name: the `*` of a function URL does not cover authorization.
ALLOWED_HEADERS = ("content-type", "x-api-key", "authorization", "anthropic-version", "anthropic-beta")
# No OPTIONS: Lambda answers the preflight itself, and refuses to have it listed.
ALLOWED_METHODS = ("GET", "POST")
EXPOSED_HEADERS = ("request-id", "retry-after")
MAX_AGE_SECONDS = 3600
