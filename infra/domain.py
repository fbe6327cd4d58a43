"""The setting `domain`: a name of one's own for the CDN, with its certificate. Pure."""

import re
from dataclasses import dataclass

from infra.setting_values import Unusable

CERTIFICATES_REGION = "us-east-1"  # CloudFront takes certificates of no other, wherever the stack is
_NAME = re.compile(r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])\Z")
_CERTIFICATE = re.compile(r"arn:[a-z-]+:acm:(?P<region>[a-z0-9-]+):(?P<account>\d{12}):certificate/[\w-]+\Z")
_ZONE = re.compile(r"Z[A-Z0-9]{5,31}\Z")


@dataclass(frozen=True, kw_only=True)
class Domain:
    """`hosted_zone_id`: a zone of Route 53 that gets the records; None: they are made elsewhere."""

    name: str
    certificate_arn: str
    hosted_zone_id: str | None = None

    @property
    def account(self) -> str:
        """The account that has the certificate."""
        found = _CERTIFICATE.match(self.certificate_arn)
        assert found
        return found["account"]


def domain(value: object) -> Domain:
    """Reads the setting; Unusable says what would be taken."""
    if not isinstance(value, dict) or not {"name", "certificate_arn"} <= set(value) <= {
        *("name", "certificate_arn", "hosted_zone_id")
    }:
        raise Unusable('an object with "name" and "certificate_arn", and "hosted_zone_id" for a zone of Route 53')
    name, certificate, zone = value["name"], value["certificate_arn"], value.get("hosted_zone_id")
    if not isinstance(name, str) or not _NAME.match(name):
        raise Unusable('a "name" such as chat.example.com: a host in lower case, without https:// and without *')
    found = _CERTIFICATE.match(certificate) if isinstance(certificate, str) else None
    if not found:
        raise Unusable(
            'as "certificate_arn" the ARN of a certificate of ACM, as `aws acm list-certificates` has it'
        )
    if found["region"] != CERTIFICATES_REGION:
        raise Unusable(
            f"a certificate in {CERTIFICATES_REGION}, the only region whose certificates CloudFront takes: request "
            f"one for {name} there"
        )
    if zone is not None and not (isinstance(zone, str) and _ZONE.match(zone)):
        raise Unusable('as "hosted_zone_id" the id of a zone of Route 53, such as Z0123456789ABCDEFGHIJ')
    return Domain(name=name, certificate_arn=certificate, hosted_zone_id=zone)
