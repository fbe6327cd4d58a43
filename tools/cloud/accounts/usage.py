"""`make usage`: what each key used of each model, by day."""

import argparse
import csv
import json
import sys
import time
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from claude_stream.accounts import schema
from tools.cloud.accounts.columns import columns
from tools.cloud.accounts.limits import dollars_of
from tools.cloud.accounts.stage import stage_of
from tools.cloud.accounts.table import Item, Table
from tools.cloud.target import find_target

OPEN = "(open)"
_SECONDS_OF_A_DAY = 86_400


class Row(NamedTuple):
    """What a key used of a model on a day of UTC.

    Under the model OPEN is what is reserved for answers that go on, or that ended without a word of their use: it
    counts as spent, so that no limit is ever passed.
    """

    day: str
    key: str
    model: str
    requests: int
    input_tokens: int
    output_tokens: int
    micro_usd: int


def usage(options: argparse.Namespace) -> int:
    target = find_target(options.stage)
    first = schema.window("day", time.time() - (options.days - 1) * _SECONDS_OF_A_DAY)
    rows = list(rows_of(Table(target, stage_of(target).table).days(first.sort_key.partition("#")[2])))
    if options.json:
        print(json.dumps([row._asdict() for row in rows], indent=2))
    elif options.csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow([*Row._fields[:-1], "usd"])
        writer.writerows([*row[:-1], dollars_of(row.micro_usd)] for row in rows)
    elif rows:
        print(_table(rows))
    else:
        print(f"No key has used anything in the last {options.days} days.", file=sys.stderr)
    return 0


def rows_of(days: Iterable[Item]) -> list[Row]:
    """By day, key and model. The items of the whole stage are left out: they are the sum of the others."""
    rows = [row for item in days if item["pk"] != f"spend#{schema.STAGE}" for row in _rows_of_day(item)]
    return sorted(rows)


def _rows_of_day(item: Item) -> Iterator[Row]:
    key, day = str(item["pk"]).partition("#")[2], str(item["sk"]).partition("#")[2]
    models = sorted({name.partition(" ")[2] for name in item if " " in name})
    ended = [
        Row(day, key, model, *(int(item.get(schema.model_counter(of, model), 0)) for of in schema.MODEL_COUNTERS))
        for model in models
    ]
    yield from ended
    requests = int(item.get("requests", 0)) - sum(row.requests for row in ended)
    micro_usd = int(item.get("micro_usd", 0)) - sum(row.micro_usd for row in ended)
    if requests > 0 or micro_usd > 0:
        yield Row(day, key, OPEN, max(requests, 0), 0, 0, max(micro_usd, 0))


def _table(rows: list[Row]) -> str:
    heads = ("day", "key", "model", "requests", "tokens in", "tokens out", "USD")
    total = ["total", "", "", *_cells(*(sum(of) for of in zip(*(row[3:] for row in rows), strict=True)))]
    body = [[row.day, row.key, row.model, *_cells(*row[3:])] for row in rows]
    return columns(heads, [*body, total], right=frozenset(heads[3:]))


def _cells(requests: int, input_tokens: int, output_tokens: int, micro_usd: int) -> list[str]:
    return [f"{requests:,}", f"{input_tokens:,}", f"{output_tokens:,}", dollars_of(micro_usd)]
