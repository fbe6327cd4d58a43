"""prices.py and limits.py: what tokens cost, and which limits in dollars follow from it."""

import json
from typing import Any

import pytest

from infra.page_config import page_config
from infra.settings import DEFAULT_MODEL, Settings, UnusableSettings

PRICES = {
    "as_of": "2026-11-23",
    "usd_per_million_tokens": {"anthropic.claude-haiku-5-5": {"input": 1, "output": 5}},
}


WHOLE_PRICE = {"input": 0.1, "output": 0.5, "cache_read": 0.01, "cache_write": 0.125, "cache_write_1h": 0.2}


def with_prices(prices: dict[str, Any], **stage: Any) -> Settings:
    return Settings.from_context({"stage": "prod", "stages": {"prod": stage}, "prices": prices})


PRICE_BY_LENGTH = WHOLE_PRICE | {"prompt_up_to": 100_000, "longer_prompts": WHOLE_PRICE | {"output": 2.5}}


class TestPrices:
    @pytest.mark.parametrize(
        "prices",
        [
            [],
            {"as_of": "2026-11-23"},
            PRICES | {"as_of": "today"},
            PRICES | {"usd_per_million_tokens": {"m": {"input": -1, "output": 1}}},
            PRICES | {"usd_per_million_tokens": {"m": {"input": "1", "output": 1}}},
            PRICES | {"usd_per_million_tokens": {"m": {"input": 1}}},
            PRICES | {"usd_per_million_tokens": {"m": {"input": 1, "output": 1, "batch": 1}}},
            PRICES | {"usd_per_million_tokens": {"m": {"input": 1, "output": 1, "longer_prompts": {"input": 1}}}},
            PRICES | {"usd_per_million_tokens": {"m": {"input": 1, "output": 1, "longer_prompts": 5}}},
        ],
    )
    def test_prices_that_cannot_be(self, prices: object) -> None:
        with pytest.raises(UnusableSettings, match=r'^cdk\.json, "prices": expected .*, found '):
            Settings.from_context({"stages": {"dev": {}}, "prices": prices})

    def test_longer_prompts_have_their_own_on_the_page(self) -> None:
        table = {"anthropic.claude-haiku-5-5": PRICE_BY_LENGTH}
        listed = with_prices(PRICES | {"usd_per_million_tokens": table}).prices
        config = page_config(function_url="", models=[DEFAULT_MODEL], max_tokens=1, most_tokens=2, prices=listed)
        bands = config["prices"]["models"][DEFAULT_MODEL]
        assert [(band.get("promptUpTo"), band["output"]) for band in bands] == [(100_000, 0.5), (None, 2.5)]


class TestDollars:
    @pytest.mark.parametrize(
        ("model", "price"),
        [
            ("anthropic.claude-opus-4-8", WHOLE_PRICE),
            ("anthropic.claude-haiku-5-5", {"input": 1, "output": 5}),
            ("anthropic.claude-haiku-5-5", WHOLE_PRICE | {"cache_write_1h": 0}),
            ("anthropic.claude-haiku-5-5", WHOLE_PRICE | {"prompt_up_to": 100_000}),
            ("us.anthropic.claude-haiku-5-5", WHOLE_PRICE),
        ],
    )
    def test_dollars_of_a_model_whose_price_is_not_wholly_known(self, model: str, price: dict[str, float]) -> None:
        prices = PRICES | {"usd_per_million_tokens": {"anthropic.claude-haiku-5-5": price}}
        for dollars in ("usd_per_day", "usd_per_month"):
            with pytest.raises(UnusableSettings) as caught:
                with_prices(prices, models=[model], budget={dollars: 20})
            assert str(caught.value) == (
                f'stage prod, budget: expected the whole price of {model} in cdk.json, "prices", as its limits are '
                "in dollars, found none, or a part of it"
            )
        assert with_prices(prices, models=[model], budget={"tokens_per_day": 20}).budget is not None

    def test_dollars_where_every_price_is_whole(self) -> None:
        """A geographic profile has a price of its own then, under its own id."""
        us = "us.anthropic.claude-haiku-5-5"
        table = {"anthropic.claude-haiku-5-5": PRICE_BY_LENGTH, us: WHOLE_PRICE | {"input": 0.11}}
        prices = PRICES | {"usd_per_million_tokens": table}
        read = with_prices(prices, models=[DEFAULT_MODEL, us], budget={"usd_per_day": 20, "usd_per_month": 300.5})
        assert read.limiting_prices[us].input == 0.11
        assert read.budget is not None
        assert json.loads(read.budget.for_the_function()) == {
            "micro_usd_per_day": 20_000_000,
            "micro_usd_per_month": 300_500_000,
        }
