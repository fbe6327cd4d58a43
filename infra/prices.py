"""What tokens cost: the prices of cdk.json, and the form in which the function counts with them. Pure."""

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from infra.model_access import parse_model
from infra.setting_values import Unusable

_EXPECTED = (
    '{"as_of": "2026-11-23", "usd_per_million_tokens": {model id without prefix: {"input": 0.1, "output": 0.5, '
    '"cache_read": 0.01, "cache_write": 0.125, "cache_write_1h": 0.2}}}, and of prompts over "prompt_up_to" tokens '
    'the same five as "longer_prompts"'
)
_KINDS = ("input", "output", "cache_read", "cache_write", "cache_write_1h")


@dataclass(frozen=True)
class Price:
    """US dollars for a million tokens."""

    input: float
    output: float
    cache_read: float = 0.0
    cache_write: float = 0.0  # kept for 5 minutes
    cache_write_1h: float = 0.0
    prompt_up_to: float = (
        math.inf
    )  # tokens; the prices of longer prompts are `longer_prompts`, where they are known
    longer_prompts: "Price | None" = None

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> Self:
        """TypeError for a name that is not one of the above, or is missing."""
        longer = value.get("longer_prompts")
        return cls(**{**value, "longer_prompts": None if longer is None else cls(**longer)})

    @property
    def is_complete(self) -> bool:
        """Whether the most that any request can cost follows from it, so that a limit in dollars holds."""
        known = all(getattr(self, kind) > 0 for kind in _KINDS)
        endless = math.isinf(self.prompt_up_to)
        return known and (endless or (self.longer_prompts is not None and self.longer_prompts.is_complete))

    @property
    def bands(self) -> Iterator["Price"]:
        """This price, and the one of longer prompts."""
        yield self
        if self.longer_prompts:
            yield self.longer_prompts

    def numbers(self) -> Iterator[Any]:
        for band in self.bands:
            yield from (getattr(band, kind) for kind in _KINDS)
        yield self.prompt_up_to


@dataclass(frozen=True)
class PriceList:
    """Prices by foundation-model id, and the day on which they were looked up."""

    as_of: str
    usd_per_million_tokens: Mapping[str, Price]

    def exact(self, model_id: str) -> Price | None:
        """None where the list has no price, or only that of the model: a geographic profile may cost more."""
        model = parse_model(model_id)
        return self._of(model_id if model.prefix not in ("", "global") else model.foundation_model)

    def estimate(self, model_id: str) -> Price | None:
        return self.exact(model_id) or self._of(parse_model(model_id).foundation_model)

    def _of(self, name: str) -> Price | None:
        return self.usd_per_million_tokens.get(name)


def prices(value: Any) -> PriceList:
    """Reads cdk.json's "prices"."""
    try:
        table = {model: Price.read(price) for model, price in value["usd_per_million_tokens"].items()}
        price_list = PriceList(as_of=value["as_of"], usd_per_million_tokens=table)
    except (TypeError, KeyError, AttributeError):
        price_list = None
    if price_list is None or not _plausible(price_list):
        raise Unusable(_EXPECTED)
    return price_list


def _plausible(price_list: PriceList) -> bool:
    numbers = [number for price in price_list.usd_per_million_tokens.values() for number in price.numbers()]
    dated = isinstance(price_list.as_of, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", price_list.as_of)
    return bool(dated) and all(type(number) in (int, float) and number >= 0 for number in numbers)


def for_the_function(price_by_model: Mapping[str, Price]) -> str:
    """The variable PRICES: whole micro-dollars for a million tokens, by model id."""
    prices = {model: _in_micro_dollars(price) for model, price in price_by_model.items()}
    return json.dumps(prices, separators=(",", ":"))


def _in_micro_dollars(price: Price) -> dict[str, Any]:
    numbers: dict[str, Any] = {kind: micro_dollars(getattr(price, kind)) for kind in _KINDS}
    if price.longer_prompts:
        numbers["prompt_up_to"] = price.prompt_up_to
        numbers["longer_prompts"] = _in_micro_dollars(price.longer_prompts)
    return numbers


def micro_dollars(dollars: float) -> int:
    return round(dollars * 1_000_000)
