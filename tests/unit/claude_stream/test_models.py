"""The names that a model goes by."""

import pytest

from claude_stream.errors import NotFound
from claude_stream.models import ModelCatalog, foundation_model, short_name

HAIKU, SONNET = "global.anthropic.claude-haiku-5-5", "us.anthropic.claude-sonnet-5-5"
DATED = "anthropic.claude-haiku-4-5-20251001-v1:0"


@pytest.mark.parametrize(
    ("model_id", "foundation", "short"),
    [
        (HAIKU, "anthropic.claude-haiku-5-5", "claude-haiku-5-5"),
        (SONNET, "anthropic.claude-sonnet-5-5", "claude-sonnet-5-5"),
        ("us-gov.anthropic.claude-haiku-5-5", "anthropic.claude-haiku-5-5", "claude-haiku-5-5"),
        ("apac.anthropic.claude-opus-5", "anthropic.claude-opus-5", "claude-opus-5"),
        ("anthropic.claude-haiku-5-5", "anthropic.claude-haiku-5-5", "claude-haiku-5-5"),
        (DATED, DATED, "claude-haiku-4-5-20251001"),
        (f"eu.{DATED}", DATED, "claude-haiku-4-5-20251001"),
        ("anthropic.claude-opus-4-6-v1", "anthropic.claude-opus-4-6-v1", "claude-opus-4-6"),
    ],
)
def test_an_id_without_its_region_vendor_and_revision(model_id: str, foundation: str, short: str) -> None:
    assert foundation_model(model_id) == foundation
    assert short_name(model_id) == short


def test_a_model_is_found_by_any_of_its_names() -> None:
    catalog = ModelCatalog((HAIKU, f"eu.{DATED}"))
    for name in (HAIKU, "claude-haiku-5-5"):
        assert catalog.resolve(name) == HAIKU
    for name in (f"eu.{DATED}", "claude-haiku-4-5-20251001", "claude-haiku-4-5-20251001-v1:0"):
        assert catalog.resolve(name) == f"eu.{DATED}"


@pytest.mark.parametrize(
    "name", ["", "claude", "claude-haiku-5", "CLAUDE-HAIKU-5-5", "claude-latest", "claude-opus-latest", "gpt-5"]
)
def test_another_name_is_told_what_there_is(name: str) -> None:
    with pytest.raises(NotFound, match=r"choose one of claude-haiku-5-5, claude-sonnet-5-5\."):
        ModelCatalog((HAIKU, SONNET)).resolve(name)


def test_two_profiles_of_one_model_stay_apart() -> None:
    catalog = ModelCatalog((HAIKU, "us.anthropic.claude-haiku-5-5"))
    assert catalog.names == ["claude-haiku-5-5", "us.anthropic.claude-haiku-5-5"]
    assert catalog.resolve("claude-haiku-5-5") == HAIKU
    assert catalog.resolve("us.anthropic.claude-haiku-5-5") == "us.anthropic.claude-haiku-5-5"
