"""The regions that can hold a stage: regions that lack something are refused, with the reason."""

import botocore.session
import pytest

from infra.regions import UnusableRegion, check_region
from infra.settings import Settings
from tests.infra.stages import GUARDRAIL, read, refusal


class TestRegions:
    @pytest.mark.parametrize(
        ("region", "reason"),
        [
            ("cn-north-1", "the China regions have no Amazon Bedrock"),
            ("us-gov-west-1", "GovCloud has no Lambda function URLs"),
            ("us-iso-east-1", "isolated regions"),
            ("eusc-de-east-1", "European Sovereign Cloud"),
            ("eu-central-2", "Lambda function URLs are not offered here"),
            ("us-east-9", "Lambda is not known to stream responses here"),
            ("Ireland", "expected a region's name, such as us-east-1"),
        ],
    )
    def test_one_that_lacks_something_is_refused(self, region: str, reason: str) -> None:
        with pytest.raises(UnusableRegion, match=reason):
            check_region(region)
        assert refusal(region).startswith(f"stage prod, region {region}: ")

    def test_every_commercial_region_of_the_announcement_streams_or_has_no_function_urls(self) -> None:
        """AWS announced streaming for all of them on 2026-04-07; botocore lists them."""
        regions = botocore.session.get_session().get_available_regions("lambda", "aws")
        assert len(regions) > 30
        for region in regions:
            try:
                check_region(region)
            except UnusableRegion as error:
                assert "function URLs" in str(error)  # noqa: PT017

    def test_a_guardrail_profile_that_is_not_reached_from_there_is_refused(self) -> None:
        message = refusal("eu-west-1", guardrail=GUARDRAIL | {"profile": "us.guardrail.v1:0"})
        assert message.startswith(
            "stage prod, region eu-west-1: the guardrail profile us.guardrail.v1:0 cannot be used from here, "
            "only from us-east-1, us-east-2, us-west-2, us-west-1; "
        )
        given = GUARDRAIL | {"profile": "us.guardrail.v1:0", "regions": ["us-east-1"]}
        assert read("eu-west-1", guardrail=given).guardrail is not None

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
