"""`make usage`: what each key used, by model and day."""

import csv
import io
import json
import time
from datetime import UTC, datetime, timedelta

import pytest

from claude_stream.accounts import schema
from tests.cloud.deployed_stage import Stage

pytestmark = pytest.mark.xdist_group("account_with_a_stage")

HAIKU, SONNET = "claude-haiku-5-5", "claude-sonnet-5-5"


def day(days_ago: int) -> str:
    return (datetime.now(UTC) - timedelta(days=days_ago)).strftime("%Y-%m-%d")


def write(stage: Stage, name: str, days_ago: int, totals: dict[str, int], **of_models: tuple[int, ...]) -> None:
    """One day's counters as the function writes them; `of_models` has MODEL_COUNTERS of haiku and of sonnet."""
    models = {"haiku": HAIKU, "sonnet": SONNET}
    counters = {
        schema.model_counter(counter, models[model]): number
        for model, numbers in of_models.items()
        for counter, number in zip(schema.MODEL_COUNTERS, numbers, strict=True)
    }
    window = schema.window("day", time.time() - days_ago * 86_400)
    stage.count(schema.spend_place(name, window), totals | counters)


@pytest.fixture
def used(stage: Stage) -> Stage:
    ended = {"requests": 3, "tokens": 1_630, "micro_usd": 1_500}
    write(stage, "alice", 0, ended, haiku=(2, 1000, 200, 500), sonnet=(1, 400, 30, 1_000))
    write(stage, "bob", 2, {"requests": 2, "tokens": 500, "micro_usd": 4_000}, haiku=(1, 10, 20, 1_000))
    write(stage, "bob", 40, {"requests": 1}, haiku=(1, 1, 1, 1))
    write(stage, schema.STAGE, 0, {"requests": 5, "tokens": 2_130, "micro_usd": 5_500})
    return stage


def test_a_row_for_each_day_key_and_model_the_oldest_first(used: Stage) -> None:
    rows = json.loads(used.run("usage", "--json").out)
    assert [tuple(row.values()) for row in rows] == [
        (day(2), "bob", "(open)", 1, 0, 0, 3_000),
        (day(2), "bob", HAIKU, 1, 10, 20, 1_000),
        (day(0), "alice", HAIKU, 2, 1000, 200, 500),
        (day(0), "alice", SONNET, 1, 400, 30, 1_000),
    ]
    assert list(rows[0]) == ["day", "key", "model", "requests", "input_tokens", "output_tokens", "micro_usd"]


def test_further_back(used: Stage) -> None:
    assert len(json.loads(used.run("usage", "--json", "--days", "41").out)) == 5
    assert len(json.loads(used.run("usage", "--json", "--days", "1").out)) == 2


def test_as_comma_separated_values_for_a_spreadsheet(used: Stage) -> None:
    rows = list(csv.DictReader(io.StringIO(used.run("usage", "--csv").out)))
    assert rows[2] == {
        "day": day(0),
        "key": "alice",
        "model": HAIKU,
        "requests": "2",
        "input_tokens": "1000",
        "output_tokens": "200",
        "usd": "0.0005",
    }


def test_as_a_table_with_a_total(used: Stage) -> None:
    heads, *rows, total = used.run("usage").out.splitlines()
    assert heads.split() == ["day", "key", "model", "requests", "tokens", "in", "tokens", "out", "USD"]
    assert rows[2].split() == [day(0), "alice", HAIKU, "2", "1,000", "200", "0.0005"]
    assert total.split() == ["total", "5", "1,410", "250", "0.0055"]
    assert len({len(line) for line in (heads, *rows, total)}) <= 2  # aligned, the last column to the right


def test_where_nothing_was_used(stage: Stage) -> None:
    ran = stage.run("usage")
    assert (ran.status, ran.out, ran.err) == (0, "", "No key has used anything in the last 30 days.\n")
    assert json.loads(stage.run("usage", "--json").out) == []
