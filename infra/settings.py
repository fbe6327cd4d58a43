"""A stage's settings: the only reader of CDK context. Frozen, validated, documented in docs/settings.md.

Pure: it takes the context as a mapping and knows nothing of the CDK. What it finds wrong becomes one sentence that
names the stage, the setting, what is allowed and what was found.
"""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self

from infra import setting_values as values
from infra.guardrail_access import Guardrail, UnusableGuardrail, check_guardrail_reach
from infra.limits import Budget, budget
from infra.model_access import UnusableModel, check_reach, parse_model
from infra.prices import Price, PriceList, prices
from infra.regions import UnusableRegion, check_region
from infra.setting_values import Reader, Unusable

DEFAULT_MODEL = "global.anthropic.claude-haiku-5-5"  # where a stage names none: the cheapest and fastest
DEFAULT_MAX_TOKENS = 64_000  # every model since 4.5 has as many; the function asks older ones for what they have
DEFAULT_KEEP_ANSWERS_MINUTES = 60

# What CloudWatch Logs takes. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
RETENTION_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)


class UnusableSettings(ValueError):
    """A setting that cannot be used; the message is for the person who wrote it."""


def _setting(reader: Reader, default: object) -> dict[str, Any]:
    """How a setting's JSON value is read, and its JSON value where a stage gives none."""
    return {"read": reader, "default": default}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that can be set for a stage; docs/settings.md says what each is for."""

    stage: str
    region: str | None  # None: known at deployment only
    prices: PriceList | None

    models: tuple[str, ...] = field(metadata=_setting(values.models, [DEFAULT_MODEL]))
    profile_regions: Mapping[str, tuple[str, ...]] = field(metadata=_setting(values.profile_regions, {}))
    aliases: Mapping[str, str] = field(metadata=_setting(values.aliases, {}))
    max_tokens: int = field(metadata=_setting(values.whole_number(1, 128_000), DEFAULT_MAX_TOKENS))
    default_max_tokens: int = field(metadata=_setting(values.optional(values.whole_number(1, 128_000)), None))
    max_input_bytes: int = field(metadata=_setting(values.whole_number(1024, 5_242_880), 5_242_880))
    memory_mb: int = field(metadata=_setting(values.whole_number(128, 10_240), 512))
    timeout_seconds: int = field(metadata=_setting(values.whole_number(10, 900), 900))
    reserved_concurrency: int | None = field(
        metadata=_setting(values.optional(values.whole_number(1, 10_000)), None)
    )
    runtime_updates: str = field(metadata=_setting(values.one_of("auto", "function_update"), "auto"))
    application_log_level: str = field(
        metadata=_setting(values.one_of("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"), "INFO")
    )
    log_retention_days: int = field(metadata=_setting(values.one_of(*RETENTION_DAYS), 30))
    allowed_origins: tuple[str, ...] = field(metadata=_setting(values.origins, ["*"]))
    removal_policy: str = field(metadata=_setting(values.one_of("destroy", "retain"), "destroy"))
    guardrail: Guardrail | None = field(metadata=_setting(values.optional(values.guardrail), None))
    keep_answers_minutes: int = field(metadata=_setting(values.whole_number(0, 1440), DEFAULT_KEEP_ANSWERS_MINUTES))
    alarm_email: str | None = field(
        metadata=_setting(
            values.optional(values.matching(r"[^@\s]+@[^@\s]+\.[^@\s]+", "an e-mail address, or null")), None
        )
    )
    budget: Budget | None = field(metadata=_setting(values.optional(budget), None))
    spend_alarm_usd_per_day: float | None = field(metadata=_setting(values.optional(values.dollars), None))
    monthly_budget_usd: float | None = field(metadata=_setting(values.optional(values.dollars), None))
    tracing: bool = field(metadata=_setting(values.flag, False))
    tags: Mapping[str, str] = field(metadata=_setting(values.tags, {}))
    account: str | None = field(
        metadata=_setting(
            values.optional(values.matching(r"[0-9]{12}", "an account's 12 digits in quotes, or null")), None
        )
    )

    @classmethod
    def from_context(cls, context: Mapping[str, Any], default_region: str | None = None) -> Self:
        """The settings of the stage that `-c stage=` names; of dev when it names none.

        `context` may have stage, stages, region and prices; `default_region` is the one that the CDK command line
        found in the environment. UnusableSettings for the first thing that is wrong.
        """
        stage, own = _choose_stage(context)
        _check_names(stage, own)
        chosen = {
            name: _read(f"stage {stage}, {name}", spec["read"], own.get(name, spec["default"]))
            for name, spec in specifications().items()
        }
        chosen["default_max_tokens"] = values.default_max_tokens(chosen["default_max_tokens"], chosen["max_tokens"])
        settings = cls(
            stage=stage,
            region=context.get("region") or default_region,
            prices=_read('cdk.json, "prices"', values.optional(prices), context.get("prices")),
            **chosen,
        )
        _check_region(settings)
        _check_together(settings)
        return settings

    @property
    def retains(self) -> bool:
        """Whether what cannot be made again (keys, logs) outlives the stack."""
        return self.removal_policy == "retain"

    @property
    def all_tags(self) -> dict[str, str]:
        return {**self.tags, "app": "claude-stream", "stage": self.stage}

    @property
    def price_by_model(self) -> dict[str, Price | None]:
        """By model id, in the order of `models`, for estimates; None where cdk.json has no price."""
        return {model: self.prices.estimate(model) if self.prices else None for model in self.models}

    @property
    def limiting_prices(self) -> dict[str, Price]:
        """By model id, the prices that a limit in dollars can rely on."""
        found = {model: self.prices.exact(model) if self.prices else None for model in self.models}
        return {model: price for model, price in found.items() if price and price.is_complete}

    def warnings(self) -> list[str]:
        """Sentences about settings that are allowed but not recommended."""
        if self.retains and not self.alarm_email:
            return [
                f"stage {self.stage}, alarm_email: nobody hears of its alarms; give an e-mail address, as this "
                'stage is one to keep (removal_policy "retain")'
            ]
        return []


def specifications() -> dict[str, Mapping[str, Any]]:
    """By name, the settings that a stage may have: `read` and `default` of each."""
    return {item.name: item.metadata for item in fields(Settings) if item.metadata}


def _choose_stage(context: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    stages = context.get("stages")
    if not isinstance(stages, dict) or not stages:
        raise UnusableSettings('cdk.json, "stages": expected an object of settings by stage name')
    stage = context.get("stage") or "dev"
    if stage not in stages:
        raise UnusableSettings(f"stage {stage}: expected one of {', '.join(stages)}, as cdk.json has them")
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,19}", stage):
        raise UnusableSettings(f"stage {stage}: expected a name of up to 20 lower-case letters, digits and hyphens")
    if not isinstance(stages[stage], dict):
        raise UnusableSettings(f"stage {stage}: expected an object of settings, found {stages[stage]!r}")
    return stage, stages[stage]


def _check_names(stage: str, own: Mapping[str, Any]) -> None:
    names = list(specifications())
    for name in own:
        if name not in names:
            close = difflib.get_close_matches(name, names, n=1)
            hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(names)}"
            raise UnusableSettings(f"stage {stage}, {name}: there is no such setting; {hint}")


def _read(where: str, reader: Reader, value: object) -> Any:
    try:
        return reader(value)
    except Unusable as error:
        raise UnusableSettings(f"{where}: expected {error}, found {value!r}") from None


def _check_region(settings: Settings) -> None:
    """Checks the region, if it is known at synth."""
    if settings.region is None:
        return
    try:
        check_region(settings.region)
        for model in settings.models:
            check_reach(parse_model(model), settings.region, settings.profile_regions)
        if settings.guardrail:
            check_guardrail_reach(settings.guardrail, settings.region)
    except (UnusableRegion, UnusableModel, UnusableGuardrail) as error:
        raise UnusableSettings(f"stage {settings.stage}, region {settings.region}: {error}") from None


def _check_together(settings: Settings) -> None:
    """Checks the settings that depend on one another."""

    def refuse(name: str, expected: str, found: object) -> None:
        raise UnusableSettings(f"stage {settings.stage}, {name}: expected {expected}, found {found}")

    for name, model in settings.aliases.items():
        if model not in settings.models:
            refuse("aliases", f"one of models for {name}: {', '.join(settings.models)}", settings.aliases)
    if settings.default_max_tokens > settings.max_tokens:
        refuse("default_max_tokens", f"at most max_tokens, {settings.max_tokens}", settings.default_max_tokens)
    if settings.monthly_budget_usd and not settings.alarm_email:
        refuse("monthly_budget_usd", "an alarm_email beside it, which the budget tells", "none")
    unpriced = [model for model, price in settings.price_by_model.items() if price is None]
    if settings.spend_alarm_usd_per_day and unpriced:
        refuse("spend_alarm_usd_per_day", f'a price of {unpriced[0]} in cdk.json, "prices"', "none")
    unlimited = [model for model in settings.models if model not in settings.limiting_prices]
    if settings.budget and settings.budget.has_dollars and unlimited:
        expected = f'the whole price of {unlimited[0]} in cdk.json, "prices", as its limits are in dollars'
        refuse("budget", expected, "none, or a part of it")
