"""What the CDN passes to the function, and how; which of the page's files have headers of their own. Pure.

Defined once: `distribution.py` deploys it, `emulator/cdn.py` plays it.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html
"""

import fnmatch

# CloudFront's path patterns; whatever none of them matches is the page's. Clients send HEAD to /api/hello to see
# whether anybody is there.
API_PATHS = ("/v1/*", "/stream", "/healthz", "/api/hello")
# The frame of previews, at the top or in a version's folder: it has headers of its own (security_headers.py).
PREVIEW_PATH = "*/preview/*"
# The longest that needs no higher quota. It is how long the function may be silent: HEARTBEAT_SECONDS (15) and
# FIRST_EVENT_WAIT_SECONDS (10) are far below.
READ_TIMEOUT_SECONDS = 120
# Tells the function READ_TIMEOUT_SECONDS, for an answer that is sent whole.
WAITS_HEADER = "x-cdn-waits-seconds"
# Has a value that only the CDN and the function know, where the function is to answer nobody else.
SECRET_HEADER = "x-cdn-secret"  # noqa: S105 (a name)


def is_api(path: str) -> bool:
    """Whether the CDN passes `path` to the function."""
    return any(fnmatch.fnmatchcase(path, pattern) for pattern in API_PATHS)


def is_preview(path: str) -> bool:
    """Whether what the CDN has at `path` is the frame of previews."""
    return fnmatch.fnmatchcase(path, PREVIEW_PATH)
