"""Settings: what is taken, and the one line that is said of what is not. Each of them is documented."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from infra.guardrail_access import Guardrail
from infra.settings import DEFAULT_MODEL, Settings, UnusableSettings, specifications
from tests.infra.conftest import CONTEXT, settings_of
from tests.infra.stages import GUARDRAIL, read, refusal
from tests.places import ROOT

DOCUMENTATION = [ROOT / "docs" / name for name in ("settings.md", "settings.zh-CN.md")]


class TestStages:
    @pytest.mark.parametrize("stage", ["dev", "prod"])
    def test_cdk_json_has_them(self, stage: str) -> None:
        assert settings_of(stage).stage == stage

    def test_dev_is_the_default(self) -> None:
        assert Settings.from_context({"stages": CONTEXT["stages"]}).stage == "dev"

    def test_another_is_refused(self) -> None:
        with pytest.raises(
            UnusableSettings, match=r"^stage test: expected one of dev, prod, as cdk\.json has them$"
        ):
            Settings.from_context({"stages": CONTEXT["stages"], "stage": "test"})

    @pytest.mark.parametrize("stages", [None, {}, [], "dev"])
    def test_without_any_it_says_what_cdk_json_needs(self, stages: object) -> None:
        with pytest.raises(
            UnusableSettings, match=r'^cdk\.json, "stages": expected an object of settings by stage name$'
        ):
            Settings.from_context({"stages": stages})

    def test_a_name_that_no_stack_could_have(self) -> None:
        with pytest.raises(UnusableSettings, match="lower-case letters, digits and hyphens"):
            Settings.from_context({"stages": {"Prod_1": {}}, "stage": "Prod_1"})


class TestRefusals:
    def test_the_example_of_the_documentation(self) -> None:
        expected = "stage prod, timeout_seconds: expected a whole number from 10 to 900, found 9999"
        assert refusal(timeout_seconds=9999) == expected
        assert all(f"error: {expected}\n" in document.read_text() for document in DOCUMENTATION)

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
            (
                "aliases",
                [
                    [],
                    None,
                    {"a b": DEFAULT_MODEL},
                    {"": DEFAULT_MODEL},
                    {"a,b": DEFAULT_MODEL},
                    {"a=b": DEFAULT_MODEL},
                    {"a": 1},
                    {"x" * 65: DEFAULT_MODEL},
                ],
                "an object of up to 20 other names",
            ),
            (
                "aliases",
                [{f"name-{number}": DEFAULT_MODEL for number in range(21)}],
                "an object of up to 20 other names",
            ),
            ("aliases", [{"gpt-5": "claude-haiku-5-5"}], f"one of models for gpt-5: {DEFAULT_MODEL}"),
            ("keep_answers_minutes", [-1, 1441, "60", None], "a whole number from 0 to 1440"),
            ("max_tokens", [0, 128_001, "8192", 1.5, None, True], "a whole number from 1 to 128000"),
            ("default_max_tokens", [0, 128_001, "4096", True], "a whole number from 1 to 128000"),
            ("max_input_bytes", [1023, 5_242_881, None, "1 MB"], "a whole number from 1024 to 5242880"),
            ("memory_mb", [127, 10_241], "a whole number from 128 to 10240"),
            ("timeout_seconds", [9, 901], "a whole number from 10 to 900"),
            ("reserved_concurrency", [0, "all"], "a whole number from 1 to 10000"),
            ("runtime_updates", ["manual", None, True], "one of auto, function_update"),
            ("application_log_level", ["WARNING", "info", None], "one of TRACE, DEBUG, INFO, WARN, ERROR, FATAL"),
            ("log_retention_days", [0, 2, True, "7"], "one of 1, 3, 5, 7, 14"),
            (
                "allowed_origins",
                ["*", [], ["*", "https://a.example"], ["https://a.example/"], ["a.example"]],
                "a list of",
            ),
            ("removal_policy", ["snapshot", None, 1], "one of destroy, retain"),
            (
                "guardrail",
                [
                    *("gr1", {"id": "gr1"}, {"id": "*", "version": "1"}, {"id": "gr1", "version": 1}),
                    GUARDRAIL | {"profile": None},
                    GUARDRAIL | {"profile": "us"},
                    GUARDRAIL | {"profile": "arn:aws:bedrock:us-east-1:1:guardrail-profile/us.guardrail.v1:0"},
                    GUARDRAIL | {"regions": ["us-east-1"]},
                    GUARDRAIL | {"profile": "us.guardrail.v1:0", "regions": []},
                    GUARDRAIL | {"profile": "us.guardrail.v1:0", "regions": ["*"]},
                    GUARDRAIL | {"geography": "us"},
                ],
                "an object",
            ),
            (
                "guardrail",
                [GUARDRAIL | {"profile": "us-gov.guardrail.v1:0"}, GUARDRAIL | {"profile": "xx.guardrail.v1:0"}],
                "a guardrail profile of us, eu, uk, au, ca, apac, or another one with its destinations beside it",
            ),
            ("alarm_email", ["nobody", 1], "an e-mail address, or null"),
            (
                "budget",
                [
                    *([], {}, 20, {"usd_per_week": 1}, {"usd_per_day": 0}, {"usd_per_day": "5"}),
                    *({"requests_per_minute": 1.5}, {"tokens_per_day": True}, {"usd_per_month": None}),
                ],
                "an object of limits over 0, of usd_per_day, usd_per_month, requests_per_minute, tokens_per_day, ",
            ),
            ("spend_alarm_usd_per_day", [0, -1, "10", True, 1e7], "a number of US dollars over 0"),
            ("monthly_budget_usd", [0, -1, "10", True, 1e7], "a number of US dollars over 0"),
            ("tracing", ["yes", 1, None], "true or false"),
            ("api_behind_cdn", ["yes", 1, None], "true or false"),
            ("direct_url", ["no", 0, None], "true or false"),
            ("domain", ["chat.example.com", {"name": "chat.example.com"}], 'an object with "name" and'),
            ("waf", ["yes", 1, None], "true or false"),
            ("deploy_from", ["example/chat", {}], 'an object such as {"repository"'),
            (
                "tags",
                [
                    *(["team"], None, {"": "x"}, {"team": 1}, {"team": "a*b"}, {"te#am": "a"}),
                    *({"n" * 129: "x"}, {"name": "v" * 257}, {f"t{number}": "" for number in range(46)}),
                    {"team": "two\nlines"},
                ],
                'an object of up to 45 tags such as {"team": "search"}',
            ),
            (
                "tags",
                [{"app": "x"}, {"Stage": "x"}, {"aws:x": "y"}, {"AWS:x": "y"}, {"aws-cdk:x": "y"}],
                "no tag app or",
            ),
            ("tags", [{"team": "a", "Team": "b"}], "tag names that differ in more than upper and lower case"),
            (
                "account",
                [123456789012, "12345678901", "1234567890123", "x" * 12],
                "an account's 12 digits in quotes",
            ),
        ],
    )
    def test_a_value_that_cannot_be(self, name: str, values: list[Any], allowed: str) -> None:
        for value in values:
            message = refusal(**{name: value})
            assert message.startswith(f"stage prod, {name}: expected {allowed}")
            assert message.endswith(f", found {value!r}")

    def test_a_default_over_the_ceiling(self) -> None:
        expected = "stage prod, default_max_tokens: expected at most max_tokens, 1000, found 1001"
        assert refusal(max_tokens=1000, default_max_tokens=1001) == expected

    def test_an_api_without_an_address(self) -> None:
        assert refusal(api_behind_cdn=False, direct_url=False) == (
            "stage prod, direct_url: expected true, as api_behind_cdn is false: the API would have no address, "
            "found false"
        )

    def test_a_budget_that_could_tell_nobody(self) -> None:
        expected = (
            "stage prod, monthly_budget_usd: expected an alarm_email beside it, which the budget tells, found none"
        )
        assert refusal(monthly_budget_usd=100) == expected

    def test_a_spend_alarm_over_models_without_a_price(self) -> None:
        assert refusal(models=["anthropic.claude-opus-4-8"], spend_alarm_usd_per_day=5) == (
            "stage prod, spend_alarm_usd_per_day: expected a price of anthropic.claude-opus-4-8 in cdk.json, "
            '"prices", found none'
        )

    def test_every_setting_has_a_value_that_is_refused_above(self) -> None:
        (mark,) = (mark for mark in type(self).test_a_value_that_cannot_be.pytestmark if mark.name == "parametrize")
        assert {case[0] for case in mark.args[1]} == set(specifications())


class TestTaken:
    @pytest.mark.parametrize(
        ("most", "given", "asked"), [(8192, None, 4096), (1000, None, 1000), (8192, 8192, 8192)]
    )
    def test_the_default_is_4096_tokens_or_the_ceiling_below(
        self, most: int, given: int | None, asked: int
    ) -> None:
        assert read(max_tokens=most, default_max_tokens=given).default_max_tokens == asked

    def test_tags_of_any_script_as_many_as_aws_takes(self) -> None:
        tags = {"Kostenstelle/1": "Köln 7", "团队": "搜索", **{f"t{number}": "" for number in range(43)}}
        assert read(tags=tags).tags == tags

    def test_every_stage_says_whose_it_is(self) -> None:
        tags = {"team": "search", "app": "claude-stream", "stage": "prod"}
        assert read(tags={"team": "search"}).all_tags == tags

    def test_an_account_that_begins_with_a_zero(self) -> None:
        assert read(account="012345678901").account == "012345678901"

    def test_a_guardrail_profile_of_another_geography_with_its_regions(self) -> None:
        found = read(guardrail=GUARDRAIL | {"profile": "mx.guardrail.v1:0", "regions": ["mx-central-1"]}).guardrail
        assert found == Guardrail("gr1", "1", "mx.guardrail.v1:0", ("mx-central-1",))


class TestWarnings:
    def test_a_stage_to_keep_of_which_nobody_hears(self) -> None:
        (sentence,) = read(removal_policy="retain").warnings()
        assert sentence.startswith("stage prod, alarm_email: nobody hears of its alarms; give an e-mail address")

    def test_none_where_somebody_does_or_nothing_is_kept(self) -> None:
        assert read(removal_policy="retain", alarm_email="night@example.com").warnings() == []
        assert read().warnings() == []


class TestDocumentation:
    def rows(self, document: Path) -> dict[str, str]:
        return dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", document.read_text(), re.M))

    @pytest.mark.parametrize("document", DOCUMENTATION, ids=lambda path: path.name)
    def test_every_setting_has_its_row_and_no_row_lacks_its_setting(self, document: Path) -> None:
        assert set(self.rows(document)) == set(specifications())

    @pytest.mark.parametrize("document", DOCUMENTATION, ids=lambda path: path.name)
    def test_the_defaults_are_the_ones_written_down(self, document: Path) -> None:
        for name, row in self.rows(document).items():
            assert row.startswith(f"`{json.dumps(specifications()[name]['default'])}` | "), name

    def test_all_prices_are_of_models_that_can_be_named(self) -> None:
        prices = settings_of("dev").prices
        assert prices is not None
        for stage in CONTEXT["stages"]:
            for model in settings_of(stage).models:
                assert model.removeprefix("global.") in prices.usd_per_million_tokens
