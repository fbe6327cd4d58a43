"""guardrail_access.py as a specification: a guardrail's statement, here and where its profile sends to."""

import re

import pytest

from infra.guardrail_access import GUARDRAIL_PROFILES, Guardrail, check_guardrail_reach, guardrail_statement
from infra.model_access import Place
from infra.regions import check_region

HERE = Place(partition="aws", region="us-east-1", account="123456789012")


def regions(guardrail: Guardrail, source: str) -> list[str]:
    """Where the statement allows the profile."""
    statement = guardrail_statement(guardrail, Place("aws", source, "123456789012"))
    return [arn.split(":")[3] for arn in statement.resources if ":guardrail-profile/" in arn]


def across(geography: str) -> Guardrail:
    return Guardrail("gr1a2b3c", "1", f"{geography}.guardrail.v1:0")


def test_one_without_a_profile_is_allowed_here_only() -> None:
    statement = guardrail_statement(Guardrail("gr1a2b3c", "1"), HERE)
    assert statement.actions == ("bedrock:ApplyGuardrail",)
    assert statement.resources == ("arn:aws:bedrock:us-east-1:123456789012:guardrail/gr1a2b3c",)


def test_one_with_a_profile_is_allowed_as_the_documentations_example_has_it() -> None:
    """https://docs.aws.amazon.com/bedrock/latest/userguide/guardrail-profiles-permissions.html"""
    assert guardrail_statement(across("us"), HERE).resources == (
        "arn:aws:bedrock:us-east-1:123456789012:guardrail/gr1a2b3c",
        "arn:aws:bedrock:us-east-1:123456789012:guardrail-profile/us.guardrail.v1:0",
        "arn:aws:bedrock:us-east-2:123456789012:guardrail-profile/us.guardrail.v1:0",
        "arn:aws:bedrock:us-west-2:123456789012:guardrail-profile/us.guardrail.v1:0",
    )


@pytest.mark.parametrize(
    ("geography", "source", "also"),
    [
        ("us", "us-west-1", {"us-west-1"}),
        ("apac", "ap-southeast-3", {"ap-south-2", "ap-southeast-3", "ap-southeast-4"}),
    ],
)
def test_some_sources_send_further_than_others(geography: str, source: str, also: set[str]) -> None:
    usual = next(iter(GUARDRAIL_PROFILES[geography].values()))
    assert set(regions(across(geography), source)) == {*usual, *also}


@pytest.mark.parametrize("geography", GUARDRAIL_PROFILES)
def test_every_source_can_hold_the_stack_and_sends_to_itself(geography: str) -> None:
    for source in GUARDRAIL_PROFILES[geography]:
        check_region(source)
        check_guardrail_reach(across(geography), source)
        assert source in regions(across(geography), source)


def test_a_persons_regions_stand_in_place_of_the_table() -> None:
    given = Guardrail("gr1a2b3c", "1", "us.guardrail.v1:0", ("mx-central-1",))
    assert regions(given, "us-east-1") == ["mx-central-1"]


def test_where_the_source_is_not_known_yet_all_of_the_geography_are_allowed() -> None:
    assert set(regions(across("us"), "${Token[AWS.Region.4]}")) == {
        "us-east-1",
        "us-east-2",
        "us-west-1",
        "us-west-2",
    }


def test_there_is_no_wildcard() -> None:
    for geography, sources in GUARDRAIL_PROFILES.items():
        for source in sources:
            place = Place("aws", source, "123456789012")
            assert not re.search(r"[*?]", "".join(guardrail_statement(across(geography), place).resources))
