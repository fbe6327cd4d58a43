"""The names that a model goes by."""

from typing import Any

import pytest

from claude_stream.errors import InvalidRequest, NotFound
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
    "name", ["", "claude", "claude-haiku-5", "CLAUDE-HAIKU-5-5", "us.anthropic.claude-haiku-5-5"]
)
def test_another_name_is_told_what_there_is(name: str) -> None:
    with pytest.raises(NotFound, match=r"choose one of claude-haiku-5-5, claude-sonnet-5-5\."):
        ModelCatalog((HAIKU, SONNET)).resolve(name)


def test_two_profiles_of_one_model_stay_apart() -> None:
    catalog = ModelCatalog((HAIKU, "us.anthropic.claude-haiku-5-5"))
    assert catalog.names == ["claude-haiku-5-5", "us.anthropic.claude-haiku-5-5"]
    assert catalog.resolve("claude-haiku-5-5") == HAIKU
    assert catalog.resolve("us.anthropic.claude-haiku-5-5") == "us.anthropic.claude-haiku-5-5"


@pytest.mark.parametrize(
    ("model_id", "display_name"),
    [
        (HAIKU, "Claude Haiku 5.5"),
        (DATED, "Claude Haiku 4.5"),
        ("anthropic.claude-opus-5", "Claude Opus 5"),
        ("anthropic.claude-instant", "Claude Instant"),
        ("amazon.nova-pro-v1:0", "amazon.nova-pro"),
    ],
)
def test_a_model_is_described_in_words(model_id: str, display_name: str) -> None:
    assert ModelCatalog((model_id,)).describe(model_id)["display_name"] == display_name


# Pages

A, B, C = (f"claude-{name}-5" for name in ("a", "b", "c"))


@pytest.mark.parametrize(
    ("query", "shown", "more"),
    [
        ({}, [A, B, C], False),
        ({"limit": "2"}, [A, B], True),
        ({"limit": "3"}, [A, B, C], False),
        ({"after_id": A}, [B, C], False),
        ({"after_id": A, "limit": "1"}, [B], True),
        ({"after_id": C}, [], False),
        ({"before_id": C}, [A, B], False),
        ({"before_id": C, "limit": "1"}, [B], True),
        ({"before_id": A}, [], False),
    ],
)
def test_a_page_of_models(query: dict[str, str], shown: list[str], more: bool) -> None:
    page: Any = ModelCatalog(tuple(f"anthropic.{name}" for name in (A, B, C))).page(query)
    assert [model["id"] for model in page["data"]] == shown
    assert page["has_more"] is more
    assert (page["first_id"], page["last_id"]) == ((shown[0], shown[-1]) if shown else (None, None))


@pytest.mark.parametrize(
    "query", [{"limit": "0"}, {"limit": "1001"}, {"limit": "many"}, {"limit": "9" * 5000}, {"after_id": "x"}]
)
def test_a_page_that_there_is_not(query: dict[str, str]) -> None:
    with pytest.raises(InvalidRequest, match=f"^{next(iter(query))}: expected"):
        ModelCatalog((HAIKU,)).page(query)
