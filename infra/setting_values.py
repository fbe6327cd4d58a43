"""How one setting's JSON value becomes the value that the constructs take. Pure.

Every reader takes the value as it stands in cdk.json and returns it checked; Unusable says what would be taken.
`settings.py` owns which settings there are.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from infra.model_access import UnusableModel, parse_model

Reader = Callable[[object], Any]


class Unusable(ValueError):
    """A value that is not what a setting takes; the message is what it takes, to stand behind "expected"."""


@dataclass(frozen=True)
class Guardrail:
    """A Bedrock guardrail that every call passes through."""

    id: str
    version: str


@dataclass(frozen=True)
class Price:
    """US dollars for a million tokens."""

    input: float
    output: float
    cache_read: float = 0.0
    cache_write: float = 0.0
    prompt_up_to: float = math.inf  # tokens; of longer prompts the price is not known


@dataclass(frozen=True)
class PriceList:
    """Prices by foundation-model id, and the day on which they were looked up."""

    as_of: str
    usd_per_million_tokens: Mapping[str, Price]


def whole_number(low: int, high: int) -> Reader:
    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise Unusable(f"a whole number from {low} to {high}")
        return value

    return read


def one_of(*allowed: str | int) -> Reader:
    def read(value: object) -> object:
        if isinstance(value, bool) or value not in allowed:
            raise Unusable(f"one of {', '.join(map(str, allowed))}")
        return value

    return read


def matching(pattern: str, description: str) -> Reader:
    def read(value: object) -> str:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise Unusable(description)
        return value

    return read


def optional(reader: Reader) -> Reader:
    """What `reader` takes, or null."""

    def read(value: object) -> object:
        return None if value is None else reader(value)

    return read


def flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise Unusable("true or false")
    return value


def strings(value: object, description: str) -> tuple[str, ...]:
    """A list of strings, not empty, none of them twice."""
    if not isinstance(value, list) or not value or not all(isinstance(item, str) for item in value):
        raise Unusable(description)
    if len(set(value)) < len(value):
        raise Unusable(f"{description}, none of them twice")
    return tuple(value)


def models(value: object) -> tuple[str, ...]:
    ids = strings(value, "a list of Bedrock model or inference-profile ids, the default first")
    for model_id in ids:
        try:
            parse_model(model_id)
        except UnusableModel as error:
            raise Unusable(str(error)) from None
    return ids


def origins(value: object) -> tuple[str, ...]:
    description = 'a list of origins such as "https://example.com" (scheme, host and port alone), or ["*"]'
    found = strings(value, description)
    if found != ("*",) and not all(re.fullmatch(r"https?://[a-z0-9.-]+(:\d{1,5})?", origin) for origin in found):
        raise Unusable(description)
    return found


def guardrail(value: object) -> Guardrail:
    description = 'an object such as {"id": "gr1a2b3c4d5e", "version": "1"} (or the version "DRAFT")'
    if not isinstance(value, dict) or set(value) != {"id", "version"}:
        raise Unusable(description)
    return Guardrail(
        id=matching(r"[a-z0-9]{1,64}", description)(value["id"]),
        version=matching(r"DRAFT|[1-9]\d{0,7}", description)(value["version"]),
    )


def profile_regions(value: object) -> dict[str, tuple[str, ...]]:
    description = 'an object of region lists by profile prefix, such as {"us": ["us-east-1", "us-west-2"]}'
    if not isinstance(value, dict) or "global" in value:
        raise Unusable(description)
    regions = {prefix: strings(names, description) for prefix, names in value.items()}
    if not all(re.fullmatch(r"[a-z]{2}-[a-z]+-\d", name) for names in regions.values() for name in names):
        raise Unusable(description)
    return regions


def prices(value: Any) -> PriceList:
    try:
        table = {model: Price(**price) for model, price in value["usd_per_million_tokens"].items()}
        price_list = PriceList(as_of=value["as_of"], usd_per_million_tokens=table)
    except (TypeError, KeyError, AttributeError):
        price_list = None
    if price_list is None or not _plausible(price_list):
        raise Unusable(
            '{"as_of": "2026-11-23", "usd_per_million_tokens": {model id without prefix: '
            '{"input": 0.1, "output": 0.5, "cache_read": 0.01, "cache_write": 0.125}}}'
        )
    return price_list


def _plausible(price_list: PriceList) -> bool:
    numbers = [number for price in price_list.usd_per_million_tokens.values() for number in vars(price).values()]
    dated = isinstance(price_list.as_of, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", price_list.as_of)
    return bool(dated) and all(type(number) in (int, float) and number >= 0 for number in numbers)
