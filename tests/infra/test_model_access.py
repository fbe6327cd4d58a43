"""model_access.py as a specification: each kind of id has its statements, and nothing beyond them, for any id."""

import json
import re
from importlib import resources

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.model_access import (
    COUNT_TOKENS,
    EXTRA_SOURCES,
    GEOGRAPHIES,
    INVOKE,
    Model,
    Place,
    Statement,
    UnusableModel,
    check_reach,
    mantle_statement,
    model_statements,
    parse_model,
)

# No deadline, however busy the machine is.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

HERE = Place(partition="aws", region="us-east-1", account="123456789012")

names = st.from_regex(r"claude-[a-z]{3,8}(-[1-9]){1,2}(-20[0-9]{6}-v1:0)?", fullmatch=True)
regions = st.from_regex(r"[a-z]{2}-(east|west|central)-[1-9]", fullmatch=True)
prefixes = st.sampled_from(["", "global", *GEOGRAPHIES])
places = st.builds(Place, st.just("aws"), regions, st.from_regex(r"[0-9]{12}", fullmatch=True))


def named(prefix: str, name: str) -> Model:
    return parse_model(f"{prefix}.anthropic.{name}" if prefix else f"anthropic.{name}")


class TestStatements:
    def test_a_plain_model(self) -> None:
        model = "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-haiku-5-5"
        assert model_statements(parse_model("anthropic.claude-haiku-5-5"), HERE) == [
            Statement(INVOKE, (model,)),
            Statement(COUNT_TOKENS, (model,)),
        ]

    def test_a_geographic_profile(self) -> None:
        profile = "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-haiku-5-5"
        models = tuple(
            f"arn:aws:bedrock:{region}::foundation-model/anthropic.claude-haiku-5-5"
            for region in ("us-east-1", "us-east-2", "us-west-1", "us-west-2")
        )
        assert model_statements(parse_model("us.anthropic.claude-haiku-5-5"), HERE) == [
            Statement(INVOKE, (profile,)),
            Statement(INVOKE, models, {"bedrock:InferenceProfileArn": profile}),
            Statement(COUNT_TOKENS, models[:1]),
        ]

    def test_the_global_profile(self) -> None:
        profile = "arn:aws:bedrock:us-east-1:123456789012:inference-profile/global.anthropic.claude-haiku-5-5"
        here = "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-haiku-5-5"
        anywhere = "arn:aws:bedrock:::foundation-model/anthropic.claude-haiku-5-5"
        by_profile = {"bedrock:InferenceProfileArn": profile}
        assert model_statements(parse_model("global.anthropic.claude-haiku-5-5"), HERE) == [
            Statement(INVOKE, (profile,), {"aws:RequestedRegion": "us-east-1"}),
            Statement(INVOKE, (here,), {"aws:RequestedRegion": "us-east-1"} | by_profile),
            Statement(INVOKE, (anywhere,), {"aws:RequestedRegion": "unspecified"} | by_profile),
            Statement(COUNT_TOKENS, (here,)),
        ]

    def test_a_source_that_is_no_destination_is_allowed_too(self) -> None:
        place = Place("aws", "ca-central-1", "123456789012")
        by_profile = model_statements(parse_model("us.anthropic.claude-haiku-5-5"), place)[1]
        assert by_profile.resources[0].startswith("arn:aws:bedrock:ca-central-1::")

    def test_a_persons_regions_stand_in_place_of_the_table(self) -> None:
        model = parse_model("us.anthropic.claude-haiku-5-5")
        by_profile = model_statements(model, HERE, {"us": ("us-west-2", "mx-central-1")})[1]
        found = [re.findall(r"bedrock:([^:]+)::", arn)[0] for arn in by_profile.resources]
        assert found == ["us-east-1", "us-west-2", "mx-central-1"]

    def test_tokens_are_counted_on_the_second_endpoint_in_the_default_project(self) -> None:
        """As the service authorization reference has it: the action's one resource is a project."""
        assert mantle_statement(HERE) == Statement(
            ("bedrock-mantle:CountTokens",), ("arn:aws:bedrock-mantle:us-east-1:123456789012:project/default",)
        )

    def test_the_reference_knows_the_actions_and_their_resources(self) -> None:
        """cfn-lint brings AWS's programmatic service authorization reference along."""
        reference = json.loads(
            resources.files("cfnlint").joinpath("data/AdditionalSpecs/Policies.json").read_text()
        )
        mantle, bedrock = reference["bedrock-mantle"], reference["bedrock"]
        assert mantle["Actions"]["counttokens"]["Resources"] == ["project"]
        assert mantle["Resources"]["project"]["ARNFormats"] == [
            "arn:${Partition}:bedrock-mantle:${Region}:${Account}:project/.*"
        ]
        assert bedrock["Actions"]["applyguardrail"]["Resources"] == ["guardrail", "guardrail-profile"]


class TestNothingBeyond:
    @unhurried
    @given(prefixes, names, places)
    def test_no_wildcard_in_any_action_or_resource(self, prefix: str, name: str, place: Place) -> None:
        for statement in model_statements(named(prefix, name), place):
            assert not [text for text in (*statement.actions, *statement.resources) if re.search(r"[*?]", text)]

    @unhurried
    @given(prefixes, names, places)
    def test_only_this_model_and_this_profile(self, prefix: str, name: str, place: Place) -> None:
        model = named(prefix, name)
        allowed = {f"foundation-model/anthropic.{name}", f"inference-profile/{model.id}"}
        for statement in model_statements(model, place):
            assert {arn.split(":", 5)[5] for arn in statement.resources} <= allowed

    @unhurried
    @given(prefixes, names, places)
    def test_only_the_three_actions(self, prefix: str, name: str, place: Place) -> None:
        actions = {action for item in model_statements(named(prefix, name), place) for action in item.actions}
        assert actions == {*INVOKE, *COUNT_TOKENS}

    @unhurried
    @given(prefixes, names, places)
    def test_only_in_regions_that_the_profile_reaches(self, prefix: str, name: str, place: Place) -> None:
        reached = {place.region, *GEOGRAPHIES.get(prefix, ())} | ({""} if prefix == "global" else set())
        for statement in model_statements(named(prefix, name), place):
            assert {arn.split(":")[3] for arn in statement.resources} <= reached

    @unhurried
    @given(prefixes.filter(bool), names, places)
    def test_behind_a_profile_the_model_is_invoked_by_way_of_it_only(
        self, prefix: str, name: str, place: Place
    ) -> None:
        model = named(prefix, name)
        for statement in model_statements(model, place):
            if statement.actions == INVOKE and "foundation-model" in statement.resources[0]:
                assert statement.equals["bedrock:InferenceProfileArn"] == place.profile(model)

    @unhurried
    @given(names, places)
    def test_the_global_profile_always_says_which_region(self, name: str, place: Place) -> None:
        for statement in model_statements(named("global", name), place):
            if statement.actions == INVOKE:
                assert statement.equals["aws:RequestedRegion"] in (place.region, "unspecified")

    @unhurried
    @given(prefixes, names, places)
    def test_tokens_are_counted_here_and_by_the_models_own_id(self, prefix: str, name: str, place: Place) -> None:
        (count,) = (item for item in model_statements(named(prefix, name), place) if item.actions == COUNT_TOKENS)
        assert count.resources == (f"arn:aws:bedrock:{place.region}::foundation-model/anthropic.{name}",)
        assert not count.equals


class TestIds:
    @unhurried
    @given(prefixes, names)
    def test_an_id_is_its_prefix_and_its_model(self, prefix: str, name: str) -> None:
        model = named(prefix, name)
        assert (model.prefix, model.foundation_model) == (prefix, f"anthropic.{name}")

    @pytest.mark.parametrize(
        "model_id",
        [
            "",
            "claude-haiku-5-5",
            "*",
            "anthropic.claude-*",
            "mars.anthropic.claude-haiku-5-5",
            "us-gov.anthropic.claude-haiku-5-5",
            "us.global.anthropic.claude-haiku-5-5",
            "amazon.nova-pro-v1:0",
            "anthropic.claude-haiku-5-5\n",
            "anthropic.claude-haiku-5-5,anthropic.claude-opus-5-5",
        ],
    )
    def test_what_is_no_id_is_refused(self, model_id: str) -> None:
        with pytest.raises(UnusableModel, match="ids of Claude models such as"):
            parse_model(model_id)

    def test_an_arn_is_refused_with_the_reason(self) -> None:
        with pytest.raises(UnusableModel, match="does not tell which model and regions"):
            parse_model("arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc")


class TestReach:
    @pytest.mark.parametrize("prefix", ["", "global"])
    def test_a_plain_model_and_the_global_profile_are_left_to_aws(self, prefix: str) -> None:
        check_reach(named(prefix, "claude-haiku-5-5"), "sa-east-1", {})

    @pytest.mark.parametrize("prefix", GEOGRAPHIES)
    def test_a_geography_reaches_as_far_as_its_table(self, prefix: str) -> None:
        model = named(prefix, "claude-haiku-5-5")
        for region in GEOGRAPHIES[prefix] + EXTRA_SOURCES.get(prefix, ()):
            check_reach(model, region, {})
        with pytest.raises(
            UnusableModel, match=r"cannot be called from here, only from .*; choose another region, or glo"
        ):
            check_reach(model, "sa-east-1", {})

    def test_regions_that_a_person_gave_are_believed(self) -> None:
        check_reach(named("us", "claude-haiku-5-5"), "sa-east-1", {"us": ("us-east-1",)})
