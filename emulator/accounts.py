"""The demo's named keys, and how the function finds the table that has them."""

import asyncio
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from emulator.aws.dynamodb import DynamoDb
from emulator.aws.named_keys import put_key
from emulator.aws.simulator import AwsSimulator
from infra.model_access import parse_model

# By name, with their limits.
NAMED_KEYS: Mapping[str, Mapping[str, int]] = {
    "limited": {"requests_per_minute": 5, "micro_usd_per_day": 50_000},
    "free": {},
}


async def put_keys(table: DynamoDb, keys: Mapping[str, str]) -> None:
    """Puts keys into the table: by the names of NAMED_KEYS."""
    await asyncio.gather(*(put_key(table, key, name, **NAMED_KEYS[name]) for name, key in keys.items()))


def table_environment(simulator: AwsSimulator, models: Iterable[str]) -> dict[str, str]:
    """The function's variables for named keys and limits, as the stack sets them."""
    return {
        "AWS_ENDPOINT_URL_DYNAMODB": simulator.url,
        "TABLE_NAME": simulator.dynamodb.table_name,
        "PRICES": json.dumps({model: _price(model) for model in models}),
    }


def _price(model: str) -> dict[str, int]:
    """Micro-dollars for a million tokens."""
    cdk = json.loads((Path(__file__).resolve().parent.parent / "cdk.json").read_text())
    price = cdk["context"]["prices"]["usd_per_million_tokens"][parse_model(model).foundation_model]
    whole = {kind: round(price[kind] * 1_000_000) for kind in ("input", "output", "cache_read", "cache_write")}
    return {**whole, "cache_write_1h": 2 * whole["input"]}
