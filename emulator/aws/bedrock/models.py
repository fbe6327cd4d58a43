"""The Claude models of the simulated Bedrock: their ids, and how their families differ. Pure.

The table is from 2026-11-26. Where each column comes from:

- output_ceiling, thinking: the model cards, docs.aws.amazon.com/bedrock/latest/userguide/model-card-anthropic-*.md;
  that Sonnet 5.5 refuses `disabled`: the release notes of @ai-sdk/amazon-bedrock 4.0.186.
- cache_minimum: platform.claude.com/docs/en/build-with-claude/prompt-caching; Sonnet 4.6 as measured on Bedrock
  (BerriAI/litellm-docs#49). For the 5.5 models nothing was found: they have what their predecessors have.
- strict_tools: lobehub/lobehub#19876, BerriAI/litellm#31582 and #33193.
- forced_tools: vercel/ai#21364, and the release notes above.
- system_messages: BerriAI/litellm#32831; that Sonnet 5 has none: getkyo/kyo#1810.
"""

import re
from dataclasses import dataclass
from urllib.parse import unquote

from emulator.aws.error import ServiceError, invalid

BUDGETED = frozenset({"enabled", "disabled"})
EITHER = frozenset({"adaptive", "enabled", "disabled"})
ADAPTIVE = frozenset({"adaptive", "disabled"})


@dataclass(frozen=True, kw_only=True)
class Family:
    cache_minimum: int  # tokens that a prompt needs up to a mark, to be cached there
    thinking: frozenset[str] = ADAPTIVE  # the types of `thinking` that it takes
    output_ceiling: int = 128_000  # the largest max_tokens
    strict_tools: bool = True
    forced_tools: bool = True  # tool_choice any, or a named one
    system_messages: bool = False  # a message of role system among the others


_FAMILIES = {
    "anthropic.claude-haiku-5-5": Family(cache_minimum=4096, system_messages=True),
    "anthropic.claude-sonnet-5-5": Family(
        cache_minimum=1024,
        thinking=frozenset({"adaptive", "between_tools"}),
        forced_tools=False,
        system_messages=True,
    ),
    "anthropic.claude-opus-5-5": Family(
        cache_minimum=512,
        thinking=frozenset({"adaptive"}),
        strict_tools=False,
        forced_tools=False,
        system_messages=True,
    ),
    "anthropic.claude-sonnet-5": Family(cache_minimum=1024, strict_tools=False),
    "anthropic.claude-opus-5": Family(cache_minimum=512, system_messages=True),
    "anthropic.claude-opus-4-8": Family(cache_minimum=1024, strict_tools=False, system_messages=True),
    "anthropic.claude-opus-4-7": Family(cache_minimum=2048, strict_tools=False),
    "anthropic.claude-opus-4-6-v1": Family(cache_minimum=4096, thinking=EITHER),
    "anthropic.claude-sonnet-4-6": Family(cache_minimum=2048, thinking=EITHER, output_ceiling=64_000),
    "anthropic.claude-opus-4-5-20251101-v1:0": Family(cache_minimum=4096, thinking=BUDGETED, output_ceiling=64_000),
    "anthropic.claude-haiku-4-5-20251001-v1:0": Family(
        cache_minimum=4096, thinking=BUDGETED, output_ceiling=64_000
    ),
    "anthropic.claude-sonnet-4-5-20250929-v1:0": Family(
        cache_minimum=1024, thinking=BUDGETED, output_ceiling=64_000
    ),
}
_MODEL_ID = re.compile(r"(?P<profile>(?:global|us|eu|au|jp|apac)\.)?(?P<base>anthropic\.claude-[a-z0-9.:-]+)")


@dataclass(frozen=True)
class Model:
    base: str  # the id without a region
    is_profile: bool

    @property
    def family(self) -> Family:
        return _FAMILIES[self.base]

    @property
    def name(self) -> str:
        """The id as Anthropic writes it: claude-haiku-4-5-20251001."""
        return re.sub(r"-v\d(:\d)?$", "", self.base.removeprefix("anthropic."))

    @property
    def generation(self) -> tuple[int, int]:
        major, _, minor = self.name.split("-", 2)[2].partition("-")
        return int(major), int(minor.partition("-")[0] or 0)

    @property
    def always_thinks(self) -> bool:
        return "disabled" not in self.family.thinking

    @property
    def takes_effort(self) -> bool:
        return self.generation >= (4, 6) or self.base.startswith("anthropic.claude-opus-4-5")

    @property
    def counts_tokens(self) -> bool:
        """Only ids with a date and a version are counted on bedrock-runtime. PostHog/posthog#70768"""
        return not self.is_profile and self.base.endswith(":0")


def find_model(encoded: str) -> Model:
    """The model behind an id, inference-profile id or ARN, as it stands in the URL's path."""
    identifier = unquote(encoded)
    found = _MODEL_ID.fullmatch(identifier.rpartition("/")[2])
    if found is None:
        raise invalid("The provided model identifier is invalid.")
    if found["base"] not in _FAMILIES:
        raise ServiceError(
            404,
            "ResourceNotFoundException",
            "This model version has reached the end of its life. "
            "Please refer to the AWS documentation for more details.",
        )
    return Model(found["base"], is_profile=bool(found["profile"]))


def find_mantle_model(identifier: str) -> Model | None:
    """The model of a Mantle endpoint's id: without region and date; `-v1` may be left out."""
    for base in _FAMILIES:
        model = Model(base, is_profile=False)
        if identifier == "anthropic." + re.sub(r"-\d{8}$", "", model.name):
            return model
    return Model(identifier, is_profile=False) if identifier in _FAMILIES and ":" not in identifier else None


def refuse_on_demand(model: Model) -> None:
    """In this region every model is invoked through an inference profile. Laisky/one-api#240, dify and others."""
    if not model.is_profile:
        raise invalid(
            f"Invocation of model ID {model.base} with on-demand throughput isn’t supported. Retry your request "  # noqa: RUF001 (AWS's own)
            "with the ID or ARN of an inference profile that contains this model."
        )
