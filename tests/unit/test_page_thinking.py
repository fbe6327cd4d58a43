"""The page's table of thinking agrees with what the function knows of each model."""

import pytest

from claude_stream.bedrock.families import family_of
from emulator.demo import MODELS
from infra.thinking import thinking_table

NAMES = (
    *MODELS,
    "us.anthropic.claude-opus-5",
    "anthropic.claude-sonnet-5",
    "eu.anthropic.claude-opus-4-8",
    "anthropic.claude-opus-4-7",
    "global.anthropic.claude-opus-4-6-v1",
    "global.anthropic.claude-sonnet-4-6",
    "us.anthropic.claude-opus-4-5-20251101-v1:0",
    "us.anthropic.claude-haiku-4-5-20251001-v1:0",
    "us.anthropic.claude-sonnet-4-20250514-v1:0",
)


@pytest.mark.parametrize("model", NAMES)
def test_what_the_page_sends_is_what_the_model_takes(model: str) -> None:
    entry = thinking_table([model])[model]
    family = family_of(model)
    assert entry["on"] in family.thinking
    assert (entry["on"] == "adaptive") == family.effort
    offs = family.thinking & {"disabled", "between_tools"}
    assert {entry["off"]} == offs if offs else "off" not in entry


@pytest.mark.parametrize("model", ["anthropic.claude-3-haiku-20240307-v1:0", "another-model"])
def test_a_model_that_cannot_think_has_no_entry(model: str) -> None:
    assert thinking_table([model]) == {}
