"""The regions that can hold the stack: one that lacks something is refused at synth, not halfway through. Pure."""

import re

# By the first letters of a region's name.
_PARTITIONS = {
    "cn-": "the China regions have no Amazon Bedrock",
    "us-gov-": "GovCloud has no Lambda function URLs",
    "us-iso": "the isolated regions have no Lambda function URLs",
    "eu-isoe-": "the isolated regions have no Lambda function URLs",
    "eusc-": "the European Sovereign Cloud is a partition of its own, where this is untested",
}
# As of 2026-11-23; if AWS has added function URLs to one since, take it out here.
# https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html
_WITHOUT_FUNCTION_URLS = (
    *("ap-east-2", "ap-south-2", "ap-southeast-4", "ap-southeast-5", "ap-southeast-6", "ap-southeast-7"),
    *("ca-west-1", "eu-central-2", "eu-south-2", "il-central-1", "me-central-1"),
)
# Where Lambda streams responses: in every commercial region there was on 2026-04-07, says
# https://aws.amazon.com/about-aws/whats-new/2026/04/aws-lambda-response-streaming/. The user guide
# (configuration-response-streaming) says "not yet in all Regions" to this day, and names none. A region that has
# opened since then is missing here: add it once AWS says that Lambda streams there.
_STREAMING = (
    *("af-south-1", "ap-east-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1"),
    *("ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5"),
    *(
        "ap-southeast-6",
        "ap-southeast-7",
        "ca-central-1",
        "ca-west-1",
        "eu-central-1",
        "eu-central-2",
        "eu-north-1",
    ),
    *("eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3", "il-central-1", "me-central-1"),
    *("me-south-1", "mx-central-1", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2"),
)


class UnusableRegion(ValueError):
    """A region that cannot hold the stack; the message says why."""


def check_region(region: str) -> None:
    """Raises UnusableRegion unless all that the stack is made of is offered there."""
    for prefix, reason in _PARTITIONS.items():
        if region.startswith(prefix):
            raise UnusableRegion(f"{reason}; choose a commercial region such as us-east-1")
    if not re.fullmatch(r"[a-z]{2}-[a-z]+-\d", region):
        raise UnusableRegion("expected a region's name, such as us-east-1")
    if region in _WITHOUT_FUNCTION_URLS:
        raise UnusableRegion("Lambda function URLs are not offered here; choose a neighbouring region")
    if region not in _STREAMING:
        raise UnusableRegion(
            "Lambda is not known to stream responses here; choose another region, or add it to infra/regions.py"
        )
