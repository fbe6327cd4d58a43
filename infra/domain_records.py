"""The records that lead a domain of one's own to the CDN, over IPv4 and IPv6."""

from aws_cdk.aws_cloudfront import IDistribution
from aws_cdk.aws_route53 import AaaaRecord, ARecord, HostedZone, RecordTarget
from aws_cdk.aws_route53_targets import CloudFrontTarget
from constructs import Construct

from infra.domain import Domain


def domain_records(scope: Construct, domain: Domain, distribution: IDistribution) -> None:
    """Makes them in the domain's zone. Aliases: they cost nothing, and work for a whole domain too."""
    assert domain.hosted_zone_id
    zone = HostedZone.from_hosted_zone_attributes(
        scope, "Zone", hosted_zone_id=domain.hosted_zone_id, zone_name=domain.name
    )
    target = RecordTarget.from_alias(CloudFrontTarget(distribution))
    ARecord(scope, "Ipv4", zone=zone, target=target)
    AaaaRecord(scope, "Ipv6", zone=zone, target=target)
