"""Settings: what is taken, and the one line that is said of what is not. Each of them is documented."""

import json
import re
from typing import Any

import pytest

from infra.regions import UnusableRegion, check_region
from infra.settings import Settings, SettingsError, specifications
from tests.infra.conftest import CONTEXT, ROOT, settings_of

PRICES = {
    "as_of": "2026-11-23",
    "usd_per_million_tokens": {"anthropic.claude-haiku-5-5": {"input": 1, "output": 5}},
}


def read(region: str | None = None, **settings: Any) -> Settings:
    return Settings.from_context({"stage": "prod", "stages": {"prod": settings}}, region)


def refusal(region: str | None = None, **settings: Any) -> str:
    with pytest.raises(SettingsError) as caught:
        read(region, **settings)
    assert "\n" not in str(caught.value)
    return str(caught.value)


class TestStages:
    @pytest.mark.parametrize("stage", ["dev", "prod"])
    def test_cdk_json_has_them(self, stage: str) -> None:
        assert settings_of(stage).stage == stage

    def test_dev_is_the_default(self) -> None:
        assert Settings.from_context({"stages": CONTEXT["stages"]}).stage == "dev"

    def test_another_is_refused(self) -> None:
        with pytest.raises(SettingsError, match=r"^stage test: expected one of dev, prod, as cdk\.json has them$"):
            Settings.from_context({"stages": CONTEXT["stages"], "stage": "test"})

    @pytest.mark.parametrize("stages", [None, {}, [], "dev"])
    def test_without_any_it_says_what_cdk_json_needs(self, stages: object) -> None:
        with pytest.raises(
            SettingsError, match=r'^cdk\.json, "stages": expected an object of settings by stage name$'
        ):
            Settings.from_context({"stages": stages})

    def test_a_name_that_no_stack_could_have(self) -> None:
        with pytest.raises(SettingsError, match="lower-case letters, digits and hyphens"):
            Settings.from_context({"stages": {"Prod_1": {}}, "stage": "Prod_1"})


class TestRefusals:
    def test_the_example_of_the_documentation(self) -> None:
        expected = "stage prod, timeout_seconds: expected a whole number from 10 to 900, found 9999"
        assert refusal(timeout_seconds=9999) == expected

    def test_a_setting_that_does_not_exist(self) -> None:
        assert refusal(timeout=60) == "stage prod, timeout: there is no such setting; did you mean timeout_seconds?"
        assert refusal(colour="red").startswith("stage prod, colour: there is no such setting; there are models, ")

    @pytest.mark.parametrize(
        ("name", "values", "allowed"),
        [
            ("models", [[], "anthropic.claude-haiku-5-5", [1], ["a", "a"]], "a list of Bedrock model or"),
            ("models", [["claude-haiku-5-5"]], "ids of Claude models such as"),
            (
                "profile_regions",
                [[], {"us": []}, {"us": "us-east-1"}, {"us": ["*"]}, {"global": ["us-east-1"]}],
                "an obj",
            ),
            ("max_tokens", [0, 128_001, "8192", 1.5, None, True], "a whole number from 1 to 128000"),
            ("memory_mb", [127, 10_241], "a whole number from 128 to 10240"),
            ("timeout_seconds", [9, 901], "a whole number from 10 to 900"),
            ("reserved_concurrency", [0, "all"], "a whole number from 1 to 10000"),
            ("log_retention_days", [0, 2, True, "7"], "one of 1, 3, 5, 7, 14"),
            (
                "allowed_origins",
                ["*", [], ["*", "https://a.example"], ["https://a.example/"], ["a.example"]],
                "a list of",
            ),
            ("removal_policy", ["snapshot", None, 1], "one of destroy, retain"),
            (
                "guardrail",
                ["gr1", {"id": "gr1"}, {"id": "*", "version": "1"}, {"id": "gr1", "version": 1}],
                "an object",
            ),
            ("alarm_email", ["nobody", 1], "an e-mail address, or null"),
            ("tracing", ["yes", 1, None], "true or false"),
        ],
    )
    def test_a_value_that_cannot_be(self, name: str, values: list[Any], allowed: str) -> None:
        for value in values:
            message = refusal(**{name: value})
            assert message.startswith(f"stage prod, {name}: expected {allowed}")
            assert message.endswith(f", found {value!r}")

    def test_every_setting_has_a_value_that_is_refused_above(self) -> None:
        (mark,) = (mark for mark in type(self).test_a_value_that_cannot_be.pytestmark if mark.name == "parametrize")
        assert {case[0] for case in mark.args[1]} == set(specifications())

    @pytest.mark.parametrize(
        "prices",
        [
            [],
            {"as_of": "2026-11-23"},
            PRICES | {"as_of": "today"},
            PRICES | {"usd_per_million_tokens": {"m": {"input": -1, "output": 1}}},
            PRICES | {"usd_per_million_tokens": {"m": {"input": "1", "output": 1}}},
            PRICES | {"usd_per_million_tokens": {"m": {"input": 1}}},
            PRICES | {"usd_per_million_tokens": {"m": {"input": 1, "output": 1, "batch": 1}}},
        ],
    )
    def test_prices_that_cannot_be(self, prices: object) -> None:
        with pytest.raises(SettingsError, match=r'^cdk\.json, "prices": expected .*, found '):
            Settings.from_context({"stages": {"dev": {}}, "prices": prices})


class TestRegions:
    @pytest.mark.parametrize(
        ("region", "reason"),
        [
            ("cn-north-1", "the China regions have no Amazon Bedrock"),
            ("us-gov-west-1", "GovCloud has no Lambda function URLs"),
            ("us-iso-east-1", "isolated regions"),
            ("eusc-de-east-1", "European Sovereign Cloud"),
            ("eu-central-2", "Lambda function URLs are not offered here"),
            ("Ireland", "expected a region's name, such as us-east-1"),
        ],
    )
    def test_one_that_lacks_something_is_refused(self, region: str, reason: str) -> None:
        with pytest.raises(UnusableRegion, match=reason):
            check_region(region)
        assert refusal(region).startswith(f"stage prod, region {region}: ")

    def test_a_model_that_is_not_reached_from_there_is_refused(self) -> None:
        message = refusal("eu-west-1", models=["us.anthropic.claude-haiku-5-5"])
        assert message.startswith(
            "stage prod, region eu-west-1: the inference profile us.anthropic.claude-haiku-5-5 cannot"
        )
        assert message.endswith("choose another region, or global.anthropic.claude-haiku-5-5")

    def test_what_is_not_known_yet_is_not_refused(self) -> None:
        assert read(models=["us.anthropic.claude-haiku-5-5"]).region is None

    def test_context_comes_before_the_environment(self) -> None:
        context = {"stages": {"dev": {}}, "region": "eu-west-1"}
        assert Settings.from_context(context, "us-east-1").region == "eu-west-1"


class TestDocumentation:
    def rows(self) -> dict[str, str]:
        table = (ROOT / "README.md").read_text().split("## Settings\n")[1].split("\n## ")[0]
        return dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", table, re.M))

    def test_every_setting_has_its_row_and_no_row_lacks_its_setting(self) -> None:
        assert set(self.rows()) == set(specifications())

    def test_the_defaults_are_the_ones_written_down(self) -> None:
        for name, row in self.rows().items():
            assert f"`{json.dumps(specifications()[name]['default'])}`" in row, name

    def test_all_prices_are_of_models_that_can_be_named(self) -> None:
        prices = settings_of("dev").prices
        assert prices is not None
        for stage in CONTEXT["stages"]:
            for model in settings_of(stage).models:
                assert model.removeprefix("global.") in prices.usd_per_million_tokens
