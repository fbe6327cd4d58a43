"""What the function knows of a CDN in front of it: whether a request came through it, and how long it waits.

The CDN sends both as headers, which replace a client's own of these names; without one there are none.
"""

import time

from claude_stream.auth import Keyring
from claude_stream.errors import AuthenticationFailed, NotThroughCdn
from claude_stream.request import Request

SECRET_HEADER = "x-cdn-secret"  # noqa: S105 (a name)
WAITS_HEADER = "x-cdn-waits-seconds"
_SHARE = 0.9  # of the CDN's time, so that our own error arrives before it gives up


class OnlyThroughCdn:
    """Lets through what has the CDN's secret. Shared by threads."""

    def __init__(self, secrets: Keyring) -> None:
        self._secrets = secrets

    def check(self, request: Request) -> None:
        """NotThroughCdn for a request that a client has sent to the function's own address."""
        try:
            self._secrets.name_of(request.header(SECRET_HEADER))
        except AuthenticationFailed:
            raise NotThroughCdn(
                "This address answers its CDN only. Use the address of the chat page.", can_retry=False
            ) from None


def end_of_silence(request: Request) -> float:
    """Until when an answer may send nothing, a time.monotonic() value: the request's deadline, or the CDN's."""
    waits = request.header(WAITS_HEADER)
    if not (waits.isdecimal() and len(waits) < 6):
        return request.deadline
    return min(request.deadline, time.monotonic() + _SHARE * int(waits))
