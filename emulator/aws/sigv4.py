"""Verifies a request's AWS Signature Version 4 by signing it again as botocore would.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
"""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from emulator.aws.caller import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY
from emulator.aws.error import ServiceError

_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<id>[^/,]+)/(?P<scope>[^,]+), *"
    r"SignedHeaders=(?P<headers>[^,]+), *Signature=(?P<signature>[0-9a-f]+)"
)


@dataclass(frozen=True)
class SignedRequest:
    """A request as received: `url` with its path still percent-encoded, header names in lower case."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes


def verify(request: SignedRequest, service: str) -> None:
    """Raises ServiceError unless the request carries the known caller's signature for `service`."""
    authorization = request.headers.get("authorization", "")
    if not authorization:
        raise ServiceError(403, "MissingAuthenticationTokenException", "Missing Authentication Token")
    claim = _AUTHORIZATION.fullmatch(authorization)
    if claim is None:
        raise ServiceError(
            403,
            "IncompleteSignatureException",
            "Authorization header requires Credential, SignedHeaders, Signature",
        )
    if claim["id"] != ACCESS_KEY_ID:
        raise ServiceError(
            403, "UnrecognizedClientException", "The security token included in the request is invalid."
        )
    timestamp = request.headers.get("x-amz-date", "")
    scope = f"{timestamp[:8]}/{REGION}/{service}/aws4_request"
    if claim["scope"] != scope:
        raise _mismatch(f"Credential should be scoped to {scope}, found {claim['scope']}.")
    expected = _signature(request, service, claim["headers"].split(";"), timestamp)
    if not hmac.compare_digest(expected, claim["signature"]):
        raise _mismatch(
            "The request signature we calculated does not match the signature you provided. "
            "Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
        )


def _signature(request: SignedRequest, service: str, names: list[str], timestamp: str) -> str:
    signed = {name: request.headers.get(name, "") for name in names}
    again = AWSRequest(method=request.method, url=request.url, headers=signed, data=request.body)
    again.context["timestamp"] = timestamp
    signer = SigV4Auth(Credentials(ACCESS_KEY_ID, SECRET_ACCESS_KEY), service, REGION)
    return str(signer.signature(signer.string_to_sign(again, signer.canonical_request(again)), again))


def _mismatch(message: str) -> ServiceError:
    return ServiceError(403, "InvalidSignatureException", message)
