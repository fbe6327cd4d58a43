"""The demo's named keys, and how the function finds the table that has them."""

import asyncio
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from emulator.aws.dynamodb import DynamoDb
from emulator.aws.named_keys import put_key
from emulator.aws.simulator import AwsSimulator
from infra.prices import for_the_function, prices

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
    cdk = json.loads((Path(__file__).resolve().parent.parent / "cdk.json").read_text())
    listed = prices(cdk["context"]["prices"])
    return {
        "AWS_ENDPOINT_URL_DYNAMODB": simulator.url,
        "TABLE_NAME": simulator.dynamodb.table_name,
        "PRICES": for_the_function({model: price for model in models if (price := listed.exact(model))}),
    }
