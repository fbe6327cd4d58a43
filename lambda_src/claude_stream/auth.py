"""Who is calling: API keys, kept in Secrets Manager as a JSON object {key name: key}.

Both the current and the previous version of the secret are accepted, so keys rotate without a gap.
"""

import hmac
import json
import math
import threading
import time
from contextlib import suppress

from claude_stream import log
from claude_stream.bedrock.connection import BrokenConnection
from claude_stream.bedrock.signing import AwsError, NoCredentials, Service
from claude_stream.errors import ApiError, AuthenticationFailed, Unavailable
from claude_stream.sse import json_bytes

_FRESH_SECONDS = 300.0
_UNKNOWN_KEY_PAUSE_SECONDS = 30.0  # between two refreshes for the sake of unknown keys, however many are tried
_FETCH_SECONDS = 5.0


class SecretMalformed(Exception):
    """The secret does not hold a JSON object of key names and keys."""


class Keyring:
    """The keys that are accepted, fetched when first needed and again when they age. Shared by threads.

    Age is counted by the wall clock: the monotonic one stands still while Lambda keeps an environment frozen, and a
    revoked key would be accepted for hours.
    """

    def __init__(self, secrets: Service, secret_arn: str) -> None:
        self._secrets = secrets
        self._secret_arn = secret_arn
        self._keys: dict[str, str] | None = None
        self._fetched_at = -math.inf
        self._refreshed_for_unknown_at = -math.inf
        self._lock = threading.Lock()

    def fetch_ahead(self) -> None:
        """Fetches the keys, if it can: who asks meanwhile waits for them instead of asking again."""
        with suppress(ApiError), self._lock:
            self._current()

    def name_of(self, key: str | None) -> str:
        """The name of the key; AuthenticationFailed when it is none of ours."""
        if not key:
            raise AuthenticationFailed("An API key is needed: send it as x-api-key, or as Authorization: Bearer.")
        with self._lock:
            keys, fetched_now = self._current()
        name = _find(keys, key)
        if name is None and not fetched_now:
            with self._lock:
                keys = self._current_for_unknown()
            name = _find(keys, key)
        if name is None:
            raise AuthenticationFailed("The API key in the request's header is not a valid one.")
        return name

    def _current(self) -> tuple[dict[str, str], bool]:
        """The keys, not older than _FRESH_SECONDS, and whether this call fetched them."""
        stale = _has_passed(_FRESH_SECONDS, since=self._fetched_at)
        if stale:
            self._refresh()
        assert self._keys is not None
        return self._keys, stale

    def _current_for_unknown(self) -> dict[str, str]:
        """The keys, fetched again for a key that may be new: at once, then not for _UNKNOWN_KEY_PAUSE_SECONDS."""
        if _has_passed(_UNKNOWN_KEY_PAUSE_SECONDS, since=self._refreshed_for_unknown_at):
            self._refreshed_for_unknown_at = time.time()
            self._refresh()
        assert self._keys is not None
        return self._keys

    def _refresh(self) -> None:
        try:
            keys = self._version("AWSCURRENT")
            previous = self._version("AWSPREVIOUS")
        except (AwsError, BrokenConnection, TimeoutError, NoCredentials, SecretMalformed) as error:
            # Only the error's kind: its text may quote the secret or name the account.
            log.error(f"the API keys could not be read: {getattr(error, 'code', '') or type(error).__name__}")
            if self._keys is None:
                raise _unreadable(error) from error
        else:
            self._keys = keys | {f"{name} (previous)": key for name, key in previous.items()}
        self._fetched_at = time.time()

    def _version(self, stage: str) -> dict[str, str]:
        headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "secretsmanager.GetSecretValue"}
        call = self._secrets.call("/", headers, json_bytes({"SecretId": self._secret_arn, "VersionStage": stage}))
        try:
            return _parse(json.loads(call.content(time.monotonic() + _FETCH_SECONDS)).get("SecretString"))
        except AwsError as error:
            if stage == "AWSPREVIOUS" and error.code == "ResourceNotFoundException":
                return {}  # a secret that was never rotated
            raise
        finally:
            call.close()


def _has_passed(seconds: float, *, since: float) -> bool:
    """Whether they have, by the wall clock; if it was set back, they have."""
    return not 0 <= time.time() - since <= seconds


def _find(keys: dict[str, str], presented: str) -> str | None:
    """Compares with every key, each in constant time, so that the time reveals nothing."""
    found = None
    for name, key in keys.items():
        if hmac.compare_digest(key.encode(), presented.encode("utf-8", "surrogatepass")):
            found = found or name
    return found


def _parse(secret: object) -> dict[str, str]:
    try:
        keys = json.loads(secret) if isinstance(secret, str) else None
    except ValueError:
        keys = None
    if not isinstance(keys, dict) or not all(isinstance(key, str) and key for key in keys.values()):
        raise SecretMalformed
    return keys


def _unreadable(error: Exception) -> ApiError:
    if isinstance(error, SecretMalformed):
        return ApiError('The API-key secret has to hold a JSON object such as {"default": "the key"}.')
    return Unavailable("The API keys cannot be read just now. Ask again in a moment.", retry_after=5)
