"""Where the stack can stand: a region that lacks something is refused at synth, not halfway through. Pure."""

import re

# By the first letters of a region's name.
_PARTITIONS = {
    "cn-": "the China regions have no Amazon Bedrock",
    "us-gov-": "GovCloud has no Lambda function URLs",
    "us-iso": "the isolated regions have no Lambda function URLs",
    "eu-isoe-": "the isolated regions have no Lambda function URLs",
    "eusc-": "the European Sovereign Cloud is a partition of its own, where this is untested",
}
# As of 2026-11-23; should AWS have added one since, take it out here.
# https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html
_WITHOUT_FUNCTION_URLS = (
    *("ap-east-2", "ap-south-2", "ap-southeast-4", "ap-southeast-5", "ap-southeast-6", "ap-southeast-7"),
    *("ca-west-1", "eu-central-2", "eu-south-2", "il-central-1", "me-central-1"),
)


class UnusableRegion(ValueError):
    """A region that cannot hold the stack; the message says why."""


def check_region(region: str) -> None:
    """UnusableRegion unless all that the stack is made of is offered there."""
    for prefix, reason in _PARTITIONS.items():
        if region.startswith(prefix):
            raise UnusableRegion(f"{reason}; choose a commercial region such as us-east-1")
    if not re.fullmatch(r"[a-z]{2}-[a-z]+-\d", region):
        raise UnusableRegion("expected a region's name, such as us-east-1")
    if region in _WITHOUT_FUNCTION_URLS:
        raise UnusableRegion("Lambda function URLs are not offered here; choose a neighbouring region")
