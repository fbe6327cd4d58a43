"""AWS Signature Version 4 of a request. Pure. Each function is a step of the specification, and says its rule.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import quote

_ALGORITHM = "AWS4-HMAC-SHA256"


class Credentials(NamedTuple):
    access_key: str
    secret_key: str
    token: str | None


class Request(NamedTuple):
    """`target` is the percent-encoded path, and behind a `?` the query; `headers` have the host."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


def signed_headers(
    request: Request, credentials: Credentials, *, region: str, service: str, timestamp: str
) -> dict[str, str]:
    """All headers of the signed request; `timestamp` is the time in UTC, as in 20150830T123600Z."""
    headers = {**request.headers, "X-Amz-Date": timestamp}
    if credentials.token:
        headers["X-Amz-Security-Token"] = credentials.token
    signed = {name.lower(): value for name, value in sorted(headers.items(), key=lambda item: item[0].lower())}
    canonical = _canonical_request(request, signed)
    scope = f"{timestamp[:8]}/{region}/{service}/aws4_request"
    # The string to sign: Algorithm, RequestDateTime, CredentialScope and HashedCanonicalRequest.
    to_sign = f"{_ALGORITHM}\n{timestamp}\n{scope}\n{_hex_hash(canonical.encode())}"
    signature = _hmac(_signing_key(credentials.secret_key, scope), to_sign).hex()
    headers["Authorization"] = (
        f"{_ALGORITHM} Credential={credentials.access_key}/{scope}, "
        f"SignedHeaders={';'.join(signed)}, Signature={signature}"
    )
    return headers


def _canonical_request(request: Request, signed: Mapping[str, str]) -> str:
    """HTTPMethod, CanonicalUri, CanonicalQueryString, CanonicalHeaders, SignedHeaders and HashedPayload, by lines.

    Headers are sorted by their names in lower case; white space around a value goes, that inside becomes one space.
    """
    path, _, query = request.target.partition("?")
    return "\n".join(
        [
            request.method,
            _canonical_uri(path),
            _canonical_query(query),
            *(f"{name}:{' '.join(value.split())}" for name, value in signed.items()),
            "",
            ";".join(signed),
            _hex_hash(request.body),
        ]
    )


def _canonical_uri(path: str) -> str:
    """CanonicalUri: the path without empty and relative segments, and percent-encoded once more (but for S3)."""
    segments: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            del segments[-1:]
        elif segment not in ("", "."):
            segments.append(segment)
    end = "/" if segments and path.endswith("/") else ""
    return quote(f"/{'/'.join(segments)}{end}", safe="/~")


def _canonical_query(query: str) -> str:
    """CanonicalQueryString: the encoded parameters by name, and those of one name by value; each has a `=`."""
    parameters = sorted(parameter.partition("=")[::2] for parameter in query.split("&") if query)
    return "&".join(f"{name}={value}" for name, value in parameters)


def _signing_key(secret_key: str, scope: str) -> bytes:
    """SigningKey: the secret key, hashed with the date, the Region, the service and `aws4_request` in turn."""
    key = f"AWS4{secret_key}".encode()
    for part in scope.split("/"):
        key = _hmac(key, part)
    return key


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")


def _hex_hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
