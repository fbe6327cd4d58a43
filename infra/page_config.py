"""The page's config.json, defined once: `chat_page.py` deploys it, `emulator/demo.py` serves it. Pure."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from infra.setting_values import Price, PriceList


def page_config(
    *, function_url: str, models: Sequence[str], max_tokens: int, prices: PriceList | None
) -> dict[str, Any]:
    """What `web/api/client.js` reads; the first model is the default. `max_tokens` is what the page asks for."""
    config = {"functionUrl": function_url, "model": models[0], "models": list(models), "maxTokens": max_tokens}
    return config | ({"prices": _price_table(models, prices)} if prices else {})


def _price_table(models: Sequence[str], prices: PriceList) -> dict[str, Any]:
    """As `web/api/prices.js` has it. Geographic profiles may cost more than the list says: they go without."""
    table: Mapping[str, Price | None] = {
        model: prices.usd_per_million_tokens.get(model.removeprefix("global.")) for model in models
    }
    return {"date": prices.as_of, "models": {model: [_band(price)] for model, price in table.items() if price}}


def _band(price: Price) -> dict[str, float]:
    limit = {} if math.isinf(price.prompt_up_to) else {"promptUpTo": price.prompt_up_to}
    return limit | {
        "input": price.input,
        "output": price.output,
        "cacheRead": price.cache_read,
        "cacheWrite": price.cache_write,
    }
