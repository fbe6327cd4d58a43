"""A Bedrock guardrail -> the exact IAM statement that passing calls through it needs. Pure: values in, values out.

A guardrail of the standard tier is evaluated in other regions too, by way of a guardrail profile.
https://docs.aws.amazon.com/bedrock/latest/userguide/guardrail-profiles-permissions.html
"""

from collections.abc import Mapping
from dataclasses import dataclass

from infra.model_access import Place, Statement

_US = ("us-east-1", "us-east-2", "us-west-2")
_EU = ("eu-central-1", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-3")
_APAC = (
    *("ap-northeast-1", "ap-northeast-2", "ap-northeast-3"),
    *("ap-south-1", "ap-southeast-1", "ap-southeast-2"),
)
# By geography: from which region a guardrail profile can be used, and to which regions it may send, on 2026-11-26:
# https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-cross-region-support.html, less the source regions
# that have no function URLs. If AWS has changed it since, the setting's "regions" replaces it.
GUARDRAIL_PROFILES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "us": dict.fromkeys(_US, _US) | {"us-west-1": (*_US, "us-west-1")},
    "eu": dict.fromkeys(("eu-central-1", "eu-north-1", "eu-south-1", "eu-west-1", "eu-west-3"), _EU),
    "uk": {"eu-west-2": ("eu-west-2",)},
    "au": {"ap-southeast-2": ("ap-southeast-2",)},
    "ca": {"ca-central-1": ("ca-central-1", "ca-west-1")},
    "apac": {
        **dict.fromkeys(
            ("ap-northeast-1", "ap-northeast-2", "ap-south-1", "ap-southeast-1", "ap-southeast-2"), _APAC
        ),
        "ap-southeast-3": (*_APAC, "ap-south-2", "ap-southeast-3", "ap-southeast-4"),
    },
}


class UnusableGuardrail(ValueError):
    """A guardrail profile that cannot be used from a region; the message says from where it can."""


@dataclass(frozen=True)
class Guardrail:
    """A guardrail that every call passes through.

    `profile` is the guardrail profile that it was made with, if it was; `regions` the profile's destinations, where
    a person gave them.
    """

    id: str
    version: str
    profile: str | None = None
    regions: tuple[str, ...] = ()


def geography(profile: str) -> str:
    return profile.partition(".")[0]


def check_guardrail_reach(guardrail: Guardrail, region: str) -> None:
    """UnusableGuardrail when the guardrail's profile cannot be used from `region`; given regions are trusted."""
    if guardrail.profile is None or guardrail.regions:
        return
    sources = GUARDRAIL_PROFILES[geography(guardrail.profile)]
    if region not in sources:
        raise UnusableGuardrail(
            f"the guardrail profile {guardrail.profile} cannot be used from here, only from {', '.join(sources)}; "
            'choose another region, or give the destinations as "regions" of the guardrail'
        )


def guardrail_statement(guardrail: Guardrail, place: Place) -> Statement:
    """ApplyGuardrail on the guardrail here, and on its profile in each region that this sends to from here."""
    profiles = tuple(
        place.guardrail_profile(guardrail.profile, region) for region in _destinations(guardrail, place.region)
    )
    return Statement(("bedrock:ApplyGuardrail",), (place.guardrail(guardrail.id), *profiles))


def _destinations(guardrail: Guardrail, source: str) -> tuple[str, ...]:
    """The profile's regions; for a source that is not known yet (a CDK token), those of the whole geography."""
    if guardrail.profile is None:
        return ()
    if guardrail.regions:
        return guardrail.regions
    by_source = GUARDRAIL_PROFILES[geography(guardrail.profile)]
    return by_source.get(source) or tuple(dict.fromkeys(region for found in by_source.values() for region in found))
