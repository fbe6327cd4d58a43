"""The models of cdk.json's stages, by the names that clients have for them."""

import pytest

from claude_stream.models import ModelCatalog
from tests.infra.conftest import CONTEXT, settings_of


@pytest.mark.parametrize("stage", CONTEXT["stages"])
@pytest.mark.parametrize("name", ["claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-4-5-20251001"])
def test_a_stage_has_a_model_for_what_coding_agents_ask_for_by_themselves(stage: str, name: str) -> None:
    settings = settings_of(stage)
    assert ModelCatalog(settings.models, settings.aliases).resolve(name) in settings.models
