"""The names that clients have for models by themselves, and which allowed model each means."""

import pytest

from claude_stream.errors import NotFound
from claude_stream.models import ModelCatalog

HAIKU, SONNET = "global.anthropic.claude-haiku-5-5", "us.anthropic.claude-sonnet-5-5"
HAIKU_4_5 = "eu.anthropic.claude-haiku-4-5-20251001-v1:0"
SONNET_4 = "us.anthropic.claude-sonnet-4-20250514-v1:0"
OPUS_4_6 = "us.anthropic.claude-opus-4-6-v1"
OLD_HAIKU = "anthropic.claude-3-haiku-20240307-v1:0"
ALL = (HAIKU, SONNET, HAIKU_4_5, SONNET_4, OPUS_4_6, OLD_HAIKU)


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("claude-haiku-4-5", HAIKU_4_5),
        ("claude-haiku-4.5", HAIKU_4_5),
        ("claude-haiku-4-5-20251001", HAIKU_4_5),
        ("claude-haiku-4-5@20251001", HAIKU_4_5),
        ("claude-haiku-4-5-latest", HAIKU_4_5),
        ("anthropic.claude-haiku-4-5", HAIKU_4_5),
        ("us.anthropic.claude-haiku-4-5-20251001-v1:0", HAIKU_4_5),
        ("global.anthropic.claude-haiku-4-5-20251001-v1:0[1m]", HAIKU_4_5),
        ("anthropic/claude-haiku-4.5", HAIKU_4_5),
        ("anthropic/claude-4.5-haiku", HAIKU_4_5),
        ("bedrock/eu.anthropic.claude-haiku-4-5-20251001-v1:0", HAIKU_4_5),
        ("bedrock/us-west-2/anthropic.claude-haiku-4-5-20251001-v1:0", HAIKU_4_5),
        ("bedrock/converse/us-gov.anthropic.claude-haiku-5-5", HAIKU),
        ("arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-haiku-5-5", HAIKU),
        ("claude-haiku-5.5", HAIKU),
        ("claude-haiku-5-5-20260801", HAIKU),
        ("claude-haiku-5-5-v1:0", HAIKU),
        ("claude-sonnet-5-5[1m]", SONNET),
        ("claude-sonnet-5.5-latest[1m]", SONNET),
        ("anthropic.claude-sonnet-5-5", SONNET),
        ("claude-sonnet-latest", SONNET),
        ("claude-sonnet-4", SONNET_4),
        ("claude-sonnet-4-0", SONNET_4),
        ("claude-opus-4-6[1m]", OPUS_4_6),
        ("us.anthropic.claude-opus-4-6-v1[1m]", OPUS_4_6),
        ("claude-3-haiku", OLD_HAIKU),
        ("claude-3-haiku-latest", OLD_HAIKU),
    ],
)
def test_a_name_means_the_one_model_that_it_fits(name: str, model: str) -> None:
    assert ModelCatalog(ALL).resolve(name) == model


def test_of_several_that_it_fits_it_means_the_first() -> None:
    profiles = (HAIKU, "us.anthropic.claude-sonnet-4-6", "global.anthropic.claude-sonnet-4-6")
    assert ModelCatalog(profiles).resolve("claude-sonnet-4.6") == profiles[1]
    assert ModelCatalog(profiles).resolve("eu.anthropic.claude-sonnet-4-6") == profiles[1]
    assert ModelCatalog(profiles).resolve(profiles[2]) == profiles[2], "the full id means that one"


@pytest.mark.parametrize(
    "name",
    [
        *("claude-haiku-4-5-20991231", "claude-haiku-5", "claude-sonnet-4-5", "claude-3-5-haiku", "claude-haiku"),
        *("claude-haiku-4-5-fast", "claude-haiku-4-5-5-5", "claude-haiku-sonnet-4-5", "claude-opus-4-1[1m]"),
        *("claude-haiku-4-5-20251001-20251001", "claude-", "claude--4-5", "claude-٤-5-haiku", "myclaude-haiku-4-5"),
    ],
)
def test_a_name_that_fits_none_is_not_offered(name: str) -> None:
    with pytest.raises(NotFound, match="is not offered here; choose one of claude-haiku-5-5, "):
        ModelCatalog(ALL).resolve(name)


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("gpt-5", SONNET),
        ("small", HAIKU),
        ("claude-opus-5-5", SONNET),
        ("claude-opus-5.5[1m]", SONNET),
        ("us.anthropic.claude-opus-5-5", SONNET),
        ("claude-haiku-5-5", HAIKU),
    ],
)
def test_an_alias_is_for_names_that_fit_none(name: str, model: str) -> None:
    aliases = {"gpt-5": SONNET, "small": HAIKU, "claude-opus-5-5": SONNET, "claude-haiku-5-5": SONNET}
    assert ModelCatalog((HAIKU, SONNET), aliases).resolve(name) == model


def test_an_alias_is_in_no_list() -> None:
    catalog = ModelCatalog((HAIKU,), {"gpt-5": HAIKU})
    assert catalog.names == ["claude-haiku-5-5"]
    with pytest.raises(NotFound, match=r"choose one of claude-haiku-5-5\.$"):
        catalog.resolve("gpt-4")
