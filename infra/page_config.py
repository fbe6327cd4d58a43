"""The page's config.json, defined once: `chat_page.py` deploys it, `emulator/demo.py` serves it. Pure."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from infra.model_access import parse_model
from infra.setting_values import Price, PriceList


def page_config(
    *, function_url: str, models: Sequence[str], max_tokens: int, prices: PriceList | None
) -> dict[str, Any]:
    """What `web/api/client.js` reads; the first model is the default. `max_tokens` is what the page asks for."""
    config = {"functionUrl": function_url, "model": models[0], "models": list(models), "maxTokens": max_tokens}
    return config | ({"prices": _price_table(models, prices)} if prices else {})


def _price_table(models: Sequence[str], prices: PriceList) -> dict[str, Any]:
    """The prices as `web/api/prices.js` takes them."""
    priced = {model: _list_price(model, prices.usd_per_million_tokens) for model in models}
    return {"date": prices.as_of, "models": {model: [_band(price)] for model, price in priced.items() if price}}


def _list_price(model_id: str, usd_per_million_tokens: Mapping[str, Price]) -> Price | None:
    """None where the list has no price, and for geographic profiles, which may cost more than the list says."""
    model = parse_model(model_id)
    return usd_per_million_tokens.get(model.foundation_model) if model.prefix in ("", "global") else None


def _band(price: Price) -> dict[str, float]:
    limit = {} if math.isinf(price.prompt_up_to) else {"promptUpTo": price.prompt_up_to}
    return limit | {
        "input": price.input,
        "output": price.output,
        "cacheRead": price.cache_read,
        "cacheWrite": price.cache_write,
    }
