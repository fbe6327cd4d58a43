"""The page's config.json, defined once: `chat_page.py` deploys it, `emulator/demo.py` serves it. Pure."""

import math
from collections.abc import Sequence
from typing import Any

from infra.prices import Price, PriceList


def page_config(
    *,
    function_url: str,
    models: Sequence[str],
    max_tokens: int,
    prices: PriceList | None,
    keep_answers_minutes: int = 0,
) -> dict[str, Any]:
    """What `web/api/client.js` reads; the first model is the default. `max_tokens` is what the page asks for."""
    config: dict[str, Any] = {
        "functionUrl": function_url,
        "model": models[0],
        "models": list(models),
        "maxTokens": max_tokens,
    }
    if keep_answers_minutes:
        config["keepAnswersMinutes"] = keep_answers_minutes
    return config | ({"prices": _price_table(models, prices)} if prices else {})


def _price_table(models: Sequence[str], prices: PriceList) -> dict[str, Any]:
    """The prices as `web/api/prices.js` takes them."""
    priced = {model: prices.exact(model) for model in models}
    bands = {model: [_band(band) for band in price.bands] for model, price in priced.items() if price}
    return {"date": prices.as_of, "models": bands}


def _band(price: Price) -> dict[str, float]:
    limit = {} if math.isinf(price.prompt_up_to) else {"promptUpTo": price.prompt_up_to}
    return limit | {
        "input": price.input,
        "output": price.output,
        "cacheRead": price.cache_read,
        "cacheWrite": price.cache_write,
    }
