"""The steps before the first request: does the name lead anywhere, and may the server there call itself by it?"""

import datetime
import socket
import ssl
from collections.abc import Iterator
from urllib.parse import SplitResult, urlsplit

from cli.doctor.report import Step
from cli.failure import Failure

_SECONDS = 10
_LOCAL = ("localhost", "127.0.0.1", "::1")
_EXPIRED, _OTHER_NAME = 10, 62  # OpenSSL's X509_V_ERR_CERT_HAS_EXPIRED and X509_V_ERR_HOSTNAME_MISMATCH
_DAY = 86_400


def steps_of_address(url: str) -> Iterator[Step]:
    """Of an address only: what is none, the first request says."""
    try:
        parts = urlsplit(url)
        known = parts.scheme in ("http", "https") and parts.hostname and (parts.port or True)
    except ValueError:
        return
    if known:
        yield Step("name", lambda: _name(parts), needed=True)
        yield Step("certificate", lambda: _certificate(parts), needed=True)


def _name(parts: SplitResult) -> str:
    host = str(parts.hostname)
    try:
        found = {str(address[4][0]) for address in socket.getaddrinfo(host, _port(parts), type=socket.SOCK_STREAM)}
    except socket.gaierror as error:
        raise Failure(
            f"DNS knows no {host} ({error.strerror}): give the stage's domain its hosted_zone_id, or make a CNAME "
            "(at the top of a domain an ALIAS) to the output CdnDomain. A new record can take an hour to be seen."
        ) from error
    return f"{host} is at {', '.join(sorted(found))}"


def _certificate(parts: SplitResult) -> str:
    host = str(parts.hostname)
    if parts.scheme == "http":
        if host in _LOCAL:
            return "none is needed on this machine"
        raise Failure("The key would travel where everybody on the way can read it: use https://.")
    try:
        with (
            socket.create_connection((host, _port(parts)), timeout=_SECONDS) as line,
            ssl.create_default_context().wrap_socket(line, server_hostname=host) as secured,
        ):
            certificate, version = secured.getpeercert(), secured.version()
    except ssl.SSLCertVerificationError as error:
        raise Failure(_distrusted(host, error)) from error
    except ssl.SSLError as error:
        raise Failure(
            f"The server has no certificate for {host} ({error.reason}): the stage's domain is not deployed yet, "
            "or the name leads to another server than the output CdnDomain."
        ) from error
    except OSError as error:
        raise Failure(
            f"Nobody answers at {host}, port {_port(parts)} ({error}): compare it with the stack's outputs."
        ) from error
    assert certificate
    ends = ssl.cert_time_to_seconds(str(certificate["notAfter"]))
    left = int((ends - datetime.datetime.now(datetime.UTC).timestamp()) / _DAY)
    return f"{version}, valid for {left} more days"


def _distrusted(host: str, error: ssl.SSLCertVerificationError) -> str:
    if error.verify_code == _EXPIRED:
        return (
            f"The certificate of {host} has expired: ACM renews by itself while the certificate's DNS record for "
            "validation stays; put that record back, or request a new certificate."
        )
    if error.verify_code == _OTHER_NAME:
        return (
            f"The certificate there is not for {host}: the stage's certificate_arn has to name one that is, or the "
            "record leads to another server than the output CdnDomain."
        )
    return (
        f"The certificate of {host} is not trusted here ({error.verify_message}): a proxy puts its own in place, "
        "or the record leads to another server."
    )


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)
