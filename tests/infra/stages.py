"""A stage's settings as tests write them, and the error for those that are refused."""

from typing import Any

import pytest

from infra.settings import Settings, UnusableSettings

GUARDRAIL = {"id": "gr1", "version": "1"}


def read(region: str | None = None, **settings: Any) -> Settings:
    return Settings.from_context({"stage": "prod", "stages": {"prod": settings}}, region)


def refusal(region: str | None = None, **settings: Any) -> str:
    with pytest.raises(UnusableSettings) as caught:
        read(region, **settings)
    assert "\n" not in str(caught.value)
    return str(caught.value)
