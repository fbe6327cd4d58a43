"""Model or inference-profile id -> the exact IAM statements that its calls need. Pure: values in, values out.

Sources: https://docs.aws.amazon.com/bedrock/latest/userguide/geographic-cross-region-inference.html
and https://docs.aws.amazon.com/bedrock/latest/userguide/global-cross-region-inference.html
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

INVOKE = ("bedrock:InvokeModelWithResponseStream", "bedrock:InvokeModel")
COUNT_TOKENS = ("bedrock:CountTokens",)
MANTLE_COUNT_TOKENS = ("bedrock-mantle:CountTokens",)

# Where a geographic profile may send a request, as of 2026-11-23: the regions that aws-cdk's aws-bedrock-alpha
# (2.275) lists by geography, after https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html
# (ca is not listed there, though such profiles are in use: its two regions are Canada's).
# They are the union over models: a profile's own list differs from model to model, and AWS adds to it. A region too
# many grants nothing, as each statement applies to its one profile only; with one too few, some calls are denied.
# `aws bedrock get-inference-profile` shows a profile's own list; the setting profile_regions takes it.
GEOGRAPHIES: Mapping[str, tuple[str, ...]] = {
    "us": ("us-east-1", "us-east-2", "us-west-1", "us-west-2"),
    "eu": (
        *("eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2"),
        *("eu-west-1", "eu-west-2", "eu-west-3"),
    ),
    "jp": ("ap-northeast-1", "ap-northeast-3"),
    "au": ("ap-southeast-2", "ap-southeast-4"),
    "ca": ("ca-central-1", "ca-west-1"),
    "apac": (
        *("ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-south-2"),
        *("ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5"),
        *("ap-southeast-7", "me-central-1"),
    ),
}
# Regions that a profile can be called from, although it sends no request there.
EXTRA_SOURCES: Mapping[str, tuple[str, ...]] = {"us": ("ca-central-1",)}

_MODEL_ID = re.compile(
    rf"(?:(?P<prefix>global|{'|'.join(GEOGRAPHIES)})\.)?(?P<model>anthropic\.claude-[a-z0-9.:-]+)"
)


class UnusableModel(ValueError):
    """An id that no policy can be written for, or that cannot be reached; the message says what can."""


@dataclass(frozen=True)
class Model:
    """A parsed id. `prefix` is the inference profile's: "" for a plain model, "global", "us", "eu", ..."""

    id: str
    prefix: str
    foundation_model: str


@dataclass(frozen=True)
class Statement:
    """One Allow statement. `equals` is its StringEquals condition; every pair must hold."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    equals: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Place:
    """Where Bedrock is called from. Each field may be a CDK token, as nothing here looks inside."""

    partition: str
    region: str
    account: str

    def profile(self, model: Model) -> str:
        return f"arn:{self.partition}:bedrock:{self.region}:{self.account}:inference-profile/{model.id}"

    def foundation_model(self, model: Model, region: str) -> str:
        return f"arn:{self.partition}:bedrock:{region}::foundation-model/{model.foundation_model}"

    def guardrail(self, guardrail_id: str) -> str:
        return f"arn:{self.partition}:bedrock:{self.region}:{self.account}:guardrail/{guardrail_id}"

    def guardrail_profile(self, profile: str | None, region: str) -> str:
        return f"arn:{self.partition}:bedrock:{region}:{self.account}:guardrail-profile/{profile}"

    def mantle_project(self, project: str) -> str:
        return f"arn:{self.partition}:bedrock-mantle:{self.region}:{self.account}:project/{project}"


def parse_model(model_id: str) -> Model:
    """UnusableModel when the id is neither a model's nor a system-defined inference profile's."""
    if model_id.startswith("arn:"):
        raise UnusableModel(
            "ids, not ARNs: an application inference profile does not tell which model and regions are behind it, "
            "so no exact policy can be written for it"
        )
    match = re.fullmatch(_MODEL_ID, model_id)
    if not match:
        raise UnusableModel(
            "ids of Claude models such as anthropic.claude-haiku-5-5, or of their inference profiles such as "
            f"us.anthropic.claude-haiku-5-5, with one of the prefixes global, {', '.join(GEOGRAPHIES)}"
        )
    return Model(id=model_id, prefix=match["prefix"] or "", foundation_model=match["model"])


def check_reach(model: Model, region: str, profile_regions: Mapping[str, tuple[str, ...]]) -> None:
    """UnusableModel when the model cannot be called from `region`.

    Regions that a person gave for a profile are trusted: AWS may have added a source since.
    """
    if model.prefix in ("", "global") or model.prefix in profile_regions:
        return
    sources = GEOGRAPHIES[model.prefix] + EXTRA_SOURCES.get(model.prefix, ())
    if region not in sources:
        raise UnusableModel(
            f"the inference profile {model.id} cannot be called from here, only from {', '.join(sources)}; "
            f"choose another region, or global.{model.foundation_model}"
        )


def model_statements(
    model: Model, place: Place, profile_regions: Mapping[str, tuple[str, ...]] | None = None
) -> list[Statement]:
    """What calling `model` from `place` needs, and nothing else.

    `profile_regions` puts other destinations in place of GEOGRAPHIES', by prefix.
    """
    if not model.prefix:
        invoke = [Statement(INVOKE, (place.foundation_model(model, place.region),))]
    elif model.prefix == "global":
        invoke = _global_profile(model, place)
    else:
        destinations = {**GEOGRAPHIES, **(profile_regions or {})}[model.prefix]
        invoke = _geographic_profile(model, place, destinations)
    # CountTokens knows no profiles: the function asks it about the model itself, where it runs.
    return [*invoke, Statement(COUNT_TOKENS, (place.foundation_model(model, place.region),))]


def mantle_statement(place: Place) -> Statement:
    """Counting tokens on the endpoint bedrock-mantle, for models that CountTokens of bedrock-runtime refuses.

    Its one resource is a project; requests that name none are the default project's. Inference there would need
    bedrock-mantle:CreateInference.
    https://docs.aws.amazon.com/service-authorization/latest/reference/list_bedrock-mantle.html
    """
    return Statement(MANTLE_COUNT_TOKENS, (place.mantle_project("default"),))


def _geographic_profile(model: Model, place: Place, destinations: tuple[str, ...]) -> list[Statement]:
    """Allows the profile and, through it only, the model in the region of the call and in the destinations."""
    regions = dict.fromkeys((place.region, *destinations))  # in order, none twice
    models = tuple(place.foundation_model(model, region) for region in regions)
    return [
        Statement(INVOKE, (place.profile(model),)),
        Statement(INVOKE, models, {"bedrock:InferenceProfileArn": place.profile(model)}),
    ]


def _global_profile(model: Model, place: Place) -> list[Statement]:
    """Allows the profile and the model here, and the model wherever AWS sends the request: there its ARN has no
    region, and the request's region is "unspecified"."""
    here = {"aws:RequestedRegion": place.region}
    anywhere = {"aws:RequestedRegion": "unspecified"}
    by_profile = {"bedrock:InferenceProfileArn": place.profile(model)}
    return [
        Statement(INVOKE, (place.profile(model),), here),
        Statement(INVOKE, (place.foundation_model(model, place.region),), here | by_profile),
        Statement(INVOKE, (place.foundation_model(model, ""),), anywhere | by_profile),
    ]
